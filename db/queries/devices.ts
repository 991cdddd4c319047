import type { Queryable } from '../client.ts'

/** Phones and handhelds that are beacons of units: one a unit, by call sign, never by holder. */

export interface DeviceRow {
  city_code: string
  unit_id: number
  call_sign: string
  kind: 'car' | 'motorcycle' | 'foot' | 'command'
  squad_id: number
  squad_zh: string | null
  squad_en: string | null
  synthetic: boolean
  on_duty: boolean
  /** Null: the unit never had a beacon, and then everything below. */
  created_at: Date | null
  created_by: string | null
  revoked_at: Date | null
  last_seen_at: Date | null
  accepted: number | null
  rejected: number | null
  limited: number | null
  last_error: string | null
  last_error_at: Date | null
  tokens: number
  token_since: Date | null
  overlap_until: Date | null
}

/** Every unit of a city with its beacon. As gridwall_reader: with the right `sources`. */
export function listDevices(db: Queryable, city: string): Promise<DeviceRow[]> {
  return db.query<DeviceRow>(
    'SELECT * FROM devices_listed WHERE city_code = $1 ORDER BY squad_id, unit_id LIMIT 10000',
    [city],
  )
}

/** Makes a unit's beacon, or one that was withdrawn again. As gridwall_writer. @returns its call sign; undefined: no such unit. */
export async function equipUnit(
  tx: Queryable,
  { city, unitId, createdBy }: { city: string; unitId: number; createdBy: string },
): Promise<string | undefined> {
  const [{ call_sign }] = await tx.query<{ call_sign: string | null }>(
    'SELECT equipped_call_sign($1, $2) AS call_sign',
    [city, unitId],
  )
  if (call_sign === null) return undefined
  await tx.query(
    `INSERT INTO devices (city_code, unit_id, call_sign, created_by) VALUES ($1, $2, $3, $4)
     ON CONFLICT (city_code, unit_id) DO UPDATE SET call_sign = excluded.call_sign, revoked_at = NULL`,
    [city, unitId, call_sign, createdBy],
  )
  return call_sign
}

/** The call sign of a unit whose beacon is in use; undefined where there is none. */
export async function findDevice(tx: Queryable, city: string, unitId: number): Promise<string | undefined> {
  const [row] = await tx.query<{ call_sign: string }>(
    'SELECT call_sign FROM devices WHERE city_code = $1 AND unit_id = $2 AND revoked_at IS NULL',
    [city, unitId],
  )
  return row?.call_sign
}

/** @returns its call sign; undefined where there is none in use. */
export async function revokeDevice(tx: Queryable, city: string, unitId: number): Promise<string | undefined> {
  const [row] = await tx.query<{ call_sign: string }>(
    'UPDATE devices SET revoked_at = now() WHERE city_code = $1 AND unit_id = $2 AND revoked_at IS NULL RETURNING call_sign',
    [city, unitId],
  )
  return row?.call_sign
}
