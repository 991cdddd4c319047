import type { Queryable } from '../client.ts'
import { type Columns, inColumns } from '../columns.ts'
import type { Box } from './incidents.ts'

/** Cameras: devices, never what they see. Positions in 1e-6 degrees (columns) or degrees (one camera), EPSG:4326. */

export interface CameraPoint {
  id: number
  /** 1e-6 degrees. */
  lng: number
  lat: number
  type: string
  ownership: 'public' | 'social'
  status: 'online' | 'offline' | 'repair'
  direction_deg: number
  field_of_view_deg: number
  range_m: number
}

/** Cells in which cameras are seen; null: everywhere, in no cell too. */
export type SeenCells = readonly number[] | null

const IN_BOX = `c.city_code = $1 AND c.geom && ST_MakeEnvelope($2::float8, $3::float8, $4::float8, $5::float8, 4326)
  AND ($6::int[] IS NULL OR c.cell_id = ANY($6::int[]))`

export interface CameraView {
  city: string
  box: Box
  cells: SeenCells
}

export async function countCamerasInView(db: Queryable, { city, box, cells }: CameraView): Promise<number> {
  const [row] = await db.query<{ n: number }>(`SELECT count(*)::int AS n FROM cameras c WHERE ${IN_BOX}`, [
    city,
    ...box,
    cells,
  ])
  return row.n
}

/** The first `limit` cameras in a box, by id. */
export async function camerasInView(
  db: Queryable,
  { city, box, cells, limit }: CameraView & { limit: number },
): Promise<Columns<CameraPoint>> {
  const [columns] = await db.query<Columns<CameraPoint>>(
    inColumns(
      {
        id: 'integer',
        lng: 'integer',
        lat: 'integer',
        type: 'text',
        ownership: 'text',
        status: 'text',
        direction_deg: 'integer',
        field_of_view_deg: 'integer',
        range_m: 'integer',
      },
      `SELECT c.id, round(ST_X(c.geom) * 1e6) AS lng, round(ST_Y(c.geom) * 1e6) AS lat, c.type, c.ownership, c.status,
         c.direction_deg, c.field_of_view_deg, c.range_m
       FROM cameras c WHERE ${IN_BOX} ORDER BY c.id LIMIT $7::int`,
    ),
    [city, ...box, cells, limit],
  )
  return columns
}

export interface CameraRow {
  id: number
  code: string
  ownership: 'public' | 'social'
  owner_unit: number | null
  type: string
  industry: string
  direction_deg: number
  field_of_view_deg: number
  range_m: number
  indoor: boolean
  installed_on: string
  in_2018_register: boolean
  status: 'online' | 'offline' | 'repair'
  status_since: Date
  retention_days: number
  cell_id: number | null
  /** Degrees. */
  lng: number
  lat: number
  synthetic: boolean
}

export async function findCamera(db: Queryable, city: string, id: number): Promise<CameraRow | undefined> {
  const rows = await db.query<CameraRow>(
    `SELECT id, code, ownership, owner_unit, type, industry, direction_deg, field_of_view_deg, range_m, indoor, installed_on,
       in_2018_register, status, status_since, retention_days, cell_id, ST_X(geom) AS lng, ST_Y(geom) AS lat, synthetic
     FROM cameras WHERE city_code = $1 AND id = $2`,
    [city, id],
  )
  return rows[0]
}

export type CameraAtPoint = Pick<CameraRow, 'id' | 'type' | 'direction_deg' | 'status'>

/** At most 50 other cameras at the very point of one: the same pole, wall or hall. By id. */
export function camerasAtPoint(db: Queryable, city: string, cameraId: number): Promise<CameraAtPoint[]> {
  return db.query<CameraAtPoint>(
    `SELECT other.id, other.type, other.direction_deg, other.status
     FROM cameras one JOIN cameras other ON other.city_code = one.city_code AND other.geom ~= one.geom
     WHERE one.city_code = $1 AND one.id = $2 AND other.id <> one.id ORDER BY other.id LIMIT 50`,
    [city, cameraId],
  )
}

export interface CameraOutageRow {
  started_at: Date
  ended_at: Date | null
  reason: string
}

/** The last 50 outages of a camera, newest first. */
export function cameraOutages(db: Queryable, city: string, cameraId: number): Promise<CameraOutageRow[]> {
  return db.query<CameraOutageRow>(
    `SELECT started_at, ended_at, reason FROM camera_outages
     WHERE city_code = $1 AND camera_id = $2 ORDER BY started_at DESC LIMIT 50`,
    [city, cameraId],
  )
}
