/** Demands by weight, and by candidate the demands within its reach. */
interface Covering {
  demand: ArrayLike<number>
  reach: readonly ArrayLike<number>[]
  p: number
}

const STEPS = 600
const PATIENCE = 15
/** Steps between two exchanges from the posts of the relaxation. */
const LOOK = 30

/**
 * A weight that no p posts can cover more than, by a price for each demand's "covered only where a post reaches it" and
 * subgradient steps (Galvão and ReVelle 1996). Never above the linear relaxation's by much, and ready at any time.
 * @param search `best` is the most known to be covered; posts of the relaxation are told now and then.
 */
export function coverageBound(
  { demand, reach, p }: Covering,
  search: {
    best(): number
    over(): boolean
    onPosts(posts: number[]): void
    onBound(bound: number): void
  },
): void {
  const price = Float64Array.from(demand, (weight) => weight / 2)
  const bestPrice = Float64Array.from(price)
  const worth = new Float64Array(reach.length)
  const order = Uint32Array.from(reach.keys())
  const slope = new Float64Array(demand.length)
  let bound = Number.POSITIVE_INFINITY
  let stride = 1
  let idle = 0
  for (let step = 0; step < STEPS && stride > 1e-3 && !search.over(); step++) {
    let value = 0
    for (let index = 0; index < demand.length; index++) {
      // Counted as covered where that pays more than its price; equal ones do not matter.
      slope[index] = demand[index] > price[index] ? 1 : 0
      value += Math.max(0, demand[index] - price[index])
    }
    for (let candidate = 0; candidate < reach.length; candidate++) {
      const own = reach[candidate]
      let sum = 0
      for (let at = 0; at < own.length; at++) sum += price[own[at]]
      worth[candidate] = sum
    }
    order.sort((a, b) => worth[b] - worth[a])
    const posts = Array.from(order.subarray(0, p))
    for (const post of posts) {
      value += worth[post]
      const own = reach[post]
      for (let at = 0; at < own.length; at++) slope[own[at]]--
    }
    if (value < bound - 1e-9) {
      idle = value < bound * (1 - 1e-6) ? 0 : idle + 1
      bound = value
      bestPrice.set(price)
      search.onBound(bound)
    } else if (++idle >= PATIENCE) {
      stride /= 1.7
      idle = 0
      price.set(bestPrice)
      continue
    }
    if (step % LOOK === LOOK - 1) search.onPosts(posts)
    let square = 0
    for (let index = 0; index < demand.length; index++) square += slope[index] ** 2
    if (square === 0) break
    const length = (stride * Math.max(value - 0.99 * search.best(), 1e-9)) / square
    for (let index = 0; index < demand.length; index++) {
      price[index] = Math.min(demand[index], Math.max(0, price[index] + length * slope[index]))
    }
  }
}
