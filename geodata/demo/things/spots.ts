/** Where things happen: draws places that suit a kind of incident or a camera, always inside a cell. */
import { boundsOf, contains } from '../../areaLocator.ts'
import type { Area, Position, Road, RoadClass, SiteKind } from '../../city.ts'
import { type Random, WeightedSampler } from '../../random.ts'
import type { Frame } from './frame.ts'
import type { RoadGraph } from './roadGraph.ts'

/** A point inside a cell. `bearing` is along the road it stands by, degrees clockwise from north; null elsewhere. */
export interface Spot {
  point: Position
  cell: Area
  bearing: number | null
}

/**
 * home: where people live; street: roads where people are; arterial: fast roads anywhere; junction: crossings;
 * hillRoad: roads away from people; riverside: by water; open: fields and woods; site:…: around key sites of that kind.
 */
export type Affinity =
  | 'home'
  | 'street'
  | 'arterial'
  | 'junction'
  | 'hillRoad'
  | 'riverside'
  | 'open'
  | `site:${string}`

const classWeight: Record<RoadClass, number> = {
  motorway: 3,
  trunk: 6,
  primary: 5,
  secondary: 3,
  residential: 1,
  service: 0.45,
  track: 0.12,
}

export interface Spots {
  draw(affinity: Affinity, random: Random): Spot
  /** A spot within a few steps of another: the same corner, not the same brick. */
  near(spot: Spot, metres: number, random: Random): Spot
  /** On or beside a road, `along` 0…1 of its length, `aside` metres to the right. */
  byRoad(road: Road, along: number, aside: number): Spot | null
  /** Inside one of the cells, by its area. */
  inCells(cells: readonly Area[], random: Random): Spot
}

const radians = Math.PI / 180

export function createSpots(frame: Frame, graph: RoadGraph, random: Random): Spots {
  const { plane, ground } = frame
  const attract = random.fork('attract')

  const spotAt = (point: Position, bearing: number | null = null): Spot | null => {
    const cell = frame.cellAt(point)
    return cell ? { point, cell, bearing } : null
  }

  const byRoad = (road: Road, along: number, aside: number): Spot | null => {
    const { line } = road
    const lengths = line.slice(1).map((position, i) => plane.distance(line[i], position))
    let rest = along * lengths.reduce((a, b) => a + b, 0)
    let i = 0
    while (i < lengths.length - 1 && rest > lengths[i]) rest -= lengths[i++]
    const from = line[i]
    const to = line[i + 1]
    const share = lengths[i] > 0 ? Math.min(1, rest / lengths[i]) : 0
    const [x1, y1] = plane.toMetres(from)
    const [x2, y2] = plane.toMetres(to)
    const length = Math.hypot(x2 - x1, y2 - y1) || 1
    const [ux, uy] = [(x2 - x1) / length, (y2 - y1) / length]
    const point = plane.toPosition(x1 + (x2 - x1) * share + uy * aside, y1 + (y2 - y1) * share - ux * aside)
    return spotAt(point, (Math.atan2(ux, uy) / radians + 360) % 360)
  }

  // Blocks: people, unevenly quarrelsome and unlucky.
  const blockDraw = new WeightedSampler(
    frame.blocks.map((block) => block.population * attract.lognormal(0.55)),
  )
  const blockBounds = frame.blocks.map((block) => boundsOf(block.polygons))
  const home = (stream: Random): Spot | null => {
    const i = blockDraw.draw(stream)
    const block = frame.blocks[i]
    const [west, south, east, north] = blockBounds[i]
    for (let tries = 0; tries < 8; tries++) {
      const point: Position = [
        Math.round(stream.between(west, east) * 1e6) / 1e6,
        Math.round(stream.between(south, north) * 1e6) / 1e6,
      ]
      if (contains(block.polygons, point[0], point[1])) return spotAt(point)
    }
    return spotAt(plane.moved(block.point, stream.normal() * 8, stream.normal() * 8))
  }

  // Roads: who is near them, what drives on them.
  const { peopleByRoad } = frame
  const roadSampler = (weigh: (road: Road, people: number) => number, spread: number) =>
    new WeightedSampler(
      ground.roads.map((road, i) => weigh(road, peopleByRoad[i]) * attract.lognormal(spread)),
    )
  const streetDraw = roadSampler(
    (road, people) =>
      road.class === 'motorway' ? 0 : classWeight[road.class] ** 0.5 * road.lengthM * (people / 400) ** 0.9,
    0.8,
  )
  const arterialDraw = roadSampler(
    (road, people) =>
      classWeight[road.class] *
      road.lengthM *
      (0.12 + Math.min(4, people / 500)) *
      (road.class === 'track' ? 0.2 : 1),
    0.9,
  )
  const hillRoadDraw = roadSampler(
    (road, people) =>
      people > 600
        ? 0
        : (road.class === 'motorway' ? 0.3 : Math.sqrt(classWeight[road.class])) * road.lengthM,
    1,
  )
  const onRoad = (sampler: WeightedSampler, stream: Random, aside: number): Spot | null =>
    sampler.total > 0
      ? byRoad(ground.roads[sampler.draw(stream)], stream.next(), stream.normal() * aside)
      : null

  // Junctions: nodes where three roads or more meet; what happens there happens on one of the arms.
  const busyness = new Map(
    ground.roads.map((road, i) => [
      road.id,
      classWeight[road.class] * (0.15 + Math.min(5, peopleByRoad[i] / 400)),
    ]),
  )
  const junctions = [...graph.nodes].filter(([, { roads }]) => roads.length >= 3)
  const junctionDraw = new WeightedSampler(
    junctions.map(
      ([, { roads }]) =>
        roads.reduce((sum, { id }) => sum + (busyness.get(id) ?? 0), 0) ** 1.15 * attract.lognormal(0.8),
    ),
  )
  const junction = (stream: Random): Spot | null => {
    if (junctions.length === 0) return onRoad(arterialDraw, stream, 4)
    const [node, { roads }] = junctions[junctionDraw.draw(stream)]
    const arm = stream.pick(roads)
    const away = Math.min(0.5, stream.exponential(15) / Math.max(1, arm.lengthM))
    return byRoad(arm, arm.fromNode === node ? away : 1 - away, stream.normal() * 3.5)
  }

  // Water: banks, more often where people are.
  const banks = ground.water.flatMap(({ line, widthM }) =>
    line.slice(1).map((to, i) => {
      const from = line[i]
      const middle: Position = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2]
      const weight = plane.distance(from, to) * (0.05 + frame.peopleNear(middle, 700) / 3000)
      return { from, to, widthM, weight }
    }),
  )
  const bankDraw = new WeightedSampler(banks.map(({ weight }) => weight))
  const riverside = (stream: Random): Spot | null => {
    if (banks.length === 0) return null
    const { from, to, widthM } = banks[bankDraw.draw(stream)]
    const share = stream.next()
    const [x1, y1] = plane.toMetres(from)
    const [x2, y2] = plane.toMetres(to)
    const length = Math.hypot(x2 - x1, y2 - y1) || 1
    const aside = (stream.chance(0.5) ? 1 : -1) * (widthM / 2 + stream.exponential(12))
    return spotAt(
      plane.toPosition(
        x1 + (x2 - x1) * share + ((y2 - y1) / length) * aside,
        y1 + (y2 - y1) * share - ((x2 - x1) / length) * aside,
      ),
    )
  }

  // Fields and woods: wide cells with few people.
  const cellArea = frame.microGrids.map((cell) => frame.areaM2(cell))
  const openDraw = new WeightedSampler(
    frame.microGrids.map((cell, i) =>
      cell.population / (cellArea[i] / 1e6) < 1500 ? cellArea[i] ** 0.8 * attract.lognormal(0.7) : 0,
    ),
  )
  const insideCell = (cell: Area, stream: Random): Spot | null => {
    const [west, south, east, north] = boundsOf(cell.polygons)
    for (let tries = 0; tries < 20; tries++) {
      const spot = spotAt([
        Math.round(stream.between(west, east) * 1e6) / 1e6,
        Math.round(stream.between(south, north) * 1e6) / 1e6,
      ])
      if (spot && spot.cell === cell) return spot
    }
    return null
  }
  const open = (stream: Random): Spot | null =>
    openDraw.total > 0 ? insideCell(frame.microGrids[openDraw.draw(stream)], stream) : null

  const siteDraws = new Map<string, { points: Position[]; sampler: WeightedSampler }>()
  const site = (list: string, stream: Random): Spot | null => {
    let entry = siteDraws.get(list)
    if (!entry) {
      const wanted = new Set(list.split(',') as SiteKind[])
      const points = ground.sites.filter(({ kind }) => wanted.has(kind)).map(({ point }) => point)
      // A stream of its own, so that the order of first use changes nothing.
      const luck = random.fork(`site:${list}`)
      const weights = points.map((point) => (60 + frame.peopleNear(point, 500)) ** 0.6 * luck.lognormal(0.6))
      entry = { points, sampler: new WeightedSampler(weights) }
      siteDraws.set(list, entry)
    }
    if (entry.points.length === 0) return null
    const point = entry.points[entry.sampler.draw(stream)]
    // Half of it in the streets around, where its visitors come and go.
    if (stream.chance(0.5)) {
      const streets = graph.around(point, 7)
      if (streets.length > 0) {
        const spot = byRoad(stream.pick(streets), stream.next(), stream.normal() * 7)
        return spot && plane.distance(spot.point, point) < 260 ? spot : null
      }
    }
    const distance = stream.exponential(28)
    const angle = stream.between(0, 2 * Math.PI)
    return spotAt(plane.moved(point, Math.sin(angle) * distance, Math.cos(angle) * distance))
  }

  const tryDraw = (affinity: Affinity, stream: Random): Spot | null => {
    switch (affinity) {
      case 'home':
        return home(stream)
      case 'street':
        return onRoad(streetDraw, stream, 7)
      case 'arterial':
        return onRoad(arterialDraw, stream, 3)
      case 'junction':
        return junction(stream)
      case 'hillRoad':
        return onRoad(hillRoadDraw, stream, 6)
      case 'riverside':
        return riverside(stream)
      case 'open':
        return open(stream)
      default:
        return site(affinity.slice('site:'.length), stream)
    }
  }

  return {
    byRoad,
    draw(affinity, stream) {
      for (let tries = 0; tries < 20; tries++) {
        const spot = tryDraw(affinity, stream)
        if (spot) return spot
      }
      for (let tries = 0; tries < 200; tries++) {
        const spot = home(stream)
        if (spot) return spot
      }
      throw new Error('expected blocks that lie inside cells, found none in 200 draws')
    },
    near(spot, metres, stream) {
      for (let tries = 0; tries < 10; tries++) {
        const distance = stream.exponential(metres)
        // By a road: further along it; elsewhere: anywhere around.
        const angle =
          spot.bearing === null
            ? stream.between(0, 2 * Math.PI)
            : spot.bearing * radians + (stream.chance(0.5) ? Math.PI : 0) + stream.normal() * 0.04
        const moved = plane.moved(spot.point, Math.sin(angle) * distance, Math.cos(angle) * distance)
        const found = spotAt(moved, spot.bearing)
        if (found) return found
      }
      return spot
    },
    inCells(cells, stream) {
      for (let tries = 0; tries < 50; tries++) {
        const spot = insideCell(stream.pick(cells), stream)
        if (spot) return spot
      }
      throw new Error('expected cells with room for a point, found none in 50 draws')
    },
  }
}
