import type { Queryable } from '../client.ts'
import { inParts, type KindsInCells } from './incidents.ts'

/** Who patrols where: squads, their units, posts and patrol routes. Numbers, never people. Bounded by the size of the force. */

export interface SquadAreaRow {
  id: number
  level: string
  code: string
  name_zh: string
  name_en: string
  parent_id: number | null
  area_km2: number
  population: number
  grids: number
  roads_m: number
  incidents_30d: number
  synthetic: boolean
}

/**
 * Every area of the patrol hierarchy with the number of grids inside, the metres of road and the incidents (no
 * disputes) of the 30 days before `as_of`; by code. @param city.parts The incidents that are counted.
 */
export function patrolAreas(
  db: Queryable,
  city: { code: string; version: string; asOf: Date; parts: readonly KindsInCells[] },
): Promise<SquadAreaRow[]> {
  const counted = inParts(city.parts, 4)
  return db.query<SquadAreaRow>(
    `WITH recent AS MATERIALIZED (
       SELECT i.cell_id, count(*)::int AS n FROM incidents i
       JOIN kinds k ON k.city_code = i.city_code AND k.code = i.kind AND NOT k.dispute
       WHERE i.city_code = $1 AND i.duplicate_of IS NULL AND i.reported_at >= $3::timestamptz - interval '30 days' AND i.reported_at < $3::timestamptz
         AND ${counted.text}
       GROUP BY i.cell_id
     ), ways AS MATERIALIZED (
       SELECT cell_id, sum(length_m) AS m FROM roads WHERE city_code = $1 GROUP BY cell_id
     ), sums AS (
       SELECT ca.area_id, coalesce(sum(w.m), 0)::float8 AS roads_m, coalesce(sum(r.n), 0)::int AS incidents_30d,
         count(DISTINCT g.area_id)::int AS grids
       FROM area_levels l
       JOIN cell_areas ca ON ca.city_code = l.city_code AND ca.version = l.version AND ca.level = l.level
       LEFT JOIN cell_areas g ON g.city_code = ca.city_code AND g.version = ca.version AND g.level = 'grid' AND g.cell_id = ca.cell_id
       LEFT JOIN ways w ON w.cell_id = ca.cell_id
       LEFT JOIN recent r ON r.cell_id = ca.cell_id
       WHERE l.city_code = $1 AND l.version = $2 AND l.hierarchy = 'patrol'
       GROUP BY ca.area_id
     )
     SELECT a.id, a.level, a.code, a.name_zh, a.name_en, a.parent_id, a.area_km2, a.population, a.synthetic,
       coalesce(s.grids, 0) AS grids, coalesce(s.roads_m, 0)::float8 AS roads_m, coalesce(s.incidents_30d, 0) AS incidents_30d
     FROM areas a
     JOIN area_levels l ON l.city_code = a.city_code AND l.version = a.version AND l.level = a.level AND l.hierarchy = 'patrol'
     LEFT JOIN sums s ON s.area_id = a.id
     WHERE a.city_code = $1 AND a.version = $2
     ORDER BY l.rank, a.code LIMIT 1000`,
    [city.code, city.version, city.asOf.toISOString(), ...counted.params],
  )
}

export interface UnitRow {
  id: number
  squad_id: number
  call_sign: string
  kind: 'car' | 'motorcycle' | 'foot' | 'command'
  strength: number
  home_post_id: number | null
  synthetic: boolean
}

export function listUnits(db: Queryable, city: string): Promise<UnitRow[]> {
  return db.query<UnitRow>(
    `SELECT id, squad_id, call_sign, kind, strength, home_post_id, synthetic
     FROM units WHERE city_code = $1 ORDER BY squad_id, id LIMIT 10000`,
    [city],
  )
}

export interface PatrolRouteRow {
  id: number
  squad_id: number
  unit_id: number | null
  name_zh: string
  name_en: string
  service_mode: string
  length_m: number
  duration_s: number
  /** GeoJSON text of a LineString, degrees with six decimals. */
  line: string
  synthetic: boolean
}

/** At most 1,000 patrol routes. */
export function listPatrolRoutes(db: Queryable, city: string): Promise<PatrolRouteRow[]> {
  return db.query<PatrolRouteRow>(
    `SELECT id, squad_id, unit_id, name_zh, name_en, service_mode, length_m, duration_s, ST_AsGeoJSON(geom, 6) AS line, synthetic
     FROM patrol_routes WHERE city_code = $1 ORDER BY squad_id, id LIMIT 1000`,
    [city],
  )
}

export interface PostRow {
  id: number
  squad_id: number | null
  kind: string
  name_zh: string
  name_en: string
  lng: number
  lat: number
  synthetic: boolean
}

/** Patrol posts and the squad of the current version in whose area each stands. At most 10,000. */
export function listPosts(db: Queryable, city: string, version: string): Promise<PostRow[]> {
  return db.query<PostRow>(
    `SELECT p.id, ca.area_id AS squad_id, p.kind, p.name_zh, p.name_en, ST_X(p.geom) AS lng, ST_Y(p.geom) AS lat, p.synthetic
     FROM places p
     LEFT JOIN cell_areas ca ON ca.city_code = p.city_code AND ca.version = $2 AND ca.level = 'squad' AND ca.cell_id = p.cell_id
     WHERE p.city_code = $1 AND p.category = 'post' ORDER BY ca.area_id, p.id LIMIT 10000`,
    [city, version],
  )
}

export interface ResourceRow {
  kind: string
  code: string
  name_zh: string
  name_en: string
  quantity: number
  synthetic: boolean
}

/** Configuration of the given kinds, such as duties and service modes. At most 1,000. */
export function listResources(db: Queryable, city: string, kinds: string[]): Promise<ResourceRow[]> {
  return db.query<ResourceRow>(
    `SELECT kind, code, name_zh, name_en, quantity, synthetic
     FROM resources WHERE city_code = $1 AND kind = ANY($2::text[]) ORDER BY kind, id LIMIT 1000`,
    [city, kinds],
  )
}
