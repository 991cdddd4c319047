import type { PMedianInput } from './pMedianInput.ts'

interface BoundSearch {
  /** Cost of the best posts known. */
  objective: number
  /** All costs are whole numbers, so that the best cost is one too. */
  whole: boolean
  over(): boolean
  onBetter(posts: readonly number[], cost: number): void
  /** Exchanges from these posts until none helps; what the best now costs. */
  polish(posts: readonly number[]): number
  onBound(bound: number): void
}

/** Candidates decided on the way down: 1 a post, −1 none, 0 open. */
type Decided = Int8Array

const ROOT_STEPS = 1500
const BRANCH_STEPS = 120
/** Steps without a better bound after which the stride is halved. */
const PATIENCE = 15
/** Steps between two looks at what the posts of the relaxation cost, and between two exchanges from them. */
const LOOK = 10
const POLISH = 40

/** Lagrangian relaxation of "each customer has one post" for given prices. */
class Relaxation {
  readonly prices: Float64Array
  private readonly input: PMedianInput
  private readonly saving: Float64Array
  private readonly served: Int32Array
  private order: number[] = []

  constructor(input: PMedianInput) {
    this.input = input
    this.prices = new Float64Array(input.customers)
    this.saving = new Float64Array(input.candidates)
    this.served = new Int32Array(input.customers)
  }

  /** The bound at the prices, the posts that give it, and what each candidate would save. */
  solve(decided: Decided): { bound: number; posts: number[]; saving: Float64Array; posed: number } {
    const { customers, candidates, costs, p } = this.input
    const { prices, saving } = this
    for (let candidate = 0; candidate < candidates; candidate++) {
      let sum = 0
      const row = candidate * customers
      for (let customer = 0; customer < customers; customer++) {
        const worth = costs[row + customer] - prices[customer]
        if (worth < 0) sum += worth
      }
      saving[candidate] = sum
    }
    this.order = []
    const posts: number[] = []
    for (let candidate = 0; candidate < candidates; candidate++) {
      if (decided[candidate] > 0) posts.push(candidate)
      else if (decided[candidate] === 0) this.order.push(candidate)
    }
    const open = p - posts.length
    this.order.sort((a, b) => saving[a] - saving[b])
    posts.push(...this.order.slice(0, open))
    let bound = 0
    for (const price of prices) bound += price
    for (const post of posts) bound += saving[post]
    return { bound, posts, saving, posed: open }
  }

  /** How many posts serve each customer, less one: the way to better prices. */
  imbalance(posts: readonly number[]): { served: Int32Array; square: number } {
    const { customers, costs } = this.input
    this.served.fill(-1)
    for (const post of posts) {
      const row = post * customers
      for (let customer = 0; customer < customers; customer++) {
        if (costs[row + customer] < this.prices[customer]) this.served[customer]++
      }
    }
    let square = 0
    for (const count of this.served) square += count * count
    return { served: this.served, square }
  }

  /** The savings of the last chosen and the first left out, between which a candidate changes sides. */
  margins(open: number): { last: number; next: number; order: readonly number[] } {
    const { order, saving } = this
    return {
      last: open > 0 ? saving[order[open - 1]] : Number.NEGATIVE_INFINITY,
      next: open < order.length ? saving[order[open]] : Number.POSITIVE_INFINITY,
      order,
    }
  }
}

function costOf({ customers, costs }: PMedianInput, posts: readonly number[]): number {
  let total = 0
  for (let customer = 0; customer < customers; customer++) {
    let least = Number.POSITIVE_INFINITY
    for (const post of posts) least = Math.min(least, costs[post * customers + customer])
    total += least
  }
  return total
}

/**
 * A cost no choice of posts can be below, by subgradient steps on the prices (Cornuéjols, Fisher, Nemhauser 1977) and,
 * where these do not meet the best cost, by branching on candidates until they do or time is up.
 */
export function pMedianBound(input: PMedianInput, search: BoundSearch): number {
  const { customers, candidates, costs } = input
  const relaxation = new Relaxation(input)
  const { prices } = relaxation
  let objective = search.objective
  let rootBound = Number.NEGATIVE_INFINITY

  const isMet = (bound: number) =>
    search.whole ? bound > objective - 1 + 1e-6 : bound >= objective - 1e-9 * Math.max(1, objective)

  /** Steps on the prices; keeps the best and fixes what they decide. */
  const climb = (decided: Decided, steps: number, onBound: (bound: number) => void) => {
    let best = Number.NEGATIVE_INFINITY
    let bestPrices = Float64Array.from(prices)
    let stride = 1.5
    let idle = 0
    for (let step = 0; step < steps && stride > 1e-4 && !search.over(); step++) {
      const { bound, posts, saving, posed } = relaxation.solve(decided)
      if (bound > best + 1e-9) {
        idle = bound > best + 1e-6 * Math.abs(best) ? 0 : idle + 1
        best = bound
        bestPrices = Float64Array.from(prices)
        onBound(best)
      } else if (++idle >= PATIENCE) {
        stride /= 1.6
        idle = 0
        prices.set(bestPrices)
        continue
      }
      if (step % POLISH === POLISH - 1) objective = Math.min(objective, search.polish(posts))
      else if (step % LOOK === 0) {
        const cost = costOf(input, posts)
        if (cost < objective - 1e-9) {
          objective = cost
          search.onBetter(posts, cost)
        }
      }
      if (isMet(best)) break
      // What would lift the bound over the best cost cannot be in a better choice.
      const { last, next, order } = relaxation.margins(posed)
      order.forEach((candidate, place) => {
        if (place < posed) {
          if (isMet(bound - saving[candidate] + next)) decided[candidate] = 1
        } else if (isMet(bound - last + saving[candidate])) decided[candidate] = -1
      })
      const { served, square } = relaxation.imbalance(posts)
      if (square === 0) break
      const length = (stride * (1.02 * objective - bound)) / square
      for (let customer = 0; customer < customers; customer++) prices[customer] -= length * served[customer]
    }
    prices.set(bestPrices)
    return best
  }

  // Prices to begin with: what a customer's second post would cost among the best.
  for (let customer = 0; customer < customers; customer++) {
    const own = Array.from({ length: candidates }, (_, candidate) => costs[candidate * customers + customer])
    own.sort((a, b) => a - b)
    prices[customer] = own[Math.min(own.length - 1, Math.ceil(candidates / input.p / 2))]
  }
  const root: Decided = new Int8Array(candidates)
  for (const post of input.fixed ?? []) root[post] = 1
  climb(root, ROOT_STEPS, (bound) => {
    if (bound <= rootBound) return
    // Where nothing better is left, the restricted problem's bound goes past the best cost.
    rootBound = Math.min(bound, objective)
    search.onBound(rootBound)
  })
  if (isMet(rootBound)) return objectiveOr(rootBound)

  /** Least bound over the leaves below: every choice not looked at is above it. */
  const branch = (decided: Decided, bound: number, startPrices: Float64Array): number => {
    if (isMet(bound)) return bound
    if (search.over()) return bound
    prices.set(startPrices)
    const own = Int8Array.from(decided)
    const better = Math.max(
      bound,
      climb(own, BRANCH_STEPS, () => undefined),
    )
    if (isMet(better) || search.over()) return better
    const ownPrices = Float64Array.from(prices)
    const { posts, saving } = relaxation.solve(own)
    const open = posts.filter((post) => own[post] === 0)
    if (open.length === 0) {
      const cost = costOf(input, posts)
      if (cost < objective - 1e-9) {
        objective = cost
        search.onBetter(posts, cost)
      }
      return cost
    }
    // The chosen one that saves most: without it the bound rises fastest.
    const picked = open.reduce((best, post) => (saving[post] < saving[best] ? post : best))
    const without = Int8Array.from(own)
    without[picked] = -1
    const lower = branch(without, better, ownPrices)
    own[picked] = 1
    return Math.min(lower, branch(own, better, ownPrices))
  }
  const proved = branch(root, rootBound, Float64Array.from(prices))
  const bound = Math.max(rootBound, Math.min(proved, objective))
  if (bound > rootBound) search.onBound(bound)
  return objectiveOr(bound)

  function objectiveOr(value: number): number {
    return isMet(value) ? objective : value
  }
}
