/** Which hours of the week a window holds, and how often. */
import { hourOfWeek } from '../../geodata/localTime.ts'
import type { Span } from '../state/timeWindow.ts'
import { hoursPerWeek } from '../state/weekHours.ts'
import { wallClockAt } from '../state/zonedTime.ts'

const hourMs = 3_600_000

/**
 * How many hours of each hour of the week lie in the window, parts of an hour as parts: 30 days hold some weekdays five
 * times and others four. A change of clocks within the window is not seen: at most one hour of 168 is off by one.
 */
export function occurrences({ from, to }: Span, timeZone: string): number[] {
  const counts = new Array<number>(hoursPerWeek).fill(0)
  const localFrom = wallClockAt(from, timeZone).valueOf()
  const localTo = localFrom + (to - from)
  const whole = Math.floor((localTo - localFrom) / (hoursPerWeek * hourMs))
  counts.fill(whole)
  for (let at = localFrom + whole * hoursPerWeek * hourMs; at < localTo; ) {
    const next = Math.min(localTo, (Math.floor(at / hourMs) + 1) * hourMs)
    counts[hourOfWeek(at)] += (next - at) / hourMs
    at = next
  }
  return counts
}

/** Incidents of each hour of the week per time it came, null where it did not come. */
export function perOccurrence(counts: readonly number[], times: readonly number[]): (number | null)[] {
  return counts.map((count, hour) => (times[hour] > 0 ? count / Math.max(1, times[hour]) : null))
}
