import type { Ground } from '../../geodata/city.ts'
import type { Things } from '../../geodata/things.ts'
import type { Database, Queryable, Transaction } from '../client.ts'
import { currentVersion, groundRows } from '../writing/groundRows.ts'
import type { TableRows } from '../writing/tableRows.ts'
import { thingRows } from '../writing/thingRows.ts'

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
  'cell_areas',
  'area_lineage',
  'areas',
  'area_levels',
  'boundary_versions',
] as const

/** Whether any city is there: a database without one is to be seeded. */
export async function hasCity(db: Queryable): Promise<boolean> {
  const [{ found }] = await db.query<{ found: boolean }>('SELECT EXISTS (SELECT FROM cities) AS found')
  return found
}

/** Removes a city and everything that belongs to it. A city that is not there is no error. */
export async function deleteCity(tx: Transaction, code: string): Promise<void> {
  for (const table of TABLES_OF_A_CITY) await tx.query(`DELETE FROM ${table} WHERE city_code = $1`, [code])
  await tx.query('DELETE FROM cities WHERE code = $1', [code])
  await tx.query('SELECT pg_notify($1, $2)', [cityChannel, code])
}

/**
 * Lets the planner know what was written and makes room where rows were deleted: PGlite has no autovacuum.
 * Outside of any transaction.
 */
export async function tidy(db: Database): Promise<void> {
  await db.query('VACUUM (ANALYZE)')
}

/** Areas go through a temporary table, so that PostGIS says how large they are: square kilometres on the ellipsoid. */
async function writeAreas(tx: Transaction, areas: TableRows): Promise<void> {
  await tx.script(
    'CREATE TEMPORARY TABLE new_areas (LIKE areas) ON COMMIT DROP; ALTER TABLE new_areas ALTER area_km2 DROP NOT NULL',
  )
  await tx.copy('new_areas', areas.columns, areas.rows)
  const columns = areas.columns.join(', ')
  await tx.script(
    `INSERT INTO areas (${columns}, area_km2) SELECT ${columns}, ST_Area(geom::geography) / 1e6 FROM new_areas; DROP TABLE new_areas`,
  )
}

export interface WriteCityOptions {
  /** The last instant the data speaks about. */
  asOf: Date
  /** How the city came to be, kept with it: generator seed and options, or the import manifest. */
  origin: Record<string, unknown>
}

/**
 * Writes a whole city, replacing the one of the same code. Call it inside a transaction: a city is there whole or not at all.
 * @param onProgress share of the rows written, 0 … 1, and the table being written.
 */
export async function writeCity(
  tx: Transaction,
  ground: Ground,
  things: Things,
  { asOf, origin }: WriteCityOptions,
  onProgress: (share: number, stage: string) => void = () => undefined,
): Promise<void> {
  const { city } = ground
  const rows = groundRows(ground)
  const afterAreas = [...rows.afterAreas, ...thingRows(city.code, things)]
  // A polygon costs about as much as twenty points.
  const areaWeight = 20 * rows.areas.count
  const total = areaWeight + afterAreas.reduce((sum, { count }) => sum + count, 0)
  let written = 0

  await deleteCity(tx, city.code)
  await tx.query(
    `INSERT INTO cities (code, division_code, name_zh, name_en, time_zone, synthetic, as_of, current_version, origin)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      city.code,
      city.divisionCode,
      city.name.zh,
      city.name.en,
      city.timeZone,
      ground.areas.some((area) => area.synthetic),
      asOf,
      currentVersion(ground.versions),
      origin,
    ],
  )
  for (const { table, columns, rows: values } of rows.beforeAreas) await tx.copy(table, columns, values)
  onProgress(0, 'areas')
  await writeAreas(tx, rows.areas)
  written += areaWeight
  for (const { table, columns, count, rows: values } of afterAreas) {
    if (count === 0) continue
    onProgress(written / total, table)
    await tx.copy(table, columns, values)
    written += count
  }
  onProgress(1, 'done')
}
