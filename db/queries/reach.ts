import type { Queryable } from '../client.ts'

/** NOTIFY on this channel carries the code of a city whose data now reach further, and of which nothing else changed. */
export const reachChannel = 'city_reach'

/**
 * Lets `as_of` of each city that has been told of newer incidents move on to now, on which every window of time hangs.
 * A dispute moves nothing: everybody would see that one came in just now. Never backwards; what is reported for a time
 * still to come waits for it.
 * @returns codes of the cities that moved, and when the first of what waits has come; null: nothing waits.
 */
export async function moveReach(db: Queryable, now: Date): Promise<{ moved: string[]; next: Date | null }> {
  const moved = await db.query<{ code: string }>(
    `UPDATE cities c SET as_of = $1::timestamptz
     WHERE c.as_of < $1::timestamptz AND EXISTS (
       ${tellsOf('i.reported_at > c.as_of AND i.reported_at < $1::timestamptz')})
     RETURNING c.code`,
    [now.toISOString()],
  )
  const [{ next }] = await db.query<{ next: Date | null }>(
    `SELECT min(first) AS next FROM cities c, LATERAL (
       ${tellsOf('i.reported_at >= greatest(c.as_of, $1::timestamptz)', 'i.reported_at AS first')}
       ORDER BY i.reported_at LIMIT 1) ahead`,
    [now.toISOString()],
  )
  return { moved: moved.map(({ code }) => code), next }
}

/** Incidents of the city `c` that everybody may know came in. */
function tellsOf(when: string, columns = ''): string {
  return `SELECT ${columns} FROM incidents i JOIN kinds k ON k.city_code = i.city_code AND k.code = i.kind AND NOT k.dispute
       WHERE i.city_code = c.code AND ${when}`
}

/** How far the data of a city reach; undefined when there is no such city. */
export async function reachOf(db: Queryable, code: string): Promise<Date | undefined> {
  const rows = await db.query<{ as_of: Date }>('SELECT as_of FROM cities WHERE code = $1', [code])
  return rows[0]?.as_of
}
