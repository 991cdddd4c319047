import type { LiveIncident, LiveUnit } from '../../api/live/messages.ts'
import type { Position } from '../../geodata/city.ts'
import { latOfWorld, lngOfWorld, worldPerMetre, worldX, worldY } from '../map/geometry/mercator.ts'
import type { DrawnIncident, DrawnTrail, DrawnUnit, LiveFrame, LivePicture } from '../map/livePicture.ts'
import { type Glide, glideTo, glideX, glideY, isGliding, paceOf, standing } from './glide.ts'
import type { LiveStore } from './liveStore.ts'
import { closedStaysMs, recordedStaysMs, staleMinutes, strengthOf } from './staleness.ts'
import { mostFixes, type Track } from './track.ts'

/** Ages are looked at again this often, milliseconds. */
const ageStepMs = 10_000
/** Trails are drawn anew at most this often. */
const trailStepMs = 500
/** What is gliding is drawn at most this often: more is not seen, and each frame draws the whole map. */
const glideStepMs = 33
/** In a flood of incidents they are taken over this often; one after a calm is there at once. */
const incidentStepMs = 250
/** Trails of units not selected: this long back at most where few are in view, at least where many are, and points in all. */
const longestTrailMs = 5 * 60_000
const shortestTrailMs = 15_000
/** So many units in view have trails of the full length. */
const fewUnits = 30
const mostTrailPoints = 1_200
/** What a unit in a hurry drives, metres a second. */
const fastestMs = 25

export interface PictureChoice {
  /** The shape of a kind. */
  groupOf: (kind: string) => string
  /** Kinds shown; null: all. */
  kinds: ReadonlySet<string> | null
  /** The unit whose whole trail is drawn. */
  selectedUnit: number | null
  reducedMotion: boolean
}

/** What of an incident does not change while its state is the same. */
interface Mark {
  incident: LiveIncident
  reportedAt: number
  /** When it leaves the picture, by the server's clock. */
  leavesAt: number
  /** Closed, or never had a course. */
  over: boolean
  drawn: DrawnIncident
}

/**
 * How long the fastest unit takes for half a pixel, which is the least that is seen; a second at most.
 * @param pace how fast time passes.
 */
function seenAfterMs(metresPerPixel: number, pace: number): number {
  return Math.min(1000, (500 * metresPerPixel) / (fastestMs * pace))
}

interface Moving {
  glide: Glide
  drawn: DrawnUnit
  /** Instant of the fix it goes to. */
  fixAt: number
  worldPerMetre: number
}

/**
 * The picture of a store for the map: what changed since the last frame is worked out when a frame is drawn, and nothing
 * in between. Incidents closed or recorded long ago leave it: the layer of incidents at rest has them.
 */
export class StorePicture implements LivePicture {
  readonly #store: LiveStore
  #choice: PictureChoice = {
    groupOf: () => 'other',
    kinds: null,
    selectedUnit: null,
    reducedMotion: false,
  }
  readonly #versions = { incidents: 0, units: 0, trails: 0 }
  #incidents: DrawnIncident[] = []
  #incidentIds: ReadonlySet<number> = new Set()
  #units: DrawnUnit[] = []
  #trails: DrawnTrail[] = []
  readonly #marks = new Map<number, Mark>()
  #moving = new Map<number, Moving>()
  #seen = { incidents: -1, units: -1, fixes: -1, trailFixes: -1 }
  #agedAt = Number.NEGATIVE_INFINITY
  #trailedAt = Number.NEGATIVE_INFINITY
  #trailBox = ''
  #incidentsAt = Number.NEGATIVE_INFINITY
  #fixesAt = Number.NEGATIVE_INFINITY
  #placedAt = Number.NEGATIVE_INFINITY
  #chosen = true

  constructor(store: LiveStore) {
    this.#store = store
  }

  choose(choice: PictureChoice): void {
    this.#choice = choice
    this.#chosen = true
  }

  frame(now: number, box: readonly [number, number, number, number], metresPerPixel: number): LiveFrame {
    const { versions, pace } = this.#store
    const aged = now - this.#agedAt >= ageStepMs
    if (aged) this.#agedAt = now
    if (aged || this.#chosen || this.#incidentsDueIn(now) <= 0) this.#takeIncidents(now)
    // A frame of a moving map draws what moved less than is seen where it was: nothing is written anew for it.
    if (aged || this.#seen.units !== versions.units || this.#fixesDueIn(now, metresPerPixel) <= 0)
      this.#takeUnits(now)
    if (now - this.#placedAt >= seenAfterMs(metresPerPixel, pace)) this.#place(now)
    const boxKey = box.map((value) => Math.round(value * 500)).join()
    const trailsDue =
      this.#chosen ||
      (now - this.#trailedAt >= trailStepMs &&
        (this.#seen.trailFixes !== versions.fixes || this.#trailBox !== boxKey))
    if (trailsDue) {
      this.#trailedAt = now
      this.#trailBox = boxKey
      this.#seen.trailFixes = versions.fixes
      this.#takeTrails(box)
    }
    this.#chosen = false
    return {
      incidents: this.#incidents,
      incidentIds: this.#incidentIds,
      units: this.#units,
      trails: this.#trails,
      versions: { ...this.#versions },
    }
  }

  restsFor(now: number, metresPerPixel: number): number {
    const ages = this.#incidents.length > 0 || this.#units.length > 0
    let rest = ages ? Math.max(0, this.#agedAt + ageStepMs - now) + 1 : Number.POSITIVE_INFINITY
    const { versions, pace } = this.#store
    rest = Math.min(rest, Math.max(glideStepMs, this.drawnIn(now, metresPerPixel)))
    if (this.#seen.trailFixes !== versions.fixes) {
      const due = this.#trailedAt + Math.max(trailStepMs, seenAfterMs(metresPerPixel, pace)) - now
      rest = Math.min(rest, Math.max(glideStepMs, due))
    }
    let fastest = 0
    for (const { glide, worldPerMetre: scale } of this.#moving.values())
      fastest = Math.max(fastest, paceOf(glide, now) / scale / metresPerPixel)
    // Half a pixel is the least that is seen.
    if (fastest > 0) rest = Math.min(rest, Math.max(glideStepMs, 500 / fastest))
    return rest
  }

  /**
   * How soon a change of the store is drawn, milliseconds: at once after a calm, or, where only units moved, when that can
   * be seen; infinite without any.
   */
  drawnIn(now: number, metresPerPixel: number): number {
    if (this.#seen.units !== this.#store.versions.units) return 0
    return Math.min(this.#incidentsDueIn(now), this.#fixesDueIn(now, metresPerPixel))
  }

  /** Milliseconds until incidents that were told are taken over, none or less: now; infinite when none were. */
  #incidentsDueIn(now: number): number {
    if (this.#seen.incidents === this.#store.versions.incidents) return Number.POSITIVE_INFINITY
    return this.#incidentsAt + incidentStepMs - now
  }

  /** The same for fixes. */
  #fixesDueIn(now: number, metresPerPixel: number): number {
    const { versions, pace } = this.#store
    if (this.#seen.fixes === versions.fixes) return Number.POSITIVE_INFINITY
    return this.#fixesAt + seenAfterMs(metresPerPixel, pace) - now
  }

  pointOf(kind: 'incident' | 'unit', id: number): Position | null {
    if (kind === 'unit') {
      const unit = this.#moving.get(id)?.drawn
      return unit ? [unit.lng, unit.lat] : null
    }
    const incident = this.#store.incidents.get(id)
    return incident ? [incident.lng, incident.lat] : null
  }

  #takeIncidents(at: number): void {
    this.#incidentsAt = at
    this.#seen.incidents = this.#store.versions.incidents
    const now = this.#store.now()
    const { groupOf, kinds } = this.#choice
    const drawn: DrawnIncident[] = []
    // Marks of incidents the store forgot go together now and then, not one a frame.
    if (this.#marks.size > 2 * this.#store.incidents.size + 1_000) this.#marks.clear()
    for (const incident of this.#store.incidents.values()) {
      if (kinds && !kinds.has(incident.kind)) continue
      let mark = this.#marks.get(incident.id)
      if (mark?.incident !== incident) {
        mark = markOf(incident)
        this.#marks.set(incident.id, mark)
      }
      if (now > mark.leavesAt) continue
      const ageMs = Math.max(0, now - mark.reportedAt)
      mark.drawn.group = groupOf(incident.kind)
      mark.drawn.strength = strengthOf(ageMs, mark.over)
      mark.drawn.ageMinutes = mark.over ? null : Math.floor(ageMs / 60_000)
      drawn.push(mark.drawn)
    }
    this.#incidents = drawn
    this.#incidentIds = new Set(drawn.map(({ id }) => id))
    this.#versions.incidents++
  }

  #takeUnits(now: number): void {
    const { versions } = this.#store
    this.#seen.units = versions.units
    this.#seen.fixes = versions.fixes
    this.#fixesAt = now
    const serverNow = this.#store.now()
    const moving = new Map<number, Moving>()
    for (const unit of this.#store.units.values()) {
      const track = this.#store.track(unit.id)
      if (unit.state === 'offDuty' || !track || track.count === 0) continue
      moving.set(unit.id, this.#moved(this.#moving.get(unit.id), unit, track, now, serverNow))
    }
    this.#moving = moving
    this.#units = Array.from(moving.values(), ({ drawn }) => drawn)
    this.#placedAt = Number.NEGATIVE_INFINITY
  }

  #moved(before: Moving | undefined, unit: LiveUnit, track: Track, now: number, serverNow: number): Moving {
    const { last } = track
    const fixAt = track.at[last]
    const heading = track.heading[last]
    const drawn: DrawnUnit = before?.drawn ?? {
      id: unit.id,
      lng: 0,
      lat: 0,
      x: 0,
      y: 0,
      headingDeg: null,
      kind: unit.kind,
      state: unit.state,
      callSign: unit.callSign,
      staleMinutes: null,
    }
    drawn.kind = unit.kind
    drawn.state = unit.state
    drawn.callSign = unit.callSign
    drawn.headingDeg = Number.isNaN(heading) ? null : heading
    drawn.staleMinutes = staleMinutes(serverNow - fixAt)
    if (before?.fixAt === fixAt) return before
    const [toX, toY] = [worldX(track.lng[last]), worldY(track.lat[last])]
    const scale = worldPerMetre(track.lat[last])
    const between = last > 0 ? (fixAt - track.at[last - 1]) / this.#store.pace : 0
    const glide = before
      ? glideTo(before.glide, toX, toY, between, now, scale, this.#choice.reducedMotion)
      : standing(toX, toY)
    return { glide, drawn, fixAt, worldPerMetre: scale }
  }

  /** Puts each mark where it is at this instant. */
  #place(now: number): void {
    const first = this.#placedAt === Number.NEGATIVE_INFINITY
    let moved = first
    for (const { glide, drawn } of this.#moving.values()) {
      if (!first && !isGliding(glide, this.#placedAt)) continue
      drawn.x = glideX(glide, now)
      drawn.y = glideY(glide, now)
      drawn.lng = lngOfWorld(drawn.x)
      drawn.lat = latOfWorld(drawn.y)
      moved = true
    }
    this.#placedAt = now
    if (moved) this.#versions.units++
  }

  #takeTrails([west, south, east, north]: readonly [number, number, number, number]): void {
    const { selectedUnit } = this.#choice
    const inView = this.#units.filter(
      ({ id, lng, lat }) => id === selectedUnit || (lng > west && lng < east && lat > south && lat < north),
    )
    const each = Math.floor(mostTrailPoints / Math.max(1, inView.length))
    // Hundreds of long trails would be a carpet nobody can read.
    const backMs = Math.max(
      shortestTrailMs,
      longestTrailMs * Math.min(1, fewUnits / Math.max(1, inView.length)) ** 1.5,
    )
    const trails: DrawnTrail[] = []
    for (const { id } of inView) {
      const track = this.#store.track(id)
      const selected = id === selectedUnit
      if (!track || (!selected && each < 4)) continue
      const points = trailPoints(
        track,
        selected ? mostFixes : each,
        selected ? Number.POSITIVE_INFINITY : backMs,
      )
      if (points.length >= 4) trails.push({ unitId: id, points, selected })
    }
    if (trails.length === 0 && this.#trails.length === 0) return
    this.#trails = trails
    this.#versions.trails++
  }
}

function markOf(incident: LiveIncident): Mark {
  const { id, lng, lat, level, status, reportedAt, closedAt } = incident
  const over = status === 'closed' || status === 'recorded'
  return {
    incident,
    reportedAt: Date.parse(reportedAt),
    leavesAt: !over
      ? Number.POSITIVE_INFINITY
      : Date.parse(closedAt ?? reportedAt) + (status === 'closed' ? closedStaysMs : recordedStaysMs),
    over,
    drawn: {
      id,
      lng,
      lat,
      x: worldX(lng),
      y: worldY(lat),
      group: 'other',
      level,
      stage: status,
      strength: 1,
      ageMinutes: null,
    },
  }
}

/** The way of the last minutes, thinned to so many points; the newest fix is always there. */
function trailPoints(track: Track, most: number, backMs: number): number[] {
  const newest = track.at[track.last]
  let first = track.last
  while (first > 0 && newest - track.at[first - 1] <= backMs) first--
  const count = track.count - first
  const step = Math.max(1, Math.ceil(count / most))
  const points: number[] = []
  for (let i = track.last - Math.floor((count - 1) / step) * step; i <= track.last; i += step)
    points.push(worldX(track.lng[i]), worldY(track.lat[i]))
  return points
}
