import { VertexTable } from './topology.ts'

/**
 * The arcs seen so far while rings are walked one after the other, by the junctions they leave from. Encoder and decoder
 * walk the same way, so the next arc of a ring is told by its place among the few that leave the junction where the
 * last one ended: mostly a 0 or a 1. A "half" is an arc with a direction: 2 × arc forward, 2 × arc + 1 backward.
 */
export class ArcGraph {
  /** Junction each half starts from. */
  readonly from: Int32Array
  /** First half leaving a junction; `#next` links the others, newest first. Both hold half + 1; 0 is none. */
  readonly #first: Int32Array
  readonly #next: Int32Array
  readonly #junctions: VertexTable

  constructor(arcCount: number) {
    this.#junctions = new VertexTable(arcCount + 1)
    this.from = new Int32Array(2 * arcCount)
    this.#next = new Int32Array(2 * arcCount)
    this.#first = new Int32Array(2 * arcCount)
  }

  /** The junction at a place, new or known. */
  junctionAt(x: number, y: number): number {
    return this.#junctions.add(x, y)
  }

  /** @param start @param end the junctions the arc leads between */
  add(arc: number, start: number, end: number): void {
    this.#leave(2 * arc, start)
    this.#leave(2 * arc + 1, end)
  }

  #leave(half: number, junction: number): void {
    this.from[half] = junction
    this.#next[half] = this.#first[junction]
    this.#first[junction] = half + 1
  }

  /** Place (from 1) of `wanted` among the halves that may follow `half`; turning back on the same arc comes last. */
  placeOf(half: number, wanted: number): number {
    const back = half ^ 1
    let place = 1
    for (let next = this.#first[this.from[back]] - 1; next >= 0; next = this.#next[next] - 1) {
      if (next === back) continue
      if (next === wanted) return place
      place++
    }
    return place
  }

  /** The half at a place, as `placeOf` counts. */
  halfAt(half: number, place: number): number {
    const back = half ^ 1
    let left = place
    for (let next = this.#first[this.from[back]] - 1; next >= 0; next = this.#next[next] - 1) {
      if (next === back) continue
      if (--left === 0) return next
    }
    return back
  }
}
