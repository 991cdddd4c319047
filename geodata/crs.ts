import gcoord from 'gcoord'
import type { Position } from './city.ts'

/** Systems of degrees that become WGS 84 without a database. */
export const GEOGRAPHIC_CRS = ['EPSG:4326', 'EPSG:4490', 'GCJ-02', 'BD-09'] as const
export type GeographicCrs = (typeof GEOGRAPHIC_CRS)[number]

/** What a file may declare, in words for a person. */
export const ACCEPTED_CRS = `${GEOGRAPHIC_CRS.join(', ')} or a projected EPSG code such as EPSG:4549`

const DATUMS = { 'GCJ-02': gcoord.GCJ02, 'BD-09': gcoord.BD09 } as const

export function isGeographicCrs(crs: string): crs is GeographicCrs {
  return GEOGRAPHIC_CRS.some((accepted) => accepted === crs)
}

/** The number of 'EPSG:4549', or null when it is no EPSG code. Whether it is a projected one, PostGIS knows. */
export function epsgCode(crs: string): number | null {
  const match = /^EPSG:(\d{4,6})$/.exec(crs)
  return match ? Number(match[1]) : null
}

/**
 * A position in EPSG:4326, [lng, lat], degrees. CGCS2000 (EPSG:4490) agrees with WGS 84 to 1e-9°.
 * GCJ-02 and BD-09 have no exact inverse: the error is below 1e-7° (1 cm); outside China they equal WGS 84.
 * Convert once, at the door: a second time moves the point by hundreds of metres.
 * @param position [lng, lat] in `crs`, degrees. Source: gcoord 1.0.7.
 */
export function toWgs84(position: Position, crs: GeographicCrs): Position {
  if (crs === 'EPSG:4326' || crs === 'EPSG:4490') return position
  // gcoord's inverse is off by up to 1e-6°; what is missing is seen by going forth again, and added.
  const [lng, lat] = gcoord.transform(position, DATUMS[crs], gcoord.WGS84)
  const forth = fromWgs84([lng, lat], crs)
  return [lng + position[0] - forth[0], lat + position[1] - forth[1]]
}

/** The inverse of `toWgs84`. @param position [lng, lat], EPSG:4326, degrees. Source: gcoord 1.0.7. */
export function fromWgs84(position: Position, crs: GeographicCrs): Position {
  if (crs === 'EPSG:4326' || crs === 'EPSG:4490') return position
  return gcoord.transform(position, gcoord.WGS84, DATUMS[crs])
}
