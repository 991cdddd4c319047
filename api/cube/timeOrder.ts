import type { CountedEvents } from './countedEvents.ts'

const DAY_MS = 86_400_000
/** Events sorted between two breaths. */
const BREATHE_EVERY = 1 << 20

/**
 * The events in order of time: the very same arrays where they are in order already. They are dealt out to days, and each
 * day, which the processor's caches hold, is sorted by itself: nothing is looked up all over the memory.
 * @param breathe Awaited now and then, so that others work.
 */
export async function inOrderOfTime(
  events: CountedEvents,
  breathe: () => Promise<void>,
): Promise<CountedEvents> {
  const { length } = events.time
  if (isOrdered(events.time)) return events
  const { firstDay, start } = startsOfDays(events.time)
  const sorted: CountedEvents = {
    time: new Float64Array(length),
    slot: new Uint16Array(length),
    kind: new Uint16Array(length),
  }
  const next = start.slice()
  for (let i = 0; i < length; i++) {
    const at = next[Math.floor(events.time[i] / DAY_MS) - firstDay]++
    sorted.time[at] = events.time[i]
    sorted.slot[at] = events.slot[i]
    sorted.kind[at] = events.kind[i]
  }
  await breathe()
  let longest = 0
  for (let day = 1; day < start.length; day++) longest = Math.max(longest, start[day] - start[day - 1])
  const sort = daySorter(longest)
  let done = 0
  for (let day = 0; day < start.length - 1; day++) {
    sort(sorted, start[day], start[day + 1], (firstDay + day) * DAY_MS)
    if (start[day + 1] - done < BREATHE_EVERY) continue
    done = start[day + 1]
    await breathe()
  }
  return sorted
}

function isOrdered(time: Float64Array): boolean {
  for (let i = 1; i < time.length; i++) if (time[i] < time[i - 1]) return false
  return true
}

/** Where the events of each day begin, and one entry more for the end of the last; days are UTC's, counted from 1970. */
function startsOfDays(time: Float64Array): { firstDay: number; start: Uint32Array } {
  let least = Number.POSITIVE_INFINITY
  let most = Number.NEGATIVE_INFINITY
  for (let i = 0; i < time.length; i++) {
    if (time[i] < least) least = time[i]
    if (time[i] > most) most = time[i]
  }
  const firstDay = Math.floor(least / DAY_MS)
  const start = new Uint32Array(Math.floor(most / DAY_MS) - firstDay + 2)
  for (let i = 0; i < time.length; i++) start[Math.floor(time[i] / DAY_MS) - firstDay + 1]++
  for (let day = 1; day < start.length; day++) start[day] += start[day - 1]
  return { firstDay, start }
}

/** Three digits of nine bits hold the milliseconds of a day. */
const DIGIT_BITS = 9
const DIGITS = 1 << DIGIT_BITS

/** Sorts the events of one day from `from` to `to` in place: radix sort from the last digit. @param most Events of the longest day. */
function daySorter(most: number) {
  const make = () => ({
    key: new Uint32Array(most),
    slot: new Uint16Array(most),
    kind: new Uint16Array(most),
  })
  const [first, second] = [make(), make()]
  const next = new Uint32Array(DIGITS)
  return ({ time, slot, kind }: CountedEvents, from: number, to: number, midnight: number): void => {
    const count = to - from
    if (count < 2) return
    for (let i = 0; i < count; i++) first.key[i] = time[from + i] - midnight
    first.slot.set(slot.subarray(from, to))
    first.kind.set(kind.subarray(from, to))
    let [source, target] = [first, second]
    for (let shift = 0; shift < 3 * DIGIT_BITS; shift += DIGIT_BITS) {
      next.fill(0)
      for (let i = 0; i < count; i++) next[(source.key[i] >>> shift) & (DIGITS - 1)]++
      for (let digit = 0, sum = 0; digit < DIGITS; digit++) {
        const those = next[digit]
        next[digit] = sum
        sum += those
      }
      for (let i = 0; i < count; i++) {
        const at = next[(source.key[i] >>> shift) & (DIGITS - 1)]++
        target.key[at] = source.key[i]
        target.slot[at] = source.slot[i]
        target.kind[at] = source.kind[i]
      }
      ;[source, target] = [target, source]
    }
    for (let i = 0; i < count; i++) time[from + i] = midnight + source.key[i]
    slot.set(source.slot.subarray(0, count), from)
    kind.set(source.kind.subarray(0, count), from)
  }
}
