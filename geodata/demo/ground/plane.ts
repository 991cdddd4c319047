/**
 * The generator's working plane: metres east and north of an origin (equirectangular, true scale at the origin's
 * latitude; within a county the error stays below 0.1 %), and the whole-number grid all final vertices lie on.
 */
import type { Position } from '../../city.ts'

/** Steps of the final grid per degree: positions are whole multiples of 1e-6 degrees, about 0.1 m. */
export const stepsPerDegree = 1e6

const metresPerDegree = (6371008.8 * Math.PI) / 180

export interface Plane {
  origin: Position
  /** Metres per step of the final grid, east and north. */
  stepX: number
  stepY: number
  /** [x, y] in metres of a position. */
  toPlane(position: Position): Position
  /** The position of a grid point. */
  fromGrid(gridX: number, gridY: number): Position
  /** The position, rounded to the grid, of a point in metres. */
  fromPlane(x: number, y: number): Position
}

/** @param origin [lng, lat], degrees; rounded to the grid. */
export function createPlane(origin: Position): Plane {
  const originX = Math.round(origin[0] * stepsPerDegree)
  const originY = Math.round(origin[1] * stepsPerDegree)
  const stepY = metresPerDegree / stepsPerDegree
  const stepX = stepY * Math.cos(((originY / stepsPerDegree) * Math.PI) / 180)
  const fromGrid = (gridX: number, gridY: number): Position => [
    (gridX + originX) / stepsPerDegree,
    (gridY + originY) / stepsPerDegree,
  ]
  return {
    origin: [originX / stepsPerDegree, originY / stepsPerDegree],
    stepX,
    stepY,
    toPlane: ([lng, lat]) => [
      (lng * stepsPerDegree - originX) * stepX,
      (lat * stepsPerDegree - originY) * stepY,
    ],
    fromGrid,
    fromPlane: (x, y) => fromGrid(Math.round(x / stepX), Math.round(y / stepY)),
  }
}

/** Signed area of a ring of points, square metres; counter-clockwise is positive. */
export function ringArea(ring: readonly Position[]): number {
  let sum = 0
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    sum += ring[j][0] * ring[i][1] - ring[i][0] * ring[j][1]
  }
  return sum / 2
}

/** Whether a point lies inside a ring (even-odd rule); on the border either answer. */
export function insideRing(ring: readonly Position[], x: number, y: number): boolean {
  let inside = false
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [xi, yi] = ring[i]
    const [xj, yj] = ring[j]
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside
  }
  return inside
}

/** Distance from a point to a segment. */
export function segmentDistance(
  x: number,
  y: number,
  ax: number,
  ay: number,
  bx: number,
  by: number,
): number {
  const dx = bx - ax
  const dy = by - ay
  const length2 = dx * dx + dy * dy
  let t = length2 > 0 ? ((x - ax) * dx + (y - ay) * dy) / length2 : 0
  if (t < 0) t = 0
  else if (t > 1) t = 1
  return Math.hypot(x - ax - t * dx, y - ay - t * dy)
}

/** Distance from a point to a line of points. */
export function lineDistance(line: readonly Position[], x: number, y: number): number {
  let best = Number.POSITIVE_INFINITY
  for (let i = 1; i < line.length; i++) {
    const d = segmentDistance(x, y, line[i - 1][0], line[i - 1][1], line[i][0], line[i][1])
    if (d < best) best = d
  }
  return best
}

/** Length of a line of points, metres. */
export function lineLength(line: readonly Position[]): number {
  let sum = 0
  for (let i = 1; i < line.length; i++) {
    sum += Math.hypot(line[i][0] - line[i - 1][0], line[i][1] - line[i - 1][1])
  }
  return sum
}
