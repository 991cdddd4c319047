import type { Queryable } from '../client.ts'

/** Said when events wait for their numbers and none did before. */
export const waitingChannel = 'live_waiting'

/** Between two rounds of numbering, milliseconds: each is a delivery to every screen. */
export const NUMBERING_EVERY_MS = 100
/** Refused is what comes sooner, from whatever node; a timer that fires a little early is no other node. */
const LEAST_SPACING_MS = 85
/** Numbered at once, so that no round is long. */
const MOST_A_ROUND = 5000

/**
 * Gives numbers to events that have been committed. Owner only. As a statement of its own, in no longer transaction:
 * who numbers keeps all others from it.
 * @returns how many; null when another node is at it, or has been within the spacing.
 */
export async function numberEvents(
  db: Queryable,
  spacingMs: number = LEAST_SPACING_MS,
): Promise<number | null> {
  const [{ taken }] = await db.query<{ taken: number | null }>(
    "SELECT number_live_events($1::float8 * interval '1 millisecond', $2) AS taken",
    [spacingMs, MOST_A_ROUND],
  )
  return taken
}

/** Hours for which events are kept, and minutes for fixes, which are kept elsewhere for longer (tracks.ts). */
export const EVENT_HOURS = 48
export const FIX_MINUTES = 15

/** Deletes what is older. @returns how many. */
export async function forgetEvents(db: Queryable): Promise<number> {
  const [{ deleted }] = await db.query<{ deleted: number }>(
    `WITH gone AS (
       DELETE FROM live_events WHERE numbered_at < now() - make_interval(hours => $1)
         OR (topic = 'position' AND numbered_at < now() - make_interval(mins => $2))
       RETURNING 1)
     SELECT count(*)::int AS deleted FROM gone`,
    [EVENT_HOURS, FIX_MINUTES],
  )
  return deleted
}
