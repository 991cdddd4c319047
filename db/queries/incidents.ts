import type { Queryable } from '../client.ts'
import { type Columns, inColumns } from '../columns.ts'

/** Incidents one by one. Disputes never leave the database this way: every query here leaves them out itself. */

/** [west, south, east, north], EPSG:4326, degrees. */
export type Box = [number, number, number, number]

const NOT_A_DISPUTE = `NOT EXISTS (
  SELECT 1 FROM kinds k WHERE k.city_code = i.city_code AND k.code = i.kind AND (k.dispute OR k.sensitive))`

export interface InView {
  city: string
  box: Box
  from: Date
  to: Date
  kinds: string[]
}

const IN_VIEW = `i.city_code = $1 AND i.duplicate_of IS NULL AND i.geom && ST_MakeEnvelope($2::float8, $3::float8, $4::float8, $5::float8, 4326)
  AND i.reported_at >= $6::timestamptz AND i.reported_at < $7::timestamptz AND i.kind = ANY($8::text[]) AND ${NOT_A_DISPUTE}`

function inViewParams({ city, box, from, to, kinds }: InView): unknown[] {
  return [city, ...box, from.toISOString(), to.toISOString(), kinds]
}

export async function countInView(db: Queryable, view: InView): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM incidents i WHERE ${IN_VIEW}`,
    inViewParams(view),
  )
  return row.n
}

export interface IncidentPoint {
  id: number
  /** 1e-6 degrees. */
  lng: number
  lat: number
  kind: string
  /** Epoch seconds. */
  reported_at: number
  level: number
  status: string
}

/** The newest `limit` incidents in a box and window. */
export async function incidentsInView(
  db: Queryable,
  view: InView & { limit: number },
): Promise<Columns<IncidentPoint>> {
  const [columns] = await db.query<Columns<IncidentPoint>>(
    inColumns(
      {
        id: 'float8',
        lng: 'integer',
        lat: 'integer',
        kind: 'text',
        reported_at: 'float8',
        level: 'integer',
        status: 'text',
      },
      `SELECT i.id, round(ST_X(i.geom) * 1e6) AS lng, round(ST_Y(i.geom) * 1e6) AS lat, i.kind,
         floor(extract(epoch FROM i.reported_at)) AS reported_at, i.level, i.status
       FROM incidents i WHERE ${IN_VIEW}
       ORDER BY i.reported_at DESC, i.id DESC LIMIT $9::int`,
    ),
    [...inViewParams(view), view.limit],
  )
  return columns
}

export interface IncidentRow {
  id: number
  source: string
  source_id: string
  kind: string
  level: number
  channel: string
  reported_at: Date
  dispatched_at: Date | null
  arrived_at: Date | null
  closed_at: Date | null
  due_at: Date | null
  status: string
  outcome: string | null
  resolved_level: string | null
  cell_id: number | null
  /** Degrees. */
  lng: number
  lat: number
  synthetic: boolean
}

const INCIDENT_COLUMNS = `i.id::float8 AS id, i.source, i.source_id, i.kind, i.level, i.channel, i.reported_at, i.dispatched_at,
  i.arrived_at, i.closed_at, i.due_at, i.status, i.outcome, i.resolved_level, i.cell_id,
  ST_X(i.geom) AS lng, ST_Y(i.geom) AS lat, i.synthetic`

/** One incident; undefined when there is none or when it is a dispute. */
export async function findIncident(
  db: Queryable,
  city: string,
  id: number,
): Promise<IncidentRow | undefined> {
  const rows = await db.query<IncidentRow>(
    `SELECT ${INCIDENT_COLUMNS} FROM incidents i WHERE i.city_code = $1 AND i.id = $2::bigint AND ${NOT_A_DISPUTE}`,
    [city, id],
  )
  return rows[0]
}

/** The newest incidents, or those that come after `before` in that order. */
export function latestIncidents(
  db: Queryable,
  wanted: { city: string; kinds: string[]; limit: number; before: { reportedAt: Date; id: number } | null },
): Promise<IncidentRow[]> {
  return db.query<IncidentRow>(
    `SELECT ${INCIDENT_COLUMNS} FROM incidents i
     WHERE i.city_code = $1 AND i.duplicate_of IS NULL AND i.kind = ANY($2::text[]) AND ${NOT_A_DISPUTE}
       AND ($4::timestamptz IS NULL OR (i.reported_at, i.id) < ($4::timestamptz, $5::bigint))
     ORDER BY i.reported_at DESC, i.id DESC LIMIT $3::int`,
    [
      wanted.city,
      wanted.kinds,
      wanted.limit,
      wanted.before?.reportedAt.toISOString() ?? null,
      wanted.before?.id ?? null,
    ],
  )
}
