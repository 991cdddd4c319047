import type { Zone } from './districtingBound.ts'

/** More units than that have more areas than can be listed. */
export const MOST_LISTED_UNITS = 150
/** Most there is of each where the clock does not decide: the same on every machine, and done in a second. */
const FEW_NODES = 400_000
const FEW_AREAS = 5000
const FEW_VISITS = 1_000_000
/** How many times as much where it does. */
const MORE = 100
/** Between two looks at the clock. */
const LOOK = 4096
/** Of the prices over listed areas. Their direction keeps most of the one before (Camerini, Fratta, Maffioli 1975). */
const STEPS = 2000
const PATIENCE = 30
const FIRST_STRIDE = 0.3
const MEMORY = 0.9
const SAME = 1e-9
/** How far above the bound the best areas are looked for first, as a share of it, and how many times as far then. */
const FIRST_REACH = 0.01
const FARTHER = 1.4

interface Given extends Zone {
  neighbours: readonly ArrayLike<number>[]
  /** What the workload of an area must be between. */
  least: number
  most: number
  over(): boolean
  /** Whether steps, not the clock, say how long it goes on. */
  bySteps: boolean
}

/** A Lagrangian bound of the zone, and what gives it. */
interface Relaxed {
  bound: number
  /** By unit of the zone, in the order of its members. */
  price: Float64Array
  /** By centre: what the cheapest area around it costs less its units' prices, or less than that. */
  value: Float64Array
}

/** Areas in one piece and within their limits, by their places in the zone's members. */
interface Listed {
  areas: Uint16Array[]
  cost: number[]
  /** By area: its cheapest centre. */
  centre: number[]
}

export interface ExactAreas {
  /** The zone's units by area, cheaper than what was known; absent: none were found. */
  areas?: number[][]
  /** No areas in one piece cost less; Infinity where none keep their limits. */
  bound: number
}

/**
 * The cheapest areas of a zone in two phases (Garfinkel and Nemhauser 1970): lists every area in one piece and within its
 * limits that may be part of cheap enough ones, by Lagrangian prices, then finds the cheapest that hold each unit once.
 * Cheap enough is at first near the bound, then farther from it, until areas are found or those known are the best. A centre
 * is one of its area's own units (Hess).
 * @param known What areas are known to cost; Infinity: none within the limits.
 */
export function exactAreas(given: Given, relaxed: Relaxed, known: number): ExactAreas {
  let { bound } = relaxed
  for (let reach = FIRST_REACH; ; reach *= FARTHER) {
    // Where nothing is known, and nothing found for twice the bound, anything will do.
    const target = reach > 1 ? known : Math.min(known, relaxed.bound * (1 + reach))
    const listed = listAreas(given, relaxed, target)
    const tight = listed && tightened(listed, given, { target, price: relaxed.price })
    const found = tight && cheapestCover(tight, given, target)
    if (!found) return { bound: Math.min(known, Math.max(bound, tight?.bound ?? bound)) }
    if (found.areas.length > 0) {
      const areas = found.areas.map((own) => Array.from(own, (unit) => given.members[unit]))
      return { areas, bound: found.cost }
    }
    bound = target
    if (target === known) return { bound }
  }
}

/** Grows areas from every centre, a unit taken or left at a time, as long as what is left can make one cheap enough. */
function listAreas(given: Given, { price, value }: Relaxed, target: number): Listed | undefined {
  const { weights, costs, units, members, neighbours, areas: count, least, most, over, bySteps } = given
  const effort = bySteps ? 1 : MORE
  const size = members.length
  const placeOf = new Map(members.map((unit, place) => [unit, place]))
  const beside = members.map((unit) =>
    [...new Set(Array.from(neighbours[unit]))].flatMap((other) => placeOf.get(other) ?? []),
  )
  const weight = Float64Array.from(members, (unit) => weights[unit])
  const cost = (centre: number, unit: number) => costs[members[centre] * units + members[unit]]
  const total = weight.reduce((sum, each) => sum + each, 0)
  const [low, high] = [least - SAME * total, most + SAME * total]
  const ranked = value.toSorted()
  const cheapest = ranked.subarray(0, count).reduce((sum, each) => sum + each, 0)
  const paid = price.reduce((sum, each) => sum + each, 0)
  const listed: Listed = { areas: [], cost: [], centre: [] }
  const worth = new Float64Array(size)
  const rate = new Float64Array(size)
  const order = Uint16Array.from({ length: size }, (_, place) => place)
  const taken = new Uint8Array(size)
  const left = new Uint8Array(size)
  /** By unit: how many of those beside it are taken. */
  const touching = new Uint16Array(size)
  const own: number[] = []
  let [centre, limit, nodes] = [0, 0, 0]
  let isOver = false

  /** With broken units, of those that may still be taken. */
  function atLeast(load: number, sum: number): number {
    for (let at = 0; at < size; at++) {
      const unit = order[at]
      if (taken[unit] || left[unit] || weight[unit] > high - load) continue
      if (weight[unit] === 0 && worth[unit] >= 0) continue
      const room = worth[unit] < 0 ? high - load : low - load
      if (room <= 0 && weight[unit] > 0) break
      const part = weight[unit] > room ? room / weight[unit] : 1
      sum += part * worth[unit]
      load += part * weight[unit]
    }
    return load < low ? Number.POSITIVE_INFINITY : sum
  }

  function list(): void {
    const of = (from: number) => own.reduce((sum, unit) => sum + cost(from, unit), 0)
    const mine = of(centre)
    // The same area around another of its units is listed there.
    for (const other of own) {
      const others = other === centre ? mine : of(other)
      if (others < mine || (others === mine && other < centre)) return
    }
    listed.areas.push(Uint16Array.from(own))
    listed.cost.push(mine)
    listed.centre.push(centre)
  }

  function take(unit: number, load: number, sum: number): void {
    taken[unit] = 1
    own.push(unit)
    for (const other of beside[unit]) touching[other]++
    if (load >= low && load <= high && sum <= limit) list()
    grow(load, sum)
    for (const other of beside[unit]) touching[other]--
    own.pop()
    taken[unit] = 0
  }

  function grow(load: number, sum: number): void {
    nodes++
    if (nodes > effort * FEW_NODES || listed.areas.length > effort * FEW_AREAS) isOver = true
    if (nodes % LOOK === 0 && over()) isOver = true
    if (isOver || atLeast(load, sum) > limit) return
    let next = -1
    for (let at = 0; at < size && next < 0; at++) {
      const unit = order[at]
      if (touching[unit] && !taken[unit] && !left[unit] && load + weight[unit] <= high) next = unit
    }
    if (next < 0) return
    take(next, load + weight[next], sum + worth[next])
    left[next] = 1
    grow(load, sum)
    left[next] = 0
  }

  for (centre = 0; centre < size && !isOver; centre++) {
    // With the cheapest others beside it, such an area makes the whole as dear as the target.
    const others = cheapest - Math.min(ranked[count - 1], value[centre])
    limit = target === Number.POSITIVE_INFINITY ? target : target - paid - others - SAME * Math.max(1, target)
    for (let unit = 0; unit < size; unit++) {
      worth[unit] = cost(centre, unit) - price[unit]
      rate[unit] = weight[unit] > 0 ? worth[unit] / weight[unit] : Math.sign(worth[unit]) * 1e300
    }
    order.sort((a, b) => rate[a] - rate[b])
    take(centre, weight[centre], worth[centre])
  }
  return isOver ? undefined : listed
}

/** Areas that may be part of cheap enough ones, at the prices that say so best. */
interface Tight {
  bound: number
  areas: Uint16Array[]
  cost: Float64Array
  centre: Int32Array
  /** By area: its cost less its units' prices. */
  reduced: Float64Array
  /** Of all units. */
  paid: number
}

/** Better prices, now over whole areas in one piece: fewer areas are left, and the bound is higher. */
function tightened(
  { areas, cost, centre }: Listed,
  { members, areas: count, over, bySteps }: Given,
  { target, price: first }: { target: number; price: Float64Array },
): Tight | undefined {
  const size = members.length
  const price = Float64Array.from(first)
  const bestPrice = Float64Array.from(price)
  const direction = new Float64Array(size)
  const reduced = new Float64Array(areas.length)
  const cheapest = new Cheapest(size)
  let kept = Array.from(areas.keys())
  let best = Number.NEGATIVE_INFINITY
  let visits = (bySteps ? 1 : MORE) * FEW_VISITS
  let stride = FIRST_STRIDE
  let idle = 0
  for (let step = 0; step < STEPS && stride > 1e-3; step++) {
    visits -= kept.length
    if (visits < 0) break
    if (over()) return undefined
    cheapest.clear()
    for (const area of kept) {
      let sum = cost[area]
      const units = areas[area]
      for (let at = 0; at < units.length; at++) sum -= price[units[at]]
      reduced[area] = sum
      cheapest.offer(centre[area], sum, area)
    }
    const { sum, last, chosen } = cheapest.take(count)
    const bound = price.reduce((all, each) => all + each, sum)
    // So few centres are left, or so dear ones, that nothing is cheap enough.
    if (!Number.isFinite(bound) || bound >= target - SAME * Math.max(1, target)) {
      kept = []
      best = target
      break
    }
    if (bound > best) {
      idle = bound > best + 1e-4 * Math.abs(best) ? 0 : idle + 1
      best = bound
      bestPrice.set(price)
      kept = kept.filter(
        (area) => bound - Math.min(last, cheapest.value[centre[area]]) + reduced[area] < target,
      )
    } else if (++idle >= PATIENCE) {
      stride /= 1.7
      idle = 0
      price.set(bestPrice)
      direction.fill(0)
      continue
    }
    const missing = new Float64Array(size).fill(1)
    for (const area of chosen) for (const unit of areas[area]) missing[unit]--
    let square = 0
    for (let unit = 0; unit < size; unit++) {
      direction[unit] = MEMORY * direction[unit] + (1 - MEMORY) * missing[unit]
      square += direction[unit] ** 2
    }
    if (square === 0) break
    const goal = target === Number.POSITIVE_INFINITY ? Math.abs(best) : target
    const length = (stride * Math.max(SAME, 1.01 * goal - bound)) / square
    for (let unit = 0; unit < size; unit++) price[unit] += length * direction[unit]
  }
  return {
    bound: best,
    areas: kept.map((area) => areas[area]),
    cost: Float64Array.from(kept, (area) => cost[area]),
    centre: Int32Array.from(kept, (area) => centre[area]),
    reduced: Float64Array.from(kept, (area) =>
      areas[area].reduce((sum, unit) => sum - bestPrice[unit], cost[area]),
    ),
    paid: bestPrice.reduce((all, each) => all + each, 0),
  }
}

/** The cheapest area of each centre, and of those the cheapest few: no plan has two of one centre. */
class Cheapest {
  readonly value: Float64Array
  private readonly area: Int32Array

  constructor(centres: number) {
    this.value = new Float64Array(centres)
    this.area = new Int32Array(centres)
  }

  clear(): void {
    this.value.fill(Number.POSITIVE_INFINITY)
  }

  offer(centre: number, value: number, area: number): void {
    if (value >= this.value[centre]) return
    this.value[centre] = value
    this.area[centre] = area
  }

  /** @returns the sum of the cheapest `count`, the dearest of them, and their areas; Infinity where there are fewer. */
  take(count: number): { sum: number; last: number; chosen: number[] } {
    const ranked = Array.from(this.value.keys()).sort((a, b) => this.value[a] - this.value[b])
    const chosen = ranked.slice(0, count)
    const sum = chosen.reduce((all, each) => all + this.value[each], 0)
    return {
      sum,
      last: count > 0 ? this.value[chosen[count - 1]] : 0,
      chosen: chosen.map((each) => this.area[each]),
    }
  }
}

/**
 * Branches over the areas of the unit that has fewest; what is left to be chosen costs no less than the cheapest areas that
 * still fit beside the chosen.
 * @returns areas that hold each unit once for less than `target`, none where there are none; undefined: the time is up.
 */
function cheapestCover(
  { areas, cost, centre, reduced, paid }: Tight,
  { members, areas: count, over, bySteps }: Given,
  target: number,
): { areas: Uint16Array[]; cost: number } | undefined {
  const size = members.length
  const holds = areas.map((own) => {
    const marks = new Uint8Array(size)
    for (const unit of own) marks[unit] = 1
    return marks
  })
  const covered = new Uint8Array(size)
  const chosen: number[] = []
  let best = target - SAME * Math.max(1, target === Number.POSITIVE_INFINITY ? 1 : target)
  let found: number[] = []
  let visits = (bySteps ? 1 : MORE) * FEW_VISITS
  let isOver = false

  function isFree(area: Uint16Array): boolean {
    for (let at = 0; at < area.length; at++) if (covered[area[at]]) return false
    return true
  }

  function branch(fitting: readonly number[], spent: number): void {
    visits -= fitting.length
    if (visits < 0 || over()) isOver = true
    if (isOver) return
    const left = count - chosen.length
    const open = covered.indexOf(0)
    if (left === 0 || open < 0) {
      const total = chosen.reduce((sum, area) => sum + cost[area], 0)
      if (left > 0 || open >= 0 || total >= best) return
      best = total
      found = [...chosen]
      return
    }
    const cheapest = new Cheapest(size)
    for (const area of fitting) cheapest.offer(centre[area], reduced[area], area)
    const { sum, last } = cheapest.take(left)
    if (paid + spent + sum >= best) return
    const own = fitting.filter(
      (area) => paid + spent + sum - Math.min(last, cheapest.value[centre[area]]) + reduced[area] < best,
    )
    const times = new Uint32Array(size)
    for (const area of own) {
      const units = areas[area]
      for (let at = 0; at < units.length; at++) times[units[at]]++
    }
    let unit = open
    for (let other = open; other < size; other++)
      if (!covered[other] && times[other] < times[unit]) unit = other
    const ways = own.filter((area) => holds[area][unit]).sort((a, b) => reduced[a] - reduced[b])
    for (const area of ways) {
      for (const each of areas[area]) covered[each] = 1
      chosen.push(area)
      const beside = own.filter((other) => centre[other] !== centre[area] && isFree(areas[other]))
      branch(beside, spent + reduced[area])
      chosen.pop()
      for (const each of areas[area]) covered[each] = 0
    }
  }

  branch(Array.from(areas.keys()), 0)
  return isOver ? undefined : { areas: found.map((area) => areas[area]), cost: best }
}
