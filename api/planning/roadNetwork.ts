import Flatbush from 'flatbush'
import type { Position, RoadClass } from '../../geodata/city.ts'
import { localPlane, toMetres } from '../statistics/localPlane.ts'
import { PlanRefusal } from './refusal.ts'

/** A road between two junctions; equal numbers are the same junction. */
export interface NetworkRoad {
  id: number
  class: RoadClass
  fromNode: number
  toNode: number
  lengthM: number
  speedKmh: number
  /** [lng, lat][] in degrees, EPSG:4326, from `fromNode` to `toNode`. */
  line: readonly Position[]
}

/** How a kind of unit moves. */
export interface UnitSpeed {
  /** Times what the road allows. */
  factor: number
  /** Never faster, km/h. */
  mostKmh: number
  /** Roads it may not take. */
  without: readonly RoadClass[]
  /** From the nearest road to a place beside it and back, km/h. */
  offRoadKmh: number
}

/** Patrol, not pursuit: what a unit keeps up over a shift. A planner may give others. */
export const UNIT_SPEEDS = {
  car: { factor: 0.8, mostKmh: 80, without: [], offRoadKmh: 5 },
  motorcycle: { factor: 0.9, mostKmh: 60, without: ['motorway'], offRoadKmh: 8 },
  foot: { factor: 1, mostKmh: 5, without: ['motorway', 'trunk'], offRoadKmh: 4 },
} as const satisfies Record<string, UnitSpeed>
export type UnitKind = keyof typeof UNIT_SPEEDS

/** Where a place meets the roads: a point of the nearest road, and how far off it lies. */
export interface Access {
  /** Place of the road in the network's list. */
  road: number
  /** 0 at its `fromNode`, 1 at its `toNode`. */
  along: number
  /** Metres from the place to that point, straight. */
  offRoadM: number
}

/** Junctions and roads as packed arrays; both directions of every road. */
export interface RoadNetwork {
  roads: readonly NetworkRoad[]
  /** Junctions, numbered from 0. */
  nodes: number
  /** By road: its junctions. */
  fromNode: Uint32Array
  toNode: Uint32Array
  /** Arcs of junction n stand at [firstArc[n], firstArc[n + 1]). */
  firstArc: Uint32Array
  arcRoad: Uint32Array
  arcTo: Uint32Array
}

/** @throws PlanRefusal where a road has no length or speed. */
export function roadNetwork(roads: readonly NetworkRoad[]): RoadNetwork {
  const numbers = new Map<number, number>()
  const numberOf = (node: number) => {
    const known = numbers.get(node)
    if (known !== undefined) return known
    numbers.set(node, numbers.size)
    return numbers.size - 1
  }
  const fromNode = Uint32Array.from(roads, (road) => numberOf(road.fromNode))
  const toNode = Uint32Array.from(roads, (road) => numberOf(road.toNode))
  for (const { id, lengthM, speedKmh, line } of roads) {
    if (lengthM > 0 && speedKmh > 0 && Number.isFinite(lengthM + speedKmh) && line.length > 1) continue
    throw new PlanRefusal(
      `roads: expected a length and a speed above 0 and a line for road ${id}, got ${lengthM} m, ${speedKmh} km/h and ${line.length} points`,
    )
  }
  const nodes = numbers.size
  const firstArc = new Uint32Array(nodes + 1)
  for (let road = 0; road < roads.length; road++) {
    firstArc[fromNode[road] + 1]++
    firstArc[toNode[road] + 1]++
  }
  for (let node = 0; node < nodes; node++) firstArc[node + 1] += firstArc[node]
  const free = firstArc.slice()
  const arcRoad = new Uint32Array(2 * roads.length)
  const arcTo = new Uint32Array(2 * roads.length)
  for (let road = 0; road < roads.length; road++) {
    for (const [from, to] of [
      [fromNode[road], toNode[road]],
      [toNode[road], fromNode[road]],
    ]) {
      arcRoad[free[from]] = road
      arcTo[free[from]++] = to
    }
  }
  return { roads, nodes, fromNode, toNode, firstArc, arcRoad, arcTo }
}

/**
 * Seconds along each road for a kind of unit; Infinity where it may not go.
 * @param closed Ids of roads nobody may take.
 */
export function roadSeconds(
  network: RoadNetwork,
  unit: UnitSpeed,
  closed: ReadonlySet<number> = new Set(),
): Float64Array {
  return Float64Array.from(network.roads, ({ id, class: roadClass, lengthM, speedKmh }) =>
    closed.has(id) || unit.without.includes(roadClass)
      ? Number.POSITIVE_INFINITY
      : (lengthM * 3.6) / Math.min(unit.mostKmh, unit.factor * speedKmh),
  )
}

/**
 * Where places meet the roads: for each the nearest point of any road that is open to the unit (`seconds` finite).
 * @param places [lng, lat] in degrees.
 * @throws PlanRefusal where no road is open.
 */
export function accessOfPlaces(
  network: RoadNetwork,
  seconds: Float64Array,
  places: readonly Position[],
): Access[] {
  return places.map(accessFinder(network, seconds))
}

/**
 * The same for one place after another: the roads are laid out once.
 * @throws PlanRefusal where no road is open.
 */
export function accessFinder(network: RoadNetwork, seconds: Float64Array): (place: Position) => Access {
  const segments: { road: number; index: number }[] = []
  network.roads.forEach(({ line }, road) => {
    if (!Number.isFinite(seconds[road])) return
    for (let index = 0; index + 1 < line.length; index++) segments.push({ road, index })
  })
  if (segments.length === 0) throw new PlanRefusal('roads: expected at least one that is open, got none')
  const plane = localPlane(network.roads[segments[segments.length >> 1].road].line[0])
  const lines = network.roads.map(({ line }) => line.map((position) => toMetres(plane, position)))
  const along = lines.map(sharesAlong)
  const index = new Flatbush(segments.length)
  for (const { road, index: at } of segments) {
    const [[ax, ay], [bx, by]] = [lines[road][at], lines[road][at + 1]]
    index.add(Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by))
  }
  index.finish()
  return (place) => {
    const [x, y] = toMetres(plane, place)
    let best: Access = { road: -1, along: 0, offRoadM: Number.POSITIVE_INFINITY }
    // Boxes come nearest first, and a segment is no nearer than its box.
    for (let asked = 8; ; asked *= 2) {
      const near = index.neighbors(x, y, asked)
      for (const found of near) {
        const { road, index: at } = segments[found]
        const foot = footOn(lines[road][at], lines[road][at + 1], x, y)
        if (foot.distance >= best.offRoadM) continue
        best = {
          road,
          along: along[road][at] + foot.share * (along[road][at + 1] - along[road][at]),
          offRoadM: foot.distance,
        }
      }
      const last = segments[near[near.length - 1]]
      const [a, b] = [lines[last.road][last.index], lines[last.road][last.index + 1]]
      if (near.length < asked || boxDistance(a, b, x, y) >= best.offRoadM) return best
    }
  }
}

/** Share of the line's length at each of its points. */
function sharesAlong(line: readonly Position[]): Float64Array {
  const shares = new Float64Array(line.length)
  for (let index = 1; index < line.length; index++) {
    shares[index] =
      shares[index - 1] + Math.hypot(line[index][0] - line[index - 1][0], line[index][1] - line[index - 1][1])
  }
  const length = shares[line.length - 1]
  return length > 0 ? shares.map((share) => share / length) : shares
}

function footOn(
  [ax, ay]: Position,
  [bx, by]: Position,
  x: number,
  y: number,
): { share: number; distance: number } {
  const [dx, dy] = [bx - ax, by - ay]
  const square = dx * dx + dy * dy
  const share = square === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / square))
  return { share, distance: Math.hypot(ax + share * dx - x, ay + share * dy - y) }
}

function boxDistance([ax, ay]: Position, [bx, by]: Position, x: number, y: number): number {
  const beside = (value: number, a: number, b: number) =>
    Math.max(0, Math.min(a, b) - value, value - Math.max(a, b))
  return Math.hypot(beside(x, ax, bx), beside(y, ay, by))
}
