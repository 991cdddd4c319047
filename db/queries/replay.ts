import type { Queryable } from '../client.ts'
import { type Columns, inColumns } from '../columns.ts'
import { inParts, type KindsInCells } from './incidents.ts'

/**
 * What was, in a window of the past [from, to): units on duty, where they were, what they were sent to, and incidents with
 * the times of their stages. Under row-level security only what the viewer may see.
 */

export interface PastWindow {
  city: string
  from: Date
  to: Date
}

export interface PastUnitRow {
  id: number
  squad_id: number
  call_sign: string
  kind: 'car' | 'motorcycle' | 'foot' | 'command'
  strength: number
  synthetic: boolean
}

const OVERLAPS = `d.started_at < $3::timestamptz AND (d.ended_at IS NULL OR d.ended_at > $2::timestamptz)`

const bounds = ({ city, from, to }: PastWindow) => [city, from.toISOString(), to.toISOString()]

/** Units that were on duty at any time of the window; at most 10,000. */
export function pastUnits(db: Queryable, window: PastWindow): Promise<PastUnitRow[]> {
  return db.query<PastUnitRow>(
    `SELECT u.id, u.squad_id, u.call_sign, u.kind, u.strength, u.synthetic FROM units u
     WHERE u.city_code = $1 AND EXISTS (
       SELECT FROM unit_duties d WHERE d.city_code = u.city_code AND d.unit_id = u.id AND ${OVERLAPS})
     ORDER BY u.id LIMIT 10000`,
    bounds(window),
  )
}

export interface PastDutyRow {
  unit_id: number
  started_at: Date
  ended_at: Date | null
}

/** Duties that share time with the window, as they stand now; at most 20,000. */
export function pastDuties(db: Queryable, window: PastWindow): Promise<PastDutyRow[]> {
  return db.query<PastDutyRow>(
    `SELECT d.unit_id, d.started_at, d.ended_at FROM unit_duties d
     WHERE d.city_code = $1 AND ${OVERLAPS} ORDER BY d.unit_id, d.started_at LIMIT 20000`,
    bounds(window),
  )
}

export interface PastFix {
  unit: number
  at: number
  lng: number
  lat: number
  heading: number
  speed: number
}

/**
 * Fixes as geodata/trackBundle.ts takes them: of each unit the first in every `stepS` seconds, and the last in the ten
 * minutes before the window.
 */
export async function pastFixes(
  db: Queryable,
  window: PastWindow & { stepS: number; limit: number },
): Promise<Columns<PastFix>> {
  const [columns] = await db.query<Columns<PastFix>>(
    inColumns(
      {
        unit: 'integer',
        at: 'integer',
        lng: 'integer',
        lat: 'integer',
        heading: 'integer',
        speed: 'integer',
      },
      `SELECT u.id AS unit, floor(extract(epoch FROM p.fixed_at - $2::timestamptz)) AS at,
         round(ST_X(p.geom) * 1e6) AS lng, round(ST_Y(p.geom) * 1e6) AS lat,
         coalesce(floor(p.heading_deg), -1) AS heading, coalesce(round(p.speed_ms * 10), -1) AS speed
       FROM units u
       CROSS JOIN LATERAL (
         (SELECT f.fixed_at, f.geom, f.heading_deg, f.speed_ms FROM unit_positions f
          WHERE f.city_code = u.city_code AND f.unit_id = u.id
            AND f.fixed_at < $2::timestamptz AND f.fixed_at >= $2::timestamptz - interval '10 minutes'
          ORDER BY f.fixed_at DESC LIMIT 1)
         UNION ALL
         (SELECT DISTINCT ON (floor(extract(epoch FROM f.fixed_at - $2::timestamptz) / $4::float8))
            f.fixed_at, f.geom, f.heading_deg, f.speed_ms
          FROM unit_positions f
          WHERE f.city_code = u.city_code AND f.unit_id = u.id
            AND f.fixed_at >= $2::timestamptz AND f.fixed_at < $3::timestamptz
          ORDER BY floor(extract(epoch FROM f.fixed_at - $2::timestamptz) / $4::float8), f.fixed_at)
       ) p
       WHERE u.city_code = $1
       ORDER BY u.id, p.fixed_at LIMIT $5::int`,
    ),
    [...bounds(window), window.stepS, window.limit],
  )
  return columns
}

export interface PastDispatchRow {
  id: number
  incident_id: number
  unit_id: number
  squad_id: number
  assigned_at: Date
  acknowledged_at: Date | null
  arrived_at: Date | null
  ended_at: Date | null
  withdrawn: boolean
}

/** Units that were sent somewhere during the window; at most 20,000. */
export function pastDispatches(db: Queryable, window: PastWindow): Promise<PastDispatchRow[]> {
  return db.query<PastDispatchRow>(
    `SELECT d.id::float8 AS id, d.incident_id::float8 AS incident_id, d.unit_id, d.squad_id, d.assigned_at,
       d.acknowledged_at, d.arrived_at, d.ended_at, d.state = 'withdrawn' AS withdrawn
     FROM dispatches d
     WHERE d.city_code = $1 AND d.assigned_at < $3::timestamptz AND (d.ended_at IS NULL OR d.ended_at > $2::timestamptz)
     ORDER BY d.assigned_at, d.id LIMIT 20000`,
    bounds(window),
  )
}

export interface PastIncident {
  id: number
  kind: string
  level: number
  /** Epoch seconds; -1: it has not come to that, or nobody knows when. */
  reported: number
  dispatched: number
  arrived: number
  closed: number
  due: number
  /** 1e-6 degrees. */
  lng: number
  lat: number
  /** Micro-grid; -1: in none. */
  cell: number
  /** 1: only recorded, without a course. */
  recorded: number
  /** 1: made up. */
  synthetic: number
  source: string
  channel: string
}

/** The incidents reported in the window, and those before it that were still open when it began; the newest `limit`. */
export async function pastIncidents(
  db: Queryable,
  window: PastWindow & { openSince: Date; limit: number; parts: readonly KindsInCells[] },
): Promise<Columns<PastIncident>> {
  const asked = inParts(window.parts, 6)
  const epoch = (column: string) => `coalesce(floor(extract(epoch FROM i.${column})), -1)`
  const [columns] = await db.query<Columns<PastIncident>>(
    inColumns(
      {
        id: 'float8',
        kind: 'text',
        level: 'integer',
        reported: 'float8',
        dispatched: 'float8',
        arrived: 'float8',
        closed: 'float8',
        due: 'float8',
        lng: 'integer',
        lat: 'integer',
        cell: 'integer',
        recorded: 'integer',
        synthetic: 'integer',
        source: 'text',
        channel: 'text',
      },
      `SELECT i.id, i.kind, i.level, ${epoch('reported_at')} AS reported, ${epoch('dispatched_at')} AS dispatched,
         ${epoch('arrived_at')} AS arrived, ${epoch('closed_at')} AS closed, ${epoch('due_at')} AS due,
         round(ST_X(i.geom) * 1e6) AS lng, round(ST_Y(i.geom) * 1e6) AS lat, coalesce(i.cell_id, -1) AS cell,
         (i.status = 'recorded')::int AS recorded, i.synthetic::int AS synthetic, i.source, i.channel
       FROM incidents i
       WHERE i.city_code = $1 AND i.duplicate_of IS NULL AND ${asked.text} AND i.reported_at < $3::timestamptz
         AND (i.reported_at >= $2::timestamptz
           OR (i.reported_at >= $4::timestamptz AND i.status <> 'recorded'
             AND (i.closed_at IS NULL OR i.closed_at >= $2::timestamptz)))
         AND NOT EXISTS (SELECT 1 FROM kinds k WHERE k.city_code = i.city_code AND k.code = i.kind AND (k.dispute OR k.sensitive))
       ORDER BY i.reported_at DESC, i.id DESC LIMIT $5::int`,
    ),
    [...bounds(window), window.openSince.toISOString(), window.limit, ...asked.params],
  )
  return columns
}
