/**
 * Counts of all slots at moments one after the other: those of a moment are nowhere less than those of the moment before.
 *
 * As long as every count fits, it takes 16 bits, and four of them are subtracted as one number of 64: no count is less
 * than the one it is subtracted from, so that nothing is borrowed from the count beside it. A list in which one count
 * does not fit any more goes on with 32 bits.
 */
export class Planes {
  private slots: number
  private narrow: Narrow[] = []
  private wide: Int32Array[] | null = null

  /** @param most Largest count there will be at first. */
  constructor(slots: number, most: number) {
    this.slots = slots
    if (most > MOST_NARROW) this.widen()
  }

  /** Bytes held. */
  get bytes(): number {
    const held = this.wide ?? this.narrow.map(({ counts }) => counts)
    return held.reduce((sum, counts) => sum + counts.byteLength, 0)
  }

  /** One more plane at the end. @param counts None above the largest of the start. */
  push(counts: Int32Array): void {
    if (this.wide) {
      this.wide.push(counts.slice())
      return
    }
    const plane = narrowPlane(this.slots)
    plane.counts.set(counts)
    this.narrow.push(plane)
  }

  /** The same plane once more, after itself. */
  repeat(at: number): void {
    if (this.wide) {
      this.wide.splice(at + 1, 0, this.wide[at].slice())
      return
    }
    const plane = narrowPlane(this.narrow[at].counts.length)
    plane.counts.set(this.narrow[at].counts)
    this.narrow.splice(at + 1, 0, plane)
  }

  /** One more or less in a slot of the planes from `from` on, up to `end` (exclusive). */
  change(slot: number, by: 1 | -1, from: number, end: number): void {
    if (!this.wide && by === 1 && this.narrow[end - 1]?.counts[slot] === MOST_NARROW) this.widen()
    if (this.wide) for (let at = from; at < end; at++) this.wide[at][slot] += by
    else for (let at = from; at < end; at++) this.narrow[at].counts[slot] += by
  }

  /** Makes room for more slots at the end. */
  grow(slots: number): void {
    this.slots = slots
    const { length } = this.wide?.[0] ?? this.narrow[0].counts
    if (length >= slots) return
    // Room for more: cells come one by one.
    const room = slots + 256
    if (this.wide) {
      this.wide = this.wide.map((counts) => {
        const grown = new Int32Array(room)
        grown.set(counts)
        return grown
      })
      return
    }
    this.narrow = this.narrow.map(({ counts }) => {
      const grown = narrowPlane(room)
      grown.counts.set(counts)
      return grown
    })
  }

  /** What a plane has more than an earlier one, written over `out`. */
  difference(out: Int32Array, after: number, before: number): void {
    const { slots, wide } = this
    if (!wide) {
      out.set(this.narrowDifference(after, before))
      return
    }
    const [a, b] = [wide[after], wide[before]]
    for (let i = 0; i < slots; i++) out[i] = a[i] - b[i]
  }

  /** The same `sign` times, added to `out`. */
  addDifference(out: Int32Array, after: number, before: number, sign: 1 | -1): void {
    const { slots, wide } = this
    if (!wide) {
      const counts = this.narrowDifference(after, before)
      if (sign === 1) for (let i = 0; i < slots; i++) out[i] += counts[i]
      else for (let i = 0; i < slots; i++) out[i] -= counts[i]
      return
    }
    const [a, b] = [wide[after], wide[before]]
    for (let i = 0; i < slots; i++) out[i] += sign * (a[i] - b[i])
  }

  /** Joint count of some slots. */
  sum(at: number, slots: Uint16Array): number {
    let sum = 0
    if (this.wide) {
      const counts = this.wide[at]
      for (let i = 0; i < slots.length; i++) sum += counts[slots[i]]
    } else {
      const { counts } = this.narrow[at]
      for (let i = 0; i < slots.length; i++) sum += counts[slots[i]]
    }
    return sum
  }

  private widen(): void {
    this.wide = this.narrow.map(({ counts }) => Int32Array.from(counts))
    this.narrow = []
  }

  /** Written over by the next one. */
  private narrowDifference(after: number, before: number): Uint16Array {
    if (scratch.counts.length !== this.slots) scratch = scratchFor(this.slots)
    const { lanes } = scratch
    const a = this.narrow[after].lanes
    const b = this.narrow[before].lanes
    for (let i = 0; i < lanes.length; i++) lanes[i] = BigInt.asIntN(64, a[i] - b[i])
    return scratch.counts
  }
}

const MOST_NARROW = 0xffff
/** Counts subtracted together. */
const LANES = BigInt64Array.BYTES_PER_ELEMENT / Uint16Array.BYTES_PER_ELEMENT

/** The same numbers one by one and four by four. */
interface Narrow {
  counts: Uint16Array
  lanes: BigInt64Array
}

function narrowPlane(slots: number): Narrow {
  const lanes = new BigInt64Array(Math.ceil(slots / LANES))
  return { counts: new Uint16Array(lanes.buffer), lanes }
}

function scratchFor(slots: number): Narrow {
  const { lanes } = narrowPlane(slots)
  return { counts: new Uint16Array(lanes.buffer, 0, slots), lanes }
}

let scratch = scratchFor(0)
