import type { Queryable } from '../client.ts'
import { decodeMultiPolygon, type MultiPolygon } from '../geometry.ts'

/** Areas of both hierarchies. Positions are EPSG:4326, degrees; bounded by the number of areas of a version. */

export interface AreaRow {
  id: number
  code: string
  name_zh: string
  name_en: string
  level: string
  hierarchy: 'administration' | 'patrol'
  rank: number
  version: string
  parent_id: number | null
  squad_id: number | null
  area_km2: number
  population: number
  households: number
  urban_rural: string | null
  synthetic: boolean
}

const AREA_COLUMNS = `a.id, a.code, a.name_zh, a.name_en, a.level, l.hierarchy, l.rank, a.version, a.parent_id, a.squad_id,
  a.area_km2, a.population, a.households, a.urban_rural, a.synthetic`
const AREAS = `areas a JOIN area_levels l ON l.city_code = a.city_code AND l.version = a.version AND l.level = a.level`

/** All areas of a version, coarse to fine, then by code. */
export function listAreas(db: Queryable, city: string, version: string): Promise<AreaRow[]> {
  return db.query<AreaRow>(
    `SELECT ${AREA_COLUMNS} FROM ${AREAS}
     WHERE a.city_code = $1 AND a.version = $2 ORDER BY l.rank, l.hierarchy, a.code`,
    [city, version],
  )
}

export async function findArea(db: Queryable, city: string, id: number): Promise<AreaRow | undefined> {
  const rows = await db.query<AreaRow>(
    `SELECT ${AREA_COLUMNS} FROM ${AREAS} WHERE a.city_code = $1 AND a.id = $2`,
    [city, id],
  )
  return rows[0]
}

/** Number of areas of each level of a version, levels without areas included. */
export function countAreasByLevel(
  db: Queryable,
  city: string,
  version: string,
): Promise<{ level: string; n: number }[]> {
  return db.query(
    `SELECT l.level, count(a.id)::int AS n
     FROM area_levels l
     LEFT JOIN areas a ON a.city_code = l.city_code AND a.version = l.version AND a.level = l.level
     WHERE l.city_code = $1 AND l.version = $2
     GROUP BY l.level, l.rank ORDER BY l.rank, l.level`,
    [city, version],
  )
}

/** The area of each level that holds a point, borders included; on a border the first by code. Coarse to fine. */
export function areasAt(
  db: Queryable,
  place: { city: string; version: string; lng: number; lat: number },
): Promise<AreaRow[]> {
  return db.query<AreaRow>(
    `SELECT * FROM (
       SELECT DISTINCT ON (a.level) ${AREA_COLUMNS} FROM ${AREAS}
       WHERE a.city_code = $1 AND a.version = $2
         AND ST_Intersects(a.geom, ST_SetSRID(ST_MakePoint($3::float8, $4::float8), 4326))
       ORDER BY a.level, a.code
     ) found ORDER BY rank, hierarchy`,
    [place.city, place.version, place.lng, place.lat],
  )
}

/** The area of each level of a version that a cell belongs to, coarse to fine. */
export function areasOfCell(
  db: Queryable,
  city: string,
  version: string,
  cellId: number,
): Promise<AreaRow[]> {
  return db.query<AreaRow>(
    `SELECT ${AREA_COLUMNS} FROM ${AREAS}
     JOIN cell_areas ca ON ca.city_code = a.city_code AND ca.area_id = a.id
     WHERE ca.city_code = $1 AND ca.version = $2 AND ca.cell_id = $3
     ORDER BY l.rank, l.hierarchy`,
    [city, version, cellId],
  )
}

export interface AreaFactsRow {
  cameras: number
  cameras_online: number
  /** Metres of road stored with the area's cells. */
  roads_m: number
}

const CELLS = 'SELECT cell_id FROM cell_areas WHERE city_code = $1 AND area_id = $2'

/** Sums over the area's cells. @param cells Only cameras in these are counted; null: all. */
export async function areaFacts(
  db: Queryable,
  { city, areaId, cells }: { city: string; areaId: number; cells: readonly number[] | null },
): Promise<AreaFactsRow> {
  const [row] = await db.query<AreaFactsRow>(
    `WITH cells AS MATERIALIZED (${CELLS}), seen AS (
       SELECT count(*)::int AS cameras, count(*) FILTER (WHERE status = 'online')::int AS cameras_online
       FROM cameras WHERE city_code = $1 AND cell_id IN (SELECT cell_id FROM cells)
         AND ($3::int[] IS NULL OR cell_id = ANY($3::int[]))
     ), ways AS (
       SELECT coalesce(sum(length_m), 0)::float8 AS roads_m
       FROM roads WHERE city_code = $1 AND cell_id IN (SELECT cell_id FROM cells)
     )
     SELECT * FROM seen, ways`,
    [city, areaId, cells],
  )
  return row
}

/**
 * Places of each category and kind that stand in the area.
 * @param postCells Patrol posts only where they stand in these cells; null: everywhere.
 */
export function areaPlaces(
  db: Queryable,
  { city, areaId, postCells }: { city: string; areaId: number; postCells: readonly number[] | null },
): Promise<{ category: string; kind: string; n: number }[]> {
  return db.query(
    `SELECT category, kind, count(*)::int AS n FROM places
     WHERE city_code = $1 AND cell_id IN (${CELLS}) AND ($3::int[] IS NULL OR category <> 'post' OR cell_id = ANY($3::int[]))
     GROUP BY category, kind ORDER BY category, kind`,
    [city, areaId, postCells],
  )
}

/** How many areas of each finer level of the same version lie wholly in the area. */
export function countInside(
  db: Queryable,
  city: string,
  areaId: number,
): Promise<{ level: string; n: number }[]> {
  return db.query(
    `WITH self AS (
       SELECT a.id, a.version, l.hierarchy, l.rank FROM ${AREAS} WHERE a.city_code = $1 AND a.id = $2
     ), cells AS MATERIALIZED (${CELLS}), sizes AS (
       SELECT ca.level, ca.area_id, count(cells.cell_id) AS inside, count(*) AS cells
       FROM self JOIN cell_areas ca ON ca.city_code = $1 AND ca.version = self.version AND ca.area_id <> self.id
       LEFT JOIN cells ON cells.cell_id = ca.cell_id
       GROUP BY ca.level, ca.area_id
       HAVING count(cells.cell_id) = count(*)
     )
     SELECT l.level, count(*)::int AS n
     FROM sizes JOIN self ON true
     JOIN area_levels l ON l.city_code = $1 AND l.version = self.version AND l.level = sizes.level
     WHERE l.rank > self.rank OR (l.hierarchy <> self.hierarchy AND l.rank > 0)
     GROUP BY l.level, l.rank, l.hierarchy ORDER BY l.rank, l.hierarchy`,
    [city, areaId],
  )
}

export interface LineageRow {
  /** The area of the other version. */
  area_id: number
  code: string
  name_zh: string
  name_en: string
  version: string
  relation: 'same' | 'split' | 'merge'
  direction: 'before' | 'after'
}

/** Areas of the neighbouring versions that share ground with this one. At most 500. */
export function areaLineage(db: Queryable, city: string, areaId: number): Promise<LineageRow[]> {
  return db.query<LineageRow>(
    `SELECT a.id AS area_id, a.code, a.name_zh, a.name_en, a.version, found.relation, found.direction
     FROM (
       SELECT from_id AS other_id, relation, 'before' AS direction FROM area_lineage WHERE city_code = $1 AND to_id = $2
       UNION ALL
       SELECT to_id, relation, 'after' FROM area_lineage WHERE city_code = $1 AND from_id = $2
     ) found
     JOIN areas a ON a.city_code = $1 AND a.id = found.other_id
     ORDER BY a.version, a.code LIMIT 500`,
    [city, areaId],
  )
}

export interface CounterpartRow {
  id: number
  code: string
  name_zh: string
  name_en: string
  level: string
  /** Cells of the area asked about, of the area found, and those both hold. */
  own: number
  cells: number
  shared: number
}

/**
 * The area of another version that stands where this one does: of the same level, or of the next coarser level of the
 * same hierarchy that the version has; of those the one that shares the most cells. Undefined where there is none.
 */
export async function findCounterpart(
  db: Queryable,
  { city, areaId, version }: { city: string; areaId: number; version: string },
): Promise<CounterpartRow | undefined> {
  const rows = await db.query<CounterpartRow>(
    `WITH self AS (
       SELECT a.id, l.hierarchy, l.rank FROM ${AREAS} WHERE a.city_code = $1 AND a.id = $2
     ), cells AS MATERIALIZED (${CELLS}), near AS (
       SELECT ca.area_id, count(*)::int AS shared FROM cell_areas ca
       WHERE ca.city_code = $1 AND ca.version = $3 AND ca.cell_id IN (SELECT cell_id FROM cells)
       GROUP BY ca.area_id
     )
     SELECT a.id, a.code, a.name_zh, a.name_en, a.level, near.shared, (SELECT count(*)::int FROM cells) AS own,
       (SELECT count(*)::int FROM cell_areas whole WHERE whole.city_code = $1 AND whole.area_id = a.id) AS cells
     FROM near JOIN ${AREAS} ON a.city_code = $1 AND a.id = near.area_id
     JOIN self ON l.hierarchy = self.hierarchy AND l.rank <= self.rank
     ORDER BY l.rank DESC, near.shared DESC, a.code LIMIT 1`,
    [city, areaId, version],
  )
  return rows[0]
}

/** A point inside each area of these codes, of any level of a version: where a label stands. Degrees, EPSG:4326. */
export function labelPoints(
  db: Queryable,
  city: string,
  version: string,
  codes: readonly string[],
): Promise<{ code: string; lng: number; lat: number }[]> {
  return db.query(
    `SELECT DISTINCT ON (a.code) a.code, ST_X(a.label_point) AS lng, ST_Y(a.label_point) AS lat FROM ${AREAS}
     WHERE a.city_code = $1 AND a.version = $2 AND a.code = ANY($3::text[]) ORDER BY a.code, l.rank DESC`,
    [city, version, codes],
  )
}

/** All areas of a version with their polygons, or those of one level, by id: what finding a point's cell needs. */
export async function areaShapes(
  db: Queryable,
  city: string,
  version: string,
  level: string | null,
): Promise<{ id: number; level: string; code: string; polygons: MultiPolygon }[]> {
  const rows = await db.query<{ id: number; level: string; code: string; geom: string }>(
    `SELECT id, level, code, geom FROM areas
     WHERE city_code = $1 AND version = $2 AND ($3::text IS NULL OR level = $3) ORDER BY id`,
    [city, version, level],
  )
  return rows.map(({ geom, ...area }) => ({ ...area, polygons: decodeMultiPolygon(geom) }))
}
