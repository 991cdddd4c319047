import type { AreaBundle, AreaShapes } from '../../../geodata/areaBundle.ts'
import { mortonOrder } from '../../../geodata/cameraBundle.ts'
import { StrokeBuilder, type StrokeMesh } from './strokeMesh.ts'

/** Per arc the levels (bit i: level i of the bundle) of which it is a border. */
export function arcLevels(bundle: AreaBundle): Uint32Array {
  const { shapes } = bundle
  const levels = new Uint32Array(shapes.arcStart.length - 1)
  for (let area = 0; area < bundle.count; area++) {
    const bit = 1 << bundle.level[area]
    const end = shapes.ringStart[shapes.polygonStart[shapes.areaStart[area + 1]]]
    for (let at = shapes.ringStart[shapes.polygonStart[shapes.areaStart[area]]]; at < end; at++) {
      const signed = shapes.ringArcs[at]
      levels[signed < 0 ? ~signed : signed] |= bit
    }
  }
  return levels
}

/** Every shared border once, grouped by the set of levels it bounds (the key of the group). */
export function buildBorders(
  shapes: AreaShapes,
  levelsOfArc: Uint32Array,
  detail: number,
  vertexDetail: Uint8Array,
  offsets: Float32Array,
  origin: [number, number],
): StrokeMesh {
  const byKey = new Map<number, number[]>()
  levelsOfArc.forEach((key, arc) => {
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
