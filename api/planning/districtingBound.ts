/** One zone of a districting problem. */
interface Zone {
  weights: ArrayLike<number>
  costs: Float64Array
  units: number
  /** The zone's units. */
  members: readonly number[]
  /** Areas to be made of them. */
  areas: number
}

const STEPS = 400
const PATIENCE = 12

/**
 * A cost no areas of a zone can be below, whether in one piece or not, where units may be broken to balance. For two areas
 * exactly that cost, over all pairs of centres; for more a bound below it. Undefined where time was too short to tell.
 */
export function districtingBound(
  zone: Zone,
  limits: { least: number; most: number },
  search: { objective: number; over(): boolean },
): number | undefined {
  return zone.areas === 2 ? boundOfPairs(zone, limits, search) : relaxedBound(zone, limits, search)
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
    if (over()) return undefined
    for (let other = one + 1; other < size; other++) {
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

/**
 * Each unit's "one area" is relaxed with a price; what is left is for each centre a knapsack between the least and the
 * most workload, solved with broken units.
 */
function relaxedBound(
  { weights, costs, units, members, areas }: Zone,
  { least, most }: { least: number; most: number },
  search: { objective: number; over(): boolean },
): number {
  const size = members.length
  const price = Float64Array.from(members, (unit) => {
    const own = members.map((centre) => costs[centre * units + unit]).sort((a, b) => a - b)
    return own[Math.min(size - 1, Math.ceil(size / areas / 2))]
  })
  const values = new Float64Array(size)
  const taken: Float64Array[] = Array.from({ length: size }, () => new Float64Array(size))
  const order = Uint32Array.from({ length: size }, (_, index) => index)
  const rate = new Float64Array(size)

  /** The cheapest load of a centre at the prices; says how much of each unit it takes. */
  const fill = (centre: number): number => {
    const own = taken[centre]
    own.fill(0)
    const row = members[centre] * units
    let value = 0
    let load = 0
    for (let index = 0; index < size; index++) {
      const worth = costs[row + members[index]] - price[index]
      const weight = weights[members[index]]
      rate[index] =
        weight > 0 ? worth / weight : worth < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
    }
    order.sort((a, b) => rate[a] - rate[b])
    for (const index of order) {
      const weight = weights[members[index]]
      const room = rate[index] < 0 ? most - load : least - load
      if (room <= 0 && weight > 0) break
      if (weight === 0 && rate[index] > 0) break
      const part = weight > room ? room / weight : 1
      own[index] = part
      value += part * (costs[row + members[index]] - price[index])
      load += part * weight
    }
    return value
  }

  let best = Number.NEGATIVE_INFINITY
  const bestPrice = Float64Array.from(price)
  let stride = 1.2
  let idle = 0
  const missing = new Float64Array(size)
  for (let step = 0; step < STEPS && stride > 1e-3 && !search.over(); step++) {
    for (let centre = 0; centre < size; centre++) values[centre] = fill(centre)
    const chosen = Array.from(values.keys())
      .sort((a, b) => values[a] - values[b])
      .slice(0, areas)
    let bound = chosen.reduce((sum, centre) => sum + values[centre], 0)
    for (const each of price) bound += each
    if (bound > best) {
      idle = bound > best + 1e-6 * Math.abs(best) ? 0 : idle + 1
      best = bound
      bestPrice.set(price)
    } else if (++idle >= PATIENCE) {
      stride /= 1.7
      idle = 0
      price.set(bestPrice)
      continue
    }
    let square = 0
    for (let index = 0; index < size; index++) {
      missing[index] = 1 - chosen.reduce((sum, centre) => sum + taken[centre][index], 0)
      square += missing[index] ** 2
    }
    if (square < 1e-12) break
    const length = (stride * Math.max(1e-9 * Math.abs(best), 1.05 * search.objective - bound)) / square
    for (let index = 0; index < size; index++) price[index] += length * missing[index]
  }
  return Math.max(0, best)
}
