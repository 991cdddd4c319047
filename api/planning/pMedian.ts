import { createRandom, type Random } from '../../geodata/random.ts'
import { pMedianBound } from './pMedianBound.ts'
import { checkPMedian, type PMedianInput } from './pMedianInput.ts'
import { type Proof, SearchClock, type SearchOptions } from './search.ts'

export interface PMedianAnswer extends Proof {
  /** The chosen candidates, ascending. */
  posts: number[]
  /** By customer: its nearest post, as a candidate. */
  post: Uint32Array
}

/** Chosen posts, with each customer's nearest and second nearest. */
class Choice {
  readonly input: PMedianInput
  readonly posts: Uint32Array
  /** By candidate: its place in `posts`, −1 where it is none. */
  readonly placeOf: Int32Array
  readonly nearest: Uint32Array
  readonly second: Uint32Array
  readonly nearestCost: Float64Array
  readonly secondCost: Float64Array
  private readonly isFixed: Uint8Array
  private readonly isOld: Uint8Array
  private readonly mostNew: number
  /** What taking away a post costs, by its place in `posts`, for the candidate being tried. */
  private readonly loss: Float64Array
  private fresh = 0
  cost = 0

  constructor(input: PMedianInput, posts: readonly number[]) {
    const { customers, candidates, p, fixed = [], start = [], mostChanges } = input
    this.input = input
    this.posts = Uint32Array.from(posts)
    this.placeOf = new Int32Array(candidates).fill(-1)
    this.nearest = new Uint32Array(customers)
    this.second = new Uint32Array(customers)
    this.nearestCost = new Float64Array(customers)
    this.secondCost = new Float64Array(customers)
    this.isFixed = new Uint8Array(candidates)
    this.isOld = new Uint8Array(candidates)
    for (const place of fixed) this.isFixed[place] = 1
    for (const place of start) this.isOld[place] = 1
    this.mostNew = mostChanges ?? p
    this.loss = new Float64Array(p)
    this.set(posts)
  }

  set(posts: ArrayLike<number>): void {
    this.placeOf.fill(-1)
    this.fresh = 0
    for (let place = 0; place < posts.length; place++) {
      this.posts[place] = posts[place]
      this.placeOf[posts[place]] = place
      if (!this.isOld[posts[place]]) this.fresh++
    }
    this.cost = 0
    for (let customer = 0; customer < this.input.customers; customer++) {
      this.findTwo(customer)
      this.cost += this.nearestCost[customer]
    }
  }

  private findTwo(customer: number): void {
    const { costs, customers } = this.input
    let [first, second] = [this.posts[0], this.posts[0]]
    let [firstCost, secondCost] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
    for (const post of this.posts) {
      const cost = costs[post * customers + customer]
      if (cost < firstCost) {
        second = first
        secondCost = firstCost
        first = post
        firstCost = cost
      } else if (cost < secondCost) {
        second = post
        secondCost = cost
      }
    }
    this.nearest[customer] = first
    this.second[customer] = second
    this.nearestCost[customer] = firstCost
    this.secondCost[customer] = secondCost
  }

  /**
   * The post whose place the candidate would best take, and what that changes (Whitaker 1983: one pass over the
   * customers for all posts at once). `out` −1: it may take nobody's.
   */
  bestOut(candidate: number): { out: number; change: number } {
    const { costs, customers } = this.input
    const { loss, nearest, nearestCost, secondCost, placeOf } = this
    loss.fill(0)
    let gain = 0
    const row = candidate * customers
    for (let customer = 0; customer < customers; customer++) {
      const cost = costs[row + customer]
      const own = nearestCost[customer]
      if (cost < own) gain += own - cost
      else {
        const other = secondCost[customer]
        loss[placeOf[nearest[customer]]] += (cost < other ? cost : other) - own
      }
    }
    const mayAdd = this.fresh + (this.isOld[candidate] ? 0 : 1) <= this.mostNew
    let out = -1
    let least = Number.POSITIVE_INFINITY
    for (let place = 0; place < this.posts.length; place++) {
      const post = this.posts[place]
      if (loss[place] >= least || this.isFixed[post] || (!mayAdd && this.isOld[post])) continue
      out = place
      least = loss[place]
    }
    return { out, change: least - gain }
  }

  swap(candidate: number, out: number): void {
    const { costs, customers } = this.input
    const gone = this.posts[out]
    this.fresh += (this.isOld[candidate] ? 0 : 1) - (this.isOld[gone] ? 0 : 1)
    this.posts[out] = candidate
    this.placeOf[gone] = -1
    this.placeOf[candidate] = out
    let total = 0
    for (let customer = 0; customer < customers; customer++) {
      const cost = costs[candidate * customers + customer]
      if (this.nearest[customer] === gone || this.second[customer] === gone) this.findTwo(customer)
      else if (cost < this.nearestCost[customer]) {
        this.second[customer] = this.nearest[customer]
        this.secondCost[customer] = this.nearestCost[customer]
        this.nearest[customer] = candidate
        this.nearestCost[customer] = cost
      } else if (cost < this.secondCost[customer]) {
        this.second[customer] = candidate
        this.secondCost[customer] = cost
      }
      total += this.nearestCost[customer]
    }
    this.cost = total
  }

  /** A random post gives its place to a candidate nearby or anywhere, as far as that is allowed. */
  shake(random: Random): void {
    const { candidates } = this.input
    for (let attempt = 0; attempt < 20; attempt++) {
      const candidate = random.int(0, candidates - 1)
      if (this.placeOf[candidate] >= 0) continue
      const out = random.int(0, this.posts.length - 1)
      const post = this.posts[out]
      const fresh = this.fresh + (this.isOld[candidate] ? 0 : 1) - (this.isOld[post] ? 0 : 1)
      if (this.isFixed[post] || fresh > this.mostNew) continue
      this.swap(candidate, out)
      return
    }
  }
}

const ENOUGH = 1e-9
/** Shakes without a better answer before it is asked how good the answer is. */
const FIRST_ROUNDS = 30

/** Exchanges until no single exchange helps, trying candidates in random order. */
function descend(choice: Choice, random: Random, clock: SearchClock): void {
  const order = random.shuffled(Array.from({ length: choice.input.candidates }, (_, index) => index))
  let idle = 0
  for (let at = 0; idle < order.length && !clock.over; at = (at + 1) % order.length) {
    const candidate = order[at]
    idle++
    if (choice.placeOf[candidate] >= 0) continue
    const { out, change } = choice.bestOut(candidate)
    if (out < 0 || change >= -ENOUGH) continue
    choice.swap(candidate, out)
    idle = 0
  }
}

/** A first choice: the fixed posts, today's, and then at each step the candidate that saves most. */
function firstPosts(input: PMedianInput, random: Random): number[] {
  const { customers, candidates, costs, p, fixed = [], start = [], mostChanges } = input
  const posts = [...new Set([...fixed, ...start])].slice(0, Math.max(p, fixed.length))
  if (mostChanges !== undefined) {
    // Fixed posts that are new push out old ones from the end.
    return posts.slice(0, p)
  }
  const own = new Float64Array(customers).fill(Number.POSITIVE_INFINITY)
  const take = (post: number) => {
    for (let customer = 0; customer < customers; customer++) {
      own[customer] = Math.min(own[customer], costs[post * customers + customer])
    }
  }
  for (const post of posts) take(post)
  const taken = new Set(posts)
  while (posts.length < p) {
    // Of a few at random, which is nearly as good and much faster.
    let best = -1
    let bestCost = Number.POSITIVE_INFINITY
    for (let attempt = 0; attempt < Math.min(candidates, 50); attempt++) {
      const candidate = random.int(0, candidates - 1)
      if (taken.has(candidate)) continue
      let cost = 0
      for (let customer = 0; customer < customers; customer++) {
        cost += Math.min(own[customer], costs[candidate * customers + customer])
      }
      if (cost < bestCost) [best, bestCost] = [candidate, cost]
    }
    if (best < 0) continue
    posts.push(best)
    taken.add(best)
    take(best)
  }
  return posts
}

/**
 * Posts by exchange and variable neighbourhoods (Hansen and Mladenović 1997), and how far from the best they can be at
 * most, by Lagrangian relaxation; for small cases a proof by branch and bound.
 * @throws PlanRefusal for more posts than candidates, costs that are none, or changes that fixed posts forbid.
 */
export function pMedian(input: PMedianInput, options: SearchOptions): PMedianAnswer {
  checkPMedian(input)
  const random = createRandom(options.seed ?? 1, 'p-median')
  const clock = new SearchClock(options)
  const choice = new Choice(input, firstPosts(input, random))
  const whole = isWhole(input.costs)
  const limited = input.mostChanges !== undefined && input.mostChanges < input.p
  descend(choice, random, clock)
  let best = Uint32Array.from(choice.posts)
  let bestCost = choice.cost
  let bound: number | undefined
  clock.tell(bestCost)
  /** @param rounds Shakes without a better answer after which it ends. */
  const improve = (rounds: number) => {
    const mostShakes = Math.min(input.p, 12)
    let shakes = 1
    for (let idle = 0; idle < rounds && !clock.over; idle++) {
      for (let shake = 0; shake < shakes; shake++) choice.shake(random)
      descend(choice, random, clock)
      shakes = (shakes % mostShakes) + 1
      if (choice.cost < bestCost - ENOUGH) {
        best = Uint32Array.from(choice.posts)
        bestCost = choice.cost
        clock.tell(bestCost, bound)
        shakes = 1
        idle = 0
      } else choice.set(best)
    }
  }
  // A limit on changes leaves fewer choices: the bound of all of them holds still, but seldom meets.
  improve(FIRST_ROUNDS)
  if (!clock.over) {
    const found = pMedianBound(input, {
      objective: bestCost,
      whole,
      over: () => clock.over || (limited && clock.seconds > options.seconds / 2),
      onBetter(posts, cost) {
        if (limited) return
        best = Uint32Array.from(posts)
        bestCost = cost
        choice.set(best)
        clock.tell(bestCost, bound)
      },
      polish(posts) {
        if (limited) return bestCost
        choice.set(posts)
        descend(choice, random, clock)
        if (choice.cost < bestCost - ENOUGH) {
          best = Uint32Array.from(choice.posts)
          bestCost = choice.cost
          clock.tell(bestCost, bound)
        }
        return bestCost
      },
      onBound(better) {
        if (Number.isFinite(better)) bound = better
        clock.tell(bestCost, bound)
      },
    })
    if (Number.isFinite(found)) bound = found
  }
  if (!isMet(bestCost, bound, whole)) improve(Number.POSITIVE_INFINITY)
  choice.set(best)
  return {
    ...clock.proof(choice.cost, isMet(choice.cost, bound, whole) ? choice.cost : bound),
    posts: Array.from(best).sort((a, b) => a - b),
    post: Uint32Array.from(choice.nearest),
  }
}

function isMet(cost: number, bound: number | undefined, whole: boolean): boolean {
  if (bound === undefined) return false
  return whole ? bound > cost - 1 + 1e-6 : bound >= cost - 1e-9 * Math.max(1, cost)
}

function isWhole(costs: Float64Array): boolean {
  return costs.every((cost) => Number.isInteger(cost))
}
