import type { Names, Position, RoadClass } from '../../geodata/city.ts'
import type { PlanningCity } from './cityInputs.ts'
import type { CityTravel } from './cityTravel.ts'
import type { HotspotStop } from './hotspotStops.ts'
import type { Access, UnitKind } from './roadNetwork.ts'
import type { Job, RoutingProblem } from './routing.ts'

export interface StreetRule {
  /** Streets a unit of the kind is given, the classes it takes first to last. */
  classes: readonly RoadClass[]
  /** Streets it gets at most, those with most weighted incidents a second first. */
  most: number
  /** Seconds along the roads from its post at most. */
  reachS: number
}

/** A sample: main roads by car, streets by motorcycle, the busiest streets near the post on foot. */
export const SAMPLE_STREETS: Readonly<Record<UnitKind, StreetRule>> = {
  foot: { classes: ['residential', 'service'], most: 80, reachS: 900 },
  motorcycle: { classes: ['residential', 'service', 'secondary'], most: 120, reachS: 3600 },
  car: { classes: ['trunk', 'primary', 'secondary', 'residential', 'track'], most: 140, reachS: 5400 },
}

/** What leaving a stop of a hot spot out costs, in seconds: more than all streets that could be covered meanwhile. */
const STOP_PENALTY_S = 100_000
/** A unit with time left goes its streets again, each once in each part of its shift, so many parts at most. */
const MOST_ROUNDS = 3
/** What a round takes: the streets, and so much of that again for the ways between them. */
const BETWEEN = 1.25
/**
 * What leaving the busiest street out costs, in seconds, and the least busy one: more than most detours, since a unit on duty
 * has the time anyway.
 */
const STREET_PENALTY_S = 3600
const LEAST_STREET_PENALTY_S = 900

/** Streets given by residents at most: more than a shift holds in a town. */
const MOST_FAIR = 400

/** A place a unit must go to; times in seconds since the beginning of the shift. */
export interface MustVisit {
  name: Names
  point: Position
  seconds: number
  /** It begins in [opens, closes]; absent: at any time. */
  opens?: number
  closes?: number
}

/** What a job of the problem is on the ground; `cell`: the micro-grid a visit is in, −1 outside of all. */
export type RouteJob = { street: number } | { stop: HotspotStop } | { visit: MustVisit; cell: number }

/** The micro-grid a job stops in; undefined for a street. */
export function cellOfStop(job: RouteJob): number | undefined {
  if ('stop' in job) return job.stop.cell
  return 'visit' in job ? job.cell : undefined
}

/** One unit's shift as a routing problem, and what its jobs and places are. */
export interface UnitRoute {
  squad: number
  kind: UnitKind
  problem: RoutingProblem
  jobs: RouteJob[]
  places: Access[]
}

export interface UnitRouteInput {
  squad: number
  /** Micro-grids of its area: streets inside and on its border are its to cover. */
  cells: readonly number[]
  /** Where it starts and ends. */
  post: Access
  /** Stops it is given. */
  stops: readonly HotspotStop[]
  /** Places it must go to, in this order. */
  visits?: readonly MustVisit[]
  /** Streets other units have already (places in the city's roads); those it takes are added. */
  taken: Set<number>
  /** Weighted incidents in the hours of the shift, by micro-grid. */
  weights: ArrayLike<number>
  /** Share of its streets, from 0 to 1, that are given by residents and not by incidents: see `fairStreets`. */
  equity: number
  /** Seconds of patrol given so far, by grid; those it is given are added. */
  given: Float64Array
  shiftS: number
  rule: StreetRule
}

interface OpenStreet {
  road: number
  worth: number
}

/** Adds a street's seconds to the grids it serves, to each alike. */
function give(city: PlanningCity, given: Float64Array, road: number, seconds: number): void {
  const { cells } = city.roads[road]
  for (const cell of cells) given[city.cells.grid[cell]] += seconds / cells.length
}

/**
 * Streets given to grids one after the other as seats are to parties (D'Hondt): next is the grid with the most residents for
 * each second of patrol it would then have, and of its streets the busiest. So patrol goes to residents alike, as far as
 * streets can be reached.
 */
function fairStreets(
  city: PlanningCity,
  open: readonly OpenStreet[],
  { longest, seconds, given }: { longest: number; seconds: Float64Array; given: Float64Array },
): OpenStreet[] {
  const { cells, grids, roads } = city
  const left = new Map<number, OpenStreet[]>()
  for (const street of open.toSorted((a, b) => a.worth - b.worth || b.road - a.road)) {
    for (const grid of new Set(roads[street.road].cells.map((cell) => cells.grid[cell]))) {
      left.set(grid, [...(left.get(grid) ?? []), street])
    }
  }
  const chosen = new Set<OpenStreet>()
  let used = 0
  while (chosen.size < MOST_FAIR) {
    let best: { claim: number; grid: number; street: OpenStreet } | undefined
    for (const [grid, own] of left) {
      // The busiest is the last; the other grid it serves may have had it.
      while (own.length > 0 && chosen.has(own[own.length - 1])) own.pop()
      const street = own.at(-1)
      if (!street) continue
      const claim = grids.residents[grid] / (given[grid] + seconds[street.road])
      if (!best || claim > best.claim || (claim === best.claim && grid < best.grid))
        best = { claim, grid, street }
    }
    if (!best || best.claim === 0 || used + seconds[best.street.road] > longest) break
    used += seconds[best.street.road]
    chosen.add(best.street)
    give(city, given, best.street.road, seconds[best.street.road])
  }
  return [...chosen]
}

/**
 * Streets and stops of one unit: it leaves its post, covers streets from end to end, stops in hot spots within their windows
 * and goes to the places it must in their order. Stops and visits are its first jobs.
 */
export function unitRoute(city: PlanningCity, travel: CityTravel, input: UnitRouteInput): UnitRoute {
  const { squad, cells, post, stops, visits = [], taken, weights, shiftS, rule } = input
  const { network, seconds } = travel
  const own = new Set(cells)
  const metres = new Float64Array(city.cells.ids.length)
  for (const { cells, lengthM } of city.roads) for (const cell of cells) metres[cell] += lengthM
  const near = Float64Array.from(travel.times.toJunctions(post))
  // Weighted incidents of a micro-grid are shared by its roads by length, those on its border too; a second of driving is
  // worth them.
  const worth = (road: number) => {
    const { cells, lengthM } = city.roads[road]
    return cells.reduce((sum, cell) => sum + (weights[cell] * lengthM) / metres[cell], 0) / seconds[road]
  }
  const open = city.roads.flatMap(({ cells, class: roadClass }, road) =>
    cells.some((cell) => own.has(cell)) &&
    rule.classes.includes(roadClass) &&
    !taken.has(road) &&
    Number.isFinite(seconds[road]) &&
    Math.max(near[network.fromNode[road]], near[network.toNode[road]]) <= rule.reachS
      ? [{ road, worth: worth(road) }]
      : [],
  )
  for (const { cell, seconds: stopped } of stops) input.given[city.cells.grid[cell]] += stopped
  const ways = travel.accessOf(visits.map(({ point }) => point))
  const cellsOfVisits = ways.map(({ road }) => city.roads[road].cells[0] ?? -1)
  visits.forEach(({ seconds: stopped }, index) => {
    const cell = cellsOfVisits[index]
    if (cell >= 0) input.given[city.cells.grid[cell]] += stopped
  })
  const stopS = [...stops, ...visits].reduce((sum, stop) => sum + stop.seconds, 0)
  const shareS = (share: number) => (share * (shiftS - stopS)) / BETWEEN
  // Where most happens, again and again; then, for the rest of the time, once each where residents had least.
  const busy = open
    .toSorted((a, b) => b.worth - a.worth || a.road - b.road)
    .slice(0, Math.round(rule.most * (1 - input.equity)))
  for (const { road } of busy) give(city, input.given, road, seconds[road])
  const roundS = busy.reduce((sum, { road }) => sum + seconds[road], 0)
  const rounds = Math.max(
    1,
    Math.min(MOST_ROUNDS, Math.floor(shareS(1 - input.equity) / Math.max(1, roundS))),
  )
  const isBusy = new Set(busy)
  const fair = fairStreets(
    city,
    open.filter((street) => !isBusy.has(street)),
    { longest: input.equity === 0 ? 0 : shareS(1) - rounds * roundS, seconds, given: input.given },
  )
  const streets = [...busy, ...fair]
  for (const { road } of streets) taken.add(road)
  const busiest = streets[0]?.worth || 1

  const places: Access[] = [post]
  const placeOfNode = new Map<number, number>()
  const junction = (road: number, along: 0 | 1) => {
    const node = along === 0 ? network.fromNode[road] : network.toNode[road]
    const known = placeOfNode.get(node)
    if (known !== undefined) return known
    placeOfNode.set(node, places.length)
    return places.push({ road, along, offRoadM: 0 }) - 1
  }
  const jobs: RouteJob[] = []
  const asked: Job[] = []
  const placeOfCell = new Map<number, number>()
  for (const stop of stops) {
    const place = placeOfCell.get(stop.cell) ?? places.push(travel.cells[stop.cell]) - 1
    placeOfCell.set(stop.cell, place)
    jobs.push({ stop })
    asked.push({
      from: place,
      to: place,
      duration: stop.seconds,
      opens: stop.opens,
      closes: Math.min(stop.closes, shiftS),
      penalty: STOP_PENALTY_S,
    })
  }
  visits.forEach((visit, rank) => {
    const place = places.push(ways[rank]) - 1
    jobs.push({ visit, cell: cellsOfVisits[rank] })
    asked.push({
      from: place,
      to: place,
      duration: visit.seconds,
      opens: visit.opens,
      closes: Math.min(visit.closes ?? shiftS, shiftS),
      rank,
    })
  })
  for (let round = 0; round < rounds; round++) {
    for (const street of round === 0 ? streets : busy) {
      const { road, worth: own } = street
      jobs.push({ street: road })
      asked.push({
        from: junction(road, 0),
        to: junction(road, 1),
        bothWays: true,
        cost: seconds[road],
        duration: seconds[road],
        // Who had least is worth as long a way as where most happens.
        penalty:
          LEAST_STREET_PENALTY_S +
          (STREET_PENALTY_S - LEAST_STREET_PENALTY_S) * (isBusy.has(street) ? own / busiest : 1),
        ...(rounds > 1 && isBusy.has(street)
          ? { opens: (round * shiftS) / rounds, closes: ((round + 1) * shiftS) / rounds - seconds[road] }
          : {}),
      })
    }
  }
  return {
    squad,
    kind: travel.kind,
    problem: {
      places: places.length,
      costs: Float64Array.from(travel.times.matrix(places)),
      jobs: asked,
      vehicles: [{ start: 0, end: 0, count: 1, opens: 0, closes: shiftS }],
    },
    jobs,
    places,
  }
}
