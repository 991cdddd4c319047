import type { Position } from '../../geodata/city.ts'
import type { MetricGrid } from './kernelDensity.ts'
import { type LocalPlane, localPlane, toDegrees, toMetres } from './localPlane.ts'

/** A metric grid over a city: squares of the plane around its middle, which are rectangles in degrees too. */
export interface CityGrid {
  plane: LocalPlane
  grid: MetricGrid
}

/** Sides are whole multiples of this, metres. */
const roundTo = 5

/**
 * The finest grid over polygons with at most `mostCells` cells.
 * @param polygons Polygons of closed rings, [lng, lat] in degrees. @param leastCell Never finer than this, metres.
 */
export function cityGrid(polygons: readonly Position[][][], mostCells: number, leastCell: number): CityGrid {
  let [west, south, east, north] = [180, 90, -180, -90]
  for (const [lng, lat] of polygons.flat(2)) {
    west = Math.min(west, lng)
    south = Math.min(south, lat)
    east = Math.max(east, lng)
    north = Math.max(north, lat)
  }
  const plane = localPlane([(west + east) / 2, (south + north) / 2])
  const [left, bottom] = toMetres(plane, [west, south])
  const [right, top] = toMetres(plane, [east, north])
  const finest = Math.max(leastCell, Math.sqrt(((right - left) * (top - bottom)) / mostCells))
  const cell = Math.ceil(finest / roundTo) * roundTo
  return {
    plane,
    grid: {
      west: left,
      south: bottom,
      cell,
      columns: Math.max(1, Math.ceil((right - left) / cell)),
      rows: Math.max(1, Math.ceil((top - bottom) / cell)),
    },
  }
}

/** South-west corner and size of a cell, degrees. */
export function inDegrees({ plane, grid }: CityGrid): { origin: Position; cellLng: number; cellLat: number } {
  return {
    origin: toDegrees(plane, grid.west, grid.south),
    cellLng: grid.cell / plane.metresPerLng,
    cellLat: grid.cell / plane.metresPerLat,
  }
}

/** 1 for each cell whose middle lies inside the polygons, row by row from the south-west. Polygons may share borders. */
export function insideMask(polygons: readonly Position[][][], { plane, grid }: CityGrid): Uint8Array {
  const { columns, rows, cell, west, south } = grid
  const mask = new Uint8Array(columns * rows)
  // Where each row's middle line crosses a border, in cells from the west: between two crossings lies the inside.
  const crossings: number[][] = Array.from({ length: rows }, () => [])
  for (const polygon of polygons) {
    for (const ring of polygon) {
      for (let i = 1; i < ring.length; i++) {
        const [x1, y1] = toMetres(plane, ring[i - 1])
        const [x2, y2] = toMetres(plane, ring[i])
        if (y1 === y2) continue
        const row1 = (y1 - south) / cell - 0.5
        const row2 = (y2 - south) / cell - 0.5
        const last = Math.min(rows - 1, Math.ceil(Math.max(row1, row2)) - 1)
        for (let row = Math.max(0, Math.ceil(Math.min(row1, row2))); row <= last; row++) {
          const x = x1 + ((row - row1) / (row2 - row1)) * (x2 - x1)
          crossings[row].push((x - west) / cell - 0.5)
        }
      }
    }
  }
  crossings.forEach((row, index) => {
    row.sort((a, b) => a - b)
    for (let at = 0; at + 1 < row.length; at += 2) {
      const from = Math.max(0, Math.ceil(row[at]))
      const to = Math.min(columns - 1, Math.ceil(row[at + 1]) - 1)
      for (let column = from; column <= to; column++) mask[index * columns + column] = 1
    }
  })
  return mask
}

/** The same ground in cells `factor` times as wide. */
export function coarser({ plane, grid }: CityGrid, factor: number): CityGrid {
  const { columns, rows, cell } = grid
  return {
    plane,
    grid: {
      ...grid,
      cell: cell * factor,
      columns: Math.ceil(columns / factor),
      rows: Math.ceil(rows / factor),
    },
  }
}
