/** Which area of a partition holds a point: a raster answers for squares no border crosses, an exact test for the others. */
import { orient2d } from 'robust-predicates'
import type { Position } from './city.ts'

/** Squares of the raster: enough that most points fall into one no border crosses, few enough to build in a moment. */
const SQUARES_PER_AREA = 1024
const LEAST_SQUARES = 1 << 12
const MOST_SQUARES = 1 << 22
// Wider than the rounding of a multiplication, narrower than anything that matters: a millionth of a square.
const MARGIN = 1e-6

/** A list that grows, of numbers that fit `Store`. */
class Growing {
  values = new Int32Array(1 << 12)
  length = 0

  push(value: number): void {
    if (this.length === this.values.length) {
      const wider = new Int32Array(this.values.length * 2)
      wider.set(this.values)
      this.values = wider
    }
    this.values[this.length++] = value
  }
}

/** Row lists: the items of key k are `items[offsets[k]] … items[offsets[k + 1] - 1]`. */
interface Lists {
  offsets: Int32Array
  items: Int32Array
}

/** Sorts (key, item) pairs into lists, in the order given within each key. */
function listsOf(keys: Growing, items: Growing, keyCount: number): Lists {
  const offsets = new Int32Array(keyCount + 1)
  for (let i = 0; i < keys.length; i++) offsets[keys.values[i] + 1]++
  for (let key = 0; key < keyCount; key++) offsets[key + 1] += offsets[key]
  const next = offsets.slice()
  const sorted = new Int32Array(items.length)
  for (let i = 0; i < keys.length; i++) sorted[next[keys.values[i]]++] = items.values[i]
  return { offsets, items: sorted }
}

function edgesOf(polygons: readonly Position[][][]): number {
  let count = 0
  for (const rings of polygons) for (const ring of rings) count += Math.max(0, ring.length - 1)
  return count
}

/**
 * An index over polygons that do not overlap, EPSG:4326 degrees taken as a plane with straight borders, as PostGIS
 * geometry. Points are tested exactly (Shewchuk's predicates), so that it agrees with ST_Contains on every point.
 */
export class AreaRaster {
  private readonly west: number
  private readonly south: number
  private readonly columns: number
  private readonly rows: number
  private readonly columnsPerDegree: number
  private readonly rowsPerDegree: number
  /** Per square: 0 nothing, n > 0 area n - 1 alone, n < 0 the list -n - 1 of candidates. */
  private readonly squares: Int32Array
  private readonly candidates: Lists
  /** Four numbers an edge: from lng, lat, to lng, lat. */
  private readonly edges: Float64Array
  /** Edges of an area that touch a row of squares; the key is `firstKey[area] + row`. */
  private readonly edgesOfRow: Lists
  private readonly firstKey: Int32Array

  /** @param areas polygons of rings, each closed; none may overlap another. @param bounds [west, south, east, north] of all. */
  constructor(
    areas: readonly (readonly Position[][][])[],
    bounds: readonly [number, number, number, number],
  ) {
    const [west, south, east, north] = bounds
    this.west = west
    this.south = south
    const wanted = Math.min(MOST_SQUARES, Math.max(LEAST_SQUARES, areas.length * SQUARES_PER_AREA))
    const shape = Math.sqrt((east - west) / (north - south) || 1)
    this.columns = Math.max(1, Math.ceil(Math.sqrt(wanted) * shape))
    this.rows = Math.max(1, Math.ceil(wanted / this.columns))
    this.columnsPerDegree = this.columns / (east - west || 1)
    this.rowsPerDegree = this.rows / (north - south || 1)
    this.squares = new Int32Array(this.columns * this.rows)
    this.edges = new Float64Array(4 * areas.reduce((sum, polygons) => sum + edgesOf(polygons), 0))
    this.firstKey = new Int32Array(areas.length)

    const rowKeys = new Growing()
    const rowEdges = new Growing()
    const crossed = new Growing()
    const crossers = new Growing()
    // The area that entered a square last, so that none enters it twice.
    const lastOf = new Int32Array(this.squares.length)
    let edge = 0
    let keyCount = 0
    for (const [area, polygons] of areas.entries()) {
      let lowest = this.rows
      let highest = -1
      const ownKeys = rowKeys.length
      for (const ring of polygons.flat()) {
        for (let corner = 1; corner < ring.length; corner++) {
          const [lng1, lat1] = ring[corner - 1]
          const [lng2, lat2] = ring[corner]
          this.edges.set([lng1, lat1, lng2, lat2], edge * 4)
          const [x1, y1, x2, y2] = [this.x(lng1), this.y(lat1), this.x(lng2), this.y(lat2)]
          const first = this.row(Math.min(y1, y2) - MARGIN)
          const last = this.row(Math.max(y1, y2) + MARGIN)
          const slope = y1 === y2 ? 0 : (x2 - x1) / (y2 - y1)
          for (let row = first; row <= last; row++) {
            rowKeys.push(row)
            rowEdges.push(edge)
            // The part of the edge inside this row; a level edge has one row and its whole length in it.
            const a = y1 === y2 ? x1 : x1 + (between(row, y1, y2) - y1) * slope
            const b = y1 === y2 ? x2 : x1 + (between(row + 1, y1, y2) - y1) * slope
            const lastColumn = this.column(Math.max(a, b) + MARGIN)
            for (let column = this.column(Math.min(a, b) - MARGIN); column <= lastColumn; column++) {
              const square = row * this.columns + column
              if (lastOf[square] === area + 1) continue
              lastOf[square] = area + 1
              crossed.push(square)
              crossers.push(area)
            }
          }
          if (first < lowest) lowest = first
          if (last > highest) highest = last
          edge++
        }
      }
      this.firstKey[area] = keyCount - lowest
      for (let i = ownKeys; i < rowKeys.length; i++) rowKeys.values[i] += this.firstKey[area]
      keyCount += Math.max(0, highest - lowest + 1)
    }
    this.edgesOfRow = listsOf(rowKeys, rowEdges, keyCount)

    let crossedSquares = 0
    for (let i = 0; i < crossed.length; i++) {
      const square = crossed.values[i]
      if (this.squares[square] === 0) this.squares[square] = -++crossedSquares
      crossed.values[i] = -this.squares[square] - 1
    }
    this.candidates = listsOf(crossed, crossers, crossedSquares)
    this.fill()
  }

  /** The number of the area that holds [lng, lat] in its inside, or -1: outside of all, and on a border. */
  locate(lng: number, lat: number): number {
    const column = Math.floor(this.x(lng))
    const row = Math.floor(this.y(lat))
    if (!(column >= 0 && column <= this.columns && row >= 0 && row <= this.rows)) return -1
    const square =
      this.squares[Math.min(row, this.rows - 1) * this.columns + Math.min(column, this.columns - 1)]
    if (square >= 0) return square - 1
    return this.among(square, Math.min(row, this.rows - 1), lng, lat)
  }

  /** The area among the candidates of a crossed square that holds the point, or -1. */
  private among(square: number, row: number, lng: number, lat: number): number {
    const { offsets, items } = this.candidates
    const end = offsets[-square]
    for (let i = offsets[-square - 1]; i < end; i++) {
      if (this.holds(items[i], row, lng, lat)) return items[i]
    }
    return -1
  }

  /** Counts the edges of the area that a ray to the east crosses. All of them touch the row of the point. */
  private holds(area: number, row: number, lng: number, lat: number): boolean {
    const { edges } = this
    const { offsets, items } = this.edgesOfRow
    const key = this.firstKey[area] + row
    let inside = false
    for (let i = offsets[key]; i < offsets[key + 1]; i++) {
      const at = items[i] * 4
      const lng1 = edges[at]
      const lat1 = edges[at + 1]
      const lng2 = edges[at + 2]
      const lat2 = edges[at + 3]
      if (lat1 > lat !== lat2 > lat) {
        if (lng1 < lng && lng2 < lng) continue
        if (lng1 > lng && lng2 > lng) inside = !inside
        else {
          const turn = orient2d(lng1, lat1, lng2, lat2, lng, lat)
          if (turn === 0) return false
          // orient2d is negative where the point lies on the left, lat pointing up.
          if (turn < 0 === lat2 > lat1) inside = !inside
        }
      } else if (lat1 === lat && lat2 === lat) {
        if (Math.min(lng1, lng2) <= lng && lng <= Math.max(lng1, lng2)) return false
      } else if ((lat1 === lat && lng1 === lng) || (lat2 === lat && lng2 === lng)) {
        return false
      }
    }
    return inside
  }

  /** Gives every square that no border crosses its one area: it is among those that cross the square before the run. */
  private fill(): void {
    const { columns, squares } = this
    for (let row = 0; row < this.rows; row++) {
      const lat = this.south + (row + 0.5) / this.rowsPerDegree
      let crossed = 0
      let value = 0
      for (let column = 0; column < columns; column++) {
        const square = squares[row * columns + column]
        if (square < 0) {
          crossed = square
          continue
        }
        if (crossed < 0) {
          value = this.among(crossed, row, this.west + (column + 0.5) / this.columnsPerDegree, lat) + 1
          crossed = 0
        }
        squares[row * columns + column] = value
      }
    }
  }

  private x(lng: number): number {
    return (lng - this.west) * this.columnsPerDegree
  }

  private y(lat: number): number {
    return (lat - this.south) * this.rowsPerDegree
  }

  private column(x: number): number {
    return Math.min(this.columns - 1, Math.max(0, Math.floor(x)))
  }

  private row(y: number): number {
    return Math.min(this.rows - 1, Math.max(0, Math.floor(y)))
  }
}

function between(value: number, a: number, b: number): number {
  return Math.min(Math.max(value, Math.min(a, b)), Math.max(a, b))
}
