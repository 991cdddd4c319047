/** Key sites, governance centres, service halls and patrol posts. */
import type { Area, Names, Position } from '../../city.ts'
import type { Random } from '../../random.ts'
import type { Place } from '../../things.ts'
import { type Targets, villageWithoutCentreCode } from '../calibration.ts'
import type { Frame } from './frame.ts'
import type { RoadGraph } from './roadGraph.ts'
import type { Spots } from './spots.ts'

/** Posts of one squad: enough that no one in town waits for a car from across it. */
const postsPerSquad = 3

export interface PlacesInput {
  frame: Frame
  graph: RoadGraph
  spots: Spots
  targets: Targets['centres']
  random: Random
}

/** "双江社区居民委员会" is called 双江社区, "马脑村民委员会" 马脑村. */
export const shortName = ({ zh, en }: Names): Names => ({
  zh: zh.replace(/居民委员会$/, '').replace(/村民委员会$/, '村'),
  en,
})

export function createPlaces({ frame, graph, spots, targets, random }: PlacesInput): Place[] {
  const { ground, plane } = frame
  const places: Place[] = []
  const add = (place: Omit<Place, 'id' | 'synthetic'>) => {
    places.push({ id: places.length + 1, ...place, synthetic: true })
  }

  for (const site of ground.sites) {
    const point = plane.moved(site.point, 0, 0)
    const cell = frame.cellAt(point) ?? frame.areaOf(site.microGridId)
    add({
      category: 'site',
      kind: site.kind,
      name: site.name,
      level: null,
      areaId: cell.id,
      openedOn: null,
      cellId: cell.id,
      point: site.point,
    })
  }

  const within = (cell: Area, area: Area) => frame.ancestor(cell, area.level).id === area.id
  const crowd = new Map(frame.blocks.map((block, i) => [block, frame.peopleByBlock[i]]))
  const byCrowd = [...frame.blocks].sort((a, b) => (crowd.get(b) ?? 0) - (crowd.get(a) ?? 0) || a.id - b.id)
  const governments = ground.sites.filter(({ kind }) => kind === 'government')
  /** Its government's seat, else where most of its people live. */
  const anchorsOf = (area: Area): Position[] => {
    const seat =
      area.level === 'village'
        ? []
        : governments.filter(({ name }) => name.zh.startsWith(shortName(area.name).zh))
    const blocks = byCrowd.filter(({ microGridId }) => within(frame.areaOf(microGridId), area))
    return [...seat, ...blocks].map(({ point }) => point)
  }
  /** Beside the road nearest to an area's anchor, `step` doors further on. */
  const standIn = (area: Area, step: number): { point: Position; cell: Area } => {
    for (const anchor of anchorsOf(area)) {
      const near = graph.nearest(anchor)
      const along = near ? Math.min(0.95, near.along + (35 * step) / Math.max(200, near.road.lengthM)) : 0
      const spot = near && near.distance < 400 ? spots.byRoad(near.road, along, 14 + 3 * step) : null
      if (spot && within(spot.cell, area)) return spot
      const point = plane.moved(anchor, 12 * step, -9 * step)
      const cell = frame.cellAt(point)
      if (cell && within(cell, area)) return { point, cell }
    }
    const point = plane.moved(area.labelPoint, 6 * step, -5 * step)
    const cell = frame.cellAt(point)
    if (cell && within(cell, area)) return { point, cell }
    throw new Error(`expected a place to stand in ${area.level} ${area.code}`)
  }

  const open = (month: number) => {
    const date = new Date(Date.UTC(2015, month, 1 + random.int(0, 27)))
    return date.toISOString().slice(0, 10)
  }
  const served: [Area[], number][] = [
    [[frame.city], targets.city],
    [frame.townships, targets.township],
    [frame.villages.filter(({ code }) => code !== villageWithoutCentreCode), targets.village],
  ]
  const areas = served.flatMap(([list, count]) => list.slice(0, count))
  for (const area of areas) {
    const name = shortName(area.name)
    const { point, cell } = standIn(area, 0)
    add({
      category: 'centre',
      kind: 'governanceCentre',
      name: { zh: `${name.zh}综治中心`, en: `${name.en} governance centre` },
      level: area.level,
      areaId: area.id,
      // All open before May 2018, the month the print names.
      openedOn: open(random.int(0, 38)),
      cellId: cell.id,
      point,
    })
  }
  for (const area of areas.slice(0, targets.halls)) {
    const name = shortName(area.name)
    const { point, cell } = standIn(area, 1)
    add({
      category: 'hall',
      kind: 'serviceHall',
      name: { zh: `${name.zh}为民服务大厅`, en: `${name.en} service hall` },
      level: area.level,
      areaId: area.id,
      openedOn: open(random.int(0, 38)),
      cellId: cell.id,
      point,
    })
  }

  for (const squad of frame.squads) {
    for (const [i, post] of choosePosts(frame, graph, squad, random).entries()) {
      const road = post.roads.find(({ name }) => name !== null)?.name
      const village = shortName(frame.ancestor(post.cell, 'village').name)
      const place = road ?? village
      add({
        category: 'post',
        kind: i === 0 ? 'fixedPost' : 'mobilePost',
        name: {
          zh: `${place.zh}${i === 0 ? '警务站' : '巡逻岗'}`,
          en: `${place.en} ${i === 0 ? 'police post' : 'patrol post'}`,
        },
        level: 'squad',
        areaId: squad.id,
        openedOn: null,
        cellId: post.cell.id,
        point: post.point,
      })
    }
  }
  return unique(places)
}

/** Greedy k-median over a squad's junctions: each next post shortens the way to people the most. */
function choosePosts(frame: Frame, graph: RoadGraph, squad: Area, random: Random) {
  const { plane } = frame
  const candidates = random
    .shuffled([...graph.nodes.values()].filter(({ roads }) => roads.length >= 3))
    .flatMap(({ position, roads }) => {
      const point = plane.moved(position, 8, 8)
      const cell = frame.cellAt(point)
      return cell && cell.squadId === squad.id ? [{ point, cell, roads }] : []
    })
    .slice(0, 220)
  const demand = frame.blocks
    .filter(({ microGridId }) => frame.areaOf(microGridId).squadId === squad.id)
    .map((block) => ({ point: block.point, weight: block.population ** 0.8, reach: 30_000 }))
  const chosen: typeof candidates = []
  while (chosen.length < postsPerSquad && chosen.length < candidates.length) {
    let best = candidates[0]
    let bestGain = -Infinity
    for (const candidate of candidates) {
      let gain = 0
      for (const { point, weight, reach } of demand) {
        gain += weight * Math.max(0, reach - plane.distance(candidate.point, point))
      }
      if (gain > bestGain) {
        bestGain = gain
        best = candidate
      }
    }
    chosen.push(best)
    for (const entry of demand) entry.reach = Math.min(entry.reach, plane.distance(best.point, entry.point))
  }
  return chosen
}

/** Posts on one road get numbers, so that names differ. */
function unique(places: Place[]): Place[] {
  const seen = new Map<string, number>()
  return places.map((place) => {
    if (place.category !== 'post') return place
    const count = (seen.get(place.name.zh) ?? 0) + 1
    seen.set(place.name.zh, count)
    return count === 1
      ? place
      : { ...place, name: { zh: `${place.name.zh}（${count}）`, en: `${place.name.en} ${count}` } }
  })
}
