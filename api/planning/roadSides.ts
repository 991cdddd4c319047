import { middleOf } from '../../db/writing/groundRows.ts'
import { boundsOf } from '../../geodata/areaLocator.ts'
import { AreaRaster } from '../../geodata/areaRaster.ts'
import type { Position } from '../../geodata/city.ts'

/** How far beside a road's middle its sides are looked at: 1e-6 degrees, about 0.1 m. */
const BESIDE = 1e-6

/**
 * Which micro-grids a road serves. Borders follow roads, so a street often has another micro-grid on either side: a patrol
 * along it is seen in both, and it counts for both.
 */
export class RoadSides {
  private readonly raster: AreaRaster | undefined

  /** @param polygons By micro-grid; [lng, lat] in degrees, rings closed. */
  constructor(polygons: readonly Position[][][][]) {
    if (polygons.some(({ length }) => length > 0))
      this.raster = new AreaRaster([...polygons], boundsOf(polygons.flat()))
  }

  /**
   * The micro-grids on both sides of a road's middle, one where they are the same.
   * @param own The one the road is stored with, which comes first; −1: none.
   */
  of(line: readonly Position[], own: number): number[] {
    const { at, along } = middleOf(line)
    const length = Math.hypot(...along) || 1
    const [x, y] = [(-along[1] / length) * BESIDE, (along[0] / length) * BESIDE]
    const found = [own]
    for (const side of [1, -1]) found.push(this.raster?.locate(at[0] + side * x, at[1] + side * y) ?? -1)
    return [...new Set(found)].filter((cell) => cell >= 0)
  }
}
