import type { Position } from '../../geodata/city.ts'

/**
 * Metres east and north of a middle, with the ellipsoid's own radii there (WGS 84): lengths are true to 0.1 % within
 * 15 km north or south of it and to 0.5 % within 50 km. Axes run along meridian and parallel, so that a grid on it is a
 * grid in degrees too.
 */
export interface LocalPlane {
  middle: Position
  /** Metres of one degree at the middle. */
  metresPerLng: number
  metresPerLat: number
}

const equatorRadius = 6_378_137
const flattening = 1 / 298.257223563

export function localPlane(middle: Position): LocalPlane {
  const latitude = (middle[1] * Math.PI) / 180
  const eccentricity2 = flattening * (2 - flattening)
  const w2 = 1 - eccentricity2 * Math.sin(latitude) ** 2
  const perRadian = equatorRadius / Math.sqrt(w2)
  return {
    middle,
    metresPerLng: (perRadian * Math.cos(latitude) * Math.PI) / 180,
    metresPerLat: ((perRadian * (1 - eccentricity2)) / w2) * (Math.PI / 180),
  }
}

/** [east, north], metres. */
export function toMetres(plane: LocalPlane, [lng, lat]: Position): [number, number] {
  return [(lng - plane.middle[0]) * plane.metresPerLng, (lat - plane.middle[1]) * plane.metresPerLat]
}

/** [lng, lat], degrees. */
export function toDegrees(plane: LocalPlane, east: number, north: number): Position {
  return [plane.middle[0] + east / plane.metresPerLng, plane.middle[1] + north / plane.metresPerLat]
}
