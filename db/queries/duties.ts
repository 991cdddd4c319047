import type { Queryable } from '../client.ts'

/** When units are on duty, as somebody says so. */

/** @returns when it began; undefined where the unit is on duty already. */
export async function beginDuty(
  tx: Queryable,
  { city, unitId, synthetic }: { city: string; unitId: number; synthetic: boolean },
): Promise<Date | undefined> {
  const [row] = await tx.query<{ started_at: Date }>(
    `INSERT INTO unit_duties (city_code, unit_id, started_at, synthetic)
     SELECT $1, $2, clock_timestamp(), $3
     WHERE NOT EXISTS (SELECT FROM unit_duties d WHERE d.city_code = $1 AND d.unit_id = $2 AND d.ended_at IS NULL)
     ON CONFLICT DO NOTHING RETURNING started_at`,
    [city, unitId, synthetic],
  )
  return row?.started_at
}

/** @returns when it ended; undefined where the unit was not on duty. */
export async function endDuty(tx: Queryable, city: string, unitId: number): Promise<Date | undefined> {
  const [row] = await tx.query<{ ended_at: Date }>(
    `UPDATE unit_duties SET ended_at = greatest(clock_timestamp(), started_at + interval '1 microsecond')
     WHERE city_code = $1 AND unit_id = $2 AND ended_at IS NULL RETURNING ended_at`,
    [city, unitId],
  )
  return row?.ended_at
}
