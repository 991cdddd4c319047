import type { Queryable } from '../../db/client.ts'
import { encodeMultiPolygon, encodePoint } from '../../db/geometry.ts'
import type { Position } from '../../geodata/city.ts'

/** A city of a dozen cells for tests of counting: small enough for its planes to be many and its folds to be quick. */
export const cubeCity = 'cubetown'
export const CELLS = 12

/** Kinds in three levels, two of them disputes, one that has rows of its own beside those of the kinds below it. */
const KINDS: [code: string, parent: string | null, dispute: boolean][] = [
  ['theft', null, false],
  ['theft.bike', 'theft', false],
  ['theft.car', 'theft', false],
  ['theft.car.parts', 'theft.car', false],
  ['fire', null, false],
  ['fire.shop', 'fire', false],
  ['quarrel', null, true],
  ['quarrel.land', 'quarrel', true],
]
export const kindCodes = KINDS.map(([code]) => code)

export const somewhere: Position = [104.4, 28.6]

function square([lng, lat]: Position): string {
  const at = (dx: number, dy: number): Position => [lng + dx, lat + dy]
  return encodeMultiPolygon([[[at(0, 0), at(0.01, 0), at(0.01, 0.01), at(0, 0.01), at(0, 0)]]])
}

/** Areas of a new boundary version and the cells below them, each cell an area. */
export async function writeBoundaryVersion(
  db: Queryable,
  version: string,
  cells: readonly number[],
): Promise<void> {
  const [{ last }] = await db.query<{ last: number }>(
    'SELECT coalesce(max(id), 0)::int AS last FROM areas WHERE city_code = $1',
    [cubeCity],
  )
  await db.query(
    `INSERT INTO boundary_versions (city_code, version, valid_from, synthetic, source, content_hash)
     VALUES ($1, $2, '2025-01-01', true, 'test', $2)`,
    [cubeCity, version],
  )
  await db.query(
    `INSERT INTO area_levels (city_code, version, level, hierarchy, rank, name_zh, name_en)
     VALUES ($1, $2, 'grid', 'administration', 0, '格', 'grid')`,
    [cubeCity, version],
  )
  await db.query(
    `INSERT INTO areas (city_code, id, version, level, code, name_zh, name_en, area_km2, label_point, geom, synthetic)
     SELECT $1, $3 + n, $2, 'grid', n::text, '格', 'grid', 1, $5, $6, true FROM unnest($4::int[]) WITH ORDINALITY AS cell (id, n)`,
    [cubeCity, version, last, cells, encodePoint(somewhere), square(somewhere)],
  )
  await db.query(
    `INSERT INTO cell_areas (city_code, version, level, cell_id, area_id)
     SELECT $1, $2, 'grid', cell.id, $3 + n FROM unnest($4::int[]) WITH ORDINALITY AS cell (id, n)`,
    [cubeCity, version, last, cells],
  )
}

/** Writes the city without incidents; its cells are 1 … CELLS. */
export async function writeCubeCity(db: Queryable): Promise<void> {
  await db.query(
    `INSERT INTO cities (code, name_zh, name_en, time_zone, synthetic, as_of, current_version, origin)
     VALUES ($1, '方城', 'Cubetown', 'Asia/Shanghai', true, '2026-11-22T06:32:00Z', '2025', '{}')`,
    [cubeCity],
  )
  await writeBoundaryVersion(
    db,
    '2025',
    Array.from({ length: CELLS }, (_, i) => i + 1),
  )
  await db.query(
    `INSERT INTO kinds (city_code, code, parent_code, kind_group, name_zh, name_en, dispute, sort)
     SELECT $1, k.code, k.parent, 'other', k.code, k.code, k.dispute, n
     FROM unnest($2::text[], $3::text[], $4::boolean[]) WITH ORDINALITY AS k (code, parent, dispute, n)`,
    [cubeCity, kindCodes, KINDS.map(([, parent]) => parent), KINDS.map(([, , dispute]) => dispute)],
  )
}

export interface Report {
  kind: string
  /** null: in no cell. */
  cellId: number | null
  reportedAt: Date
}

let written = 0

/** Writes incidents in one statement and answers their ids. */
export async function writeIncidents(db: Queryable, reports: readonly Report[]): Promise<number[]> {
  const first = written
  written += reports.length
  const rows = await db.query<{ id: number }>(
    `INSERT INTO incidents (city_code, source, source_id, kind, reported_at, status, cell_id, geom, synthetic)
     SELECT $1, 'test', $2::int + n, r.kind, r.reported_at, 'recorded', r.cell_id, $6, true
     FROM unnest($3::text[], $4::timestamptz[], $5::int[]) WITH ORDINALITY AS r (kind, reported_at, cell_id, n)
     RETURNING id`,
    [
      cubeCity,
      first,
      reports.map(({ kind }) => kind),
      reports.map(({ reportedAt }) => reportedAt.toISOString()),
      reports.map(({ cellId }) => cellId),
      encodePoint(somewhere),
    ],
  )
  return rows.map(({ id }) => id)
}
