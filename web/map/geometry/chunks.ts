/** A run of indices to draw, and the box it fills: what is out of view is skipped. */
export interface Chunk {
  /** First element of the index buffer. */
  first: number
  count: number
  /** Offsets from the mesh's origin in world units: west, south, east, north. */
  box: [number, number, number, number]
}

/** Collects runs of an index buffer into chunks of about `size` indices. */
export class Chunker {
  readonly chunks: Chunk[] = []
  readonly #size: number
  #open: Chunk | null = null

  constructor(size = 6000) {
    this.#size = size
  }

  /** Adds indices [first, first + count) whose vertices fill a box; runs must follow one another. */
  add(first: number, count: number, west: number, south: number, east: number, north: number): void {
    if (count === 0) return
    const open = this.#open
    if (open) {
      open.count += count
      open.box[0] = Math.min(open.box[0], west)
      open.box[1] = Math.min(open.box[1], south)
      open.box[2] = Math.max(open.box[2], east)
      open.box[3] = Math.max(open.box[3], north)
    } else {
      this.#open = { first, count, box: [west, south, east, north] }
      this.chunks.push(this.#open)
    }
    if (this.#open && this.#open.count >= this.#size) this.#open = null
  }

  /** Ends the open chunk, e.g. where another style begins. */
  cut(): void {
    this.#open = null
  }
}

/** Runs of indices inside a box, neighbours joined into one draw. */
export function visibleRuns(
  chunks: readonly Chunk[],
  box: readonly [number, number, number, number],
): { first: number; count: number }[] {
  const runs: { first: number; count: number }[] = []
  let last: { first: number; count: number } | null = null
  for (const chunk of chunks) {
    const [west, south, east, north] = chunk.box
    if (west > box[2] || east < box[0] || south > box[3] || north < box[1]) continue
    if (last && last.first + last.count === chunk.first) {
      last.count += chunk.count
    } else {
      last = { first: chunk.first, count: chunk.count }
      runs.push(last)
    }
  }
  return runs
}
