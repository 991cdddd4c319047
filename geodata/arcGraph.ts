import { VertexTable } from './topology.ts'

/**
 * The arcs seen so far while rings are walked one after the other, by the junctions they leave from. Encoder and decoder
 * walk the same way, so the next arc of a ring is told by its place among the few that leave the junction where the
 * last one ended: mostly a 0 or a 1. A "half" is an arc with a direction: 2 × arc forward, 2 × arc + 1 backward.
 */
export class ArcGraph {
  /** Junction each half starts from. */
  readonly from: Int32Array
  /** First half leaving a junction; `#next` links the others, newest first. */
  readonly #first: Int32Array
  readonly #next: Int32Array
  readonly #junctions: VertexTable

  constructor(arcCount: number) {
    this.#junctions = new VertexTable(arcCount + 1)
    this.from = new Int32Array(2 * arcCount)
    this.#next = new Int32Array(2 * arcCount)
    this.#first = new Int32Array(2 * arcCount).fill(-1)
  }

  add(arc: number, startX: number, startY: number, endX: number, endY: number): void {
    this.#leave(2 * arc, this.#junctions.add(startX, startY))
    this.#leave(2 * arc + 1, this.#junctions.add(endX, endY))
  }

  #leave(half: number, junction: number): void {
    this.from[half] = junction
    this.#next[half] = this.#first[junction]
    this.#first[junction] = half
  }

  /** Place (from 1) of `wanted` among the halves that may follow `half`; turning back on the same arc comes last. */
  placeOf(half: number, wanted: number): number {
    const back = half ^ 1
    let place = 1
    for (let next = this.#first[this.from[back]]; next >= 0; next = this.#next[next]) {
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
    for (let next = this.#first[this.from[back]]; next >= 0; next = this.#next[next]) {
      if (next === back) continue
      if (--left === 0) return next
    }
    return back
  }
}
