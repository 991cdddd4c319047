/**
 * Atoms: the smallest pieces of ground, never divided further. Faces of the arrangement, the small ones joined to a
 * neighbour. Every area of every level and version is a set of atoms, so that all levels tile by construction.
 */
import { type Arrangement, lineKind } from './arrangement.ts'

export interface Atoms {
  count: number
  /** Atom of each face of the arrangement; -1 for the outside face 0. */
  ofFace: Int32Array
  /** Centroid, metres on the working plane. */
  x: Float64Array
  y: Float64Array
  /** Square metres. */
  area: Float64Array
  /** Neighbours of atom i: neighbour[offset[i]…offset[i+1]-1], those with whom it shares an edge. */
  offset: Int32Array
  neighbour: Int32Array
  /** Length of the shared border, metres. */
  border: Float64Array
  /** The same, shorter where the border is a natural one (street, stream, ridge): what partitions minimise. */
  cost: Float64Array
  /** How hard it is to grow across the border: metres between centroids, more across natural borders. */
  crossing: Float64Array
  /** Length of the atom's border with the outside, metres. */
  outer: Float64Array
  /** All neighbours in turn around atom i, also those that touch in a point; -1 is the outside. */
  ringOffset: Int32Array
  ring: Int32Array
}

/** Bonus of a natural border: share of its length that counts. */
function borderShare(kind: number): number {
  if (kind & (lineKind.stream | lineKind.river)) return 0.55
  if (kind & lineKind.ridge) return 0.6
  if (kind & lineKind.road) return 0.65
  if (kind & lineKind.street) return 0.6
  return 1
}

function crossingFactor(kind: number): number {
  if (kind & (lineKind.stream | lineKind.river)) return 1.8
  if (kind & lineKind.ridge) return 1.8
  if (kind & lineKind.road) return 1.6
  if (kind & lineKind.street) return 1.7
  return 1
}

/**
 * @param stepX, stepY metres per grid step.
 * @param smallest least area of an atom, square metres, by place (metres).
 */
export function joinFaces(
  arrangement: Arrangement,
  stepX: number,
  stepY: number,
  smallest: (x: number, y: number) => number,
): { ofFace: Int32Array; count: number } {
  const { faceCount, face, kind, edgeCount } = arrangement
  const { area, momentX, momentY, length } = measure(arrangement, face, faceCount, stepX, stepY)
  // Join small and thin faces to the neighbour with the longest common border that is not a natural one.
  const root = Int32Array.from({ length: faceCount }, (_, f) => f)
  const find = (f: number) => {
    while (root[f] !== f) {
      root[f] = root[root[f]]
      f = root[f]
    }
    return f
  }
  const extents = new Extents(arrangement, stepX, stepY)
  for (let pass = 0; pass < 12; pass++) {
    const perimeter = new Float64Array(faceCount)
    const shared = new Map<number, number>()
    for (let e = 0; e < edgeCount; e++) {
      const a = find(face[2 * e])
      const b = find(face[2 * e + 1])
      if (a === b) continue
      perimeter[a] += length[e]
      perimeter[b] += length[e]
      if (a === 0 || b === 0) continue
      const key = Math.min(a, b) * faceCount + Math.max(a, b)
      const weight =
        length[e] * (kind[e] & (lineKind.mesh | lineKind.parcel) && borderShare(kind[e]) === 1 ? 1 : 0.15)
      shared.set(key, (shared.get(key) ?? 0) + weight)
    }
    const best = new Int32Array(faceCount).fill(-1)
    const bestWeight = new Float64Array(faceCount)
    for (const [key, weight] of shared) {
      const a = Math.floor(key / faceCount)
      const b = key - a * faceCount
      for (const [f, other] of [
        [a, b],
        [b, a],
      ]) {
        if (weight > bestWeight[f]) {
          bestWeight[f] = weight
          best[f] = other
        }
      }
    }
    const small: number[] = []
    for (let f = 1; f < faceCount; f++) {
      if (find(f) !== f || best[f] < 0) continue
      const compact = (4 * Math.PI * area[f]) / perimeter[f] ** 2
      const least = smallest(momentX[f] / area[f], momentY[f] / area[f])
      const strip = area[f] < 4000 && extents.width(f) < leastWidth
      if (area[f] < least || strip || (compact < 0.2 && area[f] < 6 * least)) small.push(f)
    }
    if (small.length === 0) break
    small.sort((p, q) => area[p] - area[q])
    const joined = new Uint8Array(faceCount)
    for (const f of small) {
      const other = find(best[f])
      if (find(f) !== f || other === f || joined[f]) continue
      joined[other] = 1
      root[f] = other
      area[other] += area[f]
      extents.join(other, f)
      momentX[other] += momentX[f]
      momentY[other] += momentY[f]
    }
  }

  const ofFace = new Int32Array(faceCount).fill(-1)
  let count = 0
  for (let f = 1; f < faceCount; f++) {
    const r = find(f)
    if (ofFace[r] < 0) ofFace[r] = count++
    ofFace[f] = ofFace[r]
  }
  return { ofFace, count }
}

/** An atom narrower than this, metres, all but vanishes when borders are simplified for far views. */
const leastWidth = 25

/** How far faces reach in twelve directions, so that the width of joined faces is known without their rings. */
class Extents {
  readonly #least: Float64Array
  readonly #most: Float64Array

  constructor({ faceCount, face, origin, x, y }: Arrangement, stepX: number, stepY: number) {
    this.#least = new Float64Array(faceCount * directions.length).fill(Number.POSITIVE_INFINITY)
    this.#most = new Float64Array(faceCount * directions.length).fill(Number.NEGATIVE_INFINITY)
    for (let h = 0; h < face.length; h++) {
      const px = x[origin[h]] * stepX
      const py = y[origin[h]] * stepY
      for (let d = 0, at = face[h] * directions.length; d < directions.length; d++, at++) {
        const reach = px * directions[d][0] + py * directions[d][1]
        if (reach < this.#least[at]) this.#least[at] = reach
        if (reach > this.#most[at]) this.#most[at] = reach
      }
    }
  }

  width(f: number): number {
    let width = Number.POSITIVE_INFINITY
    for (let d = 0, at = f * directions.length; d < directions.length; d++, at++) {
      width = Math.min(width, this.#most[at] - this.#least[at])
    }
    return width
  }

  join(into: number, f: number): void {
    for (let d = 0; d < directions.length; d++) {
      const a = into * directions.length + d
      const b = f * directions.length + d
      this.#least[a] = Math.min(this.#least[a], this.#least[b])
      this.#most[a] = Math.max(this.#most[a], this.#most[b])
    }
  }
}

const directions = Array.from({ length: 12 }, (_, d): [number, number] => [
  Math.cos((d * Math.PI) / 12),
  Math.sin((d * Math.PI) / 12),
])

/** Areas, first moments and edge lengths of a labelling of the faces, in metres. */
function measure(arrangement: Arrangement, label: Int32Array, count: number, stepX: number, stepY: number) {
  const { origin, edgeCount } = arrangement
  const area = new Float64Array(count)
  const momentX = new Float64Array(count)
  const momentY = new Float64Array(count)
  const length = new Float64Array(edgeCount)
  for (let e = 0; e < edgeCount; e++) {
    const a = origin[2 * e]
    const b = origin[2 * e + 1]
    const ax = arrangement.x[a] * stepX
    const ay = arrangement.y[a] * stepY
    const bx = arrangement.x[b] * stepX
    const by = arrangement.y[b] * stepY
    length[e] = Math.hypot(bx - ax, by - ay)
    const left = label[2 * e]
    const right = label[2 * e + 1]
    if (left === right) continue
    const cross = (ax * by - bx * ay) / 2
    const mx = (cross * (ax + bx)) / 3
    const my = (cross * (ay + by)) / 3
    if (left >= 0) {
      area[left] += cross
      momentX[left] += mx
      momentY[left] += my
    }
    if (right >= 0) {
      area[right] -= cross
      momentX[right] -= mx
      momentY[right] -= my
    }
  }
  return { area, momentX, momentY, length }
}

/**
 * The neighbourhood graph of any labelling of the faces: atoms, or areas made of them.
 * @param ofFace label by face, -1 outside.
 */
export function graphOf(
  arrangement: Arrangement,
  ofFace: Int32Array,
  count: number,
  stepX: number,
  stepY: number,
): Atoms {
  const { face, edgeCount, kind } = arrangement
  const label = face.map((f) => ofFace[f])
  const { area, momentX, momentY, length } = measure(arrangement, label, count, stepX, stepY)
  const x = momentX.map((m, i) => m / area[i])
  const y = momentY.map((m, i) => m / area[i])

  // Adjacency.
  const outer = new Float64Array(count)
  const sums = new Map<number, { border: number; cost: number; factor: number }>()
  for (let e = 0; e < edgeCount; e++) {
    const a = ofFace[face[2 * e]]
    const b = ofFace[face[2 * e + 1]]
    if (a === b) continue
    if (a < 0 || b < 0) {
      outer[Math.max(a, b)] += length[e]
      continue
    }
    const key = Math.min(a, b) * count + Math.max(a, b)
    let sum = sums.get(key)
    if (!sum) {
      sum = { border: 0, cost: 0, factor: 0 }
      sums.set(key, sum)
    }
    sum.border += length[e]
    sum.cost += length[e] * borderShare(kind[e])
    sum.factor += length[e] * crossingFactor(kind[e])
  }
  const offset = new Int32Array(count + 1)
  for (const key of sums.keys()) {
    const a = Math.floor(key / count)
    offset[a + 1]++
    offset[key - a * count + 1]++
  }
  for (let i = 0; i < count; i++) offset[i + 1] += offset[i]
  const neighbour = new Int32Array(offset[count])
  const border = new Float64Array(offset[count])
  const cost = new Float64Array(offset[count])
  const crossing = new Float64Array(offset[count])
  const at = offset.slice()
  for (const [key, sum] of sums) {
    const a = Math.floor(key / count)
    const b = key - a * count
    const distance = (Math.hypot(x[a] - x[b], y[a] - y[b]) * sum.factor) / sum.border
    // A border of a few metres is a corner, not a side: growing through it makes necks.
    const neck = sum.border < 4 ? 4 : 1
    for (const [from, to] of [
      [a, b],
      [b, a],
    ]) {
      const k = at[from]++
      neighbour[k] = to
      border[k] = sum.border
      cost[k] = sum.cost
      crossing[k] = distance * neck
    }
  }

  const { ringOffset, ring } = traceRings(arrangement, ofFace, count)
  return {
    count,
    ofFace,
    x,
    y,
    area,
    offset,
    neighbour,
    border,
    cost,
    crossing,
    outer,
    ringOffset,
    ring,
  }
}

/** Neighbours in turn around each atom. An atom with a hole gets the neighbours of all its rings, one after another. */
function traceRings(arrangement: Arrangement, ofFace: Int32Array, count: number) {
  const { face, origin, edgeCount, star, starOffset } = arrangement
  const lists: number[][] = Array.from({ length: count }, () => [])
  const done = new Uint8Array(2 * edgeCount)
  for (let h = 0; h < 2 * edgeCount; h++) {
    const atom = ofFace[face[h]]
    if (done[h] || atom < 0 || ofFace[face[h ^ 1]] === atom) continue
    const list = lists[atom]
    let g = h
    do {
      done[g] = 1
      push(list, ofFace[face[g ^ 1]])
      // Turn around the end vertex, clockwise from where we came, over the atoms outside, to the next edge of ours.
      const v = origin[g ^ 1]
      const first = starOffset[v]
      const degree = starOffset[v + 1] - first
      let k = 0
      while (star[first + k] !== (g ^ 1)) k++
      for (;;) {
        k = (k + 1) % degree
        const out = star[first + k]
        // Counter-clockwise from the twin: faces to the left of the twin's side come first.
        const leftOfOut = ofFace[face[out]]
        const rightOfOut = ofFace[face[out ^ 1]]
        if (leftOfOut === atom && rightOfOut !== atom) {
          g = out
          break
        }
        push(list, leftOfOut)
      }
    } while (g !== h && !done[g])
  }
  const ringOffset = new Int32Array(count + 1)
  lists.forEach((list, i) => {
    if (list.length > 1 && list[0] === list[list.length - 1]) list.pop()
    ringOffset[i + 1] = ringOffset[i] + list.length
  })
  const ring = new Int32Array(ringOffset[count])
  lists.forEach((list, i) => {
    ring.set(list, ringOffset[i])
  })
  return { ringOffset, ring }
}

function push(list: number[], value: number): void {
  if (list.length === 0 || list[list.length - 1] !== value) list.push(value)
}
