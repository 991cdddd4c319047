import type { Queryable } from '../client.ts'

export type PlaceCategory = 'site' | 'centre' | 'hall' | 'post'

export interface PlaceRow {
  id: number
  category: PlaceCategory
  kind: string
  name_zh: string
  name_en: string
  level: string | null
  area_id: number | null
  opened_on: string | null
  cell_id: number | null
  /** Degrees, EPSG:4326. */
  lng: number
  lat: number
  synthetic: boolean
}

export interface AskedPlaces {
  city: string
  /** null: of every category. */
  category: PlaceCategory | null
  /** Patrol posts only where they stand in these cells; null: everywhere. */
  postCells: readonly number[] | null
}

const ASKED = `city_code = $1 AND ($2::text IS NULL OR category = $2::text)
  AND ($3::int[] IS NULL OR category <> 'post' OR cell_id = ANY($3::int[]))`

export async function countPlaces(
  db: Queryable,
  { city, category, postCells }: AskedPlaces,
): Promise<number> {
  const [row] = await db.query<{ n: number }>(`SELECT count(*)::int AS n FROM places WHERE ${ASKED}`, [
    city,
    category,
    postCells,
  ])
  return row.n
}

/** The first `limit` places by category and id. */
export function listPlaces(
  db: Queryable,
  { city, category, postCells, limit }: AskedPlaces & { limit: number },
): Promise<PlaceRow[]> {
  return db.query<PlaceRow>(
    `SELECT id, category, kind, name_zh, name_en, level, area_id, opened_on, cell_id, ST_X(geom) AS lng, ST_Y(geom) AS lat, synthetic
     FROM places WHERE ${ASKED}
     ORDER BY category, id LIMIT $4::int`,
    [city, category, postCells, limit],
  )
}
