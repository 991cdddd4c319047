import type { Queryable } from '../client.ts'

/**
 * Counts of incidents over windows [from, to). Incidents are grouped by their cell first, and cells are then summed
 * into areas through `cell_areas`, so that no count ever joins geometry and every level of every version adds up.
 */

/**
 * A window and what is counted in it: `kinds` are codes of rows, parents already replaced by their sub-kinds;
 * `caseSource` is the register disputes are counted from (null: not disputes). Registers may hold the same dispute
 * twice, so that they are never added up; rows that name none belong to the platform.
 */
export interface Counted {
  city: string
  from: Date
  to: Date
  kinds: string[]
  caseSource: string | null
  /** Only these hours of the week of a time zone: 0 is Monday 00–01, 167 is Sunday 23–24. Absent: all. */
  hours?: { timeZone: string; hoursOfWeek: readonly number[] }
}

function countedParams({ city, from, to, kinds, caseSource, hours }: Counted): unknown[] {
  return [
    city,
    from.toISOString(),
    to.toISOString(),
    kinds,
    caseSource,
    hours?.hoursOfWeek ?? null,
    hours?.timeZone ?? 'UTC',
  ]
}

/** @param zone SQL of a time zone's name. */
function hourOfWeek(zone: string): string {
  return `((extract(isodow FROM i.reported_at AT TIME ZONE ${zone}) - 1) * 24 + extract(hour FROM i.reported_at AT TIME ZONE ${zone}))::int`
}

const COUNTED = `i.city_code = $1 AND i.duplicate_of IS NULL AND i.reported_at >= $2::timestamptz AND i.reported_at < $3::timestamptz AND i.kind = ANY($4::text[])
  AND ($5::text IS NULL OR coalesce(i.attributes ->> 'caseSource', 'platform') = $5::text)
  AND ($6::int[] IS NULL OR ${hourOfWeek('$7::text')} = ANY($6::int[]))`

export interface AreaCountRow {
  /** null: the one row of the incidents that lie in no area of the level. */
  area_id: number | null
  count: number
}

/**
 * Incidents of each area of a level, zeros included, in order of id, and last those in no area (without a cell, or in a
 * cell the level does not cover). With `within`, only the areas that share ground with that area, of those only the
 * incidents inside it, and no last row. Bounded by the number of areas of the level.
 */
export function countByArea(
  db: Queryable,
  counted: Counted & { version: string; level: string; within: number | null },
): Promise<AreaCountRow[]> {
  return db.query<AreaCountRow>(
    `WITH per_cell AS MATERIALIZED (
       SELECT i.cell_id, count(*)::int AS n FROM incidents i WHERE ${COUNTED} GROUP BY i.cell_id
     ), cells AS MATERIALIZED (
       SELECT ca.cell_id, ca.area_id FROM cell_areas ca
       WHERE ca.city_code = $1 AND ca.version = $8 AND ca.level = $9
         AND ($10::int IS NULL OR ca.cell_id IN (SELECT w.cell_id FROM cell_areas w WHERE w.city_code = $1 AND w.area_id = $10::int))
     )
     SELECT c.area_id, coalesce(sum(p.n), 0)::int AS count
     FROM cells c LEFT JOIN per_cell p ON p.cell_id = c.cell_id
     GROUP BY c.area_id
     UNION ALL
     SELECT NULL, coalesce(sum(p.n), 0)::int
     FROM per_cell p LEFT JOIN cells c ON c.cell_id = p.cell_id
     WHERE c.cell_id IS NULL
     HAVING $10::int IS NULL
     ORDER BY area_id NULLS LAST`,
    [...countedParams(counted), counted.version, counted.level, counted.within],
  )
}

/** True when an area of the level lies partly inside and partly outside `within`. */
export async function cutsLevel(
  db: Queryable,
  { city, version, level, within }: { city: string; version: string; level: string; within: number },
): Promise<boolean> {
  const [row] = await db.query<{ cuts: boolean }>(
    `WITH inside AS (SELECT cell_id FROM cell_areas WHERE city_code = $1 AND area_id = $4)
     SELECT EXISTS (
       SELECT 1 FROM cell_areas ca LEFT JOIN inside ON inside.cell_id = ca.cell_id
       WHERE ca.city_code = $1 AND ca.version = $2 AND ca.level = $3
       GROUP BY ca.area_id
       HAVING count(inside.cell_id) BETWEEN 1 AND count(*) - 1
     ) AS cuts`,
    [city, version, level, within],
  )
  return row.cuts
}

export interface KindCountRow {
  kind: string
  count: number
}

/** Incidents by kind inside an area, or in the whole city when `areaId` is null; kinds without any are left out. */
export function countByKind(
  db: Queryable,
  counted: Counted & { areaId: number | null },
): Promise<KindCountRow[]> {
  return db.query<KindCountRow>(
    `SELECT i.kind, count(*)::int AS count FROM incidents i
     WHERE ${COUNTED}
       AND ($8::int IS NULL OR i.cell_id IN (SELECT cell_id FROM cell_areas WHERE city_code = $1 AND area_id = $8::int))
     GROUP BY i.kind`,
    [...countedParams(counted), counted.areaId],
  )
}

export interface BucketRow {
  /** Start of the bucket, epoch milliseconds. */
  start: number
  count: number
}

/**
 * Incidents by hour, day, week (from Monday) or month of the city's own time zone, zeros included, oldest first.
 * The first and the last bucket may be cut by the window. Bounded by the caller.
 */
export function countByBucket(
  db: Queryable,
  counted: Counted & { areaId: number | null; bucket: 'hour' | 'day' | 'week' | 'month'; timeZone: string },
): Promise<BucketRow[]> {
  // Hours are stepped as instants: on the day the clocks change, local hours repeat or are missing.
  const starts =
    counted.bucket === 'hour'
      ? `SELECT generate_series(date_trunc('hour', $2::timestamptz, $9), $3::timestamptz - interval '1 microsecond', '1 hour') AS start`
      : `SELECT local AT TIME ZONE $9 AS start
         FROM generate_series(date_trunc($10, $2::timestamptz AT TIME ZONE $9),
           ($3::timestamptz - interval '1 microsecond') AT TIME ZONE $9, ('1 ' || $10)::interval) AS local`
  return db.query<BucketRow>(
    `WITH starts AS (${starts}),
     counts AS (
       SELECT date_trunc($10, i.reported_at, $9) AS start, count(*)::int AS n FROM incidents i
       WHERE ${COUNTED}
         AND ($8::int IS NULL OR i.cell_id IN (SELECT cell_id FROM cell_areas WHERE city_code = $1 AND area_id = $8::int))
       GROUP BY 1
     )
     SELECT extract(epoch FROM s.start)::float8 * 1000 AS start, coalesce(c.n, 0) AS count
     FROM starts s LEFT JOIN counts c ON c.start = s.start
     ORDER BY s.start`,
    [...countedParams(counted), counted.areaId, counted.timeZone, counted.bucket],
  )
}

/** Incidents by hour of the week of a time zone, hours without any left out. */
export function countByHourOfWeek(
  db: Queryable,
  counted: Counted & { areaId: number | null; timeZone: string },
): Promise<{ hour: number; count: number }[]> {
  return db.query(
    `SELECT ${hourOfWeek('$9::text')} AS hour, count(*)::int AS count FROM incidents i
     WHERE ${COUNTED}
       AND ($8::int IS NULL OR i.cell_id IN (SELECT cell_id FROM cell_areas WHERE city_code = $1 AND area_id = $8::int))
     GROUP BY 1`,
    [...countedParams(counted), counted.areaId, counted.timeZone],
  )
}

/** How the incidents of an area were handled. */
export interface AreaMeasuresRow {
  area_id: number
  /** Incidents whose time limit had passed by the end of the window (or by the data's as-of, if that is earlier). */
  due: number
  /** Of those, closed within the limit. */
  closed_in_time: number
  /** Median minutes from report to closing, of those that are closed; null without any. */
  median_handling_min: number | null
  /** Closed ones of which the level that resolved them is known, and by that level. */
  resolved: number
  resolved_village: number
  resolved_township: number
  resolved_city: number
}

/**
 * Handling by area of a level, areas without any incident left out. Reads the rows of the window. Each row finds its area
 * by the key of `cell_areas`: however few rows the planner expects of those a viewer may see, that is never many times
 * many.
 */
export function measureByArea(
  db: Queryable,
  counted: Counted & { version: string; level: string; within: number | null },
): Promise<AreaMeasuresRow[]> {
  return db.query<AreaMeasuresRow>(
    `WITH plain AS MATERIALIZED (
       SELECT i.cell_id, i.due_at <= least($3::timestamptz, city.as_of) AS due, i.closed_at <= i.due_at AS in_time,
         extract(epoch FROM i.closed_at - i.reported_at)::float8 / 60 AS minutes,
         CASE WHEN i.closed_at IS NOT NULL THEN i.resolved_level END AS resolved
       FROM incidents i JOIN cities city ON city.code = i.city_code
       WHERE ${COUNTED}
     )
     SELECT ca.area_id,
       count(*) FILTER (WHERE p.due)::int AS due,
       count(*) FILTER (WHERE p.due AND p.in_time)::int AS closed_in_time,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY p.minutes) AS median_handling_min,
       count(p.resolved)::int AS resolved,
       count(*) FILTER (WHERE p.resolved = 'village')::int AS resolved_village,
       count(*) FILTER (WHERE p.resolved = 'township')::int AS resolved_township,
       count(*) FILTER (WHERE p.resolved = 'city')::int AS resolved_city
     FROM plain p
     JOIN cell_areas ca ON ca.city_code = $1 AND ca.version = $8 AND ca.level = $9 AND ca.cell_id = p.cell_id
     WHERE $10::int IS NULL OR p.cell_id IN (SELECT w.cell_id FROM cell_areas w WHERE w.city_code = $1 AND w.area_id = $10::int)
     GROUP BY ca.area_id ORDER BY ca.area_id`,
    [...countedParams(counted), counted.version, counted.level, counted.within],
  )
}
