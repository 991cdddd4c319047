/** One zone of a districting problem. */
export interface Zone {
  weights: ArrayLike<number>
  costs: Float64Array
  units: number
  /** The zone's units. */
  members: readonly number[]
  /** Areas to be made of them. */
  areas: number
}

const STEPS = 2000
const PATIENCE = 20

/**
 * A cost no areas of a zone can be below, whether in one piece or not, where units may be broken to balance. For two areas
 * exactly that cost, over all pairs of centres; for more a bound below it. Undefined where time was too short to tell.
 */
export function districtingBound(
  zone: Zone,
  limits: { least: number; most: number },
  search: { objective: number; centres: readonly number[]; over(): boolean },
): number | undefined {
  if (zone.areas === 1) return boundOfOne(zone)
  return zone.areas === 2 ? boundOfPairs(zone, limits, search) : relaxed(zone, limits, search)?.bound
}

function boundOfPairs(
  { weights, costs, units, members }: Zone,
  { least, most }: { least: number; most: number },
  { over }: { over(): boolean },
): number | undefined {
  const size = members.length
  let best = Number.POSITIVE_INFINITY
  const rate = new Float64Array(size)
  const order = Uint32Array.from({ length: size }, (_, index) => index)
  for (let one = 0; one < size; one++) {
    for (let other = one + 1; other < size; other++) {
      if (over()) return undefined
      const [a, b] = [members[one] * units, members[other] * units]
      // Each unit where it is cheaper: what balance adds is not looked at where that alone is too much.
      let cost = 0
      let load = 0
      for (let index = 0; index < size && cost < best; index++) {
        const [own, others] = [costs[a + members[index]], costs[b + members[index]]]
        cost += own < others ? own : others
        if (own < others) load += weights[members[index]]
      }
      if (cost >= best) continue
      if (load < least || load > most) cost += balancing(load)
      if (cost < best) best = cost

      /** What moving units costs, the cheapest a weight first, until the first centre's load is within its limits. */
      function balancing(from: number): number {
        const sign = from > most ? 1 : -1
        for (let index = 0; index < size; index++) {
          const more = sign * (costs[b + members[index]] - costs[a + members[index]])
          const weight = weights[members[index]]
          rate[index] = more < 0 || weight === 0 ? Number.POSITIVE_INFINITY : more / weight
        }
        order.sort((x, y) => rate[x] - rate[y])
        let left = sign > 0 ? from - most : least - from
        let added = 0
        for (const index of order) {
          if (left <= 0 || rate[index] === Number.POSITIVE_INFINITY) break
          const part = Math.min(weights[members[index]], left)
          added += part * rate[index]
          left -= part
        }
        return left > 1e-9 ? Number.POSITIVE_INFINITY : added
      }
    }
  }
  return best
}

/** Costs of a zone's own units, row by centre, and their weights. */
interface Packed {
  size: number
  cost: Float64Array
  weight: Float64Array
}

function packed({ weights, costs, units, members }: Zone): Packed {
  const size = members.length
  const cost = new Float64Array(size * size)
  for (let centre = 0; centre < size; centre++) {
    const row = members[centre] * units
    for (let unit = 0; unit < size; unit++) cost[centre * size + unit] = costs[row + members[unit]]
  }
  return { size, cost, weight: Float64Array.from(members, (unit) => weights[unit]) }
}

/** What a centre would take at the prices, with units broken so that its load is within its limits. */
class Filling {
  readonly taken: Float64Array[]
  private readonly zone: Packed
  private readonly limits: { least: number; most: number }
  private readonly rate: Float64Array
  private readonly order: Uint32Array

  constructor(zone: Packed, limits: { least: number; most: number }) {
    this.zone = zone
    this.limits = limits
    this.taken = Array.from({ length: zone.size }, () => new Float64Array(zone.size))
    this.rate = new Float64Array(zone.size)
    this.order = Uint32Array.from({ length: zone.size }, (_, index) => index)
  }

  value(centre: number, price: Float64Array): number {
    const { size, cost, weight } = this.zone
    const { least, most } = this.limits
    const { rate, order } = this
    const own = this.taken[centre]
    own.fill(0)
    for (let unit = 0; unit < size; unit++) {
      const worth = cost[centre * size + unit] - price[unit]
      rate[unit] =
        weight[unit] > 0
          ? worth / weight[unit]
          : worth < 0
            ? Number.NEGATIVE_INFINITY
            : Number.POSITIVE_INFINITY
    }
    order.sort((a, b) => rate[a] - rate[b])
    let value = 0
    let load = 0
    for (const unit of order) {
      const room = rate[unit] < 0 ? most - load : least - load
      if (room <= 0 && weight[unit] > 0) break
      if (weight[unit] === 0 && rate[unit] > 0) break
      const part = weight[unit] > room ? room / weight[unit] : 1
      own[unit] = part
      value += part * (cost[centre * size + unit] - price[unit])
      load += part * weight[unit]
    }
    return value
  }
}

/**
 * Each unit's "one area" is relaxed with a price; what is left is for each centre a knapsack between the least and the
 * most workload, solved with broken units. What a centre would take without limits is no dearer: in that order only the
 * first centres are filled, until the cheapest are known.
 * @returns the bound, and the prices by unit and the knapsacks by centre (in the order of the zone's members) that give it.
 */
export function relaxed(
  zone: Zone,
  limits: { least: number; most: number },
  search: { objective: number; centres: readonly number[]; over(): boolean },
): { bound: number; price: Float64Array; value: Float64Array } | undefined {
  if (search.over()) return undefined
  const { areas } = zone
  const own = packed(zone)
  const { size, cost } = own
  const filling = new Filling(own, limits)
  // Between the cheapest and the second cheapest of the known areas' centres: near where the prices end.
  const price = Float64Array.from(zone.members, (unit) => {
    const [first, second] = search.centres
      .map((centre) => zone.costs[centre * zone.units + unit])
      .sort((a, b) => a - b)
    return (first + second) / 2
  })
  const bestPrice = Float64Array.from(price)
  const free = new Float64Array(size)
  const value = new Float64Array(size)
  const order = Uint32Array.from({ length: size }, (_, index) => index)
  const missing = new Float64Array(size)
  let best = Number.NEGATIVE_INFINITY
  let stride = 1.2
  let idle = 0
  for (let step = 0; step < STEPS && stride > 1e-3 && !search.over(); step++) {
    for (let centre = 0; centre < size; centre++) {
      let sum = 0
      const row = centre * size
      for (let unit = 0; unit < size; unit++) {
        const worth = cost[row + unit] - price[unit]
        if (worth < 0) sum += worth
      }
      free[centre] = sum
    }
    order.sort((a, b) => free[a] - free[b])
    let chosen: number[] = []
    for (const centre of order) {
      if (chosen.length === areas && free[centre] >= value[chosen[areas - 1]]) break
      value[centre] = filling.value(centre, price)
      chosen = [...chosen, centre].sort((a, b) => value[a] - value[b]).slice(0, areas)
    }
    let bound = chosen.reduce((sum, centre) => sum + value[centre], 0)
    for (const each of price) bound += each
    if (bound > best) {
      idle = bound > best + 1e-5 * Math.abs(best) ? 0 : idle + 1
      best = bound
      bestPrice.set(price)
    } else if (++idle >= PATIENCE) {
      stride /= 1.7
      idle = 0
      price.set(bestPrice)
      continue
    }
    let square = 0
    for (let unit = 0; unit < size; unit++) {
      missing[unit] = 1
      for (const centre of chosen) missing[unit] -= filling.taken[centre][unit]
      square += missing[unit] ** 2
    }
    if (square < 1e-12) break
    const length = (stride * Math.max(1e-9 * Math.abs(best), 1.05 * search.objective - bound)) / square
    for (let unit = 0; unit < size; unit++) price[unit] += length * missing[unit]
  }
  if (best === Number.NEGATIVE_INFINITY) return undefined
  for (let centre = 0; centre < size; centre++) value[centre] = filling.value(centre, bestPrice)
  return { bound: Math.max(0, best), price: bestPrice, value }
}

/** One area is the whole zone: only its centre is to be chosen. */
function boundOfOne({ costs, units, members }: Zone): number {
  let best = Number.POSITIVE_INFINITY
  for (const centre of members) {
    let cost = 0
    for (const unit of members) cost += costs[centre * units + unit]
    best = Math.min(best, cost)
  }
  return best
}
