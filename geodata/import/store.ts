import type { AreaLevel, Cell, Names, Position } from '../city.ts'
import type { Kind } from '../things.ts'
import type { IncidentDraft } from './incidents.ts'
import type { ManifestCity } from './manifest.ts'
import type { LocatedArea } from './placeFinder.ts'
import type { Projections } from './positions.ts'
import type { ImportReport, Remark } from './report.ts'

/** What to name on the map. */
export interface SourceNotice {
  name: string
  /** Empty where the manifest does not say. */
  licence: string
  attribution: string
}

/** How an imported city came to be, kept with it. */
export type ImportOrigin = {
  kind: 'import'
  /** True where the city's outline was made from its coarsest level. */
  outlineMade: boolean
  sources: SourceNotice[]
}

export function isImported(origin: StoredCity['origin']): origin is ImportOrigin {
  return origin.kind === 'import'
}

export interface StoredCity {
  synthetic: boolean
  timeZone: string
  version: string
  contentHash: string
  levels: string[]
  origin: ImportOrigin | { kind?: string }
}

/** An area ready to be written. */
export interface ImportedArea extends LocatedArea {
  name: Names
  parentId: number | null
  squadId: number | null
  population: number
  households: number
  areaKm2: number
  labelPoint: Position
}

/**
 * What PostGIS says of an area's polygons: its measures, or why it is not valid. Polygons that are not valid but can be
 * written validly without covering other ground (a ring that touches itself) come back so, with what was wrong.
 */
export type Survey =
  | { areaKm2: number; labelPoint: Position; repaired: { polygons: Position[][][]; fault: string } | null }
  | { reason: string }

export interface StagedIncident extends IncidentDraft {
  /** Number of the record in its file, from 1. */
  number: number
  cellId: number | null
  several: boolean
}

export interface MergeCounts {
  accepted: number
  unchanged: number
  inNoArea: number
  inSeveralAreas: number
}

/** The areas of a city and their cells. */
export interface AreaStore {
  survey(polygons: Position[][][][]): Promise<Survey[]>
  /** One outline around all, without the cracks between them. */
  union(polygons: Position[][][][]): Promise<Position[][][]>
  writeAreas(city: ManifestCity, areas: ImportedArea[]): Promise<void>
  /** Pairs of areas of one level that share more than a square metre, the largest first, at most `limit`. */
  overlaps(
    city: string,
    version: string,
    limit: number,
  ): Promise<{ level: string; codes: string[]; areaM2: number }[]>
  locatedAreas(city: string, version: string): Promise<LocatedArea[]>
  cells(city: string): Promise<Cell[]>
  writeCells(city: string, version: string, cells: Cell[]): Promise<void>
}

/** Incidents on their way into a city: staged file by file, then merged. */
export interface IncidentStore {
  stage(incidents: StagedIncident[]): Promise<void>
  /** Nothing more comes from this file: finds the rows whose key an earlier line has. */
  closeStage(): Promise<void>
  /** Those rows, in the order of the file, after record `after`, at most `limit`. */
  repeats(
    after: number,
    limit: number,
  ): Promise<{ number: number; line: number; key: string; firstLine: number }[]>
  /**
   * Moves what is staged into the city and empties the stage. New rows are inserted, rows known by source and key
   * are updated where they differ.
   * @param repeats what a key seen before in the same file means: another such incident, or a row to leave out.
   * @param onProgress share done, 0 … 1.
   */
  merge(
    city: string,
    source: string,
    repeats: 'count' | 'omit',
    onProgress: (share: number) => void,
  ): Promise<MergeCounts>
}

/** The database as an import needs it: everything inside one transaction, nothing visible before it ends. */
export interface ImportStore extends Projections, AreaStore, IncidentStore {
  /** Makes other imports of the same city wait until this one ends. */
  lock(city: string): Promise<void>
  city(code: string): Promise<StoredCity | null>
  /** Codes of other cities that answer to one of these names, as code or division code. */
  namesakes(code: string, names: string[]): Promise<string[]>
  deleteCity(code: string): Promise<void>
  /** Writes a new city, its version and levels; `as of` is set by `finish`. */
  writeCity(city: ManifestCity, levels: AreaLevel[], contentHash: string, origin: ImportOrigin): Promise<void>
  /** Adds kinds that are not there yet. */
  writeKinds(city: string, kinds: Kind[]): Promise<void>
  /** Sets `as of` to the end of the last incident's day and the version's start to the first, keeps sources and report. */
  finish(
    city: ManifestCity,
    sources: SourceNotice[],
    report: ImportReport & { notices: Remark[] },
  ): Promise<void>
}
