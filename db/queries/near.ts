import type { Queryable } from '../client.ts'
import { inParts, type KindsInCells } from './incidents.ts'

/** What stands or happens near a place. Positions in degrees, EPSG:4326; distances metres, as the crow flies. */

export interface Spot {
  city: string
  lng: number
  lat: number
}

export interface SeeingCamera {
  id: number
  code: string
  type: string
  ownership: 'public' | 'social'
  status: 'online' | 'offline' | 'repair'
  lng: number
  lat: number
  distance_m: number
  synthetic: boolean
}

/** No lens of a register reaches farther, metres. */
const FARTHEST_LENS_M = 1500

/** A box around the spot that holds all within so many metres ($4), for the index; $1 city, $2 lng, $3 lat. */
const AROUND = `&& ST_MakeEnvelope($2::float8 - $4 / (111195 * cos(radians($3))), $3::float8 - $4 / 111195,
  $2::float8 + $4 / (111195 * cos(radians($3))), $3::float8 + $4 / 111195, 4326)`
const SPOT = 'ST_SetSRID(ST_MakePoint($2::float8, $3::float8), 4326)'

/**
 * Outdoor cameras whose view holds the spot: no farther than they reach, and within their angle; what stands between is
 * not known. Nearest first.
 * @param spot.cells Cells in which cameras are seen; null: everywhere.
 */
export function camerasSeeing(
  db: Queryable,
  { city, lng, lat, cells, limit }: Spot & { cells: readonly number[] | null; limit: number },
): Promise<SeeingCamera[]> {
  return db.query<SeeingCamera>(
    `SELECT near.id, trim(near.code) AS code, near.type, near.ownership, near.status, ST_X(near.geom) AS lng, ST_Y(near.geom) AS lat,
       near.distance_m, near.synthetic
     FROM (
       SELECT c.*, ST_DistanceSphere(c.geom, ${SPOT}) AS distance_m,
         -- on the plane of the spot: at this distance the same to a thousandth of a degree
         degrees(ST_Azimuth(ST_MakePoint(ST_X(c.geom) * cos(radians($3)), ST_Y(c.geom)),
                            ST_MakePoint($2::float8 * cos(radians($3)), $3::float8))) AS bearing
       FROM cameras c
       WHERE c.city_code = $1 AND NOT c.indoor AND c.geom ${AROUND} AND ($5::int[] IS NULL OR c.cell_id = ANY($5::int[]))
     ) near
     WHERE near.distance_m <= near.range_m
       AND (near.bearing IS NULL OR abs(mod((near.bearing - near.direction_deg + 540)::numeric, 360) - 180) <= near.field_of_view_deg / 2.0)
     ORDER BY near.distance_m, near.id LIMIT $6::int`,
    [city, lng, lat, FARTHEST_LENS_M, cells, limit],
  )
}

export interface OpenIncident {
  id: number
  kind: string
  level: 1 | 2 | 3 | 4
  status: 'new' | 'dispatched' | 'onScene'
  lng: number
  lat: number
  reported_at: Date
  due_at: Date | null
  distance_m: number
  synthetic: boolean
}

/** Incidents that are not over, reported within 30 days before now, within so many metres; nearest first. Never disputes. */
export function openIncidentsNear(
  db: Queryable,
  {
    city,
    lng,
    lat,
    withinM,
    parts,
    limit,
  }: Spot & { withinM: number; parts: readonly KindsInCells[]; limit: number },
): Promise<OpenIncident[]> {
  const asked = inParts(parts, 6)
  return db.query<OpenIncident>(
    `SELECT * FROM (
       SELECT i.id::float8 AS id, i.kind, i.level, i.status, ST_X(i.geom) AS lng, ST_Y(i.geom) AS lat, i.reported_at, i.due_at,
         ST_DistanceSphere(i.geom, ${SPOT}) AS distance_m, i.synthetic
       FROM incidents i
       WHERE i.city_code = $1 AND i.geom ${AROUND} AND i.duplicate_of IS NULL AND i.status IN ('new', 'dispatched', 'onScene')
         AND i.reported_at >= now() - interval '30 days' AND ${asked.text} AND NOT EXISTS (
           SELECT 1 FROM kinds k WHERE k.city_code = i.city_code AND k.code = i.kind AND (k.dispute OR k.sensitive))
     ) near
     WHERE near.distance_m <= $4 ORDER BY near.distance_m, near.id LIMIT $5::int`,
    [city, lng, lat, withinM, limit, ...asked.params],
  )
}
