import { type Chunk, Chunker } from './chunks.ts'

/** Lines as ribbons: two vertices a point, pushed apart by the shader to any width. */
export interface StrokeMesh {
  origin: [number, number]
  /** Per vertex x, y, push x, push y, side (-1 or 1), length from the line's start (world units). */
  vertices: Float32Array<ArrayBuffer>
  indices: Uint32Array<ArrayBuffer>
  groups: StrokeGroup[]
}

/** Lines of one style: `key` says which. */
export interface StrokeGroup {
  key: number
  chunks: Chunk[]
}

export const floatsPerStrokeVertex = 6
/** Corners sharper than this many half widths are cut short. */
const miterLimit = 2

/** Builds ribbons line by line; lines of one group must follow one another. */
export class StrokeBuilder {
  readonly #vertices: number[] = []
  readonly #indices: number[] = []
  readonly #groups: { key: number; chunker: Chunker }[] = []
  readonly #origin: [number, number]

  constructor(origin: [number, number]) {
    this.#origin = origin
  }

  group(key: number): void {
    this.#groups.push({ key, chunker: new Chunker() })
  }

  /** @param points x, y offsets from the origin, world units; equal neighbours are skipped. */
  line(points: ArrayLike<number>): void {
    const xy: number[] = []
    for (let i = 0; i < points.length; i += 2) {
      const end = xy.length
      if (end === 0 || points[i] !== xy[end - 2] || points[i + 1] !== xy[end - 1])
        xy.push(points[i], points[i + 1])
    }
    const count = xy.length / 2
    if (count < 2) return
    const closed = count > 3 && xy[0] === xy[2 * count - 2] && xy[1] === xy[2 * count - 1]
    const base = this.#vertices.length / floatsPerStrokeVertex
    const firstIndex = this.#indices.length
    let west = Number.POSITIVE_INFINITY
    let south = Number.POSITIVE_INFINITY
    let east = Number.NEGATIVE_INFINITY
    let north = Number.NEGATIVE_INFINITY
    let travelled = 0
    for (let i = 0; i < count; i++) {
      const x = xy[2 * i]
      const y = xy[2 * i + 1]
      const before = i > 0 ? i - 1 : closed ? count - 2 : -1
      const after = i + 1 < count ? i + 1 : closed ? 1 : -1
      let inX = 0
      let inY = 0
      if (before >= 0) {
        inX = x - xy[2 * before]
        inY = y - xy[2 * before + 1]
        const length = Math.hypot(inX, inY)
        inX /= length
        inY /= length
        if (i > 0) travelled += length
      }
      let outX = inX
      let outY = inY
      if (after >= 0) {
        outX = xy[2 * after] - x
        outY = xy[2 * after + 1] - y
        const length = Math.hypot(outX, outY)
        outX /= length
        outY /= length
      }
      if (before < 0) {
        inX = outX
        inY = outY
      }
      // Normal of the corner, longer where it is sharp, so that the ribbon keeps its width.
      let pushX = -(inY + outY)
      let pushY = inX + outX
      const length = Math.hypot(pushX, pushY)
      if (length < 1e-6) {
        pushX = -inY
        pushY = inX
      } else {
        const miter = Math.min(miterLimit, 2 / length)
        pushX = (pushX / length) * miter
        pushY = (pushY / length) * miter
      }
      // Open ends reach half a width further: no gap where lines meet.
      const capX = before < 0 ? -outX : after < 0 ? inX : 0
      const capY = before < 0 ? -outY : after < 0 ? inY : 0
      this.#vertices.push(x, y, pushX + capX, pushY + capY, 1, travelled)
      this.#vertices.push(x, y, -pushX + capX, -pushY + capY, -1, travelled)
      if (i > 0) {
        const corner = base + 2 * i
        this.#indices.push(corner - 2, corner - 1, corner, corner, corner - 1, corner + 1)
      }
      west = Math.min(west, x)
      south = Math.min(south, y)
      east = Math.max(east, x)
      north = Math.max(north, y)
    }
    const group = this.#groups[this.#groups.length - 1]
    group.chunker.add(firstIndex, this.#indices.length - firstIndex, west, south, east, north)
  }

  finish(): StrokeMesh {
    return {
      origin: this.#origin,
      vertices: new Float32Array(this.#vertices),
      indices: new Uint32Array(this.#indices),
      groups: this.#groups.map(({ key, chunker }) => ({ key, chunks: chunker.chunks })),
    }
  }
}
