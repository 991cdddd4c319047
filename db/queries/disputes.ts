import type { Queryable } from '../client.ts'

/**
 * Counts of disputes as the rule of small numbers needs them (`api/statistics/suppression.ts`), by cell, kind and month.
 * They are not for anybody's eyes: `api/disputes.ts` is the only caller and the only door they leave through.
 */

export interface DisputeCountRow {
  cell_id: number
  kind: string
  /** Year × 12 + (month − 1) of the city's own calendar. */
  month: number
  count: number
}

/**
 * Disputes of one register with a known place, merged duplicates left out. Rows that name no register are the platform's.
 * The database answers whoever has the right to disputes anywhere in the city with the counts of all of it, and nobody
 * else with anything (0006_access.sql); no viewer ever reads a row.
 * @param asked `from`, `to`: local days "2025-01-01", [from, to). Bounded by cells × kinds × months, never more than rows.
 */
export function countDisputes(
  db: Queryable,
  asked: { city: string; timeZone: string; register: string; kinds: string[]; from: string; to: string },
): Promise<DisputeCountRow[]> {
  return db.query<DisputeCountRow>(
    'SELECT cell_id, kind, month, count FROM dispute_counts($1, $2, $3, $4::text[], $5, $6)',
    [asked.city, asked.timeZone, asked.register, asked.kinds, asked.from, asked.to],
  )
}

/** When the first incident of any kind was reported in the whole city; null before there is one. */
export async function firstReport(db: Queryable, city: string): Promise<Date | null> {
  const [row] = await db.query<{ first: Date | null }>('SELECT first_report($1) AS first', [city])
  return row.first
}
