import type { Queryable } from '../client.ts'
import type { SeenCells } from './cameras.ts'
import { inParts, type KindsInCells } from './incidents.ts'

/**
 * Figures about how a city is run: the roster, how today compares with the same hours of other weeks,
 * how incidents were handled, cameras online, what each squad carries.
 * Every window ends at or before `cities.as_of`; days are days of the city's own time zone.
 * Disputes never enter: they have rules and figures of their own. `parts` and `cells` are what is counted.
 */

type Parts = readonly KindsInCells[]

/** Incidents that are not disputes, and the instants of their handling. @param counted Which of them. */
const plainIncidents = (counted: string) => `
  SELECT i.city_code, i.id, i.cell_id, i.channel, i.reported_at, i.arrived_at, i.closed_at, i.due_at, i.geom
  FROM incidents i
  JOIN kinds k ON k.city_code = i.city_code AND k.code = i.kind AND NOT k.dispute
  WHERE i.city_code = $1 AND i.duplicate_of IS NULL AND ${counted}`

/** Counts behind the two figures of handling; `*_due` are the incidents whose time limit had passed by the window's end. */
const HANDLING_COUNTS = `
  count(i.id)::int AS reported,
  count(i.arrived_at) FILTER (WHERE i.channel = '110')::int AS arrived,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM i.arrived_at - i.reported_at))
    FILTER (WHERE i.arrived_at IS NOT NULL AND i.channel = '110') AS median_arrival_s,
  count(i.id) FILTER (WHERE i.due_at <= w.ends)::int AS due,
  count(i.id) FILTER (WHERE i.due_at <= w.ends AND i.closed_at <= i.due_at)::int AS closed_in_time`

export interface HandlingRow {
  reported: number
  /** Calls to 110 where somebody reached the scene: the n of the median. Hazards visited the next morning would blur it. */
  arrived: number
  /** Median seconds from the call to the first arrival, calls to 110 only; null without an arrival. */
  median_arrival_s: number | null
  /** Incidents whose time limit had passed by the window's end: the N of the share. */
  due: number
  /** Of those, closed at or before the limit. */
  closed_in_time: number
}

export interface SquadRosterRow {
  squad_id: number
  name_zh: string
  name_en: string
  units: number
  strength: number
}

/** Units and strength on the roster by squad, in order of the squads' codes. At most one row a squad. */
export function squadRosters(db: Queryable, city: string): Promise<SquadRosterRow[]> {
  return db.query<SquadRosterRow>(
    `SELECT a.id AS squad_id, a.name_zh, a.name_en, count(u.id)::int AS units, coalesce(sum(u.strength), 0)::int AS strength
     FROM cities c
     JOIN areas a ON a.city_code = c.code AND a.version = c.current_version AND a.level = 'squad'
     LEFT JOIN units u ON u.city_code = a.city_code AND u.squad_id = a.id
     WHERE c.code = $1
     GROUP BY a.id, a.code, a.name_zh, a.name_en
     ORDER BY a.code
     LIMIT 1000`,
    [city],
  )
}

export interface WeekRow {
  /** 0 is the day of `as_of`, 1 the same weekday a week earlier … */
  week: number
  count: number
  /** False where the window begins before the city's first incident: no observation, not a zero. */
  observed: boolean
}

/** Incidents from local midnight to the time of day of `as_of`, that day and on the same weekday of `weeks` weeks before. */
export function sameHoursByWeek(
  db: Queryable,
  city: string,
  { weeks, parts }: { weeks: number; parts: Parts },
): Promise<WeekRow[]> {
  const counted = inParts(parts, 3)
  return db.query<WeekRow>(
    `WITH city AS (
       SELECT as_of AT TIME ZONE time_zone AS local_now, time_zone FROM cities WHERE code = $1
     ), windows AS (
       SELECT n AS week,
         (date_trunc('day', local_now) - n * interval '7 days') AT TIME ZONE time_zone AS starts,
         (local_now - n * interval '7 days') AT TIME ZONE time_zone AS ends
       FROM city, generate_series(0, $2::int) AS n
     ), plain AS (${plainIncidents(counted.text)} AND i.reported_at >= (SELECT min(starts) FROM windows))
     SELECT w.week, count(i.id)::int AS count,
       coalesce(w.starts >= (SELECT first_report($1)), false) AS observed
     FROM windows w
     LEFT JOIN plain i ON i.reported_at >= w.starts AND i.reported_at < w.ends
     GROUP BY w.week, w.starts
     ORDER BY w.week`,
    [city, weeks, ...counted.params],
  )
}

export interface DailyHandlingRow extends HandlingRow {
  /** Local date, yyyy-mm-dd. */
  day: string
  /** Local midnight at which the day begins. */
  starts: Date
}

/** Handling by local day of reporting; the last day ends at `as_of` and is therefore partial. */
export function dailyHandling(
  db: Queryable,
  city: string,
  { days, parts }: { days: number; parts: Parts },
): Promise<DailyHandlingRow[]> {
  const counted = inParts(parts, 3)
  return db.query<DailyHandlingRow>(
    `WITH city AS (
       SELECT as_of, as_of AT TIME ZONE time_zone AS local_now, time_zone FROM cities WHERE code = $1
     ), w AS (
       SELECT date_trunc('day', local_now)::date - n AS day,
         (date_trunc('day', local_now) - n * interval '1 day') AT TIME ZONE time_zone AS starts,
         least((date_trunc('day', local_now) - (n - 1) * interval '1 day') AT TIME ZONE time_zone, as_of) AS stops,
         as_of AS ends
       FROM city, generate_series(0, $2::int - 1) AS n
     ), plain AS (${plainIncidents(counted.text)} AND i.reported_at >= (SELECT min(starts) FROM w))
     SELECT to_char(w.day, 'YYYY-MM-DD') AS day, w.starts, ${HANDLING_COUNTS}
     FROM w
     LEFT JOIN plain i ON i.reported_at >= w.starts AND i.reported_at < w.stops
     GROUP BY w.day, w.starts, w.ends
     ORDER BY w.day`,
    [city, days, ...counted.params],
  )
}

export interface DailyCamerasRow {
  day: string
  total: number
  /** Cameras inside an outage at that day's instant. */
  offline: number
}

/** Cameras installed and, of those, in an outage at the time of day of `as_of`, for each of the last `days` days. */
export function dailyCameras(
  db: Queryable,
  city: string,
  { days, cells }: { days: number; cells: SeenCells },
): Promise<DailyCamerasRow[]> {
  return db.query<DailyCamerasRow>(
    `WITH city AS (
       SELECT as_of AT TIME ZONE time_zone AS local_now, time_zone FROM cities WHERE code = $1
     ), instants AS (
       SELECT (local_now - n * interval '1 day')::date AS day,
         (local_now - n * interval '1 day') AT TIME ZONE time_zone AS instant
       FROM city, generate_series(0, $2::int - 1) AS n
     ), seen AS MATERIALIZED (
       SELECT id, installed_on FROM cameras WHERE city_code = $1 AND ($3::int[] IS NULL OR cell_id = ANY($3::int[]))
     ), installed AS MATERIALIZED (
       SELECT installed_on, count(*) AS n FROM seen GROUP BY installed_on
     ), outages AS MATERIALIZED (
       SELECT camera_id, started_at, ended_at FROM camera_outages
       WHERE city_code = $1 AND started_at <= (SELECT max(instant) FROM instants)
         AND (ended_at IS NULL OR ended_at > (SELECT min(instant) FROM instants))
         AND ($3::int[] IS NULL OR camera_id IN (SELECT id FROM seen))
     )
     SELECT to_char(t.day, 'YYYY-MM-DD') AS day,
       (SELECT coalesce(sum(i.n), 0)::int FROM installed i WHERE i.installed_on <= t.day) AS total,
       (SELECT count(DISTINCT o.camera_id)::int FROM outages o
        WHERE o.started_at <= t.instant AND (o.ended_at IS NULL OR o.ended_at > t.instant)) AS offline
     FROM instants t
     ORDER BY t.day`,
    [city, days, cells],
  )
}

/** Cameras of the city now, by their own status. */
export async function camerasOnline(
  db: Queryable,
  city: string,
  cells: SeenCells,
): Promise<{ total: number; online: number }> {
  const [row] = await db.query<{ total: number; online: number }>(
    `SELECT count(*)::int AS total, count(*) FILTER (WHERE status = 'online')::int AS online
     FROM cameras WHERE city_code = $1 AND ($2::int[] IS NULL OR cell_id = ANY($2::int[]))`,
    [city, cells],
  )
  return row
}

/** Handling of the incidents reported in [from, to) inside one area, or in the whole city when `areaId` is null. */
export async function handling(
  db: Queryable,
  city: string,
  window: { areaId: number | null; from: Date; to: Date; parts: Parts },
): Promise<HandlingRow> {
  const counted = inParts(window.parts, 5)
  const [row] = await db.query<HandlingRow>(
    `WITH w AS (SELECT $2::timestamptz AS starts, $3::timestamptz AS ends),
     plain AS (${plainIncidents(counted.text)} AND i.reported_at >= $2::timestamptz AND i.reported_at < $3::timestamptz
       AND ($4::int IS NULL OR i.cell_id IN (SELECT cell_id FROM cell_areas WHERE city_code = $1 AND area_id = $4::int)))
     SELECT ${HANDLING_COUNTS} FROM w LEFT JOIN plain i ON true`,
    [city, window.from.toISOString(), window.to.toISOString(), window.areaId, ...counted.params],
  )
  return row
}

export interface SquadRow extends SquadRosterRow {
  district_id: number | null
  area_km2: number
  population: number
  grids: number
  micro_grids: number
  posts: number
  routes: number
  routes_m: number
  /** Incidents reported in the window inside the squad's area. */
  incidents: number
  /** Of those, within the given distance of one of the squad's own patrol routes. */
  incidents_near_routes: number
}

/**
 * What each squad carries: people, ground, incidents of the window, and how many of those lie near its own routes.
 * Distances are planar metres in the UTM zone of the city's middle (scale error under 0.1 %), never degrees.
 * One row a squad.
 */
export function squadFigures(
  db: Queryable,
  city: string,
  window: { from: Date; to: Date; withinM: number; parts: Parts },
): Promise<SquadRow[]> {
  const counted = inParts(window.parts, 5)
  return db.query<SquadRow>(
    `WITH squads AS (
       SELECT a.id, a.code, a.name_zh, a.name_en, a.parent_id, a.area_km2, a.version
       FROM cities c JOIN areas a ON a.city_code = c.code AND a.version = c.current_version AND a.level = 'squad'
       WHERE c.code = $1
     ), zone AS (
       SELECT 32601 + floor((avg(ST_X(label_point)) + 180) / 6)::int + CASE WHEN avg(ST_Y(label_point)) < 0 THEN 100 ELSE 0 END AS srid
       FROM areas WHERE city_code = $1 AND level = 'city'
     ), routes AS MATERIALIZED (
       SELECT r.squad_id, r.length_m, ST_Transform(r.geom, z.srid) AS line
       FROM patrol_routes r, zone z WHERE r.city_code = $1
     ), walked AS (
       SELECT squad_id, count(*)::int AS routes, sum(length_m) AS routes_m FROM routes GROUP BY squad_id
     ), cells AS (
       SELECT ca.cell_id, ca.area_id AS squad_id
       FROM squads s JOIN cell_areas ca ON ca.city_code = $1 AND ca.version = s.version AND ca.level = 'squad' AND ca.area_id = s.id
     ), plain AS MATERIALIZED (
       SELECT p.id, cells.squad_id, ST_Transform(p.geom, z.srid) AS point
       FROM (${plainIncidents(counted.text)} AND i.reported_at >= $2::timestamptz AND i.reported_at < $3::timestamptz) p
       JOIN cells ON cells.cell_id = p.cell_id, zone z
     ), counted AS (
       SELECT p.squad_id, count(*)::int AS incidents,
         count(*) FILTER (WHERE EXISTS (
           SELECT 1 FROM routes r WHERE r.squad_id = p.squad_id AND ST_DWithin(p.point, r.line, $4::float8)))::int AS near
       FROM plain p GROUP BY p.squad_id
     ), ground AS (
       SELECT squad_id, count(*) FILTER (WHERE level = 'grid')::int AS grids,
         count(*) FILTER (WHERE level = 'microGrid')::int AS micro_grids,
         coalesce(sum(population) FILTER (WHERE level = 'microGrid'), 0)::int AS population
       FROM areas WHERE city_code = $1 AND version = (SELECT current_version FROM cities WHERE code = $1) AND squad_id IS NOT NULL
       GROUP BY squad_id
     ), roster AS (
       SELECT squad_id, count(*)::int AS units, sum(strength)::int AS strength FROM units WHERE city_code = $1 GROUP BY squad_id
     ), posts AS (
       SELECT cells.squad_id, count(*)::int AS posts FROM places p JOIN cells ON cells.cell_id = p.cell_id
       WHERE p.city_code = $1 AND p.category = 'post' GROUP BY cells.squad_id
     )
     SELECT s.id AS squad_id, s.parent_id AS district_id, s.name_zh, s.name_en, s.area_km2,
       coalesce(g.population, 0) AS population, coalesce(g.grids, 0) AS grids, coalesce(g.micro_grids, 0) AS micro_grids,
       coalesce(u.units, 0) AS units, coalesce(u.strength, 0) AS strength, coalesce(o.posts, 0) AS posts,
       coalesce(r.routes, 0) AS routes, coalesce(r.routes_m, 0) AS routes_m,
       coalesce(c.incidents, 0) AS incidents, coalesce(c.near, 0) AS incidents_near_routes
     FROM squads s
     LEFT JOIN ground g ON g.squad_id = s.id
     LEFT JOIN roster u ON u.squad_id = s.id
     LEFT JOIN posts o ON o.squad_id = s.id
     LEFT JOIN walked r ON r.squad_id = s.id
     LEFT JOIN counted c ON c.squad_id = s.id
     ORDER BY s.code
     LIMIT 1000`,
    [city, window.from.toISOString(), window.to.toISOString(), window.withinM, ...counted.params],
  )
}

export interface SquadRoadsRow {
  squad_id: number
  class: string
  length_m: number
}

/** Metres of road by class in each squad's area (a road belongs to the cell it was stored with). At most squads × classes rows. */
export function squadRoads(db: Queryable, city: string): Promise<SquadRoadsRow[]> {
  return db.query<SquadRoadsRow>(
    `SELECT ca.area_id AS squad_id, r.class, sum(r.length_m) AS length_m
     FROM cities c
     JOIN cell_areas ca ON ca.city_code = c.code AND ca.version = c.current_version AND ca.level = 'squad'
     JOIN roads r ON r.city_code = ca.city_code AND r.cell_id = ca.cell_id
     WHERE c.code = $1
     GROUP BY ca.area_id, r.class
     ORDER BY ca.area_id, r.class
     LIMIT 10000`,
    [city],
  )
}
