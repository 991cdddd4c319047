import type { Queryable } from '../client.ts'

/** Reading the audit, as whoever asks may: row-level security leaves out what is not theirs. */

export interface AuditFilter {
  from: Date
  to: Date
  /** Of users. */
  person?: string
  /** 'noun.verb', or the noun alone. */
  action?: string
  city?: string
  /** A code of api/roles.ts. */
  purpose?: string
}

export interface AuditListRow {
  id: number
  at: Date
  person_id: string | null
  user_name: string
  kind: 'person' | 'kiosk' | 'system' | 'stranger'
  roles: string[]
  address: string | null
  action: string
  target: string | null
  rows: number | null
  city_code: string | null
  area_id: number | null
  /** [west, south, east, north], EPSG:4326, degrees. */
  box: [number, number, number, number] | null
  purpose: string | null
  detail: Record<string, unknown>
  /** Place in the chain; null while it waits for its seal. */
  seq: number | null
  /** To go on after this row. */
  cursor: string
}

/** `µs-number`, as `cursor` gives it. */
export const CURSOR = /^(\d{1,17})-(\d{1,15})$/

const MATCHES = `a.at >= $1::timestamptz AND a.at < $2::timestamptz
  AND ($3::text IS NULL OR a.person_id = $3) AND ($4::text IS NULL OR a.city_code = $4)
  AND ($5::text IS NULL OR a.action = $5 OR starts_with(a.action, $5 || '.'))
  AND ($6::text IS NULL OR a.purpose = $6)`

function paramsOf({ from, to, person, city, action, purpose }: AuditFilter): unknown[] {
  return [from.toISOString(), to.toISOString(), person ?? null, city ?? null, action ?? null, purpose ?? null]
}

/** The newest rows first. @param before a `cursor`: rows older than that one. */
export function listAudit(
  db: Queryable,
  filter: AuditFilter,
  { limit, before }: { limit: number; before?: string },
): Promise<AuditListRow[]> {
  const [, micros = null, id = null] = (before && CURSOR.exec(before)) || []
  return db.query<AuditListRow>(
    `SELECT a.id, a.at, a.person_id, a.user_name, a.kind, a.roles, a.address, a.action, a.target, a.rows, a.city_code, a.area_id,
       CASE WHEN a.box IS NOT NULL
         THEN json_build_array(ST_XMin(a.box), ST_YMin(a.box), ST_XMax(a.box), ST_YMax(a.box)) END AS box,
       a.purpose, a.detail, l.seq, (extract(epoch FROM a.at) * 1000000)::bigint::text || '-' || a.id AS cursor
     FROM audit a LEFT JOIN audit_links l ON l.id = a.id
     WHERE ${MATCHES} AND ($7::bigint IS NULL OR (a.at, a.id) < (timestamptz 'epoch' + $7::bigint * interval '1 microsecond', $8::bigint))
     ORDER BY a.at DESC, a.id DESC LIMIT $9`,
    [...paramsOf(filter), micros, id, limit],
  )
}

/** Who left entries in a window, the most active first, by their newest name. */
export function peopleInAudit(
  db: Queryable,
  { from, to }: Pick<AuditFilter, 'from' | 'to'>,
  limit: number,
): Promise<{ person_id: string; user_name: string; kind: 'person' | 'kiosk'; rows: number }[]> {
  return db.query(
    `SELECT a.person_id, (array_agg(a.user_name ORDER BY a.at DESC))[1] AS user_name, max(a.kind) AS kind, count(*)::int AS rows
     FROM audit a WHERE a.at >= $1::timestamptz AND a.at < $2::timestamptz AND a.person_id IS NOT NULL
     GROUP BY a.person_id ORDER BY count(*) DESC, a.person_id LIMIT $3`,
    [from.toISOString(), to.toISOString(), limit],
  )
}

/** How often each person looked at an area by its number; no position. */
export function looksByArea(
  db: Queryable,
  filter: AuditFilter & { city: string },
): Promise<{ area_id: number | null; person_id: string; looks: number }[]> {
  return db.query(
    `SELECT a.area_id, a.person_id, count(*)::int AS looks FROM audit a
     WHERE ${MATCHES} AND a.person_id IS NOT NULL AND a.box IS NULL GROUP BY 1, 2`,
    paramsOf(filter),
  )
}

export interface LookBox {
  id: number
  at: Date
  person_id: string
  user_name: string
  action: string
  west: number
  south: number
  east: number
  north: number
}

/** The newest boxes somebody looked at. */
export function looksByBox(
  db: Queryable,
  filter: AuditFilter & { city: string },
  limit: number,
): Promise<LookBox[]> {
  return db.query<LookBox>(
    `SELECT a.id, a.at, a.person_id, a.user_name, a.action, ST_XMin(a.box) AS west, ST_YMin(a.box) AS south,
       ST_XMax(a.box) AS east, ST_YMax(a.box) AS north
     FROM audit a WHERE ${MATCHES} AND a.person_id IS NOT NULL AND a.box IS NOT NULL
     ORDER BY a.at DESC, a.id DESC LIMIT $7`,
    [...paramsOf(filter), limit],
  )
}

export async function countBoxes(db: Queryable, filter: AuditFilter & { city: string }): Promise<number> {
  const [{ n }] = await db.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM audit a WHERE ${MATCHES} AND a.person_id IS NOT NULL AND a.box IS NOT NULL`,
    paramsOf(filter),
  )
  return n
}

/** A point inside each area of a level, EPSG:4326, degrees. */
export function labelPoints(
  db: Queryable,
  city: string,
  version: string,
  level: string,
): Promise<{ id: number; lng: number; lat: number }[]> {
  return db.query(
    `SELECT id, ST_X(label_point) AS lng, ST_Y(label_point) AS lat FROM areas
     WHERE city_code = $1 AND version = $2 AND level = $3 ORDER BY id`,
    [city, version, level],
  )
}

/** For each point the area of a level that holds it; points in none are left out. @param points [lng, lat], EPSG:4326, degrees. */
export function areasHolding(
  db: Queryable,
  { city, version, level }: { city: string; version: string; level: string },
  points: readonly (readonly [number, number])[],
): Promise<{ point: number; id: number }[]> {
  return db.query(
    `SELECT DISTINCT ON (p.n) (p.n - 1)::int AS point, a.id
     FROM unnest($4::float8[], $5::float8[]) WITH ORDINALITY AS p (lng, lat, n)
     JOIN areas a ON a.city_code = $1 AND a.version = $2 AND a.level = $3
       AND ST_Intersects(a.geom, ST_SetSRID(ST_MakePoint(p.lng, p.lat), 4326))
     ORDER BY p.n, a.code`,
    [city, version, level, points.map(([lng]) => lng), points.map(([, lat]) => lat)],
  )
}

export interface AuditState {
  /** Rows kept. */
  rows: number
  sealed_seq: number
  sealed_at: Date | null
  seal: number | null
  head: string | null
  waiting: number
  waiting_since: Date | null
  oldest: Date | null
  keep_days: number | null
  retained_at: Date | null
}

/** How the audit stands; cheap, whatever its length. Counts at most 1,000 waiting rows. */
export async function auditState(db: Queryable): Promise<AuditState> {
  const [state] = await db.query<AuditState>(
    `WITH last AS (SELECT * FROM audit_seals ORDER BY number DESC LIMIT 1),
     anchor AS (SELECT coalesce(max(seq), 0) AS seq FROM audit_anchors),
     waiting AS MATERIALIZED (
       SELECT a.at FROM audit a
       WHERE a.xid >= coalesce((SELECT pg_snapshot_xmin(snapshot) FROM last), '0'::xid8)
         AND NOT EXISTS (SELECT FROM audit_links l WHERE l.id = a.id) LIMIT 1000
     )
     SELECT coalesce((SELECT last_seq FROM last), anchor.seq) - anchor.seq + (SELECT count(*) FROM waiting) AS rows,
       coalesce((SELECT last_seq FROM last), anchor.seq) AS sealed_seq, (SELECT sealed_at FROM last) AS sealed_at,
       (SELECT number FROM last) AS seal, (SELECT encode(hash, 'hex') FROM last) AS head,
       (SELECT count(*)::int FROM waiting) AS waiting, (SELECT min(at) FROM waiting) AS waiting_since,
       (SELECT min(at) FROM audit) AS oldest,
       (SELECT (value #>> '{}')::int FROM settings WHERE name = 'auditKeepDays') AS keep_days,
       (SELECT max(made_at) FROM audit_anchors) AS retained_at
     FROM anchor`,
  )
  return state
}
