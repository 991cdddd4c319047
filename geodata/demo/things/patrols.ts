/** Units of the squads and the patrol routes they drive: closed walks on the road graph towards where incidents are. */
import type { Area, Position, Road } from '../../city.ts'
import { apportion, type Random, WeightedSampler } from '../../random.ts'
import type { PatrolRoute, Place, Resource, Unit } from '../../things.ts'
import type { Frame } from './frame.ts'
import type { Draft } from './incidents.ts'
import type { RoadGraph } from './roadGraph.ts'

/** Metres per second on patrol, halts included, and how long a route of that kind should be in metres. */
const patrolStyle = {
  car: { speed: 6.5, length: [12_000, 36_000] },
  motorcycle: { speed: 5, length: [8_000, 18_000] },
  foot: { speed: 1.1, length: [2_000, 4_200] },
} as const
type PatrolKind = keyof typeof patrolStyle
const patrolKinds: PatrolKind[] = ['car', 'motorcycle', 'foot']

const unitNames: Record<Unit['kind'], string> = { command: '指', car: '车', motorcycle: '骑', foot: '步' }

export interface PatrolsInput {
  frame: Frame
  graph: RoadGraph
  places: Place[]
  incidents: Draft[]
  serviceModes: Resource[]
  officers: number
  random: Random
}

/** Six rosters that add up to `officers` exactly, larger where more happens and where more ground is to be covered. */
export function createUnits({ frame, places, incidents, officers, random }: PatrolsInput): Unit[] {
  const squadOfCell = new Map(frame.microGrids.map((cell) => [cell.id, cell.squadId]))
  const load = new Map<number | null, number>()
  for (const { cellId } of incidents) {
    const squad = squadOfCell.get(cellId) ?? null
    load.set(squad, (load.get(squad) ?? 0) + 1)
  }
  const strengths = apportion(
    officers,
    frame.squads.map((squad) => 1 + (load.get(squad.id) ?? 0) ** 0.6),
    Math.floor(officers / frame.squads.length / 2),
  )
  const units: Unit[] = []
  frame.squads.forEach((squad, s) => {
    const posts = places.filter(({ category, areaId }) => category === 'post' && areaId === squad.id)
    let rest = strengths[s]
    let number = 0
    const add = (kind: Unit['kind'], strength: number) => {
      const home = posts.length > 0 ? posts[number % posts.length] : null
      units.push({
        id: units.length + 1,
        squadId: squad.id,
        callSign: `${s + 1}${unitNames[kind]}${String(++number).padStart(2, '0')}`,
        kind,
        strength,
        homePostId: kind === 'command' ? (posts[0]?.id ?? null) : (home?.id ?? null),
        synthetic: true,
      })
      rest -= strength
    }
    add('command', Math.min(rest, 5))
    const sequence: [Unit['kind'], number][] = [
      ['car', 6],
      ['motorcycle', 4],
      ['car', 6],
      ['foot', 4],
      ['motorcycle', 4],
    ]
    for (let i = 0; rest > 0; i++) {
      const [kind, usual] = sequence[i % sequence.length]
      const strength = Math.min(rest, usual + random.int(0, 1))
      // No unit of one: the last officers join the last unit.
      if (strength < 2 && units.length > 0) {
        units[units.length - 1].strength += strength
        rest -= strength
      } else add(kind, strength)
    }
  })
  return units
}

const nodeAt = (graph: RoadGraph, frame: Frame, position: Position): number => {
  let best = -1
  let bestDistance = Infinity
  for (const [id, node] of graph.nodes) {
    const distance = frame.plane.distance(node.position, position)
    if (distance < bestDistance) {
      bestDistance = distance
      best = id
    }
  }
  return best
}

/** Joins roads walked in order from a node into one line. */
export function lineOf(roads: readonly Road[], fromNode: number): Position[] {
  const line: Position[] = []
  let at = fromNode
  for (const road of roads) {
    const forward = road.fromNode === at
    const part = forward ? road.line : road.line.toReversed()
    line.push(...(line.length > 0 ? part.slice(1) : part))
    at = forward ? road.toNode : road.fromNode
  }
  return line
}

/** For every post one route a service mode the squad has units for. */
export function createPatrolRoutes(input: PatrolsInput, units: Unit[]): PatrolRoute[] {
  const { frame, graph, places, incidents, serviceModes, random } = input
  // What a road is worth: incidents beside it.
  const worth = new Map<number, number>()
  for (let i = 0; i < incidents.length; i += 3) {
    const near = graph.nearest(incidents[i].point)
    if (near && near.distance < 120) worth.set(near.road.id, (worth.get(near.road.id) ?? 0) + 1)
  }
  const squadOf = new Map<number, number | null>()
  for (const road of frame.ground.roads) {
    squadOf.set(road.id, frame.cellAt(frame.roadMiddle(road))?.squadId ?? squadAround(frame, road))
  }

  const routes: PatrolRoute[] = []
  for (const squad of frame.squads) {
    const posts = places.filter(({ category, areaId }) => category === 'post' && areaId === squad.id)
    for (const [p, post] of posts.entries()) {
      const start = nodeAt(graph, frame, post.point)
      if (start < 0) continue
      const used = new Map<number, number>()
      patrolKinds.forEach((kind, k) => {
        // Foot patrols only where there is somebody to meet.
        if (kind === 'foot' && frame.peopleNear(post.point, 800) < 1200) return
        const walked = loop({ input, squad, squadOf, worth, used, start, kind, random })
        if (!walked) return
        for (const road of walked) used.set(road.id, (used.get(road.id) ?? 0) + 1)
        const lengthM = walked.reduce((sum, road) => sum + road.lengthM, 0)
        const unit =
          units.find(
            ({ squadId, kind: own, homePostId }) =>
              squadId === squad.id && own === kind && homePostId === post.id,
          ) ?? units.find(({ squadId, kind: own }) => squadId === squad.id && own === kind)
        const mode = serviceModes[k % serviceModes.length]
        const number = `${p + 1}`
        const [what, whatEn] = {
          car: ['车巡线', 'car patrol'],
          motorcycle: ['骑巡线', 'motorcycle patrol'],
          foot: ['步巡线', 'foot patrol'],
        }[kind]
        routes.push({
          id: routes.length + 1,
          squadId: squad.id,
          unitId: unit?.id ?? null,
          name: {
            zh: `${squad.name.zh}${what}${number}`,
            en: `${squad.name.en} ${whatEn} ${number}`,
          },
          serviceMode: mode.code,
          lengthM: Math.round(lengthM),
          durationS: Math.round(lengthM / patrolStyle[kind].speed),
          roadIds: walked.map(({ id }) => id),
          line: lineOf(walked, start),
          synthetic: true,
        })
      })
    }
  }
  return routes
}

const squadAround = (frame: Frame, road: Road): number | null => {
  for (const [east, north] of [
    [6, 6],
    [-6, -6],
    [6, -6],
    [-6, 6],
  ]) {
    const cell = frame.cellAt(frame.plane.moved(frame.roadMiddle(road), east, north))
    if (cell) return cell.squadId
  }
  return null
}

interface LoopInput {
  input: PatrolsInput
  squad: Area
  squadOf: Map<number, number | null>
  worth: Map<number, number>
  used: Map<number, number>
  start: number
  kind: PatrolKind
  random: Random
}

/** How many stops a try goes round: few reach far in the hills, many cover a town's streets. */
const stopCounts = [1, 2, 3, 4, 5, 6, 8, 10, 12]

/** Some tries at a closed walk over busy junctions around a post; the one with most incidents a metre wins. */
function loop({ input, squad, squadOf, worth, used, start, kind, random }: LoopInput): Road[] | null {
  const { frame, graph } = input
  const origin = graph.nodes.get(start)
  if (!origin) return null
  const [shortest, longest] = patrolStyle[kind].length
  const targets: { id: number; weight: number; position: Position }[] = []
  for (const [id, distance] of graph.costsFrom(start, ({ lengthM }) => lengthM)) {
    const node = graph.nodes.get(id)
    if (!node || id === start || distance > longest / 2.1 || distance < shortest / 12) continue
    const { position, roads } = node
    if (!roads.some((road) => squadOf.get(road.id) === squad.id)) continue
    const busy = roads.reduce(
      (sum, road) => sum + (worth.get(road.id) ?? 0) / (1 + 3 * (used.get(road.id) ?? 0)),
      0.05,
    )
    targets.push({ id, weight: busy * Math.sqrt(distance / longest), position })
  }
  if (targets.length === 0) return null
  const sampler = new WeightedSampler(targets.map(({ weight }) => weight))

  let best: Road[] | null = null
  let bestScore = -Infinity
  for (const count of stopCounts) {
    const stops = Array.from({ length: count }, () => targets[sampler.draw(random)])
    // In the order of their bearing from the post, so that the walk goes round.
    const [x0, y0] = frame.plane.toMetres(origin.position)
    const angle = (position: Position) => {
      const [x, y] = frame.plane.toMetres(position)
      return Math.atan2(y - y0, x - x0)
    }
    stops.sort((a, b) => angle(a.position) - angle(b.position))
    const walked: Road[] = []
    const here = new Map<number, number>()
    const cost = (road: Road) => {
      const outside = squadOf.get(road.id) !== squad.id ? 4 : 1
      const again = 1 + 2.5 * (here.get(road.id) ?? 0)
      const fast = road.class === 'motorway' ? 6 : road.class === 'track' ? 2.5 : 1
      const busy = 1 / (1 + Math.min(1.5, (worth.get(road.id) ?? 0) / 8))
      return road.lengthM * outside * again * fast * busy
    }
    let at = start
    let complete = true
    for (const stop of [...stops.map(({ id }) => id), start]) {
      if (stop === at) continue
      const part = graph.walk(at, stop, cost)
      if (!part) {
        complete = false
        break
      }
      for (const road of part) here.set(road.id, (here.get(road.id) ?? 0) + 1)
      walked.push(...part)
      at = stop
    }
    if (!complete || walked.length === 0) continue
    const length = walked.reduce((sum, road) => sum + road.lengthM, 0)
    const seen = new Set(walked)
    let met = 0
    for (const road of seen) met += (worth.get(road.id) ?? 0) / (1 + 2 * (used.get(road.id) ?? 0))
    const misfit =
      length > longest ? length / longest : length < shortest ? shortest / Math.max(1, length) : 1
    const score = (met + 1) / length ** 0.7 / misfit ** 3
    if (score > bestScore) {
      bestScore = score
      best = walked
    }
  }
  return best
}
