/** What becomes of an incident: when it is sent, reached and closed, seen from `asOf`. */
import type { Area, Position, Road } from '../../city.ts'
import type { Random } from '../../random.ts'
import type { IncidentLevel, IncidentStatus, ResolvedLevel } from '../../things.ts'
import type { Frame } from './frame.ts'
import type { HandledBy } from './mix.ts'
import { localHour, localOffset } from './rhythm.ts'
import type { RoadGraph } from './roadGraph.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

export interface Handling {
  dispatchedAt: number | null
  arrivedAt: number | null
  closedAt: number | null
  dueAt: number
  status: IncidentStatus
}

/** Everything that happened after `asOf` has not happened yet. */
export function asSeen(
  times: { dispatchedAt: number; arrivedAt: number; closedAt: number; dueAt: number },
  asOf: number,
): Handling {
  const past = (instant: number) => (instant <= asOf ? instant : null)
  const dispatchedAt = past(times.dispatchedAt)
  const arrivedAt = past(times.arrivedAt)
  const closedAt = past(times.closedAt)
  return {
    dispatchedAt,
    arrivedAt,
    closedAt,
    dueAt: times.dueAt,
    status:
      closedAt !== null
        ? 'closed'
        : arrivedAt !== null
          ? 'onScene'
          : dispatchedAt !== null
            ? 'dispatched'
            : 'new',
  }
}

/** The instant itself in office hours, else half past eight of the next morning. */
export function nextOffice(instant: number, random: Random): number {
  const local = localHour(instant)
  if (local >= 8 && local < 19) return instant
  const midnight = Math.floor((instant + localOffset) / day) * day - localOffset
  return midnight + (local >= 19 ? day : 0) + 8.25 * hour + Math.floor(random.exponential(1500)) * second
}

/** Deadline by level: a red hazard within a day, a blue one within fifteen. */
const gridDays: Record<IncidentLevel, number> = { 1: 1, 2: 3, 3: 7, 4: 15 }

export interface Desk {
  /** @param takes median minutes on scene (police) or days until closed (desk, grid) */
  handle(
    how: { handledBy: HandledBy; takes: number; level: IncidentLevel },
    reportedAt: number,
    cell: Area,
    random: Random,
  ): { dispatchedAt: number; arrivedAt: number; closedAt: number; dueAt: number }
}

/** Share of a road's speed that a patrol makes: streets have crossings, hill roads have bends. */
const paceInTown = 0.62
const paceOutside = 0.6
/** Metres a minute from the last road to the door, on foot or on a path. */
const pathPace = 110

/**
 * Minutes from the nearest post to every micro-grid: along the roads, then on paths for the last stretch. With three
 * posts a squad this gives 3–6 minutes in town and 15–30 in the hills.
 * @param posts where patrols start from
 */
function travelMinutes(frame: Frame, graph: RoadGraph, posts: readonly Position[]): Map<number, number> {
  const inTown = new Map(frame.ground.roads.map((road, i) => [road.id, frame.peopleByRoad[i] > 600] as const))
  const minutes = ({ id, lengthM, speedKmh }: Road) =>
    lengthM / ((speedKmh * 1000 * (inTown.get(id) ? paceInTown : paceOutside)) / 60)
  const reached = new Map<number, number>()
  for (const post of posts) {
    const near = graph.nearest(post)
    if (!near) continue
    for (const [node, cost] of graph.costsFrom(near.road.fromNode, minutes)) {
      reached.set(node, Math.min(reached.get(node) ?? Infinity, cost))
    }
  }
  return new Map(
    frame.microGrids.map((cell) => {
      const near = graph.nearest(cell.labelPoint)
      const byRoad = near
        ? Math.min(reached.get(near.road.fromNode) ?? Infinity, reached.get(near.road.toNode) ?? Infinity)
        : Infinity
      const onFoot = Math.min(12, (near?.distance ?? 0) / pathPace)
      // Without a road to it: as far as the farthest.
      return [cell.id, Number.isFinite(byRoad) ? 1.8 + byRoad + onFoot : 30]
    }),
  )
}

export function createDesk(frame: Frame, graph: RoadGraph, posts: readonly Position[]): Desk {
  const travel = travelMinutes(frame, graph, posts)
  const seconds = (value: number) => Math.max(1, Math.round(value)) * second

  return {
    handle({ handledBy, takes, level }, reportedAt, cell, random) {
      const urgency = level <= 2 ? 0.6 : level === 3 ? 0.8 : 1
      if (handledBy === 'police') {
        const dispatchedAt = reportedAt + seconds(50 * random.lognormal(0.5) * urgency)
        const minutes = (travel.get(cell.id) ?? 10) * random.lognormal(0.22)
        const arrivedAt = dispatchedAt + seconds(minutes * 60)
        const closedAt = arrivedAt + seconds(takes * 60 * random.lognormal(0.55))
        return { dispatchedAt, arrivedAt, closedAt, dueAt: reportedAt + day }
      }
      const office = nextOffice(reportedAt, random)
      const wait = handledBy === 'desk' ? 35 : 20
      const dispatchedAt =
        Math.max(reportedAt + 60 * second, office) + seconds(wait * 60 * random.lognormal(0.7) * urgency)
      const arrivedAt = nextOffice(
        dispatchedAt + seconds(3.2 * 3600 * random.lognormal(0.8) * urgency),
        random,
      )
      // A tail of stubborn ones: waiting for parts, money or an owner.
      const stubborn = random.chance(handledBy === 'grid' ? 0.025 : 0.012) ? random.between(8, 40) : 1
      const closedAt = nextOffice(
        arrivedAt + seconds(takes * 86_400 * random.lognormal(0.75) * urgency * stubborn),
        random,
      )
      const dueAt = reportedAt + (handledBy === 'grid' ? gridDays[level] : 5) * day
      return { dispatchedAt, arrivedAt, closedAt, dueAt }
    },
  }
}

/** Who closed it: most at the bottom, the grave and the slow further up. */
export function drawResolvedLevel(handledBy: HandledBy, level: IncidentLevel, random: Random): ResolvedLevel {
  const up = level <= 2 ? 0.6 : level === 3 ? 0.25 : 0
  const city = handledBy === 'police' ? 0.08 : 0.06
  const village = handledBy === 'police' ? 0.12 : 0.63
  const draw = random.next()
  if (draw < city + up) return 'city'
  return draw < city + up + village * (1 - up) ? 'village' : 'township'
}
