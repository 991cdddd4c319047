import type { CountedEvents } from './countedEvents.ts'
import { EventList, type Place } from './eventList.ts'
import type { KindTree, SignedNode } from './kindTree.ts'
import { inOrderOfTime } from './timeOrder.ts'

/** One incident more (`n` = 1) or less (−1); a larger number is as many of them. */
export interface CubeChange {
  time: number
  slot: number
  kind: number
  n: number
}

/** Most slots a cube has: cells and "no cell". */
export const MOST_SLOTS = 65_536

/** Windows one after the other, each counted into its bucket. */
export interface Segments {
  /** Ascending, not overlapping; epoch milliseconds, [from, to). */
  from: Float64Array
  to: Float64Array
  bucket: Uint32Array
}

/** All counted incidents of a city, ready for any window, kinds and cells. */
export class CityCube {
  readonly tree: KindTree
  slots: number
  private readonly lists: (EventList | null)[]
  private readonly stride: number

  private constructor(tree: KindTree, slots: number, stride: number) {
    this.tree = tree
    this.slots = slots
    this.stride = stride
    this.lists = tree.nodes.map(() => null)
  }

  /**
   * @param slots Number of cells plus one.
   * @param budget Bytes the planes may take: more planes, fewer incidents to walk from one.
   * @param breathe Awaited now and then, so that a long build lets others work.
   */
  static async build(
    tree: KindTree,
    slots: number,
    events: CountedEvents,
    { budget, breathe }: { budget: number; breathe: () => Promise<void> },
  ): Promise<CityCube> {
    const counts = countByKind(events, tree.codes.length)
    const sizes = tree.nodes.map(({ kinds }) => kinds.reduce((sum, kind) => sum + counts[kind], 0))
    const cube = new CityCube(tree, slots, strideOf(slots, sizes, budget))
    const { time, slot, kind } = await inOrderOfTime(events, breathe)
    await breathe()
    const parts = distribute(tree, sizes, { time, slot, kind })
    for (const [node, size] of sizes.entries()) {
      if (size === 0) continue
      const part = parts[node] ?? { time, slot }
      cube.lists[node] = new EventList(slots, cube.stride, part.time, part.slot)
      await breathe()
    }
    return cube
  }

  /** Incidents counted. */
  get length(): number {
    return this.tree
      .cover(null)
      .reduce((sum, { node, sign }) => sum + sign * (this.lists[node]?.length ?? 0), 0)
  }

  /** Bytes held. */
  get bytes(): number {
    return this.lists.reduce((sum, list) => sum + (list?.bytes ?? 0), 0)
  }

  /** The part of a window outside of which there are no incidents; an empty one where there are none at all. */
  trimmed(span: { from: number; to: number }): { from: number; to: number } {
    let earliest = Number.POSITIVE_INFINITY
    let latest = Number.NEGATIVE_INFINITY
    for (const { node } of this.tree.cover(null)) {
      earliest = Math.min(earliest, this.lists[node]?.earliest ?? earliest)
      latest = Math.max(latest, this.lists[node]?.latest ?? latest)
    }
    const from = Math.max(span.from, earliest)
    const to = Math.min(span.to, latest + 1)
    return from < to ? { from, to } : { from: span.from, to: span.from }
  }

  growSlots(slots: number): void {
    this.slots = Math.max(this.slots, slots)
    for (const list of this.lists) list?.growSlots(this.slots)
  }

  /** @returns false when there was no such incident to take away: the cube is then no longer what the rows are. */
  apply({ time, slot, kind, n }: CubeChange): boolean {
    for (const node of this.tree.nodesOfKind[kind]) {
      let list = this.lists[node]
      if (!list) {
        list = new EventList(this.slots, this.stride)
        this.lists[node] = list
      }
      for (let i = 0; i < n; i++) list.insert(time, slot)
      for (let i = 0; i > n; i--) if (!list.remove(time, slot)) return false
    }
    return true
  }

  /** Counts of the window [from, to) by slot, written over `out` (at least `slots` long). */
  countBySlot(out: Int32Array, cover: readonly SignedNode[], from: number, to: number): void {
    const spans = []
    for (const { node, sign } of cover) {
      const list = this.lists[node]
      if (list) spans.push(list.span(from, to, sign))
    }
    EventList.sum(out, spans)
  }

  /** The same for several windows together. */
  addBySlot(out: Int32Array, cover: readonly SignedNode[], { from, to }: Segments): void {
    for (const { node, sign } of cover) {
      const list = this.lists[node]
      if (list) for (let i = 0; i < from.length; i++) list.add(out, from[i], to[i], sign)
    }
  }

  /** Counts of each segment, added to the bucket it belongs to. @param place null: everywhere. */
  countSegments(
    out: Float64Array,
    cover: readonly SignedNode[],
    place: Place | null,
    { from, to, bucket }: Segments,
  ): void {
    for (const { node, sign } of cover) {
      const list = this.lists[node]
      if (!list) continue
      for (let i = 0; i < from.length; i++) out[bucket[i]] += sign * list.count(place, from[i], to[i])
    }
  }

  /** Calls with each incident of one kind alone, by its position, in order of time. */
  visitKind(kind: number, from: number, to: number, each: (time: number, slot: number) => void): void {
    this.lists[kind]?.visit(from, to, each)
  }

  /** Count of one kind alone, by its position. */
  countKind(kind: number, place: Place | null, from: number, to: number): number {
    return this.lists[kind]?.count(place, from, to) ?? 0
  }
}

function countByKind({ kind }: CountedEvents, kinds: number): Float64Array {
  const counts = new Float64Array(kinds)
  for (let i = 0; i < kind.length; i++) counts[kind[i]]++
  return counts
}

/** Events between planes: with a quarter as many as slots a walk costs less than the plane; more where memory is short. */
function strideOf(slots: number, sizes: readonly number[], budget: number): number {
  const events = sizes.reduce((sum, size) => sum + size, 0)
  const least = Math.max(64, slots >> 2)
  return Math.max(least, Math.ceil((events * slots * Uint16Array.BYTES_PER_ELEMENT) / budget))
}

/** The events of each node, cut out of two long arrays; null for the node that holds all. */
function distribute(
  tree: KindTree,
  sizes: readonly number[],
  { time, slot, kind }: CountedEvents,
): ({ time: Float64Array; slot: Uint16Array } | null)[] {
  const isWhole = tree.nodes.map(({ kinds }) => kinds.length === tree.codes.length)
  const next = new Float64Array(sizes.length)
  let total = 0
  for (const [node, size] of sizes.entries()) {
    next[node] = total
    if (!isWhole[node]) total += size
  }
  const starts = next.slice()
  const times = new Float64Array(total)
  const slots = new Uint16Array(total)
  const nodesOfKind = tree.nodesOfKind.map((nodes) =>
    Uint32Array.from(nodes.filter((node) => !isWhole[node])),
  )
  for (let i = 0; i < kind.length; i++) {
    const nodes = nodesOfKind[kind[i]]
    for (let j = 0; j < nodes.length; j++) {
      const at = next[nodes[j]]++
      times[at] = time[i]
      slots[at] = slot[i]
    }
  }
  return sizes.map((size, node) => {
    if (isWhole[node]) return null
    const start = starts[node]
    return { time: times.subarray(start, start + size), slot: slots.subarray(start, start + size) }
  })
}
