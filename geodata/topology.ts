/**
 * Finds the arcs that polygons share: rings are cut where their neighbours change, and equal pieces, in either
 * direction, become one arc. Works by exact equality of quantised vertices, so polygons that do not share borders
 * simply keep theirs. Source of the idea: Bostock, How to Infer Topology (TopoJSON), 2013.
 */
import type { Position } from './city.ts'

/** Steps per degree: coordinates are kept to 1e-6 degrees, about 0.1 m. */
export const stepsPerDegree = 1e6

export interface Topology {
  /** x, y of each arc vertex in 1e-6 degrees; both ends of every arc are present. */
  vertices: Int32Array
  /** Vertex at which arc a starts; arcCount + 1 long. */
  arcStart: Uint32Array
  /** Per area, polygon, ring: its arcs in order; ~a is arc a backwards. A ring without vertices has none. */
  areas: number[][][][]
}

/** @param areas per area its polygons of closed rings, degrees. Rings may come back starting at another vertex. */
export function buildTopology(areas: readonly Position[][][][]): Topology {
  const table = new VertexTable()
  const rings = areas.map((polygons) =>
    polygons.map((polygon) => polygon.map((ring) => ringVertices(ring, table))),
  )
  const junction = findJunctions(rings.flat(2), table.count)

  const arcs: number[][] = []
  // The first edge of an arc tells it apart: between junctions the way is forced.
  const byFirstEdge = new Map<number, number>()
  const edgeKey = (from: number, to: number) => from * table.count + to

  const arcOf = (path: number[]): number => {
    const last = path.length - 1
    const known = byFirstEdge.get(edgeKey(path[0], path[1]))
    if (known !== undefined && sameArc(arcs[known < 0 ? ~known : known], path, known < 0)) return known
    const arc = arcs.push(path) - 1
    if (known === undefined) byFirstEdge.set(edgeKey(path[0], path[1]), arc)
    const backKey = edgeKey(path[last], path[last - 1])
    if (!byFirstEdge.has(backKey)) byFirstEdge.set(backKey, ~arc)
    return arc
  }

  const cutAreas = rings.map((polygons) =>
    polygons.map((polygon) => polygon.map((ring) => cutRing(ring, junction).map(arcOf))),
  )

  const arcStart = new Uint32Array(arcs.length + 1)
  arcs.forEach((arc, i) => {
    arcStart[i + 1] = arcStart[i] + arc.length
  })
  const vertices = new Int32Array(2 * arcStart[arcs.length])
  let at = 0
  for (const arc of arcs) {
    for (const vertex of arc) {
      vertices[at++] = table.x[vertex]
      vertices[at++] = table.y[vertex]
    }
  }
  return { vertices, arcStart, areas: cutAreas }
}

/** Vertex numbers of a ring without the closing one. */
function ringVertices(ring: readonly Position[], table: VertexTable): number[] {
  const numbers = ring.map(([lng, lat]) =>
    table.add(Math.round(lng * stepsPerDegree), Math.round(lat * stepsPerDegree)),
  )
  if (numbers.length === 0) return numbers
  if (numbers.length < 2 || numbers[0] !== numbers[numbers.length - 1])
    throw new RangeError(
      `Expected a closed ring, got one of ${numbers.length} positions that ends elsewhere.`,
    )
  numbers.pop()
  return numbers
}

/** A vertex is a junction when two rings (or one ring twice) pass it between different neighbours. */
function findJunctions(rings: readonly number[][], vertexCount: number): Uint8Array {
  const low = new Int32Array(vertexCount).fill(-1)
  const high = new Int32Array(vertexCount)
  const junction = new Uint8Array(vertexCount)
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i++) {
      const before = ring[i === 0 ? ring.length - 1 : i - 1]
      const after = ring[i === ring.length - 1 ? 0 : i + 1]
      const vertex = ring[i]
      const smaller = Math.min(before, after)
      const larger = Math.max(before, after)
      if (low[vertex] === -1) {
        low[vertex] = smaller
        high[vertex] = larger
      } else if (low[vertex] !== smaller || high[vertex] !== larger) {
        junction[vertex] = 1
      }
    }
  }
  return junction
}

/** Cuts a ring at its junctions; one without junctions starts at its smallest vertex, so that its twin does too. */
function cutRing(ring: readonly number[], junction: Uint8Array): number[][] {
  if (ring.length === 0) return []
  let start = ring.findIndex((vertex) => junction[vertex] === 1)
  if (start < 0) start = ring.indexOf(ring.reduce((least, vertex) => Math.min(least, vertex)))
  const arcs: number[][] = []
  let arc = [ring[start]]
  for (let step = 1; step <= ring.length; step++) {
    const vertex = ring[(start + step) % ring.length]
    arc.push(vertex)
    if (junction[vertex] === 1 || step === ring.length) {
      arcs.push(arc)
      arc = [vertex]
    }
  }
  return arcs
}

function sameArc(arc: readonly number[], path: readonly number[], backward: boolean): boolean {
  if (arc.length !== path.length) return false
  const last = path.length - 1
  return path.every((vertex, i) => arc[backward ? last - i : i] === vertex)
}

/** Numbers vertices in order of first sight: an open-addressing hash table of coordinate pairs. */
export class VertexTable {
  x: Int32Array<ArrayBuffer>
  y: Int32Array<ArrayBuffer>
  count = 0
  /** Vertex + 1 by hash; 0 is free, as fresh memory is. */
  #slots: Int32Array<ArrayBuffer>

  /** @param room vertices expected; more are welcome. */
  constructor(room = 1024) {
    this.x = new Int32Array(room)
    this.y = new Int32Array(room)
    this.#slots = new Int32Array(2 << Math.ceil(Math.log2(room + 1)))
  }

  add(x: number, y: number): number {
    if (this.count * 2 >= this.#slots.length) this.#rehash(this.#slots.length * 4)
    let slot = this.#slot(x, y)
    for (;;) {
      const vertex = this.#slots[slot] - 1
      if (vertex < 0) break
      if (this.x[vertex] === x && this.y[vertex] === y) return vertex
      slot = (slot + 1) & (this.#slots.length - 1)
    }
    if (this.count === this.x.length) {
      this.x = grown(this.x)
      this.y = grown(this.y)
    }
    this.x[this.count] = x
    this.y[this.count] = y
    this.#slots[slot] = ++this.count
    return this.count - 1
  }

  #slot(x: number, y: number): number {
    let hash = Math.imul(x, 0x9e3779b1) ^ Math.imul(y, 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
    return (hash ^ (hash >>> 13)) & (this.#slots.length - 1)
  }

  #rehash(size: number): void {
    this.#slots = new Int32Array(size)
    for (let vertex = 0; vertex < this.count; vertex++) {
      let slot = this.#slot(this.x[vertex], this.y[vertex])
      while (this.#slots[slot] > 0) slot = (slot + 1) & (size - 1)
      this.#slots[slot] = vertex + 1
    }
  }
}

function grown(values: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(values.length * 2)
  larger.set(values)
  return larger
}
