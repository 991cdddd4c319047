import type { Queryable } from '../client.ts'

/** Reading what was numbered (liveNumbering.ts), in the order of the numbers. */

/** NOTIFY on this channel carries the last number that was given. */
export const liveChannel = 'live'
/** NOTIFY on this channel: fixes of a unit that was off duty were deleted; JSON {city, unitId, from}. */
export const forgottenChannel = 'live_forgotten'

/**
 * How far somebody has read: the last number, and the instant at which it was given (`moment`, microseconds since 1970).
 * Both 0: before the first.
 */
export interface LivePlace {
  number: number
  moment: number
}

export interface LiveEventRow extends LivePlace {
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

const MOMENT = '(extract(epoch FROM numbered_at) * 1000000)::float8'
const COLUMNS = `number, ${MOMENT} AS moment, city_code, topic, cell_id, kind, unit_id, squad_id, opening, message::text AS text`

/**
 * Events of all cities after a place, at most `limit`, in order; null: another history leads to its number, for this is a
 * copy of an earlier time. An event that is no longer kept is not asked for its moment.
 */
export async function eventsAfter(
  db: Queryable,
  { number, moment }: LivePlace,
  limit: number,
): Promise<LiveEventRow[] | null> {
  const rows = await db.query<LiveEventRow>(
    `SELECT ${COLUMNS} FROM live_events WHERE number >= $1 ORDER BY number LIMIT $2`,
    [number, limit + 1],
  )
  if (rows[0]?.number !== number) return rows.slice(0, limit)
  return rows[0].moment === moment ? rows.slice(1) : null
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

/** The last number that was given, and when. */
export async function lastPlace(db: Queryable): Promise<LivePlace> {
  const [place] = await db.query<LivePlace>(
    `SELECT last_number AS number, CASE WHEN isfinite(numbered_at) THEN ${MOMENT} ELSE 0 END AS moment FROM live_head`,
  )
  return place
}

/**
 * Whether a place is of this history, and everything numbered after it still there and not older than so many minutes.
 * Owner only: whoever sees less cannot tell a gap from what is not theirs.
 */
export async function isWholeAfter(
  db: Queryable,
  { number, moment }: LivePlace,
  minutes: number,
): Promise<boolean> {
  const last = await lastPlace(db)
  if (number >= last.number) return number === last.number && moment === last.moment
  const [{ whole }] = await db.query<{ whole: boolean }>(
    `SELECT ((SELECT ${MOMENT} = $2::float8 FROM live_events WHERE number = $1::bigint) IS TRUE OR ($1 = 0 AND $2 = 0)) AND
       (SELECT number = $1 + 1 AND numbered_at > now() - make_interval(mins => $3)
        FROM live_events WHERE number > $1 ORDER BY number LIMIT 1) IS TRUE AS whole`,
    [number, moment, minutes],
  )
  return whole
}
