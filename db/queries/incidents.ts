import type { Queryable } from '../client.ts'
import { type Columns, inColumns } from '../columns.ts'

/** Incidents one by one. Disputes never leave the database this way: every query here leaves them out itself. */

/** [west, south, east, north], EPSG:4326, degrees. */
export type Box = [number, number, number, number]

const NOT_A_DISPUTE = `NOT EXISTS (
  SELECT 1 FROM kinds k WHERE k.city_code = i.city_code AND k.code = i.kind AND (k.dispute OR k.sensitive))`

/** Some kinds and where incidents of them are asked for: in these cells, or everywhere (null), in no cell too. */
export interface KindsInCells {
  kinds: readonly string[]
  cells: readonly number[] | null
}

/** A condition on incidents `i`, with its parameters from `$first` on. Nothing asked for is nothing found. */
export function inParts(parts: readonly KindsInCells[], first: number): { text: string; params: unknown[] } {
  const params: unknown[] = []
  const place = (value: unknown) => `$${first - 1 + params.push(value)}`
  const texts = parts.map(({ kinds, cells }) => {
    const ofKinds = `i.kind = ANY(${place(kinds)}::text[])`
    return cells === null ? ofKinds : `(${ofKinds} AND i.cell_id = ANY(${place(cells)}::int[]))`
  })
  return { text: texts.length === 0 ? 'false' : `(${texts.join(' OR ')})`, params }
}

export interface InView {
  city: string
  box: Box
  from: Date
  to: Date
  parts: readonly KindsInCells[]
}

function inView({ city, box, from, to, parts }: InView): { text: string; params: unknown[] } {
  const asked = inParts(parts, 8)
  return {
    text: `i.city_code = $1 AND i.duplicate_of IS NULL AND i.geom && ST_MakeEnvelope($2::float8, $3::float8, $4::float8, $5::float8, 4326)
      AND i.reported_at >= $6::timestamptz AND i.reported_at < $7::timestamptz AND ${asked.text} AND ${NOT_A_DISPUTE}`,
    params: [city, ...box, from.toISOString(), to.toISOString(), ...asked.params],
  }
}

export async function countInView(db: Queryable, view: InView): Promise<number> {
  const { text, params } = inView(view)
  const [row] = await db.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM incidents i WHERE ${text}`,
    params,
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
  const { text, params } = inView(view)
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
       FROM incidents i WHERE ${text}
       ORDER BY i.reported_at DESC, i.id DESC LIMIT $${params.length + 1}::int`,
    ),
    [...params, view.limit],
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

/** One that is looked at by itself. */
export interface OneIncidentRow extends IncidentRow {
  /** What was told of it, without numbers of persons. */
  told_text: string | null
}

const INCIDENT_COLUMNS = `i.id::float8 AS id, i.source, i.source_id, i.kind, i.level, i.channel, i.reported_at, i.dispatched_at,
  i.arrived_at, i.closed_at, i.due_at, i.status, i.outcome, i.resolved_level, i.cell_id,
  ST_X(i.geom) AS lng, ST_Y(i.geom) AS lat, i.synthetic`
const ONE_INCIDENT = `${INCIDENT_COLUMNS}, i.attributes ->> 'text' AS told_text`

/** One incident; undefined when there is none or when it is a dispute. */
export async function findIncident(
  db: Queryable,
  city: string,
  id: number,
): Promise<OneIncidentRow | undefined> {
  const rows = await db.query<OneIncidentRow>(
    `SELECT ${ONE_INCIDENT} FROM incidents i WHERE i.city_code = $1 AND i.id = $2::bigint AND ${NOT_A_DISPUTE}`,
    [city, id],
  )
  return rows[0]
}

/**
 * The same for the one incident that a unit of the person's jurisdiction is sent to now, on whatever ground; undefined for
 * any other. The database decides (incident_sent_to).
 */
export async function findIncidentSentTo(
  db: Queryable,
  city: string,
  id: number,
): Promise<OneIncidentRow | undefined> {
  const rows = await db.query<OneIncidentRow>(
    `SELECT ${ONE_INCIDENT} FROM incident_sent_to($1, $2::bigint) i`,
    [city, id],
  )
  return rows[0]
}

/** The newest incidents, or those that come after `before` in that order. */
export function latestIncidents(
  db: Queryable,
  wanted: {
    city: string
    parts: readonly KindsInCells[]
    limit: number
    before: { reportedAt: Date; id: number } | null
  },
): Promise<IncidentRow[]> {
  const asked = inParts(wanted.parts, 5)
  return db.query<IncidentRow>(
    `SELECT ${INCIDENT_COLUMNS} FROM incidents i
     WHERE i.city_code = $1 AND i.duplicate_of IS NULL AND ${asked.text} AND ${NOT_A_DISPUTE}
       AND ($3::timestamptz IS NULL OR (i.reported_at, i.id) < ($3::timestamptz, $4::bigint))
     ORDER BY i.reported_at DESC, i.id DESC LIMIT $2::int`,
    [
      wanted.city,
      wanted.limit,
      wanted.before?.reportedAt.toISOString() ?? null,
      wanted.before?.id ?? null,
      ...asked.params,
    ],
  )
}
