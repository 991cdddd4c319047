import type { RoutingModel, Task } from './routingModel.ts'

/** Steps of one search at most: tasks before a task, at each amount of what runs out. */
const MOST_STEPS = 2.5e6
/** Of what runs out, how many amounts are told apart at most. */
const MOST_AMOUNTS = 4000

/** A route that may do a job more than once. */
export interface LooseRoute {
  type: number
  tasks: Task[]
  /** Without prices. */
  cost: number
  /** Less the prices of what it does. */
  reduced: number
}

/**
 * Cheapest routes when each job pays a price: at least as cheap as all that can be driven, as they may do a job again, but
 * for going straight back to it, and keep to their time only, or where none is short to their load (q-routes without
 * two-cycles: Christofides, Mingozzi and Toth 1981). Time and load are counted in whole amounts, each part rounded down, so
 * that no route is lost. Null where neither runs out.
 */
export class CheapestRoutes {
  private readonly model: RoutingModel
  private readonly type: number
  private readonly tasks: Task[]
  /** By task: least and most that may be used up when it begins (of load: ends), and where its amounts stand. */
  private readonly least: Int32Array
  private readonly most: Int32Array
  private readonly first: Int32Array
  /** From task a to task b at [a * all + b]; −1: never. */
  private readonly uses: Int32Array
  private readonly ways: Float64Array
  private readonly home: Float64Array
  private readonly last: Int32Array
  /** By task and amount: the best and the second best whose last job is another, and the tasks before. */
  private readonly best: Float64Array
  private readonly before: Int32Array
  private readonly second: Float64Array
  private readonly beforeSecond: Int32Array

  private constructor(model: RoutingModel, type: number, run: Resource, grain: number, slack: number) {
    const { jobs, bothWays, entry, exit, costs, places, starts, ends, rank } = model
    const all = 2 * jobs
    const amount = (value: number) => Math.floor(value / grain + 1e-9)
    this.model = model
    this.type = type
    this.least = new Int32Array(all)
    this.most = new Int32Array(all).fill(-1)
    this.first = new Int32Array(all)
    this.last = new Int32Array(all).fill(-1)
    this.home = new Float64Array(all).fill(Number.POSITIVE_INFINITY)
    this.uses = new Int32Array(all * all).fill(-1)
    this.ways = new Float64Array(all * all)
    this.tasks = []
    let count = 0
    for (let task = 0; task < all; task++) {
      const job = task >> 1
      if (task % 2 === 1 && !bothWays[job]) continue
      const begins = run.begins(task)
      const [least, most] = [amount(begins), amount(run.until(task)) + slack]
      const way = costs[places * starts[type] + entry[task]]
      this.home[task] = costs[places * exit[task] + ends[type]]
      if (!(begins <= run.until(task)) || !Number.isFinite(way + this.home[task])) continue
      this.least[task] = least
      this.most[task] = most
      this.first[task] = count
      this.last[task] = Math.min(most, amount(run.back) + slack - amount(run.toEnd(task)))
      count += most - least + 1
      this.tasks.push(task)
    }
    for (const a of this.tasks) {
      for (const b of this.tasks) {
        const cost = costs[places * exit[a] + entry[b]]
        const needs = run.between(a, b)
        if (a >> 1 === b >> 1 || !Number.isFinite(cost + needs) || rank[a >> 1] > rank[b >> 1]) continue
        // With slack each part uses up something, so that routes end.
        this.uses[a * all + b] = Math.max(slack > 0 ? 1 : 0, amount(needs))
        this.ways[a * all + b] = cost
      }
    }
    this.best = new Float64Array(count)
    this.second = new Float64Array(count)
    this.before = new Int32Array(count)
    this.beforeSecond = new Int32Array(count)
  }

  static of(model: RoutingModel, type: number): CheapestRoutes | null {
    const run = timeOf(model, type) ?? loadOf(model, type)
    if (!run) return null
    const { jobs, bothWays } = model
    const tasks = Array.from({ length: 2 * jobs }, (_, task) => task).filter(
      (task) => (task % 2 === 0 || bothWays[task >> 1] === 1) && run.begins(task) <= run.until(task),
    )
    const width = tasks.reduce((sum, task) => sum + run.until(task) - run.begins(task), 0)
    const grain = Math.max(
      (width * tasks.length) / MOST_STEPS,
      run.back / MOST_AMOUNTS,
      // Whole amounts of load need not be finer than they are.
      run.whole && run.back <= MOST_AMOUNTS ? 1 : 0,
      1e-9,
    )
    const isShort = tasks.some((a) =>
      tasks.some((b) => a >> 1 !== b >> 1 && Math.floor(run.between(a, b) / grain + 1e-9) < 1),
    )
    // Where a part may use up nothing, each uses one more at least, and all may use so much more.
    return new CheapestRoutes(model, type, run, grain, isShort ? run.mostJobs : 0)
  }

  /** @param prices By job. @returns The cheapest ending with each job, cheapest first. */
  cheapest(prices: Float64Array): LooseRoute[] {
    this.fill(prices)
    const byJob = new Map<number, { reduced: number; task: Task }>()
    for (const task of this.tasks) {
      const amount = this.last[task]
      if (amount < this.least[task]) continue
      const reduced = this.best[this.first[task] + amount - this.least[task]] + this.home[task]
      const known = byJob.get(task >> 1)
      if (reduced < (known?.reduced ?? Number.POSITIVE_INFINITY)) byJob.set(task >> 1, { reduced, task })
    }
    return [...byJob.values()]
      .sort((a, b) => a.reduced - b.reduced)
      .map(({ reduced, task }) => this.traced(task, reduced))
  }

  private fill(prices: Float64Array): void {
    const { tasks, least, most, first, uses, ways, best, second, before, beforeSecond, model } = this
    const { costs, places, starts, entry, cost } = model
    const all = 2 * model.jobs
    let [from, until] = [Number.POSITIVE_INFINITY, 0]
    for (const task of tasks) {
      from = Math.min(from, least[task])
      until = Math.max(until, most[task])
    }
    for (let amount = from; amount <= until; amount++) {
      for (const task of tasks) {
        if (amount < least[task] || amount > most[task]) continue
        const own = cost[task >> 1] - prices[task >> 1]
        let one = costs[places * starts[this.type] + entry[task]]
        let other = Number.POSITIVE_INFINITY
        let oneBefore = -1
        let otherBefore = -1
        for (const previous of tasks) {
          const used = uses[previous * all + task]
          if (used < 0) continue
          const left = Math.min(amount - used, most[previous])
          if (left < least[previous]) continue
          const at = first[previous] + left - least[previous]
          // Not straight back to the job it was at before.
          const isBack = before[at] >= 0 && before[at] >> 1 === task >> 1
          const value = (isBack ? second[at] : best[at]) + ways[previous * all + task]
          if (value >= other) continue
          if (value < one) {
            if (oneBefore < 0 || oneBefore >> 1 !== previous >> 1) {
              other = one
              otherBefore = oneBefore
            }
            one = value
            oneBefore = previous
          } else if (oneBefore < 0 || oneBefore >> 1 !== previous >> 1) {
            other = value
            otherBefore = previous
          }
        }
        const at = first[task] + amount - least[task]
        best[at] = one + own
        before[at] = oneBefore
        second[at] = other + own
        beforeSecond[at] = otherBefore
      }
    }
  }

  private traced(end: Task, reduced: number): LooseRoute {
    const { least, most, first, uses, ways, before, beforeSecond, model, last, home, type } = this
    const { costs, places, starts, entry, cost } = model
    const all = 2 * model.jobs
    const tasks = [end]
    let own = home[end] + cost[end >> 1]
    let [task, amount, isSecond] = [end, last[end], false]
    for (;;) {
      const at = first[task] + amount - least[task]
      const previous = isSecond ? beforeSecond[at] : before[at]
      if (previous < 0) break
      const left = Math.min(amount - uses[previous * all + task], most[previous])
      const behind = first[previous] + left - least[previous]
      isSecond = before[behind] >= 0 && before[behind] >> 1 === task >> 1
      own += ways[previous * all + task] + cost[previous >> 1]
      tasks.push(previous)
      task = previous
      amount = left
    }
    own += costs[places * starts[type] + entry[task]]
    return { type, tasks: tasks.reverse(), cost: own, reduced }
  }
}

/** What runs out on a route: time, or load. */
interface Resource {
  /** Used up when a task begins (of load: ends), at least and at most. */
  begins(task: Task): number
  until(task: Task): number
  between(a: Task, b: Task): number
  toEnd(task: Task): number
  back: number
  whole: boolean
  /** Of a route, at most. */
  mostJobs: number
}

function timeOf(model: RoutingModel, type: number): Resource | null {
  const { jobs, times, places, entry, exit, opens, closes, duration, leaves, back, starts, ends } = model
  if (!model.timed) return null
  const latest = closes.reduce((most, each) => Math.max(most, each), 0)
  const end = back[type]
  if (!Number.isFinite(end) && !Number.isFinite(latest)) return null
  const toEnd = (task: Task) =>
    Number.isFinite(end) ? duration[task >> 1] + times[places * exit[task] + ends[type]] : 0
  const until = (task: Task) => Math.min(closes[task >> 1], end - toEnd(task))
  return {
    begins: (task) => Math.max(opens[task >> 1], leaves[type] + times[places * starts[type] + entry[task]]),
    until,
    between: (a, b) => duration[a >> 1] + times[places * exit[a] + entry[b]],
    toEnd,
    back: Number.isFinite(end) ? end : latest,
    whole: false,
    mostJobs: jobs,
  }
}

function loadOf({ demand, capacity }: RoutingModel, type: number): Resource | null {
  const most = capacity[type]
  if (!Number.isFinite(most)) return null
  let [load, mostJobs] = [0, 0]
  for (const each of demand.toSorted()) {
    load += each
    if (load > most) break
    mostJobs++
  }
  return {
    begins: (task) => demand[task >> 1],
    until: () => most,
    between: (_, b) => demand[b >> 1],
    toEnd: () => 0,
    back: most,
    whole: demand.every((each) => Number.isInteger(each)),
    mostJobs,
  }
}
