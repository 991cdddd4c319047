import earcut from 'earcut'
import type { Lines } from '../../../geodata/lineBundle.ts'
import { type AreaMesh, worldOffsets } from './areaMesh.ts'
import { Chunker } from './chunks.ts'

/** Triangles of simple rings without holes, such as residential blocks; the index of every vertex is its block. */
export function buildRings(rings: Lines & { ringBlock: Uint32Array }, origin: [number, number]): AreaMesh {
  const offsets = worldOffsets(rings.vertices, origin)
  const vertices: number[] = []
  const indices: number[] = []
  const chunker = new Chunker()
  for (let ring = 0; ring + 1 < rings.start.length; ring++) {
    const flat = Array.from(offsets.subarray(2 * rings.start[ring], 2 * (rings.start[ring + 1] - 1)))
    const base = vertices.length / 3
    const first = indices.length
    for (const index of earcut(flat)) indices.push(base + index)
    const xs = flat.filter((_, i) => i % 2 === 0)
    const ys = flat.filter((_, i) => i % 2 === 1)
    xs.forEach((x, i) => {
      vertices.push(x, ys[i], rings.ringBlock[ring])
    })
    chunker.add(
      first,
      indices.length - first,
      Math.min(...xs),
      Math.min(...ys),
      Math.max(...xs),
      Math.max(...ys),
    )
  }
  return {
    origin,
    vertices: new Float32Array(vertices),
    indices: new Uint32Array(indices),
    chunks: chunker.chunks,
  }
}
