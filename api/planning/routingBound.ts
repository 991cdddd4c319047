import loadHighs from 'highs'
import { CheapestRoutes, type LooseRoute } from './cheapestRoutes.ts'
import type { RoutingProblem } from './routing.ts'
import { RoutingModel } from './routingModel.ts'
import { SearchClock, type SearchOptions } from './search.ts'

/** Stops, and streets by direction, up to which a bound is tried: above, one look for routes takes too long. */
const MOST_TASKS = 400
/** How much of the prices asked next comes from the best so far (Wentges 1997): more while the bound is below a share. */
const SMOOTH = 0.7
const SMOOTH_FAR = 0.93
const FAR = 0.95
/** Sums are not exact: a bound is told so much lower. */
const SAFE = 1e-7
/** As near as prices and routes get. */
const NEAR = 1e-6

/** To load it takes longer than a small bound. */
let loading: ReturnType<typeof loadHighs> | undefined

/** Whether a bound is worth a try. */
export function mayHaveBound({ jobs, onlyPenalties }: RoutingProblem): boolean {
  const tasks = jobs.reduce((sum, { bothWays }) => sum + (bothWays ? 2 : 1), 0)
  return !onlyPenalties && jobs.length > 0 && tasks <= MOST_TASKS
}

/**
 * A cost that no plan can be below: each job asks a price, and where no route costs less than the prices of its jobs, all
 * prices together are a bound. Prices come from a linear model of the routes found so far (column generation); the routes
 * are looser than those that can be driven (cheapestRoutes.ts), and orders, today's routes and their limits are left out of
 * account, which only lowers it. Undefined where ways cost nothing, or neither time nor load is limited, or jobs are too many.
 * @param options `seconds` it may take; the bound is valid whenever it stops. Progress tells what the linear model costs,
 * which is no plan's cost, and the bound.
 */
export async function routingBound(
  problem: RoutingProblem,
  options: SearchOptions,
): Promise<number | undefined> {
  const { jobs, vehicles } = problem
  if (!mayHaveBound(problem)) return undefined
  const clock = new SearchClock(options)
  const model = new RoutingModel(problem)
  const searches = vehicles.map((_, type) => CheapestRoutes.of(model, type))
  if (!searches.every((search) => search !== null)) return undefined
  loading ??= loadHighs()
  const highs = await loading
  const count = Array.from(model.count, (each) => Math.min(each, jobs.length))
  const load = model.demand.reduce((sum, each, job) => sum + (model.mustBeDone[job] ? each : 0), 0)
  const fewest = Math.ceil(load / Math.max(...model.capacity) - 1e-9)
  // What a job may cost at most: its penalty, or more than any route to it alone.
  const most = Array.from(model.penalty)
  return highs.withModel((solver) => {
    solver.options.set({ output_flag: false, time_limit: options.seconds })
    // A row a job, then routes of each type, and of all.
    const none = { indices: new Int32Array(), values: new Float64Array() }
    for (let job = 0; job < jobs.length; job++) solver.addRow(1, Number.POSITIVE_INFINITY, none)
    for (const each of model.count) solver.addRow(Number.NEGATIVE_INFINITY, each, none)
    solver.addRow(Math.max(0, fewest), Number.POSITIVE_INFINITY, none)
    const fleetRow = jobs.length + vehicles.length
    most.forEach((penalty, job) => {
      solver.addCol(penalty, 0, Number.POSITIVE_INFINITY, {
        indices: Int32Array.of(job),
        values: Float64Array.of(1),
      })
    })
    solver.addCol(
      most.reduce((sum, each) => Math.max(sum, each), 0),
      0,
      Number.POSITIVE_INFINITY,
      {
        indices: Int32Array.of(fleetRow),
        values: Float64Array.of(1),
      },
    )
    const add = (type: number, done: Iterable<number>, cost: number) => {
      const times = new Map<number, number>([[jobs.length + type, 1]])
      times.set(fleetRow, 1)
      for (const job of done) times.set(job, (times.get(job) ?? 0) + 1)
      const indices = Int32Array.from([...times.keys()].sort((a, b) => a - b))
      const values = Float64Array.from(indices, (row) => times.get(row) ?? 0)
      solver.addCol(cost, 0, Number.POSITIVE_INFINITY, { indices, values })
    }
    // To begin with, each job by itself, as far as load goes: prices soon are of the size of ways.
    for (let type = 0; type < vehicles.length; type++) {
      const [from, to] = [model.starts[type] * model.places, model.ends[type]]
      for (let task = 0; task < 2 * jobs.length; task++) {
        const job = task >> 1
        if (model.demand[job] > model.capacity[type] || (task % 2 === 1 && !model.bothWays[job])) continue
        const ways = model.costs[from + model.entry[task]] + model.costs[model.exit[task] * model.places + to]
        if (Number.isFinite(ways)) add(type, [job], ways + model.cost[job])
      }
    }
    const isWhole =
      problem.costs.every(Number.isInteger) &&
      jobs.every(({ cost = 0, penalty = 0 }) => Number.isInteger(cost) && Number.isInteger(penalty))
    let told = 0
    /** By row. */
    let best = new Float64Array(fleetRow + 1)
    let bound = 0
    let isSmooth = true
    for (;;) {
      solver.run()
      const upper = solver.getObjectiveValue()
      const duals = solver.getSolution().rowDual
      const prices = duals.map((dual, row) =>
        row < jobs.length
          ? Math.min(most[row], Math.max(0, dual))
          : row < fleetRow
            ? Math.min(0, dual)
            : Math.max(0, dual),
      )
      const old = !isSmooth ? 0 : bound < FAR * upper ? SMOOTH_FAR : SMOOTH
      const asked = prices.map((price, row) => old * best[row] + (1 - old) * price)
      let value = fewest * asked[fleetRow]
      for (let job = 0; job < jobs.length; job++) value += asked[job]
      const found: LooseRoute[] = []
      searches.forEach((search, type) => {
        const fee = asked[jobs.length + type] + asked[fleetRow]
        const routes = search.cheapest(asked)
        if (Number.isFinite(model.count[type])) value += model.count[type] * asked[jobs.length + type]
        value += count[type] * Math.min(0, (routes[0]?.reduced ?? 0) - fee)
        found.push(...routes)
      })
      if (value > bound) {
        bound = value
        best = asked
        const safe = bound - SAFE * Math.max(1, bound)
        told = isWhole ? Math.ceil(safe) : safe
        clock.tell(upper, told)
      }
      if (clock.over) break
      let added = 0
      for (const { type, tasks: own, cost } of found) {
        const done = own.map((task) => task >> 1)
        const worth = done.reduce(
          (sum, job) => sum + prices[job],
          prices[jobs.length + type] + prices[fleetRow],
        )
        if (cost >= worth - NEAR * Math.max(1, cost)) continue
        add(type, done, cost)
        added++
      }
      if (added === 0 && !isSmooth) break
      // Where smoothed prices find nothing more, those of the model decide.
      isSmooth = added > 0
    }
    return told
  })
}
