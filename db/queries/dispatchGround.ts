import type { Queryable } from '../client.ts'

/** Ground that dispatch goes by. */

/** When a city was written: its roads are the same for as long as this is. */
export async function cityMadeAt(db: Queryable, city: string): Promise<Date | undefined> {
  const [row] = await db.query<{ created_at: Date }>('SELECT created_at FROM cities WHERE code = $1', [city])
  return row?.created_at
}

export interface PostPlace {
  id: number
  lng: number
  lat: number
}

/** Where units stand by that have no fix: their home posts, by unit. */
export async function homePosts(db: Queryable, city: string): Promise<Map<number, PostPlace>> {
  const rows = await db.query<PostPlace & { unit_id: number }>(
    `SELECT u.id AS unit_id, p.id, ST_X(p.geom) AS lng, ST_Y(p.geom) AS lat
     FROM units u JOIN places p ON p.city_code = u.city_code AND p.id = u.home_post_id
     WHERE u.city_code = $1 LIMIT 10000`,
    [city],
  )
  return new Map(rows.map(({ unit_id, ...post }) => [unit_id, post]))
}
