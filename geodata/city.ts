/**
 * What a generated or imported city consists of. Plain data: no database, no React.
 * Positions are [lng, lat], EPSG:4326, degrees; lengths metres, durations seconds; instants are epoch milliseconds (UTC).
 */

/** [lng, lat], EPSG:4326, degrees. */
export type Position = [number, number]

export type Names = { zh: string; en: string }

/** 'city' | 'township' | 'village' | 'grid' | 'microGrid' | 'district' | 'squad' in the demo; data, not code, elsewhere. */
export type LevelName = string

export type Hierarchy = 'administration' | 'patrol'

/** One level of one hierarchy of one boundary version. `rank` 0 is the whole city; larger is finer. */
export interface AreaLevel {
  version: string
  hierarchy: Hierarchy
  level: LevelName
  rank: number
  name: Names
}

export interface Area {
  /** Unique in its city over all versions, stable for a seed, > 0. */
  id: number
  version: string
  hierarchy: Hierarchy
  level: LevelName
  code: string
  name: Names
  parentId: number | null
  /** The squad whose area contains this one (grids and micro-grids), else null. */
  squadId: number | null
  /** Residents and households living inside. */
  population: number
  households: number
  /** Urban/rural class of the statistics bureau (111…220) or null. */
  urbanRural: string | null
  /** A point inside, where a label may stand. */
  labelPoint: Position
  /**
   * Polygons of rings (outer counter-clockwise first, then holes clockwise), each closed (first = last).
   * Neighbours and parents share every border vertex exactly.
   */
  polygons: Position[][][]
  /** True where the polygon is generated rather than published. */
  synthetic: boolean
}

/** An area of one boundary version and one of another that hold common ground. */
export interface AreaLineage {
  fromId: number
  toId: number
  /** same: one to one; split: from is larger; merge: to is larger. */
  relation: 'same' | 'split' | 'merge'
}

/** The finest piece of ground that no level of any version divides, and every area that contains it. */
export interface Cell {
  id: number
  areaIds: number[]
}

export type RoadClass = 'motorway' | 'trunk' | 'primary' | 'secondary' | 'residential' | 'service' | 'track'

export interface Road {
  id: number
  class: RoadClass
  name: Names | null
  speedKmh: number
  /** Ids of the road graph's nodes at both ends; equal ids are the same junction. */
  fromNode: number
  toNode: number
  lengthM: number
  line: Position[]
  synthetic: boolean
}

export interface Water {
  id: number
  kind: 'river' | 'stream' | 'reservoir'
  name: Names | null
  widthM: number
  line: Position[]
  synthetic: boolean
}

/** A residential estate or hamlet: where people live. */
export interface Block {
  id: number
  name: Names
  households: number
  population: number
  microGridId: number
  point: Position
  polygons: Position[][][]
}

export type SiteKind =
  | 'school'
  | 'hospital'
  | 'station'
  | 'port'
  | 'market'
  | 'square'
  | 'government'
  | 'factory'
  | 'bank'
  | 'fuel'
  | 'hotSpring'
  | 'dam'
  | 'park'

/** A key site. */
export interface Site {
  id: number
  kind: SiteKind
  name: Names
  point: Position
  microGridId: number
}

/** The generated ground of a city: areas of all versions, roads, water, where people live. */
export interface Ground {
  city: { code: string; divisionCode: string | null; name: Names; timeZone: string }
  versions: {
    version: string
    validFrom: string
    validTo: string | null
    synthetic: boolean
    source: string
  }[]
  levels: AreaLevel[]
  areas: Area[]
  lineage: AreaLineage[]
  cells: Cell[]
  roads: Road[]
  water: Water[]
  blocks: Block[]
  sites: Site[]
  /** Shaded relief to draw under the map: a grey PNG and its box [west, south, east, north]; null when there is none. */
  relief: { png: Uint8Array; bounds: [number, number, number, number] } | null
}
