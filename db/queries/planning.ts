import type { LevelName, Names, Position, RoadClass } from '../../geodata/city.ts'
import type { Queryable } from '../client.ts'
import { type Columns, inColumns } from '../columns.ts'
import { decodeLineString, decodeMultiPolygon, type MultiPolygon } from '../geometry.ts'

/**
 * What a plan of the patrols is made from. Bounded by the size of the city; incidents leave as cell, kind and times only.
 * Positions are [lng, lat], EPSG:4326, degrees.
 */

/** Levels plans are made of, coarse to fine. */
const PLANNED_LEVELS = ['district', 'squad', 'grid', 'microGrid']

export interface PlannedArea {
  id: number
  level: LevelName
  code: string
  name: Names
  parentId: number | null
  squadId: number | null
  residents: number
  areaKm2: number
  point: Position
  /** Of grids and micro-grids; of the others empty. */
  polygons: MultiPolygon
}

/** Districts, squads, grids and micro-grids of a version, by level and code. */
export async function plannedAreas(db: Queryable, city: string, version: string): Promise<PlannedArea[]> {
  const rows = await db.query<{
    id: number
    level: string
    code: string
    name_zh: string
    name_en: string
    parent_id: number | null
    squad_id: number | null
    population: number
    area_km2: number
    lng: number
    lat: number
    geom: string | null
  }>(
    `SELECT id, level, code, name_zh, name_en, parent_id, squad_id, population, area_km2,
       ST_X(label_point) AS lng, ST_Y(label_point) AS lat, CASE WHEN level IN ('grid', 'microGrid') THEN geom END AS geom
     FROM areas WHERE city_code = $1 AND version = $2 AND level = ANY($3::text[]) ORDER BY level, code`,
    [city, version, PLANNED_LEVELS],
  )
  return rows.map((row) => ({
    id: row.id,
    level: row.level,
    code: row.code,
    name: { zh: row.name_zh, en: row.name_en },
    parentId: row.parent_id,
    squadId: row.squad_id,
    residents: row.population,
    areaKm2: row.area_km2,
    point: [row.lng, row.lat],
    polygons: row.geom === null ? [] : decodeMultiPolygon(row.geom),
  }))
}

export interface PlannedRoad {
  id: number
  class: RoadClass
  fromNode: number
  toNode: number
  lengthM: number
  speedKmh: number
  line: Position[]
  /** The micro-grid it counts for; null: outside all. */
  cellId: number | null
}

/** The whole road graph, by id. */
export async function plannedRoads(db: Queryable, city: string): Promise<PlannedRoad[]> {
  const rows = await db.query<{
    id: number
    class: RoadClass
    from_node: number
    to_node: number
    length_m: number
    speed_kmh: number
    cell_id: number | null
    geom: string
  }>(
    `SELECT id, class, from_node, to_node, length_m, speed_kmh, cell_id, geom
     FROM roads WHERE city_code = $1 ORDER BY id`,
    [city],
  )
  return rows.map((row) => ({
    id: row.id,
    class: row.class,
    fromNode: row.from_node,
    toNode: row.to_node,
    lengthM: row.length_m,
    speedKmh: row.speed_kmh,
    line: decodeLineString(row.geom),
    cellId: row.cell_id,
  }))
}

export interface PlannedIncident {
  cell_id: number
  kind: string
  /** Epoch milliseconds. */
  reported_ms: number
  /** Seconds from sending a unit to the end; −1 where it was not handled so. */
  busy_s: number
  /** 1: a call to 110, which a unit was or should be sent to. */
  call: number
}

/** Incidents of [from, to) that lie in a micro-grid, oldest first; no disputes and no duplicates. */
export async function plannedIncidents(
  db: Queryable,
  { city, from, to }: { city: string; from: Date; to: Date },
): Promise<Columns<PlannedIncident>> {
  const [columns] = await db.query<Columns<PlannedIncident>>(
    inColumns(
      { cell_id: 'integer', kind: 'text', reported_ms: 'float8', busy_s: 'float8', call: 'integer' },
      `SELECT i.cell_id, i.kind, extract(epoch FROM i.reported_at) * 1000 AS reported_ms,
         coalesce(extract(epoch FROM i.closed_at - i.dispatched_at), -1) AS busy_s,
         CASE WHEN i.channel = '110' THEN 1 ELSE 0 END AS call
       FROM incidents i JOIN kinds k ON k.city_code = i.city_code AND k.code = i.kind AND NOT k.dispute
       WHERE i.city_code = $1 AND i.reported_at >= $2::timestamptz AND i.reported_at < $3::timestamptz
         AND i.duplicate_of IS NULL AND i.cell_id IS NOT NULL
       ORDER BY i.reported_at, i.source, i.source_id`,
    ),
    [city, from.toISOString(), to.toISOString()],
  )
  return columns
}

export interface PlannedRoute {
  id: number
  squad_id: number
  unit_id: number | null
  service_mode: string
  duration_s: number
  road_ids: number[]
}

/** Today's patrol routes with the roads they take, by id. At most 1,000. */
export function plannedRoutes(db: Queryable, city: string): Promise<PlannedRoute[]> {
  return db.query<PlannedRoute>(
    `SELECT id, squad_id, unit_id, service_mode, duration_s, road_ids
     FROM patrol_routes WHERE city_code = $1 ORDER BY id LIMIT 1000`,
    [city],
  )
}
