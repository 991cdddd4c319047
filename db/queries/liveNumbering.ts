import type { Queryable } from '../client.ts'
import type { LiveEventRow, LivePlace } from './liveReading.ts'

/** Said when events wait for their numbers and none did before. */
export const waitingChannel = 'live_waiting'

/** Between two rounds of numbering, milliseconds: each is a delivery to every screen. */
export const NUMBERING_EVERY_MS = 100
/** Refused is what comes sooner, from whatever node; a timer that fires a little early is no other node. */
const LEAST_SPACING_MS = 85
/** Numbered at once, so that no round is long. */
const MOST_A_ROUND = 5000

export interface NumberingRound {
  /** The last place there was before. */
  before: LivePlace
  /** Another node is at it, or has been within the spacing. */
  busy: boolean
  /** What got the next numbers, in their order. */
  events: LiveEventRow[]
}

type RoundRow = { [Column in keyof LiveEventRow]: LiveEventRow[Column] | null } & {
  before_number: number
  before_moment: number
  busy: boolean
}

const momentOf = (column: string) => `(extract(epoch FROM ${column}) * 1000000)::float8`

/**
 * Gives numbers to events that have been committed. Owner only. As a statement of its own, in no longer transaction:
 * who numbers keeps all others from it.
 */
export async function takeEvents(
  db: Pick<Queryable, 'query'>,
  spacingMs: number = LEAST_SPACING_MS,
): Promise<NumberingRound> {
  const rows = await db.query<RoundRow>(
    `SELECT before_number, CASE WHEN isfinite(before_at) THEN ${momentOf('before_at')} ELSE 0 END AS before_moment, busy, number,
       ${momentOf('numbered_at')} AS moment, city_code, topic, cell_id, kind, unit_id, squad_id, opening, message::text AS text
     FROM take_live_events($1::float8 * interval '1 millisecond', $2)`,
    [spacingMs, MOST_A_ROUND],
  )
  const [{ before_number, before_moment, busy }] = rows
  return {
    before: { number: before_number, moment: before_moment },
    busy,
    events: rows.filter(isEvent),
  }
}

function isEvent(row: RoundRow): row is RoundRow & LiveEventRow {
  return row.number !== null
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
