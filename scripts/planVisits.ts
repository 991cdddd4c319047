import type { MustVisit } from '../api/planning/shiftRoutes.ts'
import type { UnitPlan } from '../api/planning/wholePlan.ts'

/** The places a unit must go to, in the order asked, and when it is there on the clock of the week; undefined: never. */
export function visitsOf({
  unit,
  answer,
  track,
}: Pick<UnitPlan, 'unit' | 'answer' | 'track'>): { visit: MustVisit; at: number | undefined }[] {
  const begins = new Map(answer.routes[0]?.stops.map(({ job }, index) => [job, track.begins[index]]))
  return unit.jobs.flatMap((what, job) =>
    'visit' in what ? [{ visit: what.visit, at: begins.get(job) }] : [],
  )
}
