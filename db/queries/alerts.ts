import type { Queryable } from '../client.ts'

/** What has gone wrong and been noticed: raised and cleared by the keeper, acknowledged by people. */

export type AlertKind = 'outsideFence' | 'insideFence' | 'sourceSilent' | 'leftIncident'

export interface AlertRow {
  id: number
  kind: AlertKind
  fence_id: number | null
  area_id: number | null
  squad_id: number | null
  unit_id: number | null
  source_code: string | null
  /** That nobody is at any more. */
  incident_id: number | null
  raised_at: Date
  acknowledged_at: Date | null
  cleared_at: Date | null
  synthetic: boolean
}

const COLUMNS = `a.id::float8 AS id, a.kind, a.fence_id, a.area_id, a.squad_id, a.unit_id, a.source_code, a.incident_id::float8 AS incident_id,
  a.raised_at,
  a.acknowledged_at, a.cleared_at, a.synthetic`

/** Open ones first, then the newest; bounded. */
export function listAlerts(db: Queryable, city: string, limit: number): Promise<AlertRow[]> {
  return db.query<AlertRow>(
    `SELECT ${COLUMNS} FROM alerts a WHERE a.city_code = $1
     ORDER BY a.cleared_at IS NOT NULL, a.raised_at DESC, a.id DESC LIMIT $2::int`,
    [city, limit],
  )
}

/** Alerts that have not been cleared, the newest first; 1,000 at most. */
export function openAlerts(db: Queryable, city: string): Promise<AlertRow[]> {
  return db.query<AlertRow>(
    `SELECT ${COLUMNS} FROM alerts a WHERE a.city_code = $1 AND a.cleared_at IS NULL
     ORDER BY a.raised_at DESC, a.id DESC LIMIT 1000`,
    [city],
  )
}

/** Alerts that were open at any time of [from, to); at most 5,000, in the order they were raised. */
export function pastAlerts(
  db: Queryable,
  { city, from, to }: { city: string; from: Date; to: Date },
): Promise<AlertRow[]> {
  return db.query<AlertRow>(
    `SELECT ${COLUMNS} FROM alerts a
     WHERE a.city_code = $1 AND a.raised_at < $3::timestamptz AND (a.cleared_at IS NULL OR a.cleared_at > $2::timestamptz)
     ORDER BY a.raised_at, a.id LIMIT 5000`,
    [city, from.toISOString(), to.toISOString()],
  )
}

export async function findAlert(db: Queryable, city: string, id: number): Promise<AlertRow | undefined> {
  const [row] = await db.query<AlertRow>(
    `SELECT ${COLUMNS} FROM alerts a WHERE a.city_code = $1 AND a.id = $2::bigint`,
    [city, id],
  )
  return row
}

/** @returns undefined where somebody has acknowledged it already, or this person may not. */
export async function acknowledgeAlert(
  tx: Queryable,
  city: string,
  id: number,
): Promise<AlertRow | undefined> {
  const [row] = await tx.query<AlertRow>(
    `UPDATE alerts a SET acknowledged_at = greatest(clock_timestamp(), a.raised_at)
     WHERE a.city_code = $1 AND a.id = $2::bigint AND a.acknowledged_at IS NULL RETURNING ${COLUMNS}`,
    [city, id],
  )
  return row
}

/** Alerts that are still true, of these kinds. */
export function alertsToClear(tx: Queryable, city: string, kinds: readonly AlertKind[]): Promise<AlertRow[]> {
  return tx.query<AlertRow>(
    `SELECT ${COLUMNS} FROM alerts a WHERE a.city_code = $1 AND a.cleared_at IS NULL AND a.kind = ANY($2::text[]) ORDER BY a.id LIMIT 10000`,
    [city, kinds],
  )
}

/** Ids of open alerts of incidents left alone that no longer are: over, gone, somebody sent, or somebody has seen to it. */
export async function settledLeft(tx: Queryable, city: string): Promise<number[]> {
  const rows = await tx.query<{ id: number }>(
    `SELECT a.id::float8 AS id FROM alerts a
     LEFT JOIN incidents i ON i.city_code = a.city_code AND i.id = a.incident_id AND i.duplicate_of IS NULL
     WHERE a.city_code = $1 AND a.kind = 'leftIncident' AND a.cleared_at IS NULL
       AND (a.acknowledged_at IS NOT NULL OR i.id IS NULL OR i.status IN ('closed', 'recorded') OR EXISTS (
         SELECT FROM dispatches d WHERE d.city_code = a.city_code AND d.incident_id = a.incident_id AND d.ended_at IS NULL))
     ORDER BY a.id LIMIT 10000`,
    [city],
  )
  return rows.map(({ id }) => id)
}

/** Of these incidents those that are open with nobody sent there. */
export async function leftAlone(
  tx: Queryable,
  city: string,
  incidentIds: readonly number[],
): Promise<Set<number>> {
  const rows = await tx.query<{ id: number }>(
    `SELECT i.id::float8 AS id FROM incidents i
     WHERE i.city_code = $1 AND i.id = ANY($2::bigint[]) AND i.duplicate_of IS NULL
       AND i.status IN ('new', 'dispatched', 'onScene') AND NOT EXISTS (
         SELECT FROM dispatches d WHERE d.city_code = i.city_code AND d.incident_id = i.id AND d.ended_at IS NULL)`,
    [city, incidentIds],
  )
  return new Set(rows.map(({ id }) => id))
}

export type NewAlert = Pick<
  AlertRow,
  'kind' | 'fence_id' | 'area_id' | 'squad_id' | 'unit_id' | 'source_code' | 'incident_id' | 'synthetic'
>

/** @returns those that were not open already. */
export async function raiseAlerts(
  tx: Queryable,
  city: string,
  alerts: readonly NewAlert[],
  now: Date,
): Promise<AlertRow[]> {
  const raised: AlertRow[] = []
  // Few at a time: one statement each keeps their order.
  for (const alert of alerts) {
    const [row] = await tx.query<AlertRow>(
      `INSERT INTO alerts AS a (city_code, kind, fence_id, area_id, squad_id, unit_id, source_code, incident_id, raised_at, synthetic)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8::bigint, $9::timestamptz, $10) ON CONFLICT DO NOTHING RETURNING ${COLUMNS}`,
      [
        city,
        alert.kind,
        alert.fence_id,
        alert.area_id,
        alert.squad_id,
        alert.unit_id,
        alert.source_code,
        alert.incident_id,
        now.toISOString(),
        alert.synthetic,
      ],
    )
    if (row) raised.push(row)
  }
  return raised
}

export async function clearAlerts(
  tx: Queryable,
  city: string,
  ids: readonly number[],
  now: Date,
): Promise<AlertRow[]> {
  if (ids.length === 0) return []
  return tx.query<AlertRow>(
    `UPDATE alerts a SET cleared_at = greatest($3::timestamptz, a.raised_at, a.acknowledged_at)
     WHERE a.city_code = $1 AND a.id = ANY($2::bigint[]) AND a.cleared_at IS NULL RETURNING ${COLUMNS}`,
    [city, ids, now.toISOString()],
  )
}
