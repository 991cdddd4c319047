/** What becomes of an incident: when it is sent, reached and closed, seen from `asOf`. */
import KDBush from 'kdbush'
import type { Area, Position } from '../../city.ts'
import type { IncidentLevel, IncidentStatus, ResolvedLevel } from '../../things.ts'
import type { Random } from '../random.ts'
import type { Frame } from './frame.ts'
import type { HandledBy } from './mix.ts'
import { localHour, localOffset } from './rhythm.ts'

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

/**
 * @param posts where patrols start from
 * Travel: straight distance to the nearest post × 1.35 at 24 km/h in dense cells and 34 km/h elsewhere, which gives
 * 3–6 minutes in town and 15–30 in the hills.
 */
export function createDesk(frame: Frame, posts: readonly Position[]): Desk {
  const index = new KDBush(posts.length)
  for (const post of posts) index.add(...frame.plane.toMetres(post))
  index.finish()
  const travel = new Map<number, number>()
  for (const cell of frame.microGrids) {
    const [x, y] = frame.plane.toMetres(cell.labelPoint)
    let nearest = Infinity
    for (let radius = 1000; nearest === Infinity && radius < 1e6; radius *= 2) {
      for (const i of index.within(x, y, radius)) {
        nearest = Math.min(nearest, frame.plane.distance(posts[i], cell.labelPoint))
      }
    }
    const dense = cell.population / (frame.areaM2(cell) / 1e6) > 1500
    travel.set(cell.id, 1.7 + (nearest * 1.35) / ((dense ? 24 : 34) * (1000 / 60)))
  }
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
