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
 * @param asked `from`, `to`: local days "2025-01-01", [from, to). Bounded by cells × kinds × months, never more than rows.
 */
export function countDisputes(
  db: Queryable,
  asked: { city: string; timeZone: string; register: string; kinds: string[]; from: string; to: string },
): Promise<DisputeCountRow[]> {
  return db.query<DisputeCountRow>(
    `SELECT i.cell_id, i.kind,
       (extract(year FROM i.reported_at AT TIME ZONE $2) * 12 + extract(month FROM i.reported_at AT TIME ZONE $2) - 1)::int AS month,
       count(*)::int AS count
     FROM incidents i
     WHERE i.city_code = $1 AND i.kind = ANY($4::text[]) AND i.duplicate_of IS NULL AND i.cell_id IS NOT NULL
       AND coalesce(i.attributes ->> 'caseSource', 'platform') = $3
       AND i.reported_at >= $5::text::timestamp AT TIME ZONE $2 AND i.reported_at < $6::text::timestamp AT TIME ZONE $2
     GROUP BY 1, 2, 3`,
    [asked.city, asked.timeZone, asked.register, asked.kinds, asked.from, asked.to],
  )
}

/** When the first incident of any kind was reported; null before there is one. */
export async function firstReport(db: Queryable, city: string): Promise<Date | null> {
  const [row] = await db.query<{ first: Date | null }>(
    'SELECT min(reported_at) AS first FROM incidents WHERE city_code = $1',
    [city],
  )
  return row.first
}
