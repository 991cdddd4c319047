import type { BundledArea } from '../../geodata/areaBundle.ts'
import type { Block, Hierarchy, Road, Site, Water } from '../../geodata/city.ts'
import type { Queryable } from '../client.ts'
import { type Columns, inColumns } from '../columns.ts'
import { decodeLineString, decodeMultiPolygon, decodePoint } from '../geometry.ts'
import type { SeenCells } from './cameras.ts'

/**
 * Whole tables of a city, read once to be packed into its immutable files. Positions are [lng, lat], EPSG:4326, degrees.
 * The only queries that are bounded by nothing but the city itself; none answers a request directly.
 */

/** Two texts that are null or not together. */
function names(zh: string | null, en: string | null): { zh: string; en: string } | null {
  return zh === null ? null : { zh, en: en ?? zh }
}

interface AreaShapeRow {
  id: number
  hierarchy: Hierarchy
  level: string
  code: string
  name_zh: string
  name_en: string
  parent_id: number | null
  squad_id: number | null
  population: number
  households: number
  area_km2: number
  label_point: string
  geom: string
  synthetic: boolean
}

/** All areas of a version with their polygons, by level and code. */
export async function areasWithShapes(db: Queryable, city: string, version: string): Promise<BundledArea[]> {
  const rows = await db.query<AreaShapeRow>(
    `SELECT a.id, l.hierarchy, a.level, a.code, a.name_zh, a.name_en, a.parent_id, a.squad_id, a.population, a.households,
       a.area_km2, a.label_point, a.geom, a.synthetic
     FROM areas a JOIN area_levels l ON l.city_code = a.city_code AND l.version = a.version AND l.level = a.level
     WHERE a.city_code = $1 AND a.version = $2 ORDER BY l.rank, l.hierarchy, a.code`,
    [city, version],
  )
  return rows.map((row) => ({
    id: row.id,
    hierarchy: row.hierarchy,
    level: row.level,
    code: row.code,
    name: { zh: row.name_zh, en: row.name_en },
    parentId: row.parent_id,
    squadId: row.squad_id,
    population: row.population,
    households: row.households,
    areaKm2: row.area_km2,
    labelPoint: decodePoint(row.label_point),
    polygons: decodeMultiPolygon(row.geom),
    synthetic: row.synthetic,
  }))
}

export interface PackedCamera {
  id: number
  /** 1e-6 degrees. */
  lng: number
  lat: number
  ownership: string
  type: string
  status: string
  direction_deg: number
  field_of_view_deg: number
  range_m: number
}

/** @param cells Those that stand in these cells; null: all. */
export async function allCameras(
  db: Queryable,
  city: string,
  cells: SeenCells,
): Promise<Columns<PackedCamera>> {
  const [columns] = await db.query<Columns<PackedCamera>>(
    inColumns(
      {
        id: 'integer',
        lng: 'integer',
        lat: 'integer',
        ownership: 'text',
        type: 'text',
        status: 'text',
        direction_deg: 'integer',
        field_of_view_deg: 'integer',
        range_m: 'integer',
      },
      `SELECT id, round(ST_X(geom) * 1e6) AS lng, round(ST_Y(geom) * 1e6) AS lat, ownership, type, status,
         direction_deg, field_of_view_deg, range_m
       FROM cameras WHERE city_code = $1 AND ($2::int[] IS NULL OR cell_id = ANY($2::int[])) ORDER BY id`,
    ),
    [city, cells],
  )
  return columns
}

export async function allRoads(
  db: Queryable,
  city: string,
): Promise<Pick<Road, 'id' | 'class' | 'name' | 'line'>[]> {
  const rows = await db.query<{
    id: number
    class: Road['class']
    name_zh: string | null
    name_en: string | null
    geom: string
  }>('SELECT id, class, name_zh, name_en, geom FROM roads WHERE city_code = $1 ORDER BY id', [city])
  return rows.map((row) => ({
    id: row.id,
    class: row.class,
    name: names(row.name_zh, row.name_en),
    line: decodeLineString(row.geom),
  }))
}

export async function allWaters(
  db: Queryable,
  city: string,
): Promise<Pick<Water, 'id' | 'kind' | 'name' | 'widthM' | 'line'>[]> {
  const rows = await db.query<{
    id: number
    kind: Water['kind']
    name_zh: string | null
    name_en: string | null
    width_m: number
    geom: string
  }>('SELECT id, kind, name_zh, name_en, width_m, geom FROM waters WHERE city_code = $1 ORDER BY id', [city])
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    name: names(row.name_zh, row.name_en),
    widthM: row.width_m,
    line: decodeLineString(row.geom),
  }))
}

export async function allBlocks(
  db: Queryable,
  city: string,
): Promise<Pick<Block, 'id' | 'name' | 'point' | 'polygons'>[]> {
  const rows = await db.query<{ id: number; name_zh: string; name_en: string; point: string; geom: string }>(
    'SELECT id, name_zh, name_en, point, geom FROM blocks WHERE city_code = $1 ORDER BY id',
    [city],
  )
  return rows.map((row) => ({
    id: row.id,
    name: { zh: row.name_zh, en: row.name_en },
    point: decodePoint(row.point),
    polygons: decodeMultiPolygon(row.geom),
  }))
}

export async function allSites(
  db: Queryable,
  city: string,
): Promise<Pick<Site, 'id' | 'kind' | 'name' | 'point'>[]> {
  const rows = await db.query<{
    id: number
    kind: Site['kind']
    name_zh: string
    name_en: string
    geom: string
  }>(
    `SELECT id, kind, name_zh, name_en, geom FROM places WHERE city_code = $1 AND category = 'site' ORDER BY id`,
    [city],
  )
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    name: { zh: row.name_zh, en: row.name_en },
    point: decodePoint(row.geom),
  }))
}

export interface AssetRow {
  media_type: string
  bounds: number[] | null
  content: Uint8Array
}

export async function findAsset(db: Queryable, city: string, name: string): Promise<AssetRow | undefined> {
  const rows = await db.query<AssetRow>(
    'SELECT media_type, bounds, content FROM assets WHERE city_code = $1 AND name = $2',
    [city, name],
  )
  return rows[0]
}

/** A number that changes with any of the city's cameras in these cells; null: in all. */
export function cameraFingerprint(db: Queryable, city: string, cells: SeenCells): Promise<string> {
  return fingerprint(db, city, ['cameras'], cells)
}

/** A number that changes with any road, water, block or place of the city. */
export function groundFingerprint(db: Queryable, city: string): Promise<string> {
  return fingerprint(db, city, ['roads', 'waters', 'blocks', 'places'])
}

/** Order does not matter to a sum, so no row is sorted; each row is hashed as text, geometry as PostgreSQL stores it. */
async function fingerprint(
  db: Queryable,
  city: string,
  tables: string[],
  cells: SeenCells = null,
): Promise<string> {
  const sums: string[] = []
  for (const table of tables) {
    const [row] = await db.query<{ n: number; h: string }>(
      `SELECT count(*)::int AS n, coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text AS h FROM ${table} t
       WHERE city_code = $1${cells === null ? '' : ' AND cell_id = ANY($2::int[])'}`,
      cells === null ? [city] : [city, cells],
    )
    sums.push(`${table} ${row.n} ${row.h}`)
  }
  return sums.join(', ')
}
