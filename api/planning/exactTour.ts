import type { TourProblem } from './tourProblem.ts'

/** Stops up to which every set of them is looked at: 4,096 sets of 12, some milliseconds. */
export const MOST_EXACT = 12
/** Lengths are sums: what differs by less is the same. */
const SAME = 1e-9

/**
 * The tour with the most prizes that fits, the shortest of those, by dynamic programming over sets of stops (Held and Karp
 * 1962). @returns its nodes from 0 to the last; null where not even what must be done fits.
 */
export function exactTour({ nodes, lengths, prizes, must, longest }: TourProblem): Int32Array | null {
  const stops = nodes - 2
  const last = nodes - 1
  const sets = 2 ** stops
  // By set and stop: the shortest way from the start through the set that ends there, and the stop before.
  const ways = new Float64Array(sets * stops).fill(Number.POSITIVE_INFINITY)
  const before = new Int8Array(sets * stops).fill(-1)
  let needed = 0
  for (let stop = 0; stop < stops; stop++) {
    if (must[stop + 1]) needed |= 1 << stop
    ways[(1 << stop) * stops + stop] = lengths[stop + 1]
  }
  let best = { set: -1, stop: -1, prize: Number.NEGATIVE_INFINITY, length: Number.POSITIVE_INFINITY }
  if (needed === 0 && lengths[last] <= longest + SAME)
    best = { set: 0, stop: -1, prize: 0, length: lengths[last] }
  for (let set = 1; set < sets; set++) {
    let prize = 0
    for (let stop = 0; stop < stops; stop++) if (set & (1 << stop)) prize += prizes[stop + 1]
    for (let stop = 0; stop < stops; stop++) {
      const way = ways[set * stops + stop]
      if (way === Number.POSITIVE_INFINITY) continue
      const row = (stop + 1) * nodes
      for (let next = 0; next < stops; next++) {
        if (set & (1 << next)) continue
        const at = (set | (1 << next)) * stops + next
        const length = way + lengths[row + next + 1]
        if (length >= ways[at]) continue
        ways[at] = length
        before[at] = stop
      }
      const length = way + lengths[row + last]
      if ((set & needed) !== needed || length > longest + SAME || prize < best.prize - SAME) continue
      if (prize > best.prize + SAME || length < best.length - SAME) best = { set, stop, prize, length }
    }
  }
  if (best.set < 0) return null
  const order = [last]
  for (let { set, stop } = best; stop >= 0; ) {
    order.push(stop + 1)
    const previous = before[set * stops + stop]
    set &= ~(1 << stop)
    stop = previous
  }
  order.push(0)
  return Int32Array.from(order.reverse())
}
