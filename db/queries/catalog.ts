import type { Queryable } from '../client.ts'

/** Which cities there are and what their data consists of. Bounded by the number of cities, versions, levels and kinds. */

/** NOTIFY on this channel carries the code of a city of which a table here changed; empty: any may have. */
export const catalogChannel = 'catalog'

export interface CityRow {
  code: string
  division_code: string | null
  name_zh: string
  name_en: string
  time_zone: string
  synthetic: boolean
  as_of: Date
  current_version: string
  origin: Record<string, unknown>
}

const CITY_COLUMNS =
  'c.code, c.division_code, c.name_zh, c.name_en, c.time_zone, c.synthetic, c.as_of, c.current_version, c.origin'

/** A city by its code or its division code; undefined when there is none. */
export async function findCity(db: Queryable, name: string): Promise<CityRow | undefined> {
  const rows = await db.query<CityRow>(
    `SELECT ${CITY_COLUMNS} FROM cities c WHERE c.code = $1 OR c.division_code = $1 ORDER BY (c.code = $1) DESC LIMIT 1`,
    [name],
  )
  return rows[0]
}

export interface ListedCityRow extends CityRow {
  /** Box of the current version's areas, degrees; null before a city has any area. */
  west: number | null
  south: number | null
  east: number | null
  north: number | null
}

/** All cities, those with a division code first, then in the order they came, with the box of their current areas (from the coarsest level, whose boxes hold all others). */
export function listCities(db: Queryable): Promise<ListedCityRow[]> {
  return db.query<ListedCityRow>(
    `SELECT ${CITY_COLUMNS}, box.west, box.south, box.east, box.north
     FROM cities c
     LEFT JOIN LATERAL (
       SELECT min(ST_XMin(a.geom)) AS west, min(ST_YMin(a.geom)) AS south, max(ST_XMax(a.geom)) AS east, max(ST_YMax(a.geom)) AS north
       FROM areas a
       WHERE a.city_code = c.code AND a.version = c.current_version AND a.level IN (
         SELECT l.level FROM area_levels l WHERE l.city_code = c.code AND l.version = c.current_version
           AND l.rank = (SELECT min(rank) FROM area_levels WHERE city_code = c.code AND version = c.current_version)
       )
     ) box ON true
     ORDER BY c.division_code IS NULL, c.created_at, c.code
     LIMIT 1000`,
  )
}

export interface VersionRow {
  version: string
  valid_from: string
  valid_to: string | null
  synthetic: boolean
  source: string
  content_hash: string
}

/** Boundary versions, oldest first. */
export function listVersions(db: Queryable, city: string): Promise<VersionRow[]> {
  return db.query<VersionRow>(
    `SELECT version, valid_from, valid_to, synthetic, source, content_hash
     FROM boundary_versions WHERE city_code = $1 ORDER BY valid_from, version LIMIT 1000`,
    [city],
  )
}

export interface LevelRow {
  version: string
  hierarchy: 'administration' | 'patrol'
  level: string
  rank: number
  name_zh: string
  name_en: string
}

/** Levels of every version, coarse to fine, administration first. */
export function listLevels(db: Queryable, city: string): Promise<LevelRow[]> {
  return db.query<LevelRow>(
    `SELECT version, hierarchy, level, rank, name_zh, name_en
     FROM area_levels WHERE city_code = $1 ORDER BY version, hierarchy, rank, level LIMIT 10000`,
    [city],
  )
}

export interface KindRow {
  code: string
  parent_code: string | null
  kind_group: string
  name_zh: string
  name_en: string
  dispute: boolean
  sensitive: boolean
  /** Of public order (police, traffic …); the others are of governance. */
  public_order: boolean
}

/** Kinds of incidents, in the order of lists. */
export function listKinds(db: Queryable, city: string): Promise<KindRow[]> {
  return db.query<KindRow>(
    `SELECT code, parent_code, kind_group, name_zh, name_en, dispute, sensitive, public_order
     FROM kinds WHERE city_code = $1 ORDER BY sort, code LIMIT 10000`,
    [city],
  )
}

/** Which area of a level each cell belongs to. */
export interface CellsRow {
  version: string
  level: string
  /** Ascending. */
  cell_ids: number[]
  /** Beside each cell its area. */
  area_ids: number[]
}

/** Cells of every level of every version: one row a level. */
export async function listCells(db: Queryable, city: string): Promise<CellsRow[]> {
  // As bytes: tens of thousands of numbers as text take a second to read where the database is embedded.
  const rows = await db.query<{ version: string; level: string; cells: Uint8Array; areas: Uint8Array }>(
    `SELECT version, level, string_agg(int4send(cell_id), '' ORDER BY cell_id) AS cells,
       string_agg(int4send(area_id), '' ORDER BY cell_id) AS areas
     FROM cell_areas WHERE city_code = $1 GROUP BY version, level`,
    [city],
  )
  return rows.map(({ version, level, cells, areas }) => ({
    version,
    level,
    cell_ids: integers(cells),
    area_ids: integers(areas),
  }))
}

function integers({ buffer, byteOffset, byteLength }: Uint8Array): number[] {
  const view = new DataView(buffer, byteOffset, byteLength)
  return Array.from({ length: byteLength / 4 }, (_, index) => view.getInt32(4 * index))
}

/** Number of areas of all cities and versions, for the health answer. */
export async function countAreas(db: Queryable): Promise<number> {
  const [row] = await db.query<{ n: number }>('SELECT count(*)::int AS n FROM areas')
  return row.n
}
