import type { Position } from '../../geodata/city.ts'

/** What the map draws of what is live, at one instant. x and y are world units (geometry/mercator.ts), as all places that move. */

export type IncidentStage = 'new' | 'dispatched' | 'onScene' | 'closed' | 'recorded'

export interface DrawnIncident {
  id: number
  lng: number
  lat: number
  x: number
  y: number
  /** The kind's group decides its shape. */
  group: string
  /** Alert level 1…4. */
  level: number
  stage: IncidentStage
  /** 1 for a new one down to 0.35: what is old is fainter. */
  strength: number
  /** Whole minutes since it was reported; null where its age is not written. */
  ageMinutes: number | null
}

export type UnitKind = 'car' | 'motorcycle' | 'foot' | 'command'
export type UnitState = 'offDuty' | 'free' | 'assigned' | 'enRoute' | 'onScene'

export interface DrawnUnit {
  id: number
  lng: number
  lat: number
  x: number
  y: number
  /** Degrees clockwise from north; null: unknown. */
  headingDeg: number | null
  kind: UnitKind
  state: UnitState
  callSign: string
  /** Whole minutes since its last fix where that is stale, else null. */
  staleMinutes: number | null
}

/** The way a unit came, oldest first. */
export interface DrawnTrail {
  unitId: number
  /** x, y in world units. */
  points: readonly number[]
  /** The selected unit's trail is the whole of what is kept, drawn stronger. */
  selected: boolean
}

export interface LiveFrame {
  incidents: readonly DrawnIncident[]
  /** Of `incidents`; another set with another version. */
  incidentIds: ReadonlySet<number>
  units: readonly DrawnUnit[]
  trails: readonly DrawnTrail[]
  /** Grow when the list of that name, or anything in it, is another one than in the last frame. */
  versions: { readonly incidents: number; readonly units: number; readonly trails: number }
}

/** Asked by the map in every frame it draws, past React. */
export interface LivePicture {
  /** @param now milliseconds of `performance.now()`. */
  frame(
    now: number,
    box: readonly [west: number, south: number, east: number, north: number],
    metresPerPixel: number,
  ): LiveFrame
  /** Milliseconds until the picture is another one; infinite while nothing moves or ages. */
  restsFor(now: number, metresPerPixel: number): number
  /** Where an incident or a unit stands now; null where it is not in the picture. */
  pointOf(kind: 'incident' | 'unit', id: number): Position | null
}
