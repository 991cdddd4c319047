import type { LocalTime } from '../../geodata/localTime.ts'
import { hourOfWeek, localStart, nextStart } from '../../geodata/localTime.ts'
import type { Segments } from '../cube/cityCube.ts'
import type { Window } from '../selection.ts'

/** A window in epoch milliseconds, [from, to). */
export interface Span {
  from: number
  to: number
}

export function spanOf({ from, to }: Window): Span {
  return { from: from.getTime(), to: to.getTime() }
}

const HOUR_MS = 3_600_000

/** Starts of the hours, days, weeks or months of local time that share time with a window, ascending; the first may lie before it. */
export function bucketStarts(
  clock: LocalTime,
  unit: 'hour' | 'day' | 'week' | 'month',
  span: Span,
): number[] {
  const starts: number[] = []
  if (unit === 'hour') {
    // Stepped as instants: on the day the clocks change, local hours repeat or are missing.
    const local = clock.toLocal(span.from)
    const first = span.from - (local - Math.floor(local / HOUR_MS) * HOUR_MS)
    for (let at = first; at < span.to; at += HOUR_MS) starts.push(at)
    return starts
  }
  for (let local = localStart(clock.toLocal(span.from), unit); ; local = nextStart(local, unit)) {
    const start = clock.toInstant(local)
    if (start >= span.to) return starts
    // A local day that was left out (clocks moved by a day) is no bucket.
    if (starts.length > 0 && start <= starts[starts.length - 1]) starts.pop()
    starts.push(start)
  }
}

/** The parts of a window in each bucket. @param starts Of all buckets, ascending. */
export function bucketSegments(starts: readonly number[], span: Span): Segments {
  return segmentsOf(
    starts.map((start, bucket) => ({
      from: Math.max(start, span.from),
      to: Math.min(starts[bucket + 1] ?? span.to, span.to),
      bucket,
    })),
  )
}

/** The hours of a window, each counted into its hour of the week. */
export function hourSegments(clock: LocalTime, span: Span): Segments {
  const parts: Part[] = []
  for (let from = span.from; from < span.to; ) {
    const local = clock.toLocal(from)
    const hourEnd = from + HOUR_MS - (local - Math.floor(local / HOUR_MS) * HOUR_MS)
    const to = Math.min(hourEnd, clock.nextChange(from), span.to)
    parts.push({ from, to, bucket: hourOfWeek(local) })
    from = to
  }
  return segmentsOf(parts)
}

/** What of each segment lies in some hours of the week. */
export function inHours(clock: LocalTime, segments: Segments, hoursOfWeek: readonly number[]): Segments {
  const wanted = new Uint8Array(168)
  for (const hour of hoursOfWeek) wanted[hour] = 1
  const parts: Part[] = []
  for (let i = 0; i < segments.from.length; i++) {
    const hours = hourSegments(clock, { from: segments.from[i], to: segments.to[i] })
    const bucket = segments.bucket[i]
    for (let j = 0; j < hours.from.length; j++) {
      if (wanted[hours.bucket[j]] === 0) continue
      const last = parts[parts.length - 1]
      if (last && last.bucket === bucket && last.to === hours.from[j]) last.to = hours.to[j]
      else parts.push({ from: hours.from[j], to: hours.to[j], bucket })
    }
  }
  return segmentsOf(parts)
}

interface Part {
  from: number
  to: number
  bucket: number
}

function segmentsOf(parts: readonly Part[]): Segments {
  return {
    from: Float64Array.from(parts, (part) => part.from),
    to: Float64Array.from(parts, (part) => part.to),
    bucket: Uint32Array.from(parts, (part) => part.bucket),
  }
}
