import { districtingFaults, pMedianFaults, routingFaults } from '../../../api/planning/answerChecks.ts'
import { boundedRoutes } from '../../../api/planning/boundedRoutes.ts'
import { cover } from '../../../api/planning/coverage.ts'
import { coverageFaults, pCentreFaults, setCoverFaults } from '../../../api/planning/coverChecks.ts'
import { district } from '../../../api/planning/districting.ts'
import { hypercube } from '../../../api/planning/hypercube.ts'
import { pCentre } from '../../../api/planning/pCentre.ts'
import { pMedian } from '../../../api/planning/pMedian.ts'
import type { RoutingProblem } from '../../../api/planning/routing.ts'
import { planRoutes } from '../../../api/planning/ruinAndRecreate.ts'
import type { Proof, SearchOptions } from '../../../api/planning/search.ts'
import { setCover } from '../../../api/planning/setCover.ts'
import type { Instance } from './instance.ts'

/** Seconds an instance of each family may take where nothing else is said: what the targets are set for. */
export const SECONDS = {
  pMedian: 5,
  pCentre: 5,
  covering: 5,
  setCovering: 10,
  routes: 10,
  timeWindows: 10,
  arcRouting: 8,
  orienteering: 10,
  districting: 20,
  hypercube: 0.05,
}
export type Family = keyof typeof SECONDS

/** One answer beside what is published. */
export interface Line {
  case?: string
  objective: number
  known: number | null
  /** Share above 0 that the answer is worse than the published value; below 0 it is better. */
  gap: number | null
  seconds: number
  bound?: number
  /** How far the answer can be from the best at most, by our own bound. */
  ownGap?: number
  proven: boolean
  /** Where vehicles come first: those of the published plan, and how many more ours takes. */
  goal?: string
  knownRoutes?: number
  moreVehicles?: number
  notCompared?: string
  /** What an independent check found wrong; absent: nothing. */
  faults?: string[]
}

function line(
  { objective, bound, gap, seconds, proven }: Proof,
  known: number | null,
  faults: readonly string[],
  more: object = {},
): Line & object {
  return {
    objective,
    known,
    gap: known === null || faults.length > 0 ? null : known === 0 ? objective : objective / known - 1,
    seconds,
    ...(bound === undefined ? {} : { bound, ownGap: gap }),
    proven,
    ...more,
    ...(faults.length > 0 ? { faults: faults.slice(0, 3) } : {}),
  }
}

/** Where vehicles come first, ways of plans with other numbers of them are not to be compared. */
function besideFleet(
  { known, problem }: Extract<Instance, { problem: RoutingProblem }>,
  routes: number,
): Partial<Line> {
  const { vehicles } = known
  if (vehicles === undefined) return {}
  if (!problem.fewestVehicles) return { knownRoutes: vehicles }
  const moreVehicles = routes - vehicles
  return {
    goal: 'vehicles, then distance',
    knownRoutes: vehicles,
    moreVehicles,
    ...(moreVehicles === 0 ? {} : { gap: null, notCompared: `${routes} vehicles, published ${vehicles}` }),
  }
}

/** What is to be had more of: a gap above 0 is still worse. */
function turned(own: Line): Line {
  return { ...own, gap: own.gap === null ? null : -own.gap }
}

/** Solves an instance, once for each number of posts where it has several. */
export async function* solve(
  instance: Instance,
  family: Family,
  options: SearchOptions,
): AsyncGenerator<Line & object> {
  const { value } = instance.known
  const { more } = instance
  if (family === 'pCentre' && instance.family === 'pMedian') {
    const answer = await pCentre(instance.problem, options)
    // What is published of the file may be of the p-median: no radius is longer than the longest way.
    const longest = instance.problem.costs.reduce((most, cost) => Math.max(most, cost), 0)
    const known = value !== null && value <= longest ? value : null
    yield line(answer, known, pCentreFaults(instance.problem, answer), more)
    return
  }
  switch (instance.family) {
    case 'pMedian': {
      const answer = pMedian(instance.problem, options)
      yield line(answer, value, pMedianFaults(instance.problem, answer), more)
      return
    }
    case 'covering':
      for (const p of instance.posts) {
        const problem = { ...instance.problem, p }
        const answer = await cover(problem, options)
        const known = instance.known.byPosts?.[p] ?? null
        yield { case: `p=${p}`, ...turned(line(answer, known, coverageFaults(problem, answer), more)) }
      }
      return
    case 'setCovering': {
      const answer = await setCover(instance.problem, options)
      yield line(answer, value, setCoverFaults(instance.problem, answer), more)
      return
    }
    case 'routes':
    case 'timeWindows':
    case 'arcRouting': {
      const answer = await boundedRoutes(instance.problem, options)
      const faults = routingFaults(instance.problem, answer)
      if (!answer.complete) faults.push(`${answer.unserved.length} jobs are left out`)
      yield {
        ...line(answer, value, faults, { ...more, routes: answer.routes.length }),
        ...besideFleet(instance, answer.routes.length),
      }
      return
    }
    case 'orienteering': {
      const answer = planRoutes(instance.problem, options)
      const all = instance.problem.jobs.reduce((sum, { penalty = 0 }) => sum + penalty, instance.ownScore)
      const score = { ...answer, objective: all - answer.objective, bound: undefined, gap: undefined }
      yield turned(
        line(score, value, routingFaults(instance.problem, answer), {
          ...more,
          way: answer.routes[0]?.cost ?? 0,
          all,
        }),
      )
      return
    }
    case 'districting': {
      const answer = district(instance.problem, options)
      yield line(answer, value, districtingFaults(instance.problem, answer), {
        ...more,
        balanced: answer.balanced,
        ...(answer.impossible ? { impossible: true } : {}),
      })
      return
    }
    case 'hypercube': {
      const start = performance.now()
      const answer = hypercube(instance.problem)
      const seconds = (performance.now() - start) / 1000
      for (const [unit, known] of instance.workloads.entries()) {
        const own = { objective: answer.workloads[unit], seconds, proven: false }
        yield { case: `workload ${unit + 1}`, ...line(own, known, []) }
      }
    }
  }
}
