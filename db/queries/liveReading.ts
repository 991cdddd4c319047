import type { Queryable } from '../client.ts'

/** Reading what was numbered (liveNumbering.ts), in the order of the numbers. */

/** NOTIFY on this channel carries the last number that was given. */
export const liveChannel = 'live'
/** NOTIFY on this channel: fixes of a unit that was off duty were deleted; JSON {city, unitId, from}. */
export const forgottenChannel = 'live_forgotten'

export interface LiveEventRow {
  number: number
  numbered_at: Date
  city_code: string
  topic: 'incident' | 'position' | 'unit' | 'dispatch' | 'alert'
  cell_id: number | null
  kind: string | null
  unit_id: number | null
  squad_id: number | null
  opening: boolean
  /** JSON, as it goes out to whoever sees all of it. */
  text: string
}

const COLUMNS =
  'number, numbered_at, city_code, topic, cell_id, kind, unit_id, squad_id, opening, message::text AS text'

/** Events of all cities after a number, at most `limit`, in order. */
export function eventsAfter(db: Queryable, number: number, limit: number): Promise<LiveEventRow[]> {
  return db.query<LiveEventRow>(
    `SELECT ${COLUMNS} FROM live_events WHERE number > $1 ORDER BY number LIMIT $2`,
    [number, limit],
  )
}

/** Events of one city after a number up to another, as far as the reader may see them, at most `limit`, in order. */
export function cityEventsBetween(
  db: Queryable,
  { city, after, through, limit }: { city: string; after: number; through: number; limit: number },
): Promise<LiveEventRow[]> {
  return db.query<LiveEventRow>(
    `SELECT ${COLUMNS} FROM live_events WHERE city_code = $1 AND number > $2 AND number <= $3 ORDER BY number LIMIT $4`,
    [city, after, through, limit],
  )
}

/** The newest events of all cities that were numbered within so many minutes, in order. */
export async function latestEvents(db: Queryable, minutes: number, limit: number): Promise<LiveEventRow[]> {
  const rows = await db.query<LiveEventRow>(
    `SELECT ${COLUMNS} FROM live_events WHERE numbered_at > now() - make_interval(mins => $1) ORDER BY number DESC LIMIT $2`,
    [minutes, limit],
  )
  return rows.reverse()
}

/** The last number that was given; 0: none yet. */
export async function lastNumber(db: Queryable): Promise<number> {
  const [{ last_number }] = await db.query<{ last_number: number }>('SELECT last_number FROM live_head')
  return last_number
}

/**
 * Whether everything numbered after `number` is still there and not older than so many minutes. Owner only: whoever
 * sees less cannot tell a gap from what is not theirs.
 */
export async function isWholeAfter(db: Queryable, number: number, minutes: number): Promise<boolean> {
  const [{ whole }] = await db.query<{ whole: boolean }>(
    `SELECT CASE WHEN h.last_number <= $1 THEN h.last_number = $1
       ELSE coalesce((SELECT e.number = $1 + 1 AND e.numbered_at > now() - make_interval(mins => $2)
                      FROM live_events e WHERE e.number > $1 ORDER BY e.number LIMIT 1), false) END AS whole
     FROM live_head h`,
    [number, minutes],
  )
  return whole
}
