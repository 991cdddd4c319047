import { Planes } from './planes.ts'

/**
 * The incidents of one kind (or of a kind with all below it) in order of time, cut into blocks; before each block a
 * *plane*: how many incidents of every cell came before it. The count of every cell up to any instant is one plane and
 * the few incidents between it and the instant, whatever the window and however many incidents there are.
 *
 *     plane 0    block 0    plane 1    block 1    plane 2    (the last plane: everything)
 *
 * Cells are *slots* here: 0 is "no cell", the others as the city's cube numbers them. Instants are epoch milliseconds;
 * what lies between two milliseconds counts as the earlier one, so that windows of whole milliseconds are exact.
 */
export class EventList {
  /** Incidents in a block when it is built; a block is split when it holds twice as many. */
  private readonly stride: number
  private slots: number
  private blocks: Block[] = [emptyBlock(0)]
  /** Least time of each block: what lies before a block is at most this, what lies in it at least. */
  private first: number[] = [Number.NEGATIVE_INFINITY]
  private planes: Planes

  /**
   * @param slots Number of slots, "no cell" included.
   * @param time Epoch milliseconds, ascending. Kept, not copied.
   * @param slot Slot of each incident. Kept, not copied.
   */
  constructor(
    slots: number,
    stride: number,
    time: Float64Array = new Float64Array(0),
    slot: Uint16Array = new Uint16Array(0),
  ) {
    this.slots = slots
    this.stride = stride
    const counts = new Int32Array(slots)
    for (let i = 0; i < slot.length; i++) counts[slot[i]]++
    this.planes = new Planes(
      slots,
      counts.reduce((most, count) => Math.max(most, count), 0),
    )
    if (time.length > 0) this.build(time, slot)
    else for (let plane = 0; plane < 2; plane++) this.planes.push(counts)
  }

  get length(): number {
    const last = this.blocks[this.blocks.length - 1]
    return last.before + last.size
  }

  /** Time of the first incident; ∞ without any. */
  get earliest(): number {
    const block = this.blocks.find((each) => each.size > 0)
    return block ? block.time[0] : Number.POSITIVE_INFINITY
  }

  /** Time of the last incident; −∞ without any. */
  get latest(): number {
    const block = this.blocks.findLast((each) => each.size > 0)
    return block ? block.time[block.size - 1] : Number.NEGATIVE_INFINITY
  }

  /** Bytes held, planes included. */
  get bytes(): number {
    const held = this.blocks.reduce((sum, block) => sum + block.time.byteLength + block.slot.byteLength, 0)
    return held + this.planes.bytes
  }

  private build(time: Float64Array, slot: Uint16Array): void {
    const { stride } = this
    const totals = new Int32Array(this.slots)
    this.blocks = []
    this.first = []
    for (let start = 0; start < time.length; start += stride) {
      const end = Math.min(time.length, start + stride)
      this.planes.push(totals)
      this.first.push(start === 0 ? Number.NEGATIVE_INFINITY : time[start])
      this.blocks.push({
        before: start,
        size: end - start,
        time: time.subarray(start, end),
        slot: slot.subarray(start, end),
      })
      for (let i = start; i < end; i++) totals[slot[i]]++
    }
    this.planes.push(totals)
  }

  /** Makes room for more slots at the end. */
  growSlots(slots: number): void {
    this.slots = Math.max(this.slots, slots)
    this.planes.grow(this.slots)
  }

  /** How many incidents came before an instant. */
  rank(time: number): number {
    const block = this.blocks[this.blockBefore(time)]
    return block.before + lowerBound(block, time)
  }

  /** Counts of the window [from, to) by slot, written over `out`. */
  set(out: Int32Array, from: number, to: number): void {
    const a = this.blockBefore(from)
    const b = this.blockBefore(to)
    const start = lowerBound(this.blocks[a], from)
    const end = lowerBound(this.blocks[b], to)
    if (this.isShort(a, start, b, end)) {
      out.fill(0)
      this.walk(out, a, start, b, end, 1)
      return
    }
    const [planeA, planeB] = [this.nearestPlane(a, start), this.nearestPlane(b, end)]
    this.planes.difference(out, planeB, planeA)
    this.walkFromPlane(out, planeB, b, end, 1)
    this.walkFromPlane(out, planeA, a, start, -1)
  }

  /** Counts of the window [from, to) by slot, `sign` times, added to `out`. */
  add(out: Int32Array, from: number, to: number, sign: 1 | -1): void {
    const a = this.blockBefore(from)
    const b = this.blockBefore(to)
    const start = lowerBound(this.blocks[a], from)
    const end = lowerBound(this.blocks[b], to)
    if (this.isShort(a, start, b, end)) {
      this.walk(out, a, start, b, end, sign)
      return
    }
    const [planeA, planeB] = [this.nearestPlane(a, start), this.nearestPlane(b, end)]
    this.planes.addDifference(out, planeB, planeA, sign)
    this.walkFromPlane(out, planeB, b, end, sign)
    this.walkFromPlane(out, planeA, a, start, sign === 1 ? -1 : 1)
  }

  /** Count of the window [from, to) at a place; null: everywhere. */
  count(place: Place | null, from: number, to: number): number {
    if (place === null) return this.rank(to) - this.rank(from)
    const a = this.blockBefore(from)
    const b = this.blockBefore(to)
    const start = lowerBound(this.blocks[a], from)
    const end = lowerBound(this.blocks[b], to)
    if (this.isShort(a, start, b, end)) return this.walkInside(place.inside, a, start, b, end)
    return this.upTo(place, b, end) - this.upTo(place, a, start)
  }

  private upTo({ slots, inside }: Place, block: number, offset: number): number {
    const plane = this.nearestPlane(block, offset)
    const sum = this.planes.sum(plane, slots)
    return plane === block
      ? sum + this.walkInside(inside, block, 0, block, offset)
      : sum - this.walkInside(inside, block, offset, block, this.blocks[block].size)
  }

  /** Calls with each incident of the window [from, to), in order of time. */
  visit(from: number, to: number, each: (time: number, slot: number) => void): void {
    const b = this.blockBefore(to)
    for (let at = this.blockBefore(from); at <= b; at++) {
      const block = this.blocks[at]
      const stop = lowerBound(block, to)
      for (let i = lowerBound(block, from); i < stop; i++) each(block.time[i], block.slot[i])
    }
  }

  /** One more incident. */
  insert(time: number, slot: number): void {
    const last = this.blocks.length - 1
    const tail = this.blocks[last]
    if (tail.size >= this.stride && time >= tail.time[tail.size - 1]) {
      this.blocks.push(emptyBlock(tail.before + tail.size))
      this.first.push(time)
      this.planes.repeat(last + 1)
    }
    const at = this.blockBefore(time, true)
    const block = this.blocks[at]
    insertAt(block, upperBound(block, time), time, slot, this.stride)
    for (let i = at + 1; i < this.blocks.length; i++) this.blocks[i].before++
    this.planes.change(slot, 1, at + 1, this.blocks.length + 1)
    if (block.size >= 2 * this.stride) this.split(at)
  }

  /** One incident less. @returns false when there is none of that time and slot. */
  remove(time: number, slot: number): boolean {
    for (let at = this.blockBefore(time); at < this.blocks.length; at++) {
      const block = this.blocks[at]
      for (let i = lowerBound(block, time); i < block.size; i++) {
        if (block.time[i] !== time) return false
        if (block.slot[i] !== slot) continue
        block.time.copyWithin(i, i + 1, block.size)
        block.slot.copyWithin(i, i + 1, block.size)
        block.size--
        for (let after = at + 1; after < this.blocks.length; after++) this.blocks[after].before--
        this.planes.change(slot, -1, at + 1, this.blocks.length + 1)
        return true
      }
    }
    return false
  }

  private split(at: number): void {
    const block = this.blocks[at]
    const half = block.size >> 1
    this.planes.repeat(at)
    for (let i = 0; i < half; i++) this.planes.change(block.slot[i], 1, at + 1, at + 2)
    const upper: Block = {
      before: block.before + half,
      size: block.size - half,
      time: block.time.slice(half, block.size),
      slot: block.slot.slice(half, block.size),
    }
    this.blocks.splice(at + 1, 0, upper)
    this.first.splice(at + 1, 0, upper.time[0])
    block.size = half
  }

  /** The block in which the first incident at or after `time` lies, or at whose end it would. @param inclusive After all of that time instead. */
  private blockBefore(time: number, inclusive = false): number {
    const { first } = this
    let low = 1
    let high = first.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (first[middle] < time || (inclusive && first[middle] === time)) low = middle + 1
      else high = middle
    }
    return low - 1
  }

  private isShort(a: number, start: number, b: number, end: number): boolean {
    return a === b || this.blocks[b].before + end - this.blocks[a].before - start <= this.slots >> 1
  }

  private nearestPlane(block: number, offset: number): number {
    return 2 * offset <= this.blocks[block].size ? block : block + 1
  }

  private walkFromPlane(out: Int32Array, plane: number, block: number, offset: number, sign: 1 | -1): void {
    const { slot, size } = this.blocks[block]
    if (plane === block) for (let i = 0; i < offset; i++) out[slot[i]] += sign
    else for (let i = offset; i < size; i++) out[slot[i]] -= sign
  }

  private walk(out: Int32Array, a: number, start: number, b: number, end: number, sign: 1 | -1): void {
    for (let at = a; at <= b; at++) {
      const { slot, size } = this.blocks[at]
      const stop = at === b ? end : size
      for (let i = at === a ? start : 0; i < stop; i++) out[slot[i]] += sign
    }
  }

  private walkInside(inside: Uint8Array, a: number, start: number, b: number, end: number): number {
    let count = 0
    for (let at = a; at <= b; at++) {
      const { slot, size } = this.blocks[at]
      const stop = at === b ? end : size
      for (let i = at === a ? start : 0; i < stop; i++) count += inside[slot[i]]
    }
    return count
  }
}

/** Some of the slots. */
export interface Place {
  slots: Uint16Array
  /** 1 for those slots, 0 for all others. */
  inside: Uint8Array
}

interface Block {
  /** Incidents before this block. */
  before: number
  /** Incidents in it; the arrays may have room for more. */
  size: number
  time: Float64Array
  slot: Uint16Array
}

function emptyBlock(before: number): Block {
  return { before, size: 0, time: new Float64Array(0), slot: new Uint16Array(0) }
}

/** Index of the first incident at or after an instant. */
function lowerBound({ time, size }: Block, instant: number): number {
  let low = 0
  let high = size
  while (low < high) {
    const middle = (low + high) >> 1
    if (time[middle] < instant) low = middle + 1
    else high = middle
  }
  return low
}

/** Index of the first incident after an instant. */
function upperBound({ time, size }: Block, instant: number): number {
  // What comes is mostly the newest.
  if (size === 0 || time[size - 1] <= instant) return size
  let low = 0
  let high = size
  while (low < high) {
    const middle = (low + high) >> 1
    if (time[middle] <= instant) low = middle + 1
    else high = middle
  }
  return low
}

function insertAt(block: Block, at: number, time: number, slot: number, stride: number): void {
  if (block.size === block.time.length) {
    // The arrays a block is built with are pieces of one long array, so that it gets longer ones of its own.
    const room = Math.max(block.size + 1, Math.min(2 * stride, Math.max(16, 2 * block.size)))
    const longer = { time: new Float64Array(room), slot: new Uint16Array(room) }
    longer.time.set(block.time)
    longer.slot.set(block.slot)
    Object.assign(block, longer)
  }
  block.time.copyWithin(at + 1, at, block.size)
  block.slot.copyWithin(at + 1, at, block.size)
  block.time[at] = time
  block.slot[at] = slot
  block.size++
}
