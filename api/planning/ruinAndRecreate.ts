import { createRandom, type Random } from '../../geodata/random.ts'
import { asOneTour, searchTour, type TourProblem } from './orienteering.ts'
import { checkRouting, type Route, type RoutingAnswer, type RoutingProblem } from './routing.ts'
import { SearchClock, type SearchOptions } from './search.ts'

/** As in Christiaens and Vanden Berghe, Transportation Science 54 (2020), "Slack induction by string removals". */
const MEAN_REMOVED = 10
const LONGEST_STRING = 10
const SPLIT_CHANCE = 0.5
const SPLIT_DEPTH = 0.5
const BLINK = 0.01
/** Temperatures, as shares of what a job costs on average. */
const HOT = 0.3
const COLD = 0.003
/** Neighbours of a job that are looked at when it is ruined around. */
const MOST_NEIGHBOURS = 400
/** Jobs up to which every position is tried, and neighbours beside which one is tried above that. */
const MOST_WHOLE = 250
const GRANULAR_LOOKS = 12
/** Neighbours of a ruin, and the share of all others, that are tried where many jobs are left out. */
const NEAR_RUINS = 12
const ANYWHERE = 0.02
/** What all penalties weigh against all time, where only penalties count; and how much more they rank. */
const PENALTY_WEIGHT = 2
const RANK = 1e6
/** What a job that must be done costs while it is left out, times everything. */
const MUST = 10

/**
 * A job the way it is done: `2 * job` from its `from` to its `to`, `2 * job + 1` the other way round. Routes are lists of
 * these.
 */
type Task = number

interface Tour {
  type: number
  tasks: Task[]
  load: number
  cost: number
  /** By position: when the task's service ends at the earliest, and when it may begin at the latest. */
  ends: number[]
  latest: number[]
}

/** The problem in packed arrays. */
class Model {
  readonly problem: RoutingProblem
  readonly places: number
  readonly costs: Float64Array
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
  readonly bothWays: Uint8Array
  readonly neighbours: Int32Array[]
  readonly timed: boolean
  readonly onlyPenalties: boolean
  /** So many jobs that not every position is tried. */
  readonly granular: boolean
  readonly capacity: number[]
  readonly count: number[]

  constructor(problem: RoutingProblem) {
    const { jobs, vehicles } = problem
    this.problem = problem
    this.places = problem.places
    this.costs = problem.costs
    this.times = problem.times ?? problem.costs
    this.jobs = jobs.length
    this.entry = Int32Array.from({ length: 2 * jobs.length }, (_, task) =>
      task % 2 === 0 ? jobs[task >> 1].from : jobs[task >> 1].to,
    )
    this.exit = this.entry.map((_, task) => this.entry[task ^ 1])
    this.cost = Float64Array.from(jobs, (job) => job.cost ?? 0)
    this.duration = Float64Array.from(jobs, (job) => job.duration ?? 0)
    this.demand = Float64Array.from(jobs, (job) => job.demand ?? 0)
    this.opens = Float64Array.from(jobs, (job) => job.opens ?? 0)
    this.closes = Float64Array.from(jobs, (job) => job.closes ?? Number.POSITIVE_INFINITY)
    this.bothWays = Uint8Array.from(jobs, (job) => (job.bothWays && job.from !== job.to ? 1 : 0))
    const largest = this.costs.reduce((most, cost) => (Number.isFinite(cost) && cost > most ? cost : most), 0)
    const own = jobs.reduce((sum, job) => sum + (job.cost ?? 0) + (job.penalty ?? 0), 0)
    const must = MUST * (1 + own + 2 * largest * (jobs.length + 1))
    this.onlyPenalties = problem.onlyPenalties ?? false
    this.granular = jobs.length > MOST_WHOLE || this.onlyPenalties
    const scale = this.onlyPenalties ? penaltyScale(problem, largest) : 1
    this.penalty = Float64Array.from(jobs, (job) => (job.penalty === undefined ? must : scale * job.penalty))
    this.timed =
      vehicles.some(({ closes }) => closes !== undefined) || jobs.some(({ closes }) => closes !== undefined)
    this.capacity = vehicles.map(({ capacity = Number.POSITIVE_INFINITY }) => capacity)
    this.count = vehicles.map(({ count = Number.POSITIVE_INFINITY }) => count)
    this.neighbours = jobs.map((_, job) => this.near(job))
  }

  private near(job: number): Int32Array {
    const { entry, exit, costs, places } = this
    const distance = (other: number) =>
      Math.min(
        costs[exit[2 * job] * places + entry[2 * other]],
        costs[exit[2 * job] * places + exit[2 * other]],
        costs[entry[2 * job] * places + entry[2 * other]],
        costs[entry[2 * job] * places + exit[2 * other]],
      )
    const keys = Float64Array.from({ length: this.jobs }, (_, other) =>
      other === job ? -1 : distance(other),
    )
    return Int32Array.from({ length: this.jobs }, (_, other) => other)
      .sort((a, b) => keys[a] - keys[b] || a - b)
      .slice(0, MOST_NEIGHBOURS)
  }
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

class Plan {
  readonly model: Model
  tours: Tour[] = []
  /** By job: its tour, or null. */
  readonly tourOf: (Tour | null)[]
  /** By served job: its position in its tour. */
  private readonly positionOf: Int32Array
  cost = 0
  /** Of `cost`, the penalties. */
  missed = 0
  private readonly used: number[]
  /** Tours as they were before this step, and those made in it. */
  private readonly before = new Map<Tour, Tour>()
  private made: Tour[] = []
  private gone: Tour[] = []
  private costBefore = 0
  private missedBefore = 0
  private absentBefore: number[] = []
  absent: number[]

  constructor(model: Model) {
    this.model = model
    this.tourOf = Array(model.jobs).fill(null)
    this.positionOf = new Int32Array(model.jobs)
    this.used = model.count.map(() => 0)
    this.absent = Array.from({ length: model.jobs }, (_, job) => job)
    for (const job of this.absent) this.missed += model.penalty[job]
    this.cost = this.missed
  }

  begin(): void {
    this.before.clear()
    this.made = []
    this.gone = []
    this.costBefore = this.cost
    this.missedBefore = this.missed
    this.absentBefore = this.absent.slice()
  }

  private keep(tour: Tour): void {
    if (this.before.has(tour) || this.made.includes(tour)) return
    this.before.set(tour, {
      ...tour,
      tasks: tour.tasks.slice(),
      ends: tour.ends.slice(),
      latest: tour.latest.slice(),
    })
  }

  undo(): void {
    for (const tour of this.made) this.used[tour.type]--
    if (this.made.length > 0) {
      const made = new Set(this.made)
      this.tours = this.tours.filter((tour) => !made.has(tour))
    }
    for (const tour of this.gone) {
      this.used[tour.type]++
      this.tours.push(tour)
    }
    for (const job of this.absentBefore) this.tourOf[job] = null
    for (const [tour, was] of this.before) {
      Object.assign(tour, was)
      tour.tasks.forEach((task, position) => {
        this.tourOf[task >> 1] = tour
        this.positionOf[task >> 1] = position
      })
    }
    this.cost = this.costBefore
    this.missed = this.missedBefore
    this.absent = this.absentBefore
  }

  /** Takes tasks [from, from + length) but for [gap, gap + kept) out of a tour. */
  removeString(tour: Tour, from: number, length: number, gap: number, kept: number): void {
    this.keep(tour)
    const { model } = this
    const left: Task[] = []
    for (let at = 0; at < tour.tasks.length; at++) {
      const task = tour.tasks[at]
      const stays = at < from || at >= from + length || (at >= gap && at < gap + kept)
      if (stays) left.push(task)
      else {
        const job = task >> 1
        this.tourOf[job] = null
        this.absent.push(job)
        this.cost += model.penalty[job]
        this.missed += model.penalty[job]
      }
    }
    this.cost -= tour.cost
    tour.tasks = left
    this.measure(tour)
    this.cost += tour.cost
    // A street may be the fastest way between its ends: without it what follows may come too late, and is taken out too.
    if (model.timed && left.length > 0 && this.isLate(tour)) this.removeString(tour, 0, left.length, 0, 0)
  }

  private isLate({ type, tasks, ends, latest }: Tour): boolean {
    const { duration, exit, times, places, problem } = this.model
    const { end, closes = Number.POSITIVE_INFINITY } = problem.vehicles[type]
    if (tasks.some((task, at) => ends[at] - duration[task >> 1] > latest[at] + 1e-9)) return true
    const last = tasks.length - 1
    return ends[last] + times[exit[tasks[last]] * places + end] > closes + 1e-9
  }

  dropEmpty(): void {
    const empty = this.tours.filter((tour) => tour.tasks.length === 0)
    if (empty.length === 0) return
    for (const tour of empty) {
      this.used[tour.type]--
      if (this.made.includes(tour)) this.made.splice(this.made.indexOf(tour), 1)
      else this.gone.push(tour)
    }
    this.tours = this.tours.filter((tour) => tour.tasks.length > 0)
  }

  /** Cost, load and times of a tour anew. */
  measure(tour: Tour): void {
    const { model } = this
    const { costs, times, places, entry, exit, demand, duration, opens, closes, timed } = model
    const {
      start,
      end,
      opens: leaves = 0,
      closes: back = Number.POSITIVE_INFINITY,
    } = model.problem.vehicles[tour.type]
    const { tasks } = tour
    let place = start
    let cost = 0
    let load = 0
    for (let at = 0; at < tasks.length; at++) {
      const task = tasks[at]
      this.positionOf[task >> 1] = at
      cost += costs[place * places + entry[task]] + model.cost[task >> 1]
      load += demand[task >> 1]
      place = exit[task]
    }
    tour.cost = tasks.length > 0 ? cost + costs[place * places + end] : 0
    tour.load = load
    if (!timed) return
    tour.ends.length = tasks.length
    tour.latest.length = tasks.length
    let time = leaves
    place = start
    for (let at = 0; at < tasks.length; at++) {
      const task = tasks[at]
      time = Math.max(opens[task >> 1], time + times[place * places + entry[task]]) + duration[task >> 1]
      tour.ends[at] = time
      place = exit[task]
    }
    place = end
    time = back
    for (let at = tasks.length - 1; at >= 0; at--) {
      const task = tasks[at]
      time = Math.min(closes[task >> 1], time - times[exit[task] * places + place] - duration[task >> 1])
      tour.latest[at] = time
      place = entry[task]
    }
  }

  /** Puts a job where it costs least, skipping a place now and then; leaves it out where that is cheaper or nothing fits. */
  insert(job: number, random: Random): boolean {
    const { model } = this
    const { costs, times, places, entry, exit, demand, duration, opens, closes, timed, capacity } = model
    const need = demand[job]
    const ways = model.bothWays[job] ? 2 : 1
    let best = model.onlyPenalties ? Number.POSITIVE_INFINITY : model.penalty[job] - model.cost[job]
    let bestTour: Tour | null = null
    let bestAt = -1
    let bestTask = -1
    let bestType = -1
    const tryAt = (tour: Tour, at: number) => {
      const vehicle = model.problem.vehicles[tour.type]
      const { tasks } = tour
      const from = at === 0 ? vehicle.start : exit[tasks[at - 1]]
      const to = at === tasks.length ? vehicle.end : entry[tasks[at]]
      const direct = costs[from * places + to]
      for (let way = 0; way < ways; way++) {
        const task = 2 * job + way
        const more = costs[from * places + entry[task]] + costs[exit[task] * places + to] - direct
        if (!(more < best)) continue
        if (timed) {
          const ready = at === 0 ? (vehicle.opens ?? 0) : tour.ends[at - 1]
          const begins = Math.max(opens[job], ready + times[from * places + entry[task]])
          if (begins > closes[job]) continue
          const until = at === tasks.length ? (vehicle.closes ?? Number.POSITIVE_INFINITY) : tour.latest[at]
          if (begins + duration[job] + times[exit[task] * places + to] > until) continue
        }
        if (random.next() < BLINK) continue
        best = more
        bestTour = tour
        bestAt = at
        bestTask = task
      }
    }
    if (model.granular) {
      // Beside its nearest neighbours that are served, and next to the posts.
      let looked = 0
      for (const other of model.neighbours[job]) {
        const tour = this.tourOf[other]
        if (!tour || tour.load + need > capacity[tour.type]) continue
        tryAt(tour, this.positionOf[other])
        tryAt(tour, this.positionOf[other] + 1)
        if (++looked === GRANULAR_LOOKS) break
      }
      for (const tour of this.tours) {
        if (tour.load + need > capacity[tour.type]) continue
        tryAt(tour, 0)
        tryAt(tour, tour.tasks.length)
      }
    } else {
      for (const tour of this.tours) {
        if (tour.load + need > capacity[tour.type]) continue
        for (let at = 0; at <= tour.tasks.length; at++) tryAt(tour, at)
      }
    }
    for (let type = 0; type < capacity.length; type++) {
      // A new tour only where no other takes it, or where it is cheaper still: posts may stand anywhere.
      if (this.used[type] >= model.count[type] || need > capacity[type]) continue
      const vehicle = model.problem.vehicles[type]
      for (let way = 0; way < ways; way++) {
        const task = 2 * job + way
        const more = costs[vehicle.start * places + entry[task]] + costs[exit[task] * places + vehicle.end]
        if (!(more < best)) continue
        if (timed) {
          const begins = Math.max(
            opens[job],
            (vehicle.opens ?? 0) + times[vehicle.start * places + entry[task]],
          )
          if (begins > closes[job]) continue
          const until = vehicle.closes ?? Number.POSITIVE_INFINITY
          if (begins + duration[job] + times[exit[task] * places + vehicle.end] > until) continue
        }
        best = more
        bestTour = null
        bestTask = task
        bestType = type
      }
    }
    if (bestTask < 0) return false
    let tour: Tour | null = bestTour
    if (tour) this.keep(tour)
    else {
      tour = { type: bestType, tasks: [], load: 0, cost: 0, ends: [], latest: [] }
      this.tours.push(tour)
      this.made.push(tour)
      this.used[bestType]++
      bestAt = 0
    }
    this.cost -= tour.cost + model.penalty[job]
    this.missed -= model.penalty[job]
    tour.tasks.splice(bestAt, 0, bestTask)
    this.tourOf[job] = tour
    this.measure(tour)
    this.cost += tour.cost
    return true
  }

  /** Of many absent jobs those that lie where room was made, and a few anywhere. */
  nearRuins(random: Random): { tried: number[]; left: number[] } {
    const near = new Set(this.absent.slice(this.absentBefore.length))
    if (near.size === 0) return { tried: this.absent, left: [] }
    for (const job of [...near]) {
      const { neighbours } = this.model
      for (let at = 1; at <= Math.min(NEAR_RUINS, neighbours[job].length - 1); at++)
        near.add(neighbours[job][at])
    }
    const tried: number[] = []
    const left: number[] = []
    for (const job of this.absent) (near.has(job) || random.next() < ANYWHERE ? tried : left).push(job)
    return { tried, left }
  }

  copy(): Tour[] {
    return this.tours.map((tour) => ({ ...tour, tasks: tour.tasks.slice(), ends: [], latest: [] }))
  }
}

/** Takes strings of neighbouring jobs out of neighbouring tours. */
function ruin(plan: Plan, random: Random): void {
  const { model } = plan
  const served = model.jobs - plan.absent.length
  if (served === 0) return
  const mean = served / Math.max(1, plan.tours.length)
  const longest = Math.min(LONGEST_STRING, mean)
  const mostStrings = (4 * MEAN_REMOVED) / (1 + longest) - 1
  const strings = Math.floor(random.between(1, mostStrings + 1))
  const seed = random.int(0, model.jobs - 1)
  const ruined = new Set<Tour>()
  for (const job of model.neighbours[seed]) {
    if (ruined.size >= strings) break
    const tour = plan.tourOf[job]
    if (!tour || ruined.has(tour)) continue
    ruined.add(tour)
    const size = tour.tasks.length
    const length = Math.min(size, Math.floor(random.between(1, Math.min(size, longest) + 1)))
    const at = tour.tasks.findIndex((task) => task >> 1 === job)
    let kept = 0
    if (length > 1 && length < size && random.next() < SPLIT_CHANCE) {
      kept = 1
      while (length + kept < size && random.next() > SPLIT_DEPTH) kept++
    }
    const whole = length + kept
    const first = random.int(Math.max(0, at - whole + 1), Math.min(at, size - whole))
    const gap = kept === 0 ? 0 : first + random.int(1, Math.max(1, length - 1))
    plan.removeString(tour, first, whole, gap, kept)
  }
  plan.dropEmpty()
}

type Order = (model: Model, a: number, b: number) => number

const cheapest = (model: Model, job: number) => {
  const { start } = model.problem.vehicles[0]
  return model.costs[start * model.places + model.entry[2 * job]]
}
const ORDERS: readonly { weight: number; order: Order | null }[] = [
  { weight: 4, order: null },
  { weight: 4, order: (model, a, b) => model.demand[b] - model.demand[a] },
  { weight: 2, order: (model, a, b) => cheapest(model, b) - cheapest(model, a) },
  { weight: 1, order: (model, a, b) => cheapest(model, a) - cheapest(model, b) },
]
const TIMED_ORDERS: typeof ORDERS = [
  ...ORDERS,
  {
    weight: 2,
    order: (model, a, b) => model.closes[a] - model.opens[a] - (model.closes[b] - model.opens[b]),
  },
  { weight: 2, order: (model, a, b) => model.opens[a] - model.opens[b] },
  { weight: 2, order: (model, a, b) => model.closes[b] - model.closes[a] },
]

const PENALTY_ORDERS: typeof ORDERS = [
  { weight: 4, order: null },
  { weight: 3, order: (model, a, b) => model.penalty[b] - model.penalty[a] },
  { weight: 1, order: (model, a, b) => cheapest(model, a) - cheapest(model, b) },
]

/** Puts what is absent back, in an order drawn anew each time. */
function recreate(plan: Plan, random: Random): void {
  const { model } = plan
  const orders = model.onlyPenalties ? PENALTY_ORDERS : model.timed ? TIMED_ORDERS : ORDERS
  let draw = random.next() * orders.reduce((sum, { weight }) => sum + weight, 0)
  const { order } =
    orders.find(({ weight }) => {
      draw -= weight
      return draw < 0
    }) ?? orders[0]
  const { tried, left } = model.onlyPenalties ? plan.nearRuins(random) : { tried: plan.absent, left: [] }
  let jobs = random.shuffled(tried)
  if (order) jobs = jobs.sort((a, b) => order(model, a, b))
  plan.absent = [...left, ...jobs.filter((job) => !plan.insert(job, random))]
}

function answerOf(
  model: Model,
  tours: readonly Tour[],
): Pick<RoutingAnswer, 'routes' | 'unserved' | 'complete'> {
  const routes = tours.map(
    ({ type, tasks, cost, load }): Route => ({
      vehicle: type,
      stops: tasks.map((task) => ({ job: task >> 1, reversed: task % 2 === 1 })),
      cost,
      load,
    }),
  )
  const served = new Set(tours.flatMap(({ tasks }) => tasks.map((task) => task >> 1)))
  const unserved = model.problem.jobs.map((_, job) => job).filter((job) => !served.has(job))
  return {
    routes: routes.sort((a, b) => a.vehicle - b.vehicle || a.stops[0].job - b.stops[0].job),
    unserved,
    complete: unserved.every((job) => model.problem.jobs[job].penalty !== undefined),
  }
}

/** What a plan costs: its tours, where they count, and the penalties of what is left out; jobs that must be done have none. */
function objectiveOf(model: Model, tours: readonly Tour[], unserved: readonly number[]): number {
  const ways = model.onlyPenalties ? 0 : tours.reduce((sum, { cost }) => sum + cost, 0)
  return ways + unserved.reduce((sum, job) => sum + (model.problem.jobs[job].penalty ?? 0), 0)
}

export interface RoutingOptions extends SearchOptions {
  /** Steps it takes at most; with it the answer depends on the seed alone, as long as the time suffices. */
  steps?: number
}

/** Null where not even what must be done fits into the tour. */
function planOneTour(
  problem: RoutingProblem,
  tour: TourProblem,
  random: Random,
  clock: SearchClock,
  options: RoutingOptions,
): RoutingAnswer | null {
  const { places, costs, jobs, vehicles } = problem
  const all = jobs.reduce((sum, { penalty = 0 }) => sum + penalty, 0)
  const missed = (order: Int32Array) => order.reduce((left, node) => left - tour.prizes[node], all)
  let best: Int32Array = new Int32Array()
  let step = 0
  const fits = searchTour(tour, {
    random,
    done() {
      if (clock.over) return 1
      if (options.steps !== undefined) return step++ / Math.max(1, options.steps)
      return clock.seconds / options.seconds
    },
    onBetter(order) {
      best = order
      clock.tell(missed(order))
    },
  })
  if (!fits) return null
  const served = Array.from(best.subarray(1, -1), (node) => node - 1)
  const isServed = new Set(served)
  const unserved = jobs.map((_, job) => job).filter((job) => !isServed.has(job))
  const cost = costOf(best)
  const load = served.reduce((sum, job) => sum + (jobs[job].demand ?? 0), 0)
  return {
    // No penalty can be less than none.
    ...clock.proof(missed(best), missed(best) === 0 ? 0 : undefined),
    routes:
      served.length === 0
        ? []
        : [{ vehicle: 0, stops: served.map((job) => ({ job, reversed: false })), cost, load }],
    unserved,
    complete: true,
  }

  function costOf(order: Int32Array): number {
    let [cost, from] = [0, vehicles[0].start]
    for (const node of order.subarray(1, -1)) {
      cost += costs[from * places + jobs[node - 1].from]
      from = jobs[node - 1].from
    }
    return order.length > 2 ? cost + costs[from * places + vehicles[0].end] : 0
  }
}

/**
 * Routes by ruin and recreate with simulated annealing; it has no bound, and proves nothing. For streets, stops,
 * windows, several posts and kinds of units alike.
 * @throws PlanRefusal as `checkRouting` says.
 */
export function planRoutes(problem: RoutingProblem, options: RoutingOptions): RoutingAnswer {
  checkRouting(problem)
  const random = createRandom(options.seed ?? 1, 'routing')
  const clock = new SearchClock(options)
  const tour = asOneTour(problem)
  const found = tour && planOneTour(problem, tour, random, clock, options)
  if (found) return found
  const model = new Model(problem)
  const plan = new Plan(model)
  plan.begin()
  recreate(plan, random)
  // Where only penalties count, ways break ties.
  const rank = () => (model.onlyPenalties ? plan.missed * RANK + plan.cost : plan.cost)
  let best = plan.copy()
  let bestRank = rank()
  const tell = () => {
    const { unserved } = answerOf(model, best)
    clock.tell(objectiveOf(model, best, unserved))
  }
  tell()
  const perJob = best.reduce((sum, { cost }) => sum + cost, 0) / Math.max(1, model.jobs - plan.absent.length)
  const hot = HOT * perJob
  let temperature = hot
  for (let step = 0; model.jobs > 0 && step < (options.steps ?? Number.POSITIVE_INFINITY); step++) {
    if (step % 64 === 0) {
      if (clock.over) break
      const done = options.steps ? step / options.steps : clock.seconds / options.seconds
      temperature = hot * (COLD / HOT) ** done
    }
    const before = plan.cost
    plan.begin()
    ruin(plan, random)
    recreate(plan, random)
    if (plan.cost < before - temperature * Math.log(random.next())) {
      if (rank() < bestRank - 1e-9) {
        best = plan.copy()
        bestRank = rank()
        tell()
      }
    } else plan.undo()
  }
  const { routes, unserved, complete } = answerOf(model, best)
  return { ...clock.proof(objectiveOf(model, best, unserved)), routes, unserved, complete }
}
