/**
 * Counts of all slots at moments one after the other: those of a moment are nowhere less than those of the moment before.
 *
 * As long as every count fits, it takes 16 bits, and four of them are subtracted as one number of 64: no count is less
 * than the one it is subtracted from, so that nothing is borrowed from the count beside it. A list in which one count
 * does not fit any more goes on with 32 bits.
 */
export class Planes {
  private slots: number
  /** Slots a plane has room for: whole lanes. */
  private room: number
  /** No count is larger. */
  private most: number
  private planes: Plane[] = []
  /** Room for the planes of the start, side by side: what the processor's caches do not hold is found without detours. */
  private spare: Plane[]

  /**
   * @param most Largest count there will be at first.
   * @param count Planes there will be at first.
   */
  constructor(slots: number, most: number, count: number) {
    this.slots = slots
    this.room = wholeLanes(slots)
    this.most = most
    this.spare = emptyPlanes(count, this.room, this.isNarrow).reverse()
  }

  /** Bytes held. */
  get bytes(): number {
    const each = this.isNarrow ? Uint16Array.BYTES_PER_ELEMENT : Int32Array.BYTES_PER_ELEMENT
    return (this.planes.length + this.spare.length) * this.room * each
  }

  /** One more plane at the end. @param counts None above the largest of the start. */
  push(counts: Int32Array): void {
    const plane = this.spare.pop() ?? this.empty()
    plane.counts.set(counts, plane.start)
    this.planes.push(plane)
  }

  /** The same plane once more, after itself. */
  repeat(at: number): void {
    const plane = this.empty()
    this.copy(this.planes[at], plane, this.room)
    this.planes.splice(at + 1, 0, plane)
  }

  /** One more or less in a slot of the planes from `from` on, up to `end` (exclusive). */
  change(slot: number, by: 1 | -1, from: number, end: number): void {
    if (by === 1 && from < end) {
      const { counts, start } = this.planes[end - 1]
      const largest = counts[start + slot] + 1
      if (largest > this.most) this.raise(largest)
    }
    for (let at = from; at < end; at++) {
      const { counts, start } = this.planes[at]
      counts[start + slot] += by
    }
  }

  /** Makes room for more slots at the end. */
  grow(slots: number): void {
    this.slots = slots
    // Room for more: cells come one by one.
    if (this.room < slots) this.move(wholeLanes(slots + 256))
  }

  /** What a plane has more than an earlier one, `sign` times, added to `out`. */
  addDifference(out: Int32Array, { after, before, sign }: Difference): void {
    const { slots } = this
    if (after === before) return
    if (this.isNarrow) {
      this.subtract(after, before, true)
      const { counts } = scratch
      if (sign === 1) for (let i = 0; i < slots; i++) out[i] += counts[i]
      else for (let i = 0; i < slots; i++) out[i] -= counts[i]
      return
    }
    const [a, b] = [this.planes[after], this.planes[before]]
    for (let i = 0; i < slots; i++) out[i] += sign * (a.counts[a.start + i] - b.counts[b.start + i])
  }

  /** Differences in planes of several lists of the same slots, added up over `out`. */
  static sum(out: Int32Array, differences: readonly Difference[]): void {
    const apart = []
    let most = 0
    let fresh = true
    for (const each of differences) {
      const { planes, after, before, sign } = each
      if (after === before) continue
      most += planes.most
      // Together, as long as their sum fits too.
      if (sign === 1 && most <= MOST_NARROW) {
        planes.subtract(after, before, fresh)
        fresh = false
      } else apart.push(each)
    }
    if (fresh) out.fill(0)
    else out.set(scratch.counts)
    for (const each of apart) each.planes.addDifference(out, each)
  }

  /** Joint count of some slots. */
  sum(at: number, slots: Uint16Array): number {
    const { counts, start } = this.planes[at]
    let sum = 0
    for (let i = 0; i < slots.length; i++) sum += counts[start + slots[i]]
    return sum
  }

  private get isNarrow(): boolean {
    return this.most <= MOST_NARROW
  }

  private empty(): Plane {
    return emptyPlanes(1, this.room, this.isNarrow)[0]
  }

  private raise(most: number): void {
    const wasNarrow = this.isNarrow
    this.most = most
    if (wasNarrow && !this.isNarrow) this.move(this.room)
  }

  /** Copies all planes to where a plane has so much room, in the width they now need. */
  private move(room: number): void {
    const moved = emptyPlanes(this.planes.length, room, this.isNarrow)
    for (const [at, plane] of this.planes.entries()) this.copy(plane, moved[at], this.room)
    this.planes = moved
    this.spare = []
    this.room = room
  }

  private copy(from: Plane, to: Plane, slots: number): void {
    to.counts.set(from.counts.subarray(from.start, from.start + slots), to.start)
  }

  /** Writes the difference of two narrow planes over the scratch, or adds it there. */
  private subtract(after: number, before: number, over: boolean): void {
    if (scratch.counts.length !== this.slots) scratch = scratchFor(this.slots)
    const { lanes } = scratch
    const [a, b] = [this.planes[after], this.planes[before]]
    const [lanesA, startA] = [a.lanes, a.start / LANES]
    const [lanesB, startB] = [b.lanes, b.start / LANES]
    if (over)
      for (let i = 0; i < lanes.length; i++)
        lanes[i] = BigInt.asIntN(64, lanesA[startA + i] - lanesB[startB + i])
    else
      for (let i = 0; i < lanes.length; i++)
        lanes[i] = BigInt.asIntN(64, lanes[i] + BigInt.asIntN(64, lanesA[startA + i] - lanesB[startB + i]))
  }
}

/** A plane and an earlier one (or the same: nothing), and whether what it has more is added or taken away. */
export interface Difference {
  planes: Planes
  after: number
  before: number
  sign: 1 | -1
}

const MOST_NARROW = 0xffff
/** Counts subtracted together. */
const LANES = BigInt64Array.BYTES_PER_ELEMENT / Uint16Array.BYTES_PER_ELEMENT

interface Plane {
  /** Of this plane and of those beside it. */
  counts: Uint16Array | Int32Array
  /** The same bytes, four narrow counts a number. */
  lanes: BigInt64Array
  /** Where its counts begin. */
  start: number
}

function wholeLanes(slots: number): number {
  return Math.ceil(slots / LANES) * LANES
}

function emptyPlanes(count: number, room: number, isNarrow: boolean): Plane[] {
  const counts = isNarrow ? new Uint16Array(count * room) : new Int32Array(count * room)
  const lanes = new BigInt64Array(counts.buffer)
  return Array.from({ length: count }, (_, plane) => ({ counts, lanes, start: plane * room }))
}

/** Written over by the next one. */
let scratch = scratchFor(0)

function scratchFor(slots: number): Pick<Plane, 'counts' | 'lanes'> {
  const lanes = new BigInt64Array(Math.ceil(slots / LANES))
  return { counts: new Uint16Array(lanes.buffer, 0, slots), lanes }
}
