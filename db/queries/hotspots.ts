import type { Queryable } from '../client.ts'
import { type Columns, inColumns } from '../columns.ts'

/**
 * What hotspots are computed from. Incidents leave this file only as counts a square, or as bare places and times for the
 * near-repeat test inside the server. Degrees, EPSG:4326. Callers have refused disputes already; the queries leave them
 * out themselves all the same.
 */

/** Which incidents: those in the window and of the kinds that lie in the city (or in one area) and are no duplicates. */
export interface Located {
  city: string
  from: Date
  to: Date
  kinds: string[]
  /** Only incidents inside this area; null: anywhere in the city. */
  within: number | null
}

const LOCATED = `i.city_code = $1 AND i.reported_at >= $2::timestamptz AND i.reported_at < $3::timestamptz
  AND i.kind = ANY($4::text[]) AND i.duplicate_of IS NULL AND i.cell_id IS NOT NULL
  AND ($5::int IS NULL OR i.cell_id IN (SELECT cell_id FROM cell_areas WHERE city_code = $1 AND area_id = $5::int))
  AND NOT EXISTS (SELECT 1 FROM kinds k WHERE k.city_code = i.city_code AND k.code = i.kind AND (k.dispute OR k.sensitive))`

function locatedParams({ city, from, to, kinds, within }: Located): unknown[] {
  return [city, from.toISOString(), to.toISOString(), kinds, within]
}

export interface SquareCount {
  /** Column from the west and row from the south, from 0. */
  east: number
  north: number
  n: number
}

/** Incidents in each square of a grid that holds any; those on its far edge count for the last square. */
export async function countBySquare(
  db: Queryable,
  located: Located,
  grid: { west: number; south: number; cellLng: number; cellLat: number; columns: number; rows: number },
): Promise<Columns<SquareCount>> {
  const square = (position: string, first: number, size: number, count: number) =>
    `least(greatest(floor((${position}(i.geom) - $${first}::float8) / $${size}::float8)::int, 0), $${count}::int - 1)`
  const [columns] = await db.query<Columns<SquareCount>>(
    inColumns(
      { east: 'integer', north: 'integer', n: 'integer' },
      `SELECT ${square('ST_X', 6, 8, 10)} AS east, ${square('ST_Y', 7, 9, 11)} AS north, count(*) AS n
       FROM incidents i WHERE ${LOCATED} GROUP BY 1, 2`,
    ),
    [...locatedParams(located), grid.west, grid.south, grid.cellLng, grid.cellLat, grid.columns, grid.rows],
  )
  return columns
}

export interface PlaceAndTime {
  lng: number
  lat: number
  /** Days since 1970, with their part of a day. */
  day: number
}

/** Places and times of at most `limit` incidents, oldest first. */
export async function placesAndTimes(
  db: Queryable,
  located: Located,
  limit: number,
): Promise<Columns<PlaceAndTime>> {
  const [columns] = await db.query<Columns<PlaceAndTime>>(
    inColumns(
      { lng: 'float8', lat: 'float8', day: 'float8' },
      `SELECT ST_X(i.geom) AS lng, ST_Y(i.geom) AS lat, extract(epoch FROM i.reported_at) / 86400 AS day
       FROM incidents i WHERE ${LOCATED} ORDER BY i.reported_at, i.id LIMIT $6::int`,
    ),
    [...locatedParams(located), limit],
  )
  return columns
}

export interface ShapeRow {
  id: number
  area_km2: number
  /** EWKB in hexadecimal: `db/geometry.ts` reads it. */
  geom: string
}

/** Polygons of all areas of a level, by id. Bounded by the level. */
export function levelShapes(
  db: Queryable,
  city: string,
  version: string,
  level: string,
): Promise<ShapeRow[]> {
  return db.query<ShapeRow>(
    `SELECT id, area_km2, geom FROM areas WHERE city_code = $1 AND version = $2 AND level = $3 ORDER BY id`,
    [city, version, level],
  )
}

/** Polygons of one area. */
export function areaShape(db: Queryable, city: string, id: number): Promise<ShapeRow[]> {
  return db.query<ShapeRow>('SELECT id, area_km2, geom FROM areas WHERE city_code = $1 AND id = $2', [
    city,
    id,
  ])
}

/** What the polygons of a version are known by: changes when any of them does. */
export async function versionHash(db: Queryable, city: string, version: string): Promise<string> {
  const [row] = await db.query<{ content_hash: string }>(
    'SELECT content_hash FROM boundary_versions WHERE city_code = $1 AND version = $2',
    [city, version],
  )
  return row.content_hash
}

export interface ExposureRow {
  area_id: number
  patrol_minutes: number
  cameras: number
}

/**
 * How much each area of a level is looked at, by id: the minutes patrol routes spend in it when each is gone once (a
 * route's time shared among the roads it takes by their length, a road counting for the cell it lies in), and the
 * cameras registered in it.
 */
export function exposureByArea(
  db: Queryable,
  { city, version, level }: { city: string; version: string; level: string },
): Promise<ExposureRow[]> {
  return db.query<ExposureRow>(
    `WITH taken AS (
       SELECT r.duration_s, o.cell_id, o.length_m, sum(o.length_m) OVER (PARTITION BY r.id) AS route_m
       FROM patrol_routes r CROSS JOIN LATERAL unnest(r.road_ids) AS way(id)
       JOIN roads o ON o.city_code = r.city_code AND o.id = way.id
       WHERE r.city_code = $1
     ), patrolled AS MATERIALIZED (
       SELECT cell_id, sum(duration_s * length_m / route_m) / 60 AS minutes FROM taken GROUP BY cell_id
     ), seen AS MATERIALIZED (
       SELECT cell_id, count(*) AS n FROM cameras WHERE city_code = $1 GROUP BY cell_id
     )
     SELECT ca.area_id, coalesce(sum(p.minutes), 0)::float8 AS patrol_minutes, coalesce(sum(s.n), 0)::int AS cameras
     FROM cell_areas ca
     LEFT JOIN patrolled p ON p.cell_id = ca.cell_id
     LEFT JOIN seen s ON s.cell_id = ca.cell_id
     WHERE ca.city_code = $1 AND ca.version = $2 AND ca.level = $3
     GROUP BY ca.area_id ORDER BY ca.area_id`,
    [city, version, level],
  )
}
