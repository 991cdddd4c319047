import type { Ground } from '../../geodata/city.ts'
import type { Things } from '../../geodata/things.ts'
import type { Database, Queryable, Transaction } from '../client.ts'
import { type CityHead, type CityOptions, type CityPart, cityHead, cityParts } from '../writing/cityParts.ts'
import { groundRows } from '../writing/groundRows.ts'
import { thingRows } from '../writing/thingRows.ts'
import { foldChanges } from './cubeFolding.ts'

/** NOTIFY on this channel carries the code of a city that was written or deleted: what is kept about it is stale. */
export const cityChannel = 'gridwall_city'

// Children before parents, so that no delete has to cascade through a million lookups.
const TABLES_OF_A_CITY = [
  'imports',
  'assets',
  'resources',
  'activities',
  'projects',
  'patrol_routes',
  'units',
  'places',
  'camera_outages',
  'cameras',
  'incidents',
  'kinds',
  'blocks',
  'waters',
  'roads',
  'shared_ground',
  'area_ground',
  'cell_areas',
  'area_lineage',
  'areas',
  'area_levels',
  'boundary_versions',
] as const

/** Whether a city of this code is there; without a code, whether any is. */
export async function hasCity(db: Queryable, code: string | null = null): Promise<boolean> {
  const [{ found }] = await db.query<{ found: boolean }>(
    'SELECT EXISTS (SELECT FROM cities WHERE $1::text IS NULL OR code = $1) AS found',
    [code],
  )
  return found
}

/** Removes a city and everything that belongs to it. A city that is not there is no error. */
export async function deleteCity(tx: Transaction, code: string): Promise<void> {
  // Logging every row on its way out would double the work.
  await tx.query('SELECT cube_bulk($1)', [code])
  for (const table of TABLES_OF_A_CITY) await tx.query(`DELETE FROM ${table} WHERE city_code = $1`, [code])
  await tx.query('DELETE FROM cities WHERE code = $1', [code])
  await tx.query('SELECT pg_notify($1, $2)', [cityChannel, code])
}

/**
 * After a large write, outside of any transaction: lets the planner know what was written, makes room where rows were
 * deleted (indexes then answer without the table), and takes what was written into the planes of the cube.
 */
export async function tidy(db: Database): Promise<void> {
  if (db.kind === 'postgres') {
    // The others are small, and some not ours to vacuum.
    await db.query('VACUUM (ANALYZE) incidents')
    await db.query('ANALYZE')
  } else await db.query('VACUUM (ANALYZE)')
  const cities = await db.query<{ city_code: string }>('SELECT city_code FROM cube_state ORDER BY 1')
  for (const { city_code } of cities) await foldChanges(db, city_code, { patient: true })
  // Nobody does it in the background there.
  if (db.kind === 'pglite') await db.query('CHECKPOINT')
}

/** Areas go through a temporary table, so that PostGIS says how large they are: square kilometres on the ellipsoid. */
async function writeAreas(tx: Transaction, { columns, text }: CityPart): Promise<void> {
  await tx.script(
    'CREATE TEMPORARY TABLE new_areas (LIKE areas); ALTER TABLE new_areas ALTER area_km2 DROP NOT NULL',
  )
  await tx.copyText('new_areas', columns, text)
  const names = columns.join(', ')
  await tx.script(
    `INSERT INTO areas (${names}, area_km2) SELECT ${names}, ST_Area(geom::geography) / 1e6 FROM new_areas; DROP TABLE new_areas`,
  )
}

/** Makes room for a city, replacing the one of the same code; `writePart` fills it in the same transaction. */
export async function beginCity(tx: Transaction, head: CityHead): Promise<void> {
  await deleteCity(tx, head.code)
  await tx.query(
    `INSERT INTO cities (code, division_code, name_zh, name_en, time_zone, synthetic, as_of, current_version, origin)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      head.code,
      head.divisionCode,
      head.nameZh,
      head.nameEn,
      head.timeZone,
      head.synthetic,
      head.asOf,
      head.currentVersion,
      head.origin,
    ],
  )
}

/** Writes a part of a city. Parts come in the order `cityParts` makes them. */
export async function writePart(tx: Transaction, part: CityPart): Promise<void> {
  if (part.table === 'areas') await writeAreas(tx, part)
  else await tx.copyText(part.table, part.columns, part.text)
}

/**
 * Writes a whole city, replacing the one of the same code. Call it inside a transaction: a city is there whole or not at all.
 * @param onProgress share of the rows written, 0 … 1, and the table being written.
 */
export async function writeCity(
  tx: Transaction,
  ground: Ground,
  things: Things,
  options: CityOptions,
  onProgress: (share: number, stage: string) => void = () => undefined,
): Promise<void> {
  const tables = [...groundRows(ground), ...thingRows(ground.city.code, things)]
  // A polygon costs about as much as twenty points.
  const weight = (table: string, rows: number) => (table === 'areas' ? 20 * rows : rows)
  const total = tables.reduce((sum, { table, count }) => sum + weight(table, count), 0)
  let written = 0
  await beginCity(tx, cityHead(ground, options))
  for await (const part of cityParts(tables)) {
    onProgress(written / total, part.table)
    await writePart(tx, part)
    written += weight(part.table, part.rows)
  }
  onProgress(1, 'done')
}
