/**
 * Everything of a city that is not ground: kinds, incidents, cameras, places, patrols, projects, activities, resources.
 * One type a table, one property a column, the same names in camel case. Plain data: no database, no React.
 * Positions are [lng, lat], EPSG:4326, degrees, rounded to 1e-6; lengths metres, durations seconds;
 * instants are epoch milliseconds (UTC), dates 'YYYY-MM-DD' in the city's time zone.
 * No type here has room for a person: units have strengths, disputes have categories.
 */
import type { Names, Position } from './city.ts'

export type KindGroup =
  | 'criminal'
  | 'publicOrder'
  | 'traffic'
  | 'fire'
  | 'help'
  | 'complaint'
  | 'hazard'
  | 'other'
  | 'dispute'

/** A category of incident; sub-kinds point at their parent. */
export interface Kind {
  /** Six digits for the 110 categories, 'H' + 4 digits for hazards, 'D' + 2 or 4 digits for disputes. */
  code: string
  parentCode: string | null
  group: KindGroup
  name: Names
  /** Never shown as points, never below grid level, only over 365 days or more. */
  dispute: boolean
  /** Only at township level and above. */
  sensitive: boolean
  /** Of public order (police, traffic …); the others are of governance. Roles see one or both. */
  publicOrder: boolean
  /** Order in lists, small first. */
  sort: number
}

/** 1 red (worst), 2 orange, 3 yellow, 4 blue. */
export type IncidentLevel = 1 | 2 | 3 | 4

/** How it became known. 'centre' and 'court' only for disputes. */
export type Channel = '110' | 'gridWorker' | '12345' | 'iot' | 'patrol' | 'platform' | 'centre' | 'court'

/** 'recorded': kept for the count only, never handled here (imports). */
export type IncidentStatus = 'new' | 'dispatched' | 'onScene' | 'closed' | 'recorded'

export type ResolvedLevel = 'village' | 'township' | 'city'

export type Attributes = { [key: string]: string | number | boolean | null }

export interface Incident {
  /** Where the row came from, e.g. 'demo', and its name there; unique together. */
  source: string
  sourceId: string
  kind: string
  level: IncidentLevel
  channel: Channel
  /** reportedAt ≤ dispatchedAt ≤ arrivedAt ≤ closedAt where not null. */
  reportedAt: number
  dispatchedAt: number | null
  arrivedAt: number | null
  closedAt: number | null
  dueAt: number | null
  status: IncidentStatus
  /** What became of it, e.g. 'handledOnScene', 'mediated', 'arbitrated'; null while open. */
  outcome: string | null
  resolvedLevel: ResolvedLevel | null
  /** The cell (micro-grid) that contains `point`. */
  cellId: number
  point: Position
  /** Disputes carry `caseSource` and, where settled, `settled`; see geodata/demo/things/disputes.ts. */
  attributes: Attributes
  synthetic: boolean
}

export type CameraType = 'dome' | 'halfDome' | 'bullet' | 'remoteBullet' | 'checkpoint' | 'panorama'

export interface Camera {
  id: number
  /** 20 digits, modelled on GB/T 28181: division 8, industry 2, type 3, network 1, sequence 6. */
  code: string
  ownership: 'public' | 'social'
  /** Number of the owning social unit, no name; null where public or owned by nobody registered. */
  ownerUnit: number | null
  type: CameraType
  /** Industry digits of `code`. */
  industry: string
  /** Where it looks, degrees clockwise from north, 0…359. */
  directionDeg: number
  fieldOfViewDeg: number
  rangeM: number
  indoor: boolean
  installedOn: string
  in2018Register: boolean
  status: 'online' | 'offline' | 'repair'
  statusSince: number
  retentionDays: number
  cellId: number
  point: Position
  synthetic: boolean
}

export interface CameraOutage {
  cameraId: number
  startedAt: number
  /** null while it lasts. */
  endedAt: number | null
  reason: 'power' | 'network' | 'device' | 'weather' | 'construction' | 'maintenance'
}

/** Key sites (category 'site', copied from the ground), service centres, service halls and patrol posts. */
export interface Place {
  id: number
  category: 'site' | 'centre' | 'hall' | 'post'
  /** A SiteKind for sites; 'governanceCentre', 'serviceHall', 'fixedPost' or 'mobilePost' else. */
  kind: string
  name: Names
  /** The level it serves ('city', 'township', 'village'; posts 'squad'), null for sites. */
  level: string | null
  /** The area it serves; for sites the micro-grid it stands in. */
  areaId: number
  openedOn: string | null
  cellId: number
  point: Position
  synthetic: boolean
}

export interface Unit {
  id: number
  squadId: number
  callSign: string
  kind: 'car' | 'motorcycle' | 'foot' | 'command'
  /** Officers and auxiliaries on its roster: a number, never people. */
  strength: number
  homePostId: number | null
  synthetic: boolean
}

/** A walk on the road graph that ends where it began. */
export interface PatrolRoute {
  id: number
  squadId: number
  unitId: number | null
  name: Names
  /** `code` of a resource of kind 'serviceMode'. */
  serviceMode: string
  lengthM: number
  /** At patrol speed, with the halts. */
  durationS: number
  /** Roads in the order they are walked; a road may come twice. */
  roadIds: number[]
  line: Position[]
  synthetic: boolean
}

export interface Project {
  id: number
  name: Names
  resettledHouseholds: number
  floorAreaM2: number
  landMu: number
  /** The cells its ground lies in; connected. */
  cellIds: number[]
  point: Position
  synthetic: boolean
}

/** What was done, when and where. */
export interface Activity {
  id: number
  kind: string
  occurredAt: number
  areaId: number | null
  /** People reached, items or ten thousand yuan: the kind says which. */
  quantity: number | null
  attributes: Attributes
  synthetic: boolean
}

/** Configuration and equipment that is counted; `code` is unique within `kind`. */
export interface Resource {
  id: number
  kind: string
  code: string
  name: Names
  /** The boundary version it belongs to, or null. */
  version: string | null
  areaId: number | null
  quantity: number
  attributes: Attributes
  /** True where the name or number stands in for one that was not published. */
  synthetic: boolean
}

export interface Things {
  kinds: Kind[]
  /** Ordered by reportedAt. */
  incidents: Incident[]
  cameras: Camera[]
  cameraOutages: CameraOutage[]
  places: Place[]
  units: Unit[]
  patrolRoutes: PatrolRoute[]
  projects: Project[]
  activities: Activity[]
  resources: Resource[]
}
