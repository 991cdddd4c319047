import { routingFaults } from './answerChecks.ts'
import type { PlanningCity } from './cityInputs.ts'
import type { Visibility } from './dosage.ts'
import { PlanPresence, type Presence } from './evaluation.ts'
import { PlanRefusal } from './refusal.ts'
import { type RouteTrack, RouteTracks } from './routeStays.ts'
import type { Route, Stop } from './routing.ts'
import { SEEN, type WholePlan } from './wholePlan.ts'

/** What a plan would bring if one unit went another way. */
export interface WhatIfAnswer {
  track: RouteTrack
  /** Why it cannot be driven so, such as a stop that comes too late; empty: it can. */
  faults: string[]
  /** Of its ways and of what it leaves out: as the search counts them. */
  objective: number
  presence: Presence
  visibility: Visibility
  /** Unit minutes by micro-grid, less those of the plan as it stands. */
  minutes: Float64Array
}

/** Tries changes of single routes on a plan, each in milliseconds: only what changes is looked at anew. */
export class WhatIf {
  private readonly plan: Pick<WholePlan, 'units' | 'ground'>
  private readonly presence: PlanPresence
  private readonly tracks: Record<'car' | 'motorcycle' | 'foot', RouteTracks>
  private now: Presence

  constructor(city: PlanningCity, plan: Pick<WholePlan, 'units' | 'ground' | 'travels'>) {
    this.plan = plan
    this.presence = new PlanPresence(
      plan.ground,
      plan.units.map(({ track }) => track),
    )
    this.tracks = {
      car: new RouteTracks(city, plan.travels.car),
      motorcycle: new RouteTracks(city, plan.travels.motorcycle),
      foot: new RouteTracks(city, plan.travels.foot),
    }
    this.now = this.presence.summary()
  }

  /**
   * What the plan would bring if a unit did these stops in this order. Nothing is kept unless `keep`.
   * @throws PlanRefusal for units and jobs that do not exist.
   */
  route(unit: number, stops: readonly Stop[], { keep = false } = {}): WhatIfAnswer {
    const changed = this.plan.units[unit]
    if (!changed) throw new PlanRefusal(`unit: expected one of ${this.plan.units.length}, got ${unit}`)
    const { problem } = changed.unit
    const wrong = stops.find(({ job }) => !problem.jobs[job])
    if (wrong) throw new PlanRefusal(`stops: expected jobs below ${problem.jobs.length}, got ${wrong.job}`)
    const route: Route = { vehicle: 0, stops: [...stops], cost: 0, load: 0 }
    const track = this.tracks[changed.kind].follow(
      changed.unit,
      route,
      this.plan.ground.shift.from,
      SEEN[changed.kind],
    )
    const done = new Set(stops.map(({ job }) => job))
    const objective = costOf(changed.unit.problem, stops)
    const faults = routingFaults(problem, {
      objective,
      seconds: 0,
      proven: false,
      routes: stops.length > 0 ? [route] : [],
      unserved: problem.jobs.flatMap((_, job) => (done.has(job) ? [] : [job])),
      complete: true,
    })
    const before = this.presence.replace(unit, track)
    const presence = this.presence.summary()
    const { visibility } = this.presence
    const minutes = presence.minutes.map((each, cell) => each - this.now.minutes[cell])
    if (keep) this.now = presence
    else this.presence.replace(unit, before)
    return { track, faults, objective, presence, visibility, minutes }
  }
}

/** Ways, jobs and penalties of what is left out, in the problem's units. */
function costOf(
  { places, costs, jobs, vehicles }: WholePlan['units'][number]['unit']['problem'],
  stops: readonly Stop[],
): number {
  let cost = jobs.reduce((sum, { penalty = 0 }) => sum + penalty, 0)
  if (stops.length === 0) return cost
  let at = vehicles[0].start
  for (const { job: index, reversed } of stops) {
    const job = jobs[index]
    const [from, to] = reversed ? [job.to, job.from] : [job.from, job.to]
    cost += costs[at * places + from] + (job.cost ?? 0) - (job.penalty ?? 0)
    at = to
  }
  return cost + costs[at * places + vehicles[0].end]
}
