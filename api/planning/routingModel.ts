import type { RoutingProblem } from './routing.ts'
import { smallest } from './smallest.ts'

/** Neighbours of a job that are kept: around which it is ruined, beside which it is put. */
const MOST_NEIGHBOURS = 250
/** What all penalties weigh against all time, where only penalties count. */
const PENALTY_WEIGHT = 2
/** What a job that must be done costs while it is left out, times everything. */
const MUST = 10

/**
 * A job the way it is done: `2 * job` from its `from` to its `to`, `2 * job + 1` the other way round. Tours are lists of
 * these.
 */
export type Task = number

/**
 * A routing problem in packed arrays. Places are numbered anew, near ones next to each other, so that the costs between
 * them lie together in memory: most of what is asked is about neighbours.
 */
export class RoutingModel {
  readonly problem: RoutingProblem
  readonly places: number
  readonly costs: Float64Array
  /** Costs from place b to place a at [a * places + b]: what leads to one place lies together. */
  readonly costsTo: Float64Array
  readonly times: Float64Array
  readonly jobs: number
  /** By task. */
  readonly entry: Int32Array
  readonly exit: Int32Array
  /** By job. */
  readonly cost: Float64Array
  readonly duration: Float64Array
  readonly demand: Float64Array
  readonly opens: Float64Array
  readonly closes: Float64Array
  readonly penalty: Float64Array
  readonly mustBeDone: Uint8Array
  readonly bothWays: Uint8Array
  /** Whether some may be done both ways. */
  readonly hasStreets: boolean
  /** NaN: it may come anywhere. */
  readonly rank: Float64Array
  /** From the first post. */
  readonly distance: Float64Array
  /** By job: itself, then its nearest. */
  readonly neighbours: Int32Array[]
  readonly timed: boolean
  /** Whether some job has a rank. */
  readonly ordered: boolean
  readonly onlyPenalties: boolean
  /** By type of vehicle. */
  readonly starts: Int32Array
  readonly ends: Int32Array
  readonly capacity: Float64Array
  readonly count: Float64Array
  readonly leaves: Float64Array
  readonly back: Float64Array

  constructor(problem: RoutingProblem) {
    const { jobs, vehicles, places } = problem
    const order = chain(problem.costs, places)
    const number = new Int32Array(places)
    order.forEach((place, index) => {
      number[place] = index
    })
    const costs = permuted(problem.costs, order)
    this.problem = problem
    this.places = places
    this.costs = costs
    this.costsTo = transposed(costs, places)
    this.times = problem.times ? permuted(problem.times, order) : costs
    this.jobs = jobs.length
    this.entry = Int32Array.from(
      { length: 2 * jobs.length },
      (_, task) => number[task % 2 === 0 ? jobs[task >> 1].from : jobs[task >> 1].to],
    )
    this.exit = this.entry.map((_, task) => this.entry[task ^ 1])
    this.cost = Float64Array.from(jobs, (job) => job.cost ?? 0)
    this.duration = Float64Array.from(jobs, (job) => job.duration ?? 0)
    this.demand = Float64Array.from(jobs, (job) => job.demand ?? 0)
    this.opens = Float64Array.from(jobs, (job) => job.opens ?? 0)
    this.closes = Float64Array.from(jobs, (job) => job.closes ?? Number.POSITIVE_INFINITY)
    this.bothWays = Uint8Array.from(jobs, (job) => (job.bothWays && job.from !== job.to ? 1 : 0))
    this.hasStreets = this.bothWays.includes(1)
    this.rank = Float64Array.from(jobs, ({ rank = Number.NaN }) => rank)
    this.ordered = jobs.some(({ rank }) => rank !== undefined)
    let largest = 0
    for (const cost of costs) if (Number.isFinite(cost) && cost > largest) largest = cost
    const own = jobs.reduce((sum, job) => sum + (job.cost ?? 0) + (job.penalty ?? 0), 0)
    const must = MUST * (1 + own + 2 * largest * (jobs.length + 1))
    this.onlyPenalties = problem.onlyPenalties ?? false
    const scale = this.onlyPenalties ? penaltyScale(problem, largest) : 1
    this.penalty = Float64Array.from(jobs, (job) => (job.penalty === undefined ? must : scale * job.penalty))
    this.mustBeDone = Uint8Array.from(jobs, (job) => (job.penalty === undefined ? 1 : 0))
    this.timed =
      vehicles.some(({ closes }) => closes !== undefined) || jobs.some(({ closes }) => closes !== undefined)
    this.starts = Int32Array.from(vehicles, ({ start }) => number[start])
    this.ends = Int32Array.from(vehicles, ({ end }) => number[end])
    this.capacity = Float64Array.from(vehicles, ({ capacity = Number.POSITIVE_INFINITY }) => capacity)
    this.count = Float64Array.from(vehicles, ({ count = Number.POSITIVE_INFINITY }) => count)
    this.leaves = Float64Array.from(vehicles, ({ opens = 0 }) => opens)
    this.back = Float64Array.from(vehicles, ({ closes = Number.POSITIVE_INFINITY }) => closes)
    this.distance = Float64Array.from(jobs, ({ from }) => costs[this.starts[0] * places + number[from]])
    this.neighbours = jobs.map((_, job) => this.near(job))
  }

  /** Of either end of a street, either way. */
  private near(job: number): Int32Array {
    const { entry, exit, costs, places } = this
    const [a, b] = [exit[2 * job] * places, entry[2 * job] * places]
    const keys = new Float64Array(this.jobs)
    for (let other = 0; other < this.jobs; other++) {
      const [from, to] = [entry[2 * other], exit[2 * other]]
      keys[other] = Math.min(costs[a + from], costs[a + to], costs[b + from], costs[b + to])
    }
    keys[job] = -1
    return smallest(keys, MOST_NEIGHBOURS)
  }
}

/** All places, each followed by the nearest that is left. */
function chain(costs: Float64Array, places: number): Int32Array {
  const order = Int32Array.from({ length: places }, (_, place) => place)
  for (let at = 1; at < places; at++) {
    const row = order[at - 1] * places
    let best = at
    for (let next = at + 1; next < places; next++) {
      if (costs[row + order[next]] < costs[row + order[best]]) best = next
    }
    const place = order[best]
    order[best] = order[at]
    order[at] = place
  }
  return order
}

function permuted(matrix: Float64Array, order: Int32Array): Float64Array {
  const size = order.length
  const other = new Float64Array(matrix.length)
  for (let row = 0; row < size; row++) {
    const from = order[row] * size
    for (let column = 0; column < size; column++) other[row * size + column] = matrix[from + order[column]]
  }
  return other
}

function transposed(matrix: Float64Array, size: number): Float64Array {
  const other = new Float64Array(matrix.length)
  let same = true
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      other[row * size + column] = matrix[column * size + row]
      same &&= matrix[column * size + row] === matrix[row * size + column]
    }
  }
  return same ? matrix : other
}

/** Weighs penalties so that a job's is about as much as what its way costs: then annealing gives up either for the other. */
function penaltyScale({ jobs, vehicles }: RoutingProblem, largest: number): number {
  const all = jobs.reduce((sum, job) => sum + (job.penalty ?? 0), 0)
  const time = vehicles.reduce(
    (sum, { count = 1, opens = 0, closes = largest }) => sum + count * Math.max(0, closes - opens),
    0,
  )
  return all > 0 ? (PENALTY_WEIGHT * time) / all : 1
}
