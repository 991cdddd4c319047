import type { Queryable } from '../client.ts'

/** How sources were, ten minutes at a time; sources.ts writes it. */

/** The phones and handhelds of units together, as one source. */
export const BEACONS = 'beacons'

export const HISTORY_DAYS = 31
/** What a week says of how often a source speaks; from fewer pieces nothing is learned. */
const LEARNED_FROM_DAYS = 7
const LEAST_PIECES = 6

/** Ten minutes in which a source was heard. */
export interface HistoryRow {
  began_at: Date
  last_seen_at: Date
  /** The longest silence that ended here; null: it had not been heard before. */
  longest_gap_s: number | null
  longest_gap_to: Date
  accepted: number
  rejected: number
  limited: number
}

/** Of one source since an instant, in order. As gridwall_reader: with the right `sources`. */
export function sourceHistory(
  db: Queryable,
  { city, source, since }: { city: string; source: string; since: Date },
): Promise<HistoryRow[]> {
  return db.query<HistoryRow>(
    `SELECT began_at, last_seen_at, longest_gap_s, longest_gap_to, accepted, rejected, limited FROM source_history
     WHERE city_code = $1 AND source_code = $2 AND began_at >= $3::timestamptz ORDER BY began_at LIMIT 5000`,
    [city, source, since.toISOString()],
  )
}

/**
 * Learns how often each source speaks: the silence that nine of ten pieces of the last week do not exceed. One long
 * outage is one piece. As owner.
 */
export async function learnRhythms(db: Queryable, now: Date): Promise<void> {
  await db.query(
    `UPDATE sources s SET learned_every_s = l.every
     FROM (SELECT h.city_code, h.source_code,
             greatest(1, ceil(percentile_disc(0.9) WITHIN GROUP (ORDER BY h.longest_gap_s)))::int AS every
           FROM source_history h
           WHERE h.began_at > $1::timestamptz - make_interval(days => $2) AND h.longest_gap_s IS NOT NULL
           GROUP BY 1, 2 HAVING count(*) >= $3) l
     WHERE s.city_code = l.city_code AND s.code = l.source_code AND s.learned_every_s IS DISTINCT FROM l.every`,
    [now.toISOString(), LEARNED_FROM_DAYS, LEAST_PIECES],
  )
}

/** Deletes what is older than it is kept. As owner. */
export async function forgetHistory(db: Queryable, now: Date): Promise<void> {
  await db.query('DELETE FROM source_history WHERE began_at < $1::timestamptz - make_interval(days => $2)', [
    now.toISOString(),
    HISTORY_DAYS,
  ])
}
