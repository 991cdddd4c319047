import { PlanRefusal, requireLength, requireNumbers } from './refusal.ts'
import type { Proof } from './search.ts'

/**
 * Patrol routes: vehicles leave posts, do jobs and come back. A job is a place to stop at, or a street to drive along
 * from end to end in either direction. Costs and times are any units, but the same throughout; times are since the
 * beginning of the shift.
 */
export interface RoutingProblem {
  places: number
  /** Cost of going from place a to place b at [a * places + b]. */
  costs: Float64Array
  /** Time of going; absent: the costs. */
  times?: Float64Array
  jobs: readonly Job[]
  vehicles: readonly VehicleType[]
  /**
   * Time is short and ways cost nothing (orienteering): the penalties of what is left out are all that counts, and of
   * equal ones the shorter ways.
   */
  onlyPenalties?: boolean
  /** Vehicles first: as few routes as can be found, and of equally few those that cost least. All jobs must be done. */
  fewestVehicles?: boolean
  /** Today's routes, to start from; each must be one that can be driven. */
  start?: readonly Pick<Route, 'vehicle' | 'stops'>[]
  /**
   * How many jobs may be on another route than in `start`, or on none any more; needs `start`. The order on a route may
   * change. Absent: all.
   */
  mostChanges?: number
}

export interface Job {
  /** Where it begins, and where it ends when done that way round; equal for a stop. */
  from: number
  to: number
  /** A street that may be driven from `to` to `from` too. */
  bothWays?: boolean
  /** What doing it costs and takes. */
  cost?: number
  duration?: number
  demand?: number
  /** It begins in [opens, closes]; whoever is early waits. */
  opens?: number
  closes?: number
  /** What leaving it out costs; absent: it must be done. */
  penalty?: number
  /**
   * Its place in an order: on one route, jobs of lower rank come before those of higher, whatever lies between them. Equal
   * ranks come in either order; absent: it may come anywhere. Jobs on different routes do not wait for each other.
   */
  rank?: number
}

export interface VehicleType {
  start: number
  end: number
  /** How many there are; absent: as many as needed. */
  count?: number
  capacity?: number
  /** It leaves at `opens` at the earliest and is back by `closes`; absent: 0 and never. */
  opens?: number
  closes?: number
}

export interface Stop {
  job: number
  /** Driven from `to` to `from`. */
  reversed: boolean
}

export interface Route {
  /** Place of its type in `vehicles`. */
  vehicle: number
  stops: Stop[]
  cost: number
  load: number
  /** The route of `start` it goes on from, where changes are limited; absent: a new one. */
  today?: number
}

export interface RoutingAnswer extends Proof {
  routes: Route[]
  /** Jobs left out: for their penalty, or because no vehicle could do them. */
  unserved: number[]
  /** Whether all jobs without a penalty are done. */
  complete: boolean
}

/**
 * @throws PlanRefusal where a number is none, a place does not exist, there is no way to a job that must be done, one
 * demands more than any vehicle holds, or all together more than all vehicles hold, or the windows of the jobs of one
 * vehicle cannot be kept in the order of their ranks.
 */
export function checkRouting(problem: RoutingProblem): void {
  const { places, costs, times, jobs, vehicles } = problem
  requireLength('costs', costs, places * places)
  if (times) requireLength('times', times, places * places)
  if (vehicles.length === 0) throw new PlanRefusal('vehicles: expected at least one type, got none')
  const place = (what: string, index: number) => {
    if (Number.isInteger(index) && index >= 0 && index < places) return
    throw new PlanRefusal(`${what}: expected a place from 0 to ${places - 1}, got ${index}`)
  }
  vehicles.forEach(({ start, end, count = 1, capacity = 0, opens = 0, closes = 0 }, index) => {
    place(`vehicles ${index}, start`, start)
    place(`vehicles ${index}, end`, end)
    requireNumbers(`vehicles ${index}`, [capacity, opens, closes])
    if (!Number.isInteger(count) || count < 0) {
      throw new PlanRefusal(`vehicles ${index}: expected a whole number of them from 0, got ${count}`)
    }
  })
  const most = Math.max(...vehicles.map(({ capacity = Number.POSITIVE_INFINITY }) => capacity))
  let needed = 0
  jobs.forEach((job, index) => {
    const { from, to, cost = 0, duration = 0, demand = 0, opens = 0, closes = opens, penalty = 0 } = job
    place(`jobs ${index}, from`, from)
    place(`jobs ${index}, to`, to)
    requireNumbers(`jobs ${index}`, [cost, duration, demand, opens, closes, penalty])
    if (job.rank !== undefined && !Number.isFinite(job.rank)) {
      throw new PlanRefusal(`jobs ${index}: expected a rank that is a number, got ${job.rank}`)
    }
    if (closes < opens) {
      throw new PlanRefusal(
        `jobs ${index}: expected a window that ends after it opens, got ${opens} to ${closes}`,
      )
    }
    if (job.penalty !== undefined) return
    needed += demand
    if (demand > most) {
      throw new PlanRefusal(`jobs ${index}: expected a demand some vehicle can hold (${most}), got ${demand}`)
    }
    const canBeReached = vehicles.some(({ start, end }) =>
      [[from, to], ...(job.bothWays ? [[to, from]] : [])].some(
        ([first, last]) =>
          Number.isFinite(costs[start * places + first]) && Number.isFinite(costs[last * places + end]),
      ),
    )
    if (!canBeReached) throw new PlanRefusal(`jobs ${index}: expected a way from a post and back, found none`)
  })
  for (let index = 0; index < costs.length; index++) {
    if (costs[index] >= 0 && (times?.[index] ?? 0) >= 0) continue
    throw new PlanRefusal(
      `costs and times: expected numbers from 0, got ${costs[index]} and ${times?.[index] ?? 0} at place ${index}`,
    )
  }
  const able = vehicles.reduce(
    (sum, { count = Number.POSITIVE_INFINITY, capacity = Number.POSITIVE_INFINITY }) =>
      sum + (count === 0 ? 0 : count * capacity),
    0,
  )
  if (needed > able) {
    throw new PlanRefusal(`jobs: expected together at most what all vehicles hold (${able}), got ${needed}`)
  }
  if (problem.fewestVehicles && (problem.onlyPenalties || jobs.some(({ penalty }) => penalty !== undefined)))
    throw new PlanRefusal('fewestVehicles: expected jobs that all must be done, got some with a penalty')
  checkOrder(problem)
  checkStart(problem)
}

/** Whether jobs done one after the other, given by their ranks, are in order. */
function isInOrder(ranks: readonly (number | undefined)[]): boolean {
  const ranked = ranks.filter((rank) => rank !== undefined)
  return ranked.every((rank, at) => at === 0 || ranked[at - 1] <= rank)
}

/**
 * Windows that no single vehicle can keep in the order of ranks, however short its ways. With several the jobs may be on
 * different routes; what cannot be done then is left out, and told.
 */
function checkOrder({ jobs, vehicles }: RoutingProblem): void {
  if (vehicles.reduce((sum, { count = Number.POSITIVE_INFINITY }) => sum + count, 0) !== 1) return
  const [{ opens: leaves = 0, closes: back = Number.POSITIVE_INFINITY }] = vehicles.filter(
    ({ count }) => count === 1,
  )
  const byRank = new Map<number, number[]>()
  jobs.forEach(({ rank, penalty }, job) => {
    if (rank !== undefined && penalty === undefined) byRank.set(rank, [...(byRank.get(rank) ?? []), job])
  })
  let earliest = leaves
  for (const [rank, alike] of [...byRank].sort(([a], [b]) => a - b)) {
    let together = earliest
    let last = earliest
    for (const index of alike) {
      const { opens = 0, closes = Number.POSITIVE_INFINITY, duration = 0 } = jobs[index]
      const latest = Math.min(closes, back - duration)
      if (latest < earliest) {
        throw new PlanRefusal(
          `jobs ${index}, rank ${rank}: expected to begin after those of lower rank, at ${earliest} or later, but it must by ${latest}`,
        )
      }
      together += duration
      last = Math.max(last, Math.max(opens, earliest) + duration)
    }
    earliest = Math.max(together, last)
  }
}

function checkStart({ jobs, vehicles, start, mostChanges }: RoutingProblem): void {
  const served = new Set<number>()
  start?.forEach(({ vehicle, stops }, route) => {
    if (!vehicles[vehicle]) {
      throw new PlanRefusal(`start: expected a type of vehicle for route ${route}, got ${vehicle}`)
    }
    for (const { job, reversed } of stops) {
      if (!jobs[job] || served.has(job) || (reversed && !jobs[job].bothWays)) {
        throw new PlanRefusal(
          `start: expected each job once, the way it may be done, got job ${job} on route ${route}`,
        )
      }
      served.add(job)
    }
    if (!isInOrder(stops.map(({ job }) => jobs[job].rank))) {
      throw new PlanRefusal(`start: expected jobs in the order of their ranks, got another on route ${route}`)
    }
  })
  vehicles.forEach(({ count = Number.POSITIVE_INFINITY }, type) => {
    const used = start?.filter(({ vehicle }) => vehicle === type).length ?? 0
    if (used > count)
      throw new PlanRefusal(`start: expected at most ${count} routes of vehicles ${type}, got ${used}`)
  })
  if (mostChanges === undefined) return
  if (!start) throw new PlanRefusal('mostChanges: expected "start" routes to change, got none')
  const open = jobs.filter(({ penalty }, job) => penalty === undefined && !served.has(job)).length
  if (Number.isInteger(mostChanges) && mostChanges >= open) return
  throw new PlanRefusal(
    `mostChanges: expected at least ${open}, as many jobs that must be done are on no route, got ${mostChanges}`,
  )
}
