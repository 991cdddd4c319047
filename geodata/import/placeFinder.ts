import { booleanPointInPolygon, multiPolygon } from '@turf/turf'
import Flatbush from 'flatbush'
import { boundsOf } from '../areaLocator.ts'
import type { Position } from '../city.ts'

/** What finding a point needs to know of an area. */
export interface LocatedArea {
  id: number
  level: string
  code: string
  polygons: Position[][][]
}

/** Where a point lies: the areas that hold it, one a level, and those it was not given to. */
export interface Place {
  /** Ids in the order of the levels; empty outside all areas. */
  areaIds: number[]
  /** For every level on which several areas hold the point, their codes in order: the first one has it. */
  several: string[][]
}

const UNKNOWN = -1
const CROSSED = -2
// Wider than the rounding of a multiplication, narrower than anything that matters: 1e-6 of a raster square.
const MARGIN = 1e-6

/**
 * Finds the areas of a point, EPSG:4326. Areas are closed: a point on a border lies in all the areas that share it.
 *
 * A raster over all areas knows the squares that no border crosses: all their points share one answer, worked out
 * once. Only points in crossed squares are tested against the polygons, exactly (robust predicates).
 */
export class PlaceFinder {
  /** [west, south, east, north] of all areas. */
  readonly bounds: [number, number, number, number]
  private readonly outlineId: number | null
  private readonly areas: LocatedArea[]
  private readonly polygons: ReturnType<typeof multiPolygon>[]
  private readonly index: Flatbush
  private readonly levels: Map<string, number>
  private readonly raster: Int32Array
  private readonly size: number
  private readonly places: Place[] = []
  private readonly placeOfKey = new Map<string, number>()

  /**
   * @param areas at least one. @param levels all their levels, coarse to fine.
   * @param outlineId an area that holds whatever any of the others holds, and nothing else.
   * @param size squares a side.
   */
  constructor(areas: LocatedArea[], levels: string[], outlineId: number | null = null, size = 1024) {
    this.outlineId = outlineId
    this.levels = new Map(levels.map((level, rank) => [level, rank]))
    this.areas = [...areas].sort((a, b) => this.rank(a) - this.rank(b) || compare(a.code, b.code))
    this.polygons = this.areas.map(({ polygons }) => multiPolygon(polygons))
    this.index = new Flatbush(this.areas.length)
    for (const { polygons } of this.areas) this.index.add(...boundsOf(polygons))
    this.index.finish()
    this.bounds = [this.index.minX, this.index.minY, this.index.maxX, this.index.maxY]
    this.size = size
    this.raster = new Int32Array(size * size).fill(UNKNOWN)
    for (const { polygons } of this.areas) {
      for (const ring of polygons.flat()) {
        for (let corner = 1; corner < ring.length; corner++) this.cross(ring[corner - 1], ring[corner])
      }
    }
  }

  locate(position: Position): Place {
    if (!this.near(position)) return this.places[this.intern([])]
    const square = this.square(this.row(position[1])) + this.square(this.column(position[0])) * this.size
    let place = this.raster[square]
    if (place < 0) {
      const found = this.intern(this.holding(position))
      if (place === UNKNOWN) this.raster[square] = found
      place = found
    }
    return this.places[place]
  }

  /** True inside the box around all areas. */
  near([lng, lat]: Position): boolean {
    const [west, south, east, north] = this.bounds
    return lng >= west && lng <= east && lat >= south && lat <= north
  }

  private rank({ level }: LocatedArea): number {
    return this.levels.get(level) ?? this.levels.size
  }

  private column(lng: number): number {
    return ((lng - this.bounds[0]) / (this.bounds[2] - this.bounds[0])) * this.size
  }

  private row(lat: number): number {
    return ((lat - this.bounds[1]) / (this.bounds[3] - this.bounds[1])) * this.size
  }

  private square(at: number): number {
    return Math.min(this.size - 1, Math.max(0, Math.floor(at)))
  }

  /** Marks every square that the line from `from` to `to` touches. */
  private cross(from: Position, to: Position): void {
    const [x1, y1, x2, y2] = [this.column(from[0]), this.row(from[1]), this.column(to[0]), this.row(to[1])]
    const top = this.square(Math.max(y1, y2) + MARGIN)
    const slope = y1 === y2 ? 0 : (x2 - x1) / (y2 - y1)
    for (let row = this.square(Math.min(y1, y2) - MARGIN); row <= top; row++) {
      // The part of the line inside this row of squares; a level line has one row and its whole length in it.
      const low = y1 === y2 ? x1 : x1 + (clamp(row, y1, y2) - y1) * slope
      const high = y1 === y2 ? x2 : x1 + (clamp(row + 1, y1, y2) - y1) * slope
      const last = this.square(Math.max(low, high) + MARGIN)
      for (let column = this.square(Math.min(low, high) - MARGIN); column <= last; column++) {
        this.raster[row + column * this.size] = CROSSED
      }
    }
  }

  /** Indexes of all areas that hold the position, by level and code. */
  private holding(position: Position): number[] {
    const [lng, lat] = position
    return this.index
      .search(lng, lat, lng, lat)
      .filter((index) => booleanPointInPolygon(position, this.polygons[index]))
      .sort((a, b) => a - b)
  }

  private intern(indexes: number[]): number {
    const key = indexes.join()
    let place = this.placeOfKey.get(key)
    if (place === undefined) {
      const byLevel = Object.values(Object.groupBy(indexes, (index) => this.rank(this.areas[index])))
      const groups = byLevel.map((group) => (group ?? []).map((index) => this.areas[index]))
      const outline = this.outlineId === null || indexes.length === 0 ? [] : [this.outlineId]
      place =
        this.places.push({
          areaIds: [...outline, ...groups.map(([first]) => first.id)],
          several: groups.filter((group) => group.length > 1).map((group) => group.map(({ code }) => code)),
        }) - 1
      this.placeOfKey.set(key, place)
    }
    return place
  }
}

function clamp(value: number, a: number, b: number): number {
  return Math.min(Math.max(value, Math.min(a, b)), Math.max(a, b))
}

/** By code points, the same on every machine. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
