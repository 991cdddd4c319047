import { createRandom, type Random } from '../../geodata/random.ts'
import { districtingBound, relaxed } from './districtingBound.ts'
import { exactAreas, MOST_LISTED_UNITS } from './districtingExact.ts'
import { PlanRefusal, requireLength, requireNumbers } from './refusal.ts'
import { type Proof, SearchClock, type SearchOptions } from './search.ts'

/**
 * Areas of squads out of grids: in one piece, balanced, compact (Hess, Weaver, Siegfeldt, Whelan, Zitlau 1965). Units are
 * grids; a zone is a district that areas do not cross.
 */
export interface DistrictingInput {
  /** Workload of each unit. */
  weights: ArrayLike<number>
  /** Cost of unit u in an area whose centre is its own unit c, at [c * units + u]: its weight × time or squared distance. */
  costs: Float64Array
  /** By unit: the units it shares a border with, both ways. */
  neighbours: readonly ArrayLike<number>[]
  /** By unit: its zone, numbered from 0; absent: one zone. */
  zones?: ArrayLike<number>
  /** Areas in each zone. */
  areasOfZone: readonly number[]
  /** How far an area's workload may be from its zone's mean, as a share of it, such as 0.01. */
  tolerance: number
  /** How far it may be below the mean; absent: as far as above. 1: an area may be as light as it likes. */
  toleranceBelow?: number
  /** By unit: 1 where it touches the edge of the city; with it no area may lie wholly inside another. */
  atEdge?: ArrayLike<number>
  /** By unit: its area today, numbered zone by zone as in the answer. */
  current?: ArrayLike<number>
  /** How many units may change their area; needs `current`. Absent: all. */
  mostChanges?: number
}

export interface DistrictingAnswer extends Proof {
  /** By unit: its area; areas 0 … of zone 0 come first, then those of zone 1, and so on. */
  areas: Uint16Array
  /** By area: the unit that is its centre, its workload, and how far that is from the mean of its zone, as a share. */
  centres: number[]
  loads: number[]
  imbalance: number[]
  /** Units in another area than today. */
  changes: number
  /** Whether every workload is within the tolerance. */
  balanced: boolean
  /** Whether it is known that no areas in one piece keep the tolerance. */
  impossible: boolean
}

/** What an area's workload must be between. */
export function limitsOf(
  { tolerance, toleranceBelow = tolerance }: Pick<DistrictingInput, 'tolerance' | 'toleranceBelow'>,
  mean: number,
): { least: number; most: number } {
  return { least: Math.max(0, 1 - toleranceBelow) * mean, most: (1 + tolerance) * mean }
}

interface Layout {
  units: number
  areas: number
  zoneOf: Uint16Array
  /** By area: its zone. */
  zoneOfArea: Uint16Array
  /** By zone: the mean workload of its areas. */
  mean: Float64Array
  unitsOfZone: number[][]
  firstArea: number[]
}

function layoutOf(input: DistrictingInput): Layout {
  const { weights, costs, neighbours, zones, areasOfZone, tolerance, atEdge, current, mostChanges } = input
  const units = weights.length
  requireNumbers('weights', weights)
  requireLength('costs', costs, units * units)
  requireNumbers('costs', costs)
  requireLength('neighbours', neighbours, units)
  if (zones) requireLength('zones', zones, units)
  if (atEdge) requireLength('atEdge', atEdge, units)
  if (current) requireLength('current', current, units)
  for (const [name, share] of Object.entries({ tolerance, toleranceBelow: input.toleranceBelow ?? 0 })) {
    if (!(share >= 0)) throw new PlanRefusal(`${name}: expected a share from 0, got ${share}`)
  }
  if (mostChanges !== undefined && !current) {
    throw new PlanRefusal('mostChanges: expected "current" areas to change, got none')
  }
  neighbours.forEach((others, unit) => {
    for (const other of Array.from(others)) {
      if (Number.isInteger(other) && other >= 0 && other < units && other !== unit) continue
      throw new PlanRefusal(
        `neighbours: expected other units below ${units} beside unit ${unit}, got ${other}`,
      )
    }
  })
  const zoneOf = Uint16Array.from({ length: units }, (_, unit) => zones?.[unit] ?? 0)
  const unitsOfZone: number[][] = areasOfZone.map(() => [])
  zoneOf.forEach((zone, unit) => {
    if (zone >= areasOfZone.length) {
      throw new PlanRefusal(`zones: expected less than ${areasOfZone.length} for unit ${unit}, got ${zone}`)
    }
    unitsOfZone[zone].push(unit)
  })
  const mean = new Float64Array(areasOfZone.length)
  const firstArea: number[] = []
  let areas = 0
  areasOfZone.forEach((count, zone) => {
    if (!Number.isInteger(count) || count < 1 || count > unitsOfZone[zone].length) {
      throw new PlanRefusal(
        `areasOfZone: expected 1 to ${unitsOfZone[zone].length} in zone ${zone}, got ${count}`,
      )
    }
    const pieces = piecesOf(unitsOfZone[zone], neighbours, (unit) => zoneOf[unit] === zone)
    if (pieces > 1) {
      throw new PlanRefusal(
        `neighbours: expected zone ${zone} in one piece, found ${pieces}: areas could not be in one`,
      )
    }
    firstArea.push(areas)
    areas += count
    mean[zone] = unitsOfZone[zone].reduce((sum, unit) => sum + weights[unit], 0) / count
    const heaviest = unitsOfZone[zone].reduce((most, unit) => (weights[unit] > weights[most] ? unit : most))
    if (count > 1 && weights[heaviest] > (1 + tolerance) * mean[zone]) {
      throw new PlanRefusal(
        `weights: expected no unit above an area's share of zone ${zone} (${mean[zone]}), got ${weights[heaviest]} for unit ${heaviest}`,
      )
    }
  })
  const zoneOfArea = Uint16Array.from(areasOfZone.flatMap((count, zone) => Array<number>(count).fill(zone)))
  if (current) {
    Array.from(current).forEach((area, unit) => {
      if (zoneOfArea[area] === zoneOf[unit]) return
      throw new PlanRefusal(`current: expected an area of zone ${zoneOf[unit]} for unit ${unit}, got ${area}`)
    })
  }
  return { units, areas, zoneOf, zoneOfArea, mean, unitsOfZone, firstArea }
}

function piecesOf(
  units: readonly number[],
  neighbours: DistrictingInput['neighbours'],
  belongs: (unit: number) => boolean,
): number {
  const seen = new Set<number>()
  let pieces = 0
  for (const first of units) {
    if (seen.has(first)) continue
    pieces++
    const open = [first]
    seen.add(first)
    for (let unit = open.pop(); unit !== undefined; unit = open.pop()) {
      for (const next of Array.from(neighbours[unit])) {
        if (seen.has(next) || !belongs(next)) continue
        seen.add(next)
        open.push(next)
      }
    }
  }
  return pieces
}

/** Areas being improved, a unit at a time, each always in one piece. */
class Areas {
  readonly input: DistrictingInput
  readonly layout: Layout
  readonly areaOf: Uint16Array
  readonly centres: Uint32Array
  readonly loads: Float64Array
  readonly sizes: Uint32Array
  changes = 0
  private readonly seen: Uint32Array
  private mark = 0
  private readonly queue: Uint32Array

  constructor(input: DistrictingInput, layout: Layout, areaOf: Uint16Array) {
    this.input = input
    this.layout = layout
    this.areaOf = areaOf
    this.centres = new Uint32Array(layout.areas)
    this.loads = new Float64Array(layout.areas)
    this.sizes = new Uint32Array(layout.areas)
    this.seen = new Uint32Array(layout.units)
    this.queue = new Uint32Array(layout.units)
    this.take(areaOf)
  }

  take(areaOf: Uint16Array): void {
    this.areaOf.set(areaOf)
    this.loads.fill(0)
    this.sizes.fill(0)
    this.changes = 0
    areaOf.forEach((area, unit) => {
      this.loads[area] += this.input.weights[unit]
      this.sizes[area]++
      if (this.input.current && this.input.current[unit] !== area) this.changes++
    })
    this.centre()
  }

  /** Puts each area's centre at that of its units where they cost least, and says what all cost. */
  centre(): number {
    const { costs } = this.input
    const { units, areas } = this.layout
    let total = 0
    const members: number[][] = Array.from({ length: areas }, () => [])
    this.areaOf.forEach((area, unit) => {
      members[area].push(unit)
    })
    for (let area = 0; area < areas; area++) {
      let least = Number.POSITIVE_INFINITY
      for (const centre of members[area]) {
        let cost = 0
        const row = centre * units
        for (const unit of members[area]) {
          cost += costs[row + unit]
          if (cost >= least) break
        }
        if (cost < least) {
          least = cost
          this.centres[area] = centre
        }
      }
      total += least
    }
    return total
  }

  cost(): number {
    const { costs } = this.input
    let total = 0
    this.areaOf.forEach((area, unit) => {
      total += costs[this.centres[area] * this.layout.units + unit]
    })
    return total
  }

  /** Whether each area's centre is still one of its units. */
  holdCentres(): boolean {
    return this.centres.every((centre, area) => this.areaOf[centre] === area)
  }

  /** How far an area's load is outside its limits. */
  excess(area: number, load = this.loads[area]): number {
    const { least, most } = limitsOf(this.input, this.layout.mean[this.layout.zoneOfArea[area]])
    return Math.max(0, load - most, least - load)
  }

  get imbalance(): number {
    let sum = 0
    for (let area = 0; area < this.loads.length; area++) sum += this.excess(area)
    return sum
  }

  /** Whether an area stays in one piece, and is not empty, without a unit. */
  canLeave(unit: number): boolean {
    const area = this.areaOf[unit]
    const { neighbours } = this.input
    this.mark += 2
    const wanted = this.mark - 1
    let own = 0
    let first = -1
    for (let at = 0; at < neighbours[unit].length; at++) {
      const other = neighbours[unit][at]
      if (this.areaOf[other] !== area || this.seen[other] === wanted) continue
      this.seen[other] = wanted
      own++
      first = other
    }
    if (own === 0) return false
    if (own === 1) return true
    // From one of them all others must be reached.
    let [head, tail] = [0, 0]
    this.queue[tail++] = first
    this.seen[first] = this.mark
    own--
    while (head < tail) {
      const at = this.queue[head++]
      for (let index = 0; index < neighbours[at].length; index++) {
        const next = neighbours[at][index]
        if (next === unit || this.areaOf[next] !== area || this.seen[next] === this.mark) continue
        if (this.seen[next] === wanted && --own === 0) return true
        this.seen[next] = this.mark
        this.queue[tail++] = next
      }
    }
    return false
  }

  touches(unit: number, area: number): boolean {
    const beside = this.input.neighbours[unit]
    for (let at = 0; at < beside.length; at++) if (this.areaOf[beside[at]] === area) return true
    return false
  }

  /** A unit of the same area as one at its border, a few steps along, that touches another area too; −1 where the walk ends at none. */
  partner(unit: number, area: number, random: Random): number {
    const { neighbours } = this.input
    const own = this.areaOf[unit]
    let at = unit
    for (let step = random.int(0, EXCHANGE_WALK); step > 0; step--) {
      const next = neighbours[at][random.int(0, neighbours[at].length - 1)]
      if (this.areaOf[next] === own) at = next
    }
    return this.touches(at, area) ? at : -1
  }

  /** What a move adds to the units that are in another area than today: 1, 0 or −1. */
  freshness(unit: number, to: number): number {
    const today = this.input.current?.[unit]
    if (today === undefined) return 0
    return (today === this.areaOf[unit] ? 1 : 0) - (today === to ? 1 : 0)
  }

  move(unit: number, to: number): void {
    const from = this.areaOf[unit]
    const { weights } = this.input
    this.changes += this.freshness(unit, to)
    this.loads[from] -= weights[unit]
    this.loads[to] += weights[unit]
    this.sizes[from]--
    this.sizes[to]++
    this.areaOf[unit] = to
  }

  /** Whether some area lies wholly inside one other. */
  hasEnclave(): boolean {
    const { atEdge, neighbours } = this.input
    if (!atEdge) return false
    const { areas, zoneOf } = this.layout
    const outside = new Uint8Array(areas)
    const beside: Set<number>[] = Array.from({ length: areas }, () => new Set())
    this.areaOf.forEach((area, unit) => {
      if (atEdge[unit]) outside[area] = 1
      for (const other of Array.from(neighbours[unit])) {
        // Another zone is another command: its border is an edge too.
        if (zoneOf[other] !== zoneOf[unit]) outside[area] = 1
        else if (this.areaOf[other] !== area) beside[area].add(this.areaOf[other])
      }
    })
    return beside.some((others, area) => !outside[area] && others.size === 1)
  }
}

/** Areas grown from centres that are far apart, the lightest growing next, so that each is in one piece. */
function grow(input: DistrictingInput, layout: Layout, random: Random): Uint16Array {
  const { weights, costs, neighbours, areasOfZone } = input
  const { units, unitsOfZone, firstArea, zoneOf } = layout
  const NONE = 65_535
  const areaOf = new Uint16Array(units).fill(NONE)
  unitsOfZone.forEach((members, zone) => {
    const seeds = [random.pick(members)]
    while (seeds.length < areasOfZone[zone]) {
      const away = (unit: number) =>
        Math.min(...seeds.map((seed) => costs[seed * units + unit] / (weights[unit] || 1)))
      const free = members.filter((unit) => !seeds.includes(unit))
      // The farthest of a few, so that other seeds give other areas.
      const few = Array.from({ length: 8 }, () => random.pick(free))
      seeds.push(few.reduce((best, unit) => (away(unit) > away(best) ? unit : best)))
    }
    const loads = seeds.map(() => 0)
    /** By area: units beside it that may still be free. */
    const edges: Set<number>[] = seeds.map(() => new Set())
    const take = (unit: number, index: number) => {
      areaOf[unit] = firstArea[zone] + index
      loads[index] += weights[unit]
      for (const other of Array.from(neighbours[unit])) if (zoneOf[other] === zone) edges[index].add(other)
    }
    seeds.forEach(take)
    for (let left = members.length - seeds.length; left > 0; left--) {
      let best = { unit: -1, index: -1, rank: Number.POSITIVE_INFINITY }
      const lightest = loads.map((load, index) => ({ load, index })).sort((a, b) => a.load - b.load)
      for (const { index } of lightest) {
        for (const unit of edges[index]) {
          if (areaOf[unit] !== NONE) {
            edges[index].delete(unit)
            continue
          }
          const rank = costs[seeds[index] * units + unit] / (weights[unit] || 1)
          if (rank < best.rank || (rank === best.rank && unit < best.unit)) best = { unit, index, rank }
        }
        if (best.unit >= 0) break
      }
      take(best.unit, best.index)
    }
  })
  return areaOf
}

/** Temperatures, as shares of what a unit costs at first: from areas of today hardly anything is undone, anew nearly all. */
const WARM = 0.3
const HOT = 3
const COLD = 0.00002
/** Beginnings anew, where there are no areas of today: centres that are far off do not find their way. More where units are few. */
const CYCLES = 4
const CYCLES_OF_FEW = 12
const FEW = 200
/** Rounds without which a beginning is not worth it. */
const ROUNDS_OF_CYCLE = 3
/** What the workload too much costs, cycle by cycle: the less, the farther areas may go through unbalanced ones. */
const STRICTNESS = [0.5, 0.15, 0.05]
/** Share of the moves that exchange two units: where workloads are coarse and limits narrow, few others stay balanced. */
const EXCHANGES = 0.4
/** Steps from a unit to the one it is exchanged for, at most. */
const EXCHANGE_WALK = 4
/** Moves between two looks at centres and clock: few where few units soon have other centres. */
const ROUND = 2000
const ROUND_OF_UNIT = 50

/** Of the time, what the search may use; the rest is for the proof, which finds the best areas itself where units are few. */
const SHARE = 0.7
const SHARE_OF_FEW = 0.3

export interface DistrictingOptions extends SearchOptions {
  /** Rounds of moves it takes at most; with it the answer depends on the seed alone, as long as the time suffices. */
  rounds?: number
}

/**
 * Areas by simulated annealing over moves of single units, and a bound by Lagrangian relaxation of the assignment, which
 * leaves contiguity out: what it says of the gap is the most it can be. Where units are few, and not to stay as they are,
 * the best areas there are and their proof (districtingExact.ts).
 * @throws PlanRefusal for numbers that are none, a zone in several pieces, or a unit heavier than an area may be.
 */
export function district(input: DistrictingInput, options: DistrictingOptions): DistrictingAnswer {
  const layout = layoutOf(input)
  const random = createRandom(options.seed ?? 1, 'districting')
  const clock = new SearchClock(options)
  const { current, mostChanges = Number.POSITIVE_INFINITY, weights, costs, neighbours } = input
  const { units, zoneOf } = layout
  const start = current ? Uint16Array.from(current) : grow(input, layout, random)
  for (let area = 0; area < layout.areas; area++) {
    const members = Array.from(start.keys()).filter((unit) => start[unit] === area)
    const pieces = piecesOf(members, neighbours, (unit) => start[unit] === area)
    if (pieces !== 1) throw new PlanRefusal(`current: expected area ${area} in one piece, found ${pieces}`)
  }
  const areas = new Areas(input, layout, start)
  let best = Uint16Array.from(areas.areaOf)
  const firstCost = areas.cost()
  // First balanced and without enclaves, then cheap.
  let bestRank = { faults: areas.hasEnclave() ? Number.POSITIVE_INFINITY : areas.imbalance, cost: firstCost }
  clock.tell(firstCost)
  const perUnit = firstCost / units
  const totalWeight = Array.from(weights).reduce((sum, weight) => sum + weight, 0)
  // What a share of the workload too much costs grows, until none is left.
  const strict = (40 * firstCost) / Math.max(totalWeight, Number.MIN_VALUE)
  const isFewAll = layout.unitsOfZone.every((_, zone) => isFew(layout, zone, input))
  const share = options.rounds === undefined ? (isFewAll ? SHARE_OF_FEW : SHARE) : 1
  const rounds = options.rounds ?? Number.POSITIVE_INFINITY
  const cycles = current
    ? 1
    : Math.min(units > FEW ? CYCLES : CYCLES_OF_FEW, Math.ceil(rounds / ROUNDS_OF_CYCLE))
  const hot = current ? WARM : HOT
  const moves = Math.min(ROUND, ROUND_OF_UNIT * units)
  let cycle = 0
  for (let round = 0; round < rounds && units > 1; round++) {
    const spent = options.rounds ? round / options.rounds : clock.seconds / (options.seconds * share)
    if (clock.over || spent >= 1) break
    if (Math.floor(spent * cycles) > cycle) {
      cycle = Math.floor(spent * cycles)
      areas.take(grow(input, layout, random))
    }
    const done = spent * cycles - cycle
    const temperature = perUnit * hot * (COLD / hot) ** done
    const strictness = strict * (current ? 1 : STRICTNESS[cycle % STRICTNESS.length]) * (0.1 + 3 * done)
    let cost = areas.cost()
    let imbalance = areas.imbalance
    const keepIfBetter = () => {
      if (imbalance > bestRank.faults + 1e-9) return
      if (imbalance > bestRank.faults - 1e-9 && cost >= bestRank.cost - 1e-9) return
      if (!areas.holdCentres() || areas.hasEnclave()) return
      best = Uint16Array.from(areas.areaOf)
      bestRank = { faults: Math.max(0, imbalance), cost }
      clock.tell(cost)
    }
    for (let move = 0; move < moves; move++) {
      const unit = random.int(0, units - 1)
      const beside = neighbours[unit]
      if (beside.length === 0) continue
      const other = beside[random.int(0, beside.length - 1)]
      const [from, to] = [areas.areaOf[unit], areas.areaOf[other]]
      if (from === to || zoneOf[other] !== zoneOf[unit]) continue
      const back = random.next() < EXCHANGES ? areas.partner(other, from, random) : -1
      const fresh = areas.freshness(unit, to) + (back < 0 ? 0 : areas.freshness(back, from))
      if (fresh > 0 && areas.changes + fresh > mostChanges) continue
      const weight = weights[unit] - (back < 0 ? 0 : weights[back])
      const [there, here] = [areas.centres[to] * units, areas.centres[from] * units]
      const dearer =
        costs[there + unit] - costs[here + unit] + (back < 0 ? 0 : costs[here + back] - costs[there + back])
      const lopsided =
        areas.excess(from, areas.loads[from] - weight) -
        areas.excess(from) +
        areas.excess(to, areas.loads[to] + weight) -
        areas.excess(to)
      const change = dearer + strictness * lopsided
      if (change > 0 && random.next() >= Math.exp(-change / temperature)) continue
      if (!areas.canLeave(unit)) continue
      areas.move(unit, to)
      if (back >= 0) {
        if (!areas.touches(back, from) || !areas.canLeave(back)) {
          areas.move(unit, from)
          continue
        }
        areas.move(back, from)
      }
      cost += dearer
      imbalance += lopsided
      // With the centres as they were, which is no less than it costs.
      if (imbalance < bestRank.faults + 1e-9) keepIfBetter()
    }
    cost = areas.centre()
    imbalance = areas.imbalance
    keepIfBetter()
  }
  areas.take(best)
  const { bound, impossible } = bounded(areas, best, clock, options.rounds !== undefined)
  const balanced = areas.imbalance <= 1e-9 * totalWeight
  return {
    ...clock.proof(areas.cost(), balanced ? bound : undefined),
    areas: best,
    centres: Array.from(areas.centres),
    loads: Array.from(areas.loads),
    imbalance: Array.from(areas.loads, (load, area) => load / layout.mean[layout.zoneOfArea[area]] - 1),
    changes: areas.changes,
    balanced,
    impossible,
  }
}

/** What no areas cost less than; where units are few, cheaper areas are taken, if there are any. */
function bounded(
  areas: Areas,
  best: Uint16Array,
  clock: SearchClock,
  bySteps: boolean,
): { bound: number | undefined; impossible: boolean } {
  const { input, layout } = areas
  const { weights, costs, neighbours } = input
  const { units } = layout
  let bound: number | undefined = 0
  let impossible = false
  for (const [zone, members] of layout.unitsOfZone.entries()) {
    const own = Array.from(layout.zoneOfArea.keys()).filter((area) => layout.zoneOfArea[area] === zone)
    const given = { weights, costs, neighbours, members, areas: own.length, units }
    const limits = limitsOf(input, layout.mean[zone])
    const cost = members.reduce(
      (sum, unit) => sum + costs[areas.centres[areas.areaOf[unit]] * units + unit],
      0,
    )
    const search = {
      objective: cost,
      centres: own.map((area) => areas.centres[area]),
      over: () => clock.over,
    }
    let found = districtingBound(given, limits, search)
    const prices = isFew(layout, zone, input) ? relaxed(given, limits, search) : undefined
    if (prices) {
      const known = own.some((area) => areas.excess(area) > 0) ? Number.POSITIVE_INFINITY : cost
      const exact = exactAreas({ ...given, ...limits, over: search.over, bySteps }, prices, known)
      if (exact.bound === Number.POSITIVE_INFINITY) impossible = true
      else found = Math.max(found ?? 0, exact.bound)
      if (exact.areas) take(areas, best, own, exact.areas)
    }
    bound = bound === undefined || found === undefined ? undefined : bound + found
  }
  return { bound, impossible }
}

/** Areas of a zone can be listed, and any of them may be taken. */
function isFew({ unitsOfZone }: Layout, zone: number, { areasOfZone, current }: DistrictingInput): boolean {
  return areasOfZone[zone] > 1 && unitsOfZone[zone].length <= MOST_LISTED_UNITS && !current
}

/** Puts other areas of a zone in the place of its own, unless one lies inside another. */
function take(areas: Areas, best: Uint16Array, own: readonly number[], units: readonly number[][]): void {
  const changed = Uint16Array.from(best)
  units.forEach((members, index) => {
    for (const unit of members) changed[unit] = own[index]
  })
  areas.take(changed)
  if (areas.hasEnclave()) areas.take(best)
  else best.set(changed)
}
