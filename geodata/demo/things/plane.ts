/** Metres around one place: fast enough for a hundred thousand placements, true to 0.1 % within 40 km of its middle. */
import type { Position } from '../../city.ts'

export interface Plane {
  /** [east, north] metres of [lng, lat]. */
  toMetres(position: Position): [number, number]
  /** [lng, lat], EPSG:4326, rounded to 1e-6 degrees. */
  toPosition(x: number, y: number): Position
  /** Moves a position by metres east and north, rounded to 1e-6 degrees. */
  moved(position: Position, east: number, north: number): Position
  distance(a: Position, b: Position): number
}

const metresPerDegreeLat = 110_574 + 560 * 0.23
const round = (degrees: number) => Math.round(degrees * 1e6) / 1e6

/** Equirectangular plane touching the sphere-like earth at `middle` ([lng, lat], EPSG:4326). */
export function createPlane(middle: Position): Plane {
  const metresPerDegreeLng = 111_320 * Math.cos((middle[1] * Math.PI) / 180)
  return {
    toMetres: ([lng, lat]) => [
      (lng - middle[0]) * metresPerDegreeLng,
      (lat - middle[1]) * metresPerDegreeLat,
    ],
    toPosition: (x, y) => [
      round(middle[0] + x / metresPerDegreeLng),
      round(middle[1] + y / metresPerDegreeLat),
    ],
    moved: ([lng, lat], east, north) => [
      round(lng + east / metresPerDegreeLng),
      round(lat + north / metresPerDegreeLat),
    ],
    distance: (a, b) => Math.hypot((a[0] - b[0]) * metresPerDegreeLng, (a[1] - b[1]) * metresPerDegreeLat),
  }
}
