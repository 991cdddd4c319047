import type { Queryable } from '../client.ts'

/** When units go on and off duty, as a system of the force says; as gridwall_ingest. */

export interface UnitName {
  id: number
  call_sign: string
}

/** The units of these ids or call signs. */
export function namedUnits(
  tx: Queryable,
  city: string,
  { ids, callSigns }: { ids: readonly number[]; callSigns: readonly string[] },
): Promise<UnitName[]> {
  return tx.query<UnitName>(
    `SELECT id, call_sign FROM units WHERE city_code = $1 AND (id = ANY($2::integer[]) OR call_sign = ANY($3::text[])) ORDER BY id`,
    [city, ids, callSigns],
  )
}

export interface DutyRow {
  unit_id: number
  started_at: Date
  ended_at: Date | null
}

/** Duties of units that had not ended before an instant, oldest first, locked until the transaction ends. */
export function lockDuties(
  tx: Queryable,
  city: string,
  unitIds: readonly number[],
  since: Date,
): Promise<DutyRow[]> {
  return tx.query<DutyRow>(
    `SELECT unit_id, started_at, ended_at FROM unit_duties
     WHERE city_code = $1 AND unit_id = ANY($2::integer[]) AND (ended_at IS NULL OR ended_at > $3)
     ORDER BY unit_id, started_at FOR UPDATE`,
    [city, unitIds, since],
  )
}

const GIVEN = `jsonb_to_recordset($2::jsonb) AS given (unit_id integer, started_at timestamptz, ended_at timestamptz)`

export async function insertDuties(
  tx: Queryable,
  { city, synthetic }: { city: string; synthetic: boolean },
  duties: readonly DutyRow[],
): Promise<void> {
  await tx.query(
    `INSERT INTO unit_duties (city_code, unit_id, started_at, ended_at, synthetic)
     SELECT $1, unit_id, started_at, ended_at, $3 FROM ${GIVEN} ORDER BY unit_id, started_at
     ON CONFLICT (city_code, unit_id, started_at) DO NOTHING`,
    [city, JSON.stringify(duties), synthetic],
  )
}

/** Sets the ends of duties, by their beginnings. */
export async function endDuties(tx: Queryable, city: string, duties: readonly DutyRow[]): Promise<void> {
  await tx.query(
    `UPDATE unit_duties d SET ended_at = given.ended_at FROM ${GIVEN}
     WHERE d.city_code = $1 AND d.unit_id = given.unit_id AND d.started_at = given.started_at`,
    [city, JSON.stringify(duties)],
  )
}
