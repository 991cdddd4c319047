import earcut from 'earcut'
import type { AreaBundle } from '../../../geodata/areaBundle.ts'
import { mortonOrder } from '../../../geodata/morton.ts'
import { type Chunk, Chunker } from './chunks.ts'
import { worldX, worldY } from './mercator.ts'

/** Triangles of all areas of one level at one level of detail. */
export interface AreaMesh {
  /** World position the vertices are offsets from. */
  origin: [number, number]
  /** x, y offset and area index of each vertex. */
  vertices: Float32Array<ArrayBuffer>
  indices: Uint32Array<ArrayBuffer>
  chunks: Chunk[]
}

export const floatsPerAreaVertex = 3

/** Where offsets of a bundle's meshes start: the middle of its areas. */
export function bundleOrigin(bundle: AreaBundle): [number, number] {
  if (bundle.count === 0) return [0, 0]
  let [west, south, east, north] = bundle.bounds
  for (let i = 1; i < bundle.count; i++) {
    west = Math.min(west, bundle.bounds[4 * i])
    south = Math.min(south, bundle.bounds[4 * i + 1])
    east = Math.max(east, bundle.bounds[4 * i + 2])
    north = Math.max(north, bundle.bounds[4 * i + 3])
  }
  return [worldX((west + east) / 2), worldY((south + north) / 2)]
}

/** x, y of every arc vertex as offsets from an origin, world units. */
export function worldOffsets(vertices: Int32Array, origin: readonly [number, number]): Float32Array {
  const offsets = new Float32Array(vertices.length)
  for (let i = 0; i < vertices.length; i += 2) {
    offsets[i] = worldX(vertices[i] / 1e6) - origin[0]
    offsets[i + 1] = worldY(vertices[i + 1] / 1e6) - origin[1]
  }
  return offsets
}

/**
 * @param level index into the bundle's levels. @param detail level of detail to keep, see `detailOf`.
 * @param vertexDetail coarsest level of detail of each arc vertex. @param offsets see `worldOffsets`.
 */
export function buildAreaMesh(
  bundle: AreaBundle,
  level: number,
  detail: number,
  vertexDetail: Uint8Array,
  offsets: Float32Array,
  origin: [number, number],
): AreaMesh {
  const { shapes } = bundle
  const areas: number[] = []
  for (let i = 0; i < bundle.count; i++) if (bundle.level[i] === level) areas.push(i)
  const order = mortonOrder(
    areas.map((i) => bundle.labelPoint[2 * i] * 1e6),
    areas.map((i) => bundle.labelPoint[2 * i + 1] * 1e6),
    areas.length,
  )
  const vertices: number[] = []
  const indices: number[] = []
  const chunker = new Chunker()
  for (const place of order) {
    const area = areas[place]
    const firstIndex = indices.length
    let west = Number.POSITIVE_INFINITY
    let south = Number.POSITIVE_INFINITY
    let east = Number.NEGATIVE_INFINITY
    let north = Number.NEGATIVE_INFINITY
    for (let polygon = shapes.areaStart[area]; polygon < shapes.areaStart[area + 1]; polygon++) {
      const flat: number[] = []
      const holes: number[] = []
      const firstRing = shapes.polygonStart[polygon]
      for (let ring = firstRing; ring < shapes.polygonStart[polygon + 1]; ring++) {
        if (ring > firstRing) holes.push(flat.length / 2)
        const before = flat.length
        pushRing(flat, bundle, ring, detail, vertexDetail, offsets)
        // A hole that shrank to nothing must not confuse the triangles.
        if (ring > firstRing && flat.length - before < 6) {
          flat.length = before
          holes.pop()
        }
      }
      const base = vertices.length / floatsPerAreaVertex
      for (const index of earcut(flat, holes, 2)) indices.push(base + index)
      for (let i = 0; i < flat.length; i += 2) {
        vertices.push(flat[i], flat[i + 1], area)
        west = Math.min(west, flat[i])
        south = Math.min(south, flat[i + 1])
        east = Math.max(east, flat[i])
        north = Math.max(north, flat[i + 1])
      }
    }
    chunker.add(firstIndex, indices.length - firstIndex, west, south, east, north)
  }
  return {
    origin,
    vertices: new Float32Array(vertices),
    indices: new Uint32Array(indices),
    chunks: chunker.chunks,
  }
}

function pushRing(
  flat: number[],
  bundle: AreaBundle,
  ring: number,
  detail: number,
  vertexDetail: Uint8Array,
  offsets: Float32Array,
): void {
  const { shapes } = bundle
  for (let at = shapes.ringStart[ring]; at < shapes.ringStart[ring + 1]; at++) {
    const signed = shapes.ringArcs[at]
    const arc = signed < 0 ? ~signed : signed
    const first = shapes.arcStart[arc]
    const last = shapes.arcStart[arc + 1] - 1
    const step = signed < 0 ? -1 : 1
    const end = signed < 0 ? first : last
    for (let vertex = signed < 0 ? last : first; vertex !== end; vertex += step)
      if (vertexDetail[vertex] <= detail) flat.push(offsets[2 * vertex], offsets[2 * vertex + 1])
  }
}
