import type { Queryable } from '../../db/client.ts'

/** What tests of dispatch put into the toy city: open incidents, more units, duties and fixes. */

const CITY = 'shuifu'

export interface ToyIncident {
  id: number
  cellId: number
  lng: number
  lat: number
}

/** An open incident of public order in the middle of a micro-grid, reported a minute ago. */
export async function addIncident(
  db: Queryable,
  cellId: number,
  { kind, dispatchedAgoS, sourceId }: { kind?: string; dispatchedAgoS?: number; sourceId?: string } = {},
): Promise<ToyIncident> {
  const [row] = await db.query<ToyIncident>(
    `INSERT INTO incidents (city_code, source, source_id, kind, reported_at, status, dispatched_at, cell_id, geom, synthetic)
     SELECT $1, 'test', coalesce($5, gen_random_uuid()::text),
       coalesce($3, (SELECT k.code FROM kinds k WHERE k.city_code = $1 AND k.public_order AND NOT k.dispute AND NOT k.sensitive ORDER BY k.code LIMIT 1)),
       now() - interval '1 hour', CASE WHEN $4::int IS NULL THEN 'new' ELSE 'dispatched' END, now() - make_interval(secs => $4::int),
       a.id, a.label_point, true
     FROM areas a WHERE a.city_code = $1 AND a.id = $2
     RETURNING id::float8 AS id, cell_id AS "cellId", ST_X(geom) AS lng, ST_Y(geom) AS lat`,
    [CITY, cellId, kind ?? null, dispatchedAgoS ?? null, sourceId ?? null],
  )
  return row
}

export async function addUnit(
  db: Queryable,
  { id, squadId, kind = 'car' }: { id: number; squadId: number; kind?: string },
): Promise<void> {
  await db.query(
    `INSERT INTO units (city_code, id, squad_id, call_sign, kind, strength, synthetic) VALUES ($1, $2, $3, $4, $5, 2, true)`,
    [CITY, id, squadId, `T${id}`, kind],
  )
}

/** On duty since an hour ago. */
export async function putOnDuty(db: Queryable, unitIds: readonly number[]): Promise<void> {
  await db.query(
    `INSERT INTO unit_duties (city_code, unit_id, started_at, synthetic)
     SELECT $1, u, now() - interval '1 hour', true FROM unnest($2::int[]) AS u ON CONFLICT DO NOTHING`,
    [CITY, unitIds],
  )
}

/** A fix of a unit on duty, so many seconds ago. */
export async function addFix(
  db: Queryable,
  {
    unitId,
    lng,
    lat,
    cellId,
    agoS = 5,
  }: { unitId: number; lng: number; lat: number; cellId: number | null; agoS?: number },
): Promise<void> {
  await db.query(
    `INSERT INTO unit_positions (city_code, unit_id, fixed_at, cell_id, geom, synthetic)
     VALUES ($1, $2, now() - make_interval(secs => $6), $5, ST_SetSRID(ST_MakePoint($3, $4), 4326), true)`,
    [CITY, unitId, lng, lat, cellId, agoS],
  )
}
