import { type Difference, Planes } from './planes.ts'

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
    const most = counts.reduce((most, count) => Math.max(most, count), 0)
    this.planes = new Planes(slots, most, 1 + Math.max(1, Math.ceil(time.length / stride)))
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
    return block ? block.time[block.start] : Number.POSITIVE_INFINITY
  }

  /** Time of the last incident; −∞ without any. */
  get latest(): number {
    const block = this.blocks.findLast((each) => each.size > 0)
    return block ? block.time[block.start + block.size - 1] : Number.NEGATIVE_INFINITY
  }

  /** Bytes held, planes included. */
  get bytes(): number {
    const rooms = this.blocks.reduce((sum, block) => sum + block.room, 0)
    return rooms * (Float64Array.BYTES_PER_ELEMENT + Uint16Array.BYTES_PER_ELEMENT) + this.planes.bytes
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
      this.blocks.push({ before: start, size: end - start, room: end - start, time, slot, start })
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
    const at = this.blockBefore(time)
    return this.blocks[at].before + this.offsetIn(at, time)
  }

  /** The window [from, to) in this list. */
  span(from: number, to: number, sign: 1 | -1 = 1): Span {
    const a = this.blockBefore(from)
    const b = this.blockBefore(to)
    const start = this.offsetIn(a, from)
    const end = this.offsetIn(b, to)
    const rows = this.blocks[b].before + end - this.blocks[a].before - start
    const isShort = a === b || rows <= this.slots >> 1
    const before = isShort ? a : this.nearestPlane(a, start)
    const after = isShort ? a : this.nearestPlane(b, end)
    return { list: this, planes: this.planes, a, start, b, end, before, after, sign }
  }

  /** Counts of windows of several lists of the same slots by slot, each `sign` times, added up over `out`. */
  static sum(out: Int32Array, spans: readonly Span[]): void {
    Planes.sum(out, spans)
    for (const span of spans) span.list.walk(out, span)
  }

  /** Counts of the window [from, to) by slot, `sign` times, added to `out`. */
  add(out: Int32Array, from: number, to: number, sign: 1 | -1): void {
    const span = this.span(from, to, sign)
    this.planes.addDifference(out, span)
    this.walk(out, span)
  }

  /** Count of the window [from, to) at a place; null: everywhere. */
  count(place: Place | null, from: number, to: number): number {
    if (place === null) return this.rank(to) - this.rank(from)
    const { a, start, b, end, before, after } = this.span(from, to)
    if (before === after) return this.walkInside(place.inside, a, start, b, end)
    return this.upTo(place, after, b, end) - this.upTo(place, before, a, start)
  }

  private upTo({ slots, inside }: Place, plane: number, block: number, offset: number): number {
    const sum = this.planes.sum(plane, slots)
    return plane === block
      ? sum + this.walkInside(inside, block, 0, block, offset)
      : sum - this.walkInside(inside, block, offset, block, this.blocks[block].size)
  }

  /** Calls with each incident of the window [from, to), in order of time. */
  visit(from: number, to: number, each: (time: number, slot: number) => void): void {
    const b = this.blockBefore(to)
    for (let at = this.blockBefore(from); at <= b; at++) {
      const { time, slot, start } = this.blocks[at]
      const stop = start + this.offsetIn(at, to)
      for (let i = start + this.offsetIn(at, from); i < stop; i++) each(time[i], slot[i])
    }
  }

  /** One more incident. */
  insert(time: number, slot: number): void {
    const last = this.blocks.length - 1
    const tail = this.blocks[last]
    if (tail.size >= this.stride && time >= tail.time[tail.start + tail.size - 1]) {
      this.blocks.push(emptyBlock(tail.before + tail.size))
      this.first.push(time)
      this.planes.repeat(last + 1)
    }
    // After all of that time.
    const at = this.blockBefore(time + 1)
    const block = this.blocks[at]
    insertAt(block, this.offsetIn(at, time + 1), time, slot, this.stride)
    for (let i = at + 1; i < this.blocks.length; i++) this.blocks[i].before++
    this.planes.change(slot, 1, at + 1, this.blocks.length + 1)
    if (block.size >= 2 * this.stride) this.split(at)
  }

  /** One incident less. @returns false when there is none of that time and slot. */
  remove(time: number, slot: number): boolean {
    for (let at = this.blockBefore(time); at < this.blocks.length; at++) {
      const block = this.blocks[at]
      const stop = block.start + block.size
      for (let i = block.start + this.offsetIn(at, time); i < stop; i++) {
        if (block.time[i] !== time) return false
        if (block.slot[i] !== slot) continue
        block.time.copyWithin(i, i + 1, stop)
        block.slot.copyWithin(i, i + 1, stop)
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
    const [middle, stop] = [block.start + half, block.start + block.size]
    for (let i = block.start; i < middle; i++) this.planes.change(block.slot[i], 1, at + 1, at + 2)
    const size = block.size - half
    const [time, slot] = [block.time.slice(middle, stop), block.slot.slice(middle, stop)]
    this.blocks.splice(at + 1, 0, { before: block.before + half, size, room: size, time, slot, start: 0 })
    this.first.splice(at + 1, 0, time[0])
    block.size = half
  }

  /** The block in which the first incident at or after `time` lies, or at whose end it would. */
  private blockBefore(time: number): number {
    const { first } = this
    let low = 1
    let high = first.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (first[middle] < time) low = middle + 1
      else high = middle
    }
    return low - 1
  }

  /** Incidents of a block before an instant. */
  private offsetIn(at: number, instant: number): number {
    const { time, size, start } = this.blocks[at]
    let low = 0
    let high = size
    // Where it would be if incidents came evenly, then ever further: numbers that lie together, where halving would read
    // some far apart. No number without two times to go by.
    const since = this.first[at]
    const guess = Math.floor(((instant - since) / (this.first[at + 1] - since)) * size)
    if (guess >= 0 && guess < size) {
      let step = NEAR
      if (time[start + guess] < instant) {
        low = guess + 1
        for (; low + step < high && time[start + low + step] < instant; step *= 2) low += step + 1
        high = Math.min(high, low + step)
      } else {
        high = guess
        for (; high - step >= low && time[start + high - step] >= instant; step *= 2) high -= step
        low = Math.max(low, high - step)
      }
    }
    while (low < high) {
      const middle = (low + high) >> 1
      if (time[start + middle] < instant) low = middle + 1
      else high = middle
    }
    return low
  }

  private nearestPlane(block: number, offset: number): number {
    return 2 * offset <= this.blocks[block].size ? block : block + 1
  }

  /** Adds to `out` what planes do not say of a window. */
  private walk(out: Int32Array, { a, start, b, end, before, after, sign }: Span): void {
    if (before !== after) {
      this.walkFromPlane(out, after, b, end, sign)
      this.walkFromPlane(out, before, a, start, sign === 1 ? -1 : 1)
      return
    }
    for (let at = a; at <= b; at++) {
      const { size } = this.blocks[at]
      this.walkBlock(out, at, at === a ? start : 0, at === b ? end : size, sign)
    }
  }

  private walkFromPlane(out: Int32Array, plane: number, block: number, offset: number, sign: 1 | -1): void {
    if (plane === block) this.walkBlock(out, block, 0, offset, sign)
    else this.walkBlock(out, block, offset, this.blocks[block].size, sign === 1 ? -1 : 1)
  }

  private walkBlock(out: Int32Array, block: number, from: number, to: number, sign: 1 | -1): void {
    const { slot, start } = this.blocks[block]
    for (let i = start + from; i < start + to; i++) out[slot[i]] += sign
  }

  private walkInside(inside: Uint8Array, a: number, start: number, b: number, end: number): number {
    let count = 0
    for (let at = a; at <= b; at++) {
      const block = this.blocks[at]
      const stop = block.start + (at === b ? end : block.size)
      for (let i = block.start + (at === a ? start : 0); i < stop; i++) count += inside[block.slot[i]]
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

/** A window: from an incident of block `a` up to one of block `b` (exclusive), and the planes next to these. */
interface Span extends Difference {
  list: EventList
  a: number
  start: number
  b: number
  end: number
}

/** Incidents further than this from where they were expected are looked for in longer steps. */
const NEAR = 8

interface Block {
  /** Incidents before this block. */
  before: number
  /** Incidents in it. */
  size: number
  /** Incidents it has room for. */
  room: number
  /** Where it begins in these; those of the start lie side by side, a block that has grown has arrays of its own. */
  start: number
  time: Float64Array
  slot: Uint16Array
}

function emptyBlock(before: number): Block {
  return { before, size: 0, room: 0, start: 0, time: new Float64Array(0), slot: new Uint16Array(0) }
}

function insertAt(block: Block, offset: number, time: number, slot: number, stride: number): void {
  if (block.size === block.room) {
    const room = Math.max(block.size + 1, Math.min(2 * stride, Math.max(16, 2 * block.size)))
    const longer = { time: new Float64Array(room), slot: new Uint16Array(room) }
    longer.time.set(block.time.subarray(block.start, block.start + block.size))
    longer.slot.set(block.slot.subarray(block.start, block.start + block.size))
    Object.assign(block, { ...longer, room, start: 0 })
  }
  const [at, stop] = [block.start + offset, block.start + block.size]
  block.time.copyWithin(at + 1, at, stop)
  block.slot.copyWithin(at + 1, at, stop)
  block.time[at] = time
  block.slot[at] = slot
  block.size++
}
