import { createRandom, type Random } from '../../geodata/random.ts'
import { asCapacitated, type Capacitated } from './capacitated.ts'
import { fewestTours, removeTours } from './fewerTours.ts'
import { searchCapacitated } from './genetic.ts'
import { isExact, searchTour } from './orienteering.ts'
import { PlanRefusal } from './refusal.ts'
import { checkRouting, type Route, type RoutingAnswer, type RoutingProblem } from './routing.ts'
import { RoutingModel } from './routingModel.ts'
import { Plan, type Tour } from './routingPlan.ts'
import { savingsTours } from './savings.ts'
import { SearchClock, type SearchOptions } from './search.ts'
import { asOneTour, type TourProblem } from './tourProblem.ts'

/** As in Christiaens and Vanden Berghe, Transportation Science 54 (2020), "Slack induction by string removals". */
const MEAN_REMOVED = 10
const LONGEST_STRING = 10
const SPLIT_CHANCE = 0.5
const SPLIT_DEPTH = 0.5
/** Temperatures, as shares of what a job costs on average. */
const HOT = 0.3
const COLD = 0.01
/** Jobs up to which crossing plans from nothing, or plans of annealing, gets farther in a second, and how many it needs. */
const MOST_JOBS = 100
const MOST_CROSSED = 150
const PLANS = 100
/** Of the time that goes into annealing where there are more, and how many plans on the way are crossed then. */
const ANNEALED = 0.7
const PASSED = 40
/** Of the time in which a search by crossing must have found a plan, before it is left. */
const TRY_SHARE = 0.3
/**
 * Of the time in which fewer routes are searched, where vehicles come first: so much, or so many times as long as the last
 * took to find, but not more than most.
 */
const FEWER = 0.3
const PATIENCE = 4
const MOST_FEWER = 0.5
/** Less is no better plan: sums differ by so much. */
const BETTER = 1e-9
/** How much more penalties rank than ways, where only penalties count. */
const RANK = 1e6

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
  const ruined: Tour[] = []
  for (const job of model.neighbours[seed]) {
    if (ruined.length >= strings) break
    const slot = plan.slotOf[job]
    if (slot < 0 || ruined.includes(plan.bySlot[slot])) continue
    const tour = plan.bySlot[slot]
    ruined.push(tour)
    const { size } = tour
    const length = Math.min(size, Math.floor(random.between(1, Math.min(size, longest) + 1)))
    const at = plan.positionOf[job]
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

/** By job, ascending; null: as drawn. */
type Key = ((model: RoutingModel, job: number) => number) | null

interface Order {
  weight: number
  key: Key
}

const ORDERS: readonly Order[] = [
  { weight: 4, key: null },
  { weight: 4, key: (model, job) => -model.demand[job] },
  { weight: 2, key: (model, job) => -model.distance[job] },
  { weight: 1, key: (model, job) => model.distance[job] },
]
const TIMED_ORDERS: readonly Order[] = [
  ...ORDERS,
  { weight: 2, key: (model, job) => model.closes[job] - model.opens[job] },
  { weight: 2, key: (model, job) => model.opens[job] },
  { weight: 2, key: (model, job) => -model.closes[job] },
]
const PENALTY_ORDERS: readonly Order[] = [
  { weight: 4, key: null },
  { weight: 3, key: (model, job) => -model.penalty[job] },
  { weight: 1, key: (model, job) => model.distance[job] },
]

/** Puts what is absent back, in an order drawn anew each time. */
function recreate(plan: Plan, random: Random): void {
  const { model } = plan
  const orders = model.onlyPenalties ? PENALTY_ORDERS : model.timed ? TIMED_ORDERS : ORDERS
  let draw = random.next() * orders.reduce((sum, { weight }) => sum + weight, 0)
  const { key } =
    orders.find(({ weight }) => {
      draw -= weight
      return draw < 0
    }) ?? orders[0]
  const { tried, left } = model.onlyPenalties ? plan.nearRuins(random) : { tried: plan.absent, left: [] }
  const jobs = random.shuffled(tried)
  if (key) jobs.sort((a, b) => key(model, a) - key(model, b))
  for (const job of jobs) if (!plan.insert(job, random)) left.push(job)
  plan.absent = left
  plan.turnStreets()
}

function answerOf(
  model: RoutingModel,
  tours: readonly Tour[],
): Pick<RoutingAnswer, 'routes' | 'unserved' | 'complete'> {
  const served = new Uint8Array(model.jobs)
  const routes = tours.map(({ type, home, tasks, size, cost, load }): Route => {
    const own = Array.from(tasks.subarray(0, size))
    for (const task of own) served[task >> 1] = 1
    return {
      vehicle: type,
      stops: own.map((task) => ({ job: task >> 1, reversed: task % 2 === 1 })),
      cost,
      load,
      ...(home >= 0 ? { today: home } : {}),
    }
  })
  const unserved = model.problem.jobs.map((_, job) => job).filter((job) => !served[job])
  return {
    routes: routes.sort((a, b) => a.vehicle - b.vehicle || a.stops[0].job - b.stops[0].job),
    unserved,
    complete: unserved.every((job) => !model.mustBeDone[job]),
  }
}

/** What a plan costs: its tours, where they count, and the penalties of what is left out; jobs that must be done have none. */
function objectiveOf(model: RoutingModel, tours: readonly Tour[]): number {
  const ways = model.onlyPenalties ? 0 : tours.reduce((sum, { cost }) => sum + cost, 0)
  let missed = model.problem.jobs.reduce((sum, { penalty = 0 }) => sum + penalty, 0)
  for (const { tasks, size } of tours) {
    for (let at = 0; at < size; at++) missed -= model.problem.jobs[tasks[at] >> 1].penalty ?? 0
  }
  return ways + Math.max(0, missed)
}

/** By job: today's route, −1 where it is on none. */
function homesOf({ jobs, start = [] }: RoutingProblem): Int32Array {
  const homes = new Int32Array(jobs.length).fill(-1)
  start.forEach(({ stops }, route) => {
    for (const { job } of stops) homes[job] = route
  })
  return homes
}

/** Today's routes, each of which must hold and be in time. */
function layOut(plan: Plan, problem: RoutingProblem): void {
  const served = new Set<number>()
  problem.start?.forEach(({ vehicle, stops }, route) => {
    const tour = plan.open(vehicle, problem.mostChanges === undefined ? undefined : route)
    for (const { job, reversed } of stops) {
      plan.put(tour, 2 * job + (reversed ? 1 : 0), tour.size)
      served.add(job)
    }
    if (!plan.isSound()) {
      throw new PlanRefusal(`start: expected routes that can be driven, got route ${route} overfull or late`)
    }
  })
  plan.absent = plan.absent.filter((job) => !served.has(job))
}

/** Tours into an empty plan. */
function layTours(plan: Plan, tours: readonly Tour[]): void {
  for (const { type, home, tasks, size } of tours) {
    const tour = plan.open(type, home)
    for (let at = 0; at < size; at++) plan.put(tour, tasks[at], at)
  }
  plan.absent = plan.absent.filter((job) => plan.slotOf[job] < 0)
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
    ...clock.proof(missed(best), missed(best) === 0 || isExact(tour) ? missed(best) : undefined),
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

/** As nodes, which are jobs counted from 1. */
function routesOf(tours: readonly Tour[]): Int32Array[] {
  return tours.map(({ tasks, size }) => tasks.slice(0, size).map((task) => (task >> 1) + 1))
}

/** Null where no plan that is sound was found soon, or none better than what is known. */
function planCapacitated(
  problem: RoutingProblem,
  capacitated: Capacitated,
  random: Random,
  clock: SearchClock,
  options: RoutingOptions,
  known?: { cost: number; plans: readonly Int32Array[][] },
): RoutingAnswer | null {
  let best: readonly Int32Array[] = []
  let cost = known?.cost ?? Number.POSITIVE_INFINITY
  let step = 0
  searchCapacitated(capacitated, {
    random,
    first: known?.plans,
    over() {
      const share = best.length > 0 || known ? 1 : TRY_SHARE
      if (clock.over || clock.seconds > share * options.seconds) return true
      // A plan made of two is as much work as a step for each job.
      return options.steps !== undefined && step++ * problem.jobs.length >= share * options.steps
    },
    onBetter(routes, length) {
      if (length >= cost) return
      best = routes
      cost = length
      clock.tell(cost)
    },
  })
  if (best.length === 0) return null
  const { nodes, lengths, demand } = capacitated
  const routes = best.map((own): Route => {
    const order = [0, ...own, 0]
    return {
      vehicle: 0,
      stops: Array.from(own, (node) => ({ job: node - 1, reversed: false })),
      cost: order.reduce((sum, node, at) => (at === 0 ? 0 : sum + lengths[order[at - 1] * nodes + node]), 0),
      load: own.reduce((sum, node) => sum + demand[node], 0),
    }
  })
  return {
    ...clock.proof(cost),
    routes: routes.sort((a, b) => a.stops[0].job - b.stops[0].job),
    unserved: [],
    complete: true,
  }
}

/**
 * Routes by ruin and recreate with simulated annealing, for streets, stops, windows, several posts and kinds of units
 * alike; by crossing plans where there are only stops of one post, and by a search of its own where only the penalties
 * of one tour count. Without a bound: see boundedRoutes.ts. Where
 * vehicles come first, routes are given up first (fewerTours.ts), and then cost less without becoming more.
 * @throws PlanRefusal as `checkRouting` says.
 */
export function planRoutes(problem: RoutingProblem, options: RoutingOptions): RoutingAnswer {
  checkRouting(problem)
  const random = createRandom(options.seed ?? 1, 'routing')
  const clock = new SearchClock(options)
  const tour = asOneTour(problem)
  const found = tour && planOneTour(problem, tour, random, clock, options)
  if (found) return found
  const { steps = Number.POSITIVE_INFINITY, seconds } = options
  const size = problem.jobs.length / Math.sqrt(seconds)
  const capacitated =
    size <= MOST_CROSSED && steps >= PLANS * problem.jobs.length ? asCapacitated(problem) : null
  const isSmall = size <= MOST_JOBS
  const { fewestVehicles = false } = problem
  const whole =
    capacitated && isSmall && !fewestVehicles
      ? planCapacitated(problem, capacitated, random, clock, options)
      : null
  if (whole) return whole
  const model = new RoutingModel(problem)
  const limited = problem.mostChanges !== undefined
  const emptyPlan = () => new Plan(model, limited ? homesOf(problem) : null, problem.mostChanges)
  let plan = emptyPlan()
  if (problem.start) layOut(plan, problem)
  else {
    for (const jobs of savingsTours(model) ?? []) {
      const tour = plan.open(0)
      for (const job of jobs) plan.put(tour, 2 * job, tour.size)
    }
    plan.absent = plan.absent.filter((job) => plan.slotOf[job] < 0)
  }
  plan.begin()
  recreate(plan, random)
  // Where only penalties count, ways break ties.
  const rank = () => (model.onlyPenalties ? plan.missed * RANK + plan.cost : plan.cost)
  let best: readonly Tour[] = plan.copy()
  const tell = () => clock.tell(objectiveOf(model, best))
  tell()
  let step = 0
  const change = () => {
    ruin(plan, random)
    recreate(plan, random)
  }
  if (fewestVehicles && plan.absent.length === 0) {
    const spent = () => (steps < Number.POSITIVE_INFINITY ? step / steps : clock.seconds / seconds)
    let found = 0
    best = removeTours(plan, fewestTours(model), {
      random,
      step() {
        step++
        change()
      },
      over: () => clock.over || spent() >= Math.min(MOST_FEWER, Math.max(FEWER, PATIENCE * found)),
      onFewer(tours) {
        best = tours
        found = spent()
        tell()
      },
    })
    plan = emptyPlan()
    layTours(plan, best)
    plan.mostTours = best.length
  }
  const perJob = best.reduce((sum, { cost }) => sum + cost, 0) / Math.max(1, model.jobs - plan.absent.length)
  const hot = HOT * perJob
  let temperature = hot
  // Of many stops of one post, plans on the way are crossed in the end.
  const isCrossed = capacitated !== null && (!isSmall || fewestVehicles) && steps === Number.POSITIVE_INFINITY
  const share = !isCrossed ? 1 : isSmall ? 0 : ANNEALED
  const passed: Int32Array[][] = []
  const [firstStep, began] = [step, clock.seconds]
  let bestRank = rank()
  for (; model.jobs > 0 && step < steps; step++) {
    if ((step - firstStep) % 64 === 0) {
      const done =
        steps < Number.POSITIVE_INFINITY
          ? (step - firstStep) / (steps - firstStep)
          : (clock.seconds - began) / (share * seconds - began)
      if (clock.over || !(done < 1)) break
      temperature = hot * (COLD / HOT) ** done
      if (isCrossed && done * PASSED > passed.length && plan.absent.length === 0)
        passed.push(routesOf(plan.copy()))
    }
    const before = plan.cost
    plan.begin()
    change()
    if (plan.cost < before - temperature * Math.log(random.next()) && plan.keepsEnough) {
      if (rank() < bestRank - BETTER * Math.abs(bestRank)) {
        best = plan.copy()
        bestRank = rank()
        tell()
      }
    } else plan.undo()
  }
  const known = { cost: objectiveOf(model, best), plans: [routesOf(best), ...passed] }
  const crossed =
    isCrossed && answerOf(model, best).complete
      ? planCapacitated(
          problem,
          { ...capacitated, vehicles: Math.min(capacitated.vehicles, plan.mostTours) },
          random,
          clock,
          options,
          known,
        )
      : null
  return crossed ?? { ...clock.proof(objectiveOf(model, best)), ...answerOf(model, best) }
}
