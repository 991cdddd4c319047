import { boundedRoutes } from './boundedRoutes.ts'
import { cover } from './coverage.ts'
import { district } from './districting.ts'
import { hypercube } from './hypercube.ts'
import { pCentre } from './pCentre.ts'
import { pMedian } from './pMedian.ts'
import { roster } from './roster.ts'
import { setCover } from './setCover.ts'

/** Solvers by name: what a thread can be asked to run. */
export const planningTasks = {
  cover,
  district,
  hypercube,
  pCentre,
  pMedian,
  planRoutes: boundedRoutes,
  roster,
  setCover,
}

export type PlanningTasks = typeof planningTasks
export type TaskName = keyof PlanningTasks
export type TaskInput<Name extends TaskName> = Parameters<PlanningTasks[Name]>[0]
export type TaskOptions<Name extends TaskName> = NonNullable<Parameters<PlanningTasks[Name]>[1]>
export type TaskAnswer<Name extends TaskName> = Awaited<ReturnType<PlanningTasks[Name]>>

/** Runs a solver: here, or in a thread of its own (thread.ts). */
export type Solve = <Name extends TaskName>(
  name: Name,
  input: TaskInput<Name>,
  options: TaskOptions<Name>,
) => Promise<TaskAnswer<Name>>
