import type { AreaBundle, AreaShapes } from '../../../geodata/areaBundle.ts'
import { mortonOrder } from '../../../geodata/morton.ts'
import { StrokeBuilder, type StrokeMesh } from './strokeMesh.ts'

/** Bits of a border's key that say which levels it bounds; above them stands the size class of its cells. */
export const levelBits = 24

/** Levels of a border key as bits: bit i is level i of the bundle. */
export function levelsOfKey(key: number): number {
  return key & ((1 << levelBits) - 1)
}

/** The narrower neighbour of a border is at least this wide, metres. */
export function widthOfKey(key: number): number {
  return 2 ** (key >>> levelBits)
}

/**
 * Per arc a key: the levels it bounds, and how wide (power of two of metres) the narrower of its neighbours at the
 * coarsest of these levels is, so that borders of cells too small to see need not be drawn.
 */
export function arcKeys(bundle: AreaBundle): Uint32Array {
  const arcCount = bundle.shapes.arcStart.length - 1
  const levels = new Uint32Array(arcCount)
  const rank = new Float64Array(arcCount).fill(Number.POSITIVE_INFINITY)
  const width = new Float64Array(arcCount)
  for (let area = 0; area < bundle.count; area++) {
    const level = bundle.level[area]
    const areaRank = bundle.levels[level].rank
    const metres = 1000 * Math.sqrt(bundle.areaKm2[area])
    forEachArc(bundle.shapes, area, (arc) => {
      levels[arc] |= 1 << level
      if (areaRank < rank[arc]) {
        rank[arc] = areaRank
        width[arc] = metres
      } else if (areaRank === rank[arc]) {
        width[arc] = Math.min(width[arc], metres)
      }
    })
  }
  return levels.map((bits, arc) => {
    const sizeClass = Math.min(63, Math.max(0, Math.floor(Math.log2(width[arc]))))
    return (bits | (sizeClass << levelBits)) >>> 0
  })
}

function forEachArc(shapes: AreaShapes, area: number, visit: (arc: number) => void): void {
  const end = shapes.ringStart[shapes.polygonStart[shapes.areaStart[area + 1]]]
  for (let at = shapes.ringStart[shapes.polygonStart[shapes.areaStart[area]]]; at < end; at++) {
    const signed = shapes.ringArcs[at]
    visit(signed < 0 ? ~signed : signed)
  }
}

/** Every shared border once, grouped by key. */
export function buildBorders(
  shapes: AreaShapes,
  keys: Uint32Array,
  detail: number,
  vertexDetail: Uint8Array,
  offsets: Float32Array,
  origin: [number, number],
): StrokeMesh {
  const byKey = new Map<number, number[]>()
  keys.forEach((key, arc) => {
    const arcs = byKey.get(key)
    if (arcs) arcs.push(arc)
    else byKey.set(key, [arc])
  })
  const builder = new StrokeBuilder(origin)
  for (const [key, arcs] of byKey) {
    builder.group(key)
    const order = mortonOrder(
      arcs.map((arc) => shapes.vertices[2 * shapes.arcStart[arc]]),
      arcs.map((arc) => shapes.vertices[2 * shapes.arcStart[arc] + 1]),
      arcs.length,
    )
    for (const place of order) {
      const arc = arcs[place]
      const line: number[] = []
      for (let vertex = shapes.arcStart[arc]; vertex < shapes.arcStart[arc + 1]; vertex++)
        if (vertexDetail[vertex] <= detail) line.push(offsets[2 * vertex], offsets[2 * vertex + 1])
      builder.line(line)
    }
  }
  return builder.finish()
}
