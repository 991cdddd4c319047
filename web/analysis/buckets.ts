/** How fine a series of a window is counted, and which stretch of it a brush chose. */
import type { Span } from '../state/timeWindow.ts'
import { dayMs } from '../state/timeWindow.ts'

export const buckets = ['hour', 'day', 'week', 'month'] as const
export type SeriesBucket = (typeof buckets)[number]

const lengthDays: Record<SeriesBucket, number> = { hour: 1 / 24, day: 1, week: 7, month: 30 }
/** More bars than this are narrower than a pixel or two. */
const mostBars = 400
/** Fewer bars than this are no series. */
const fewestBars = 2

/** The buckets a window can be shown in, finest first. */
export function bucketsFor({ from, to }: Span): readonly SeriesBucket[] {
  const days = (to - from) / dayMs
  const fitting = buckets.filter((bucket) => {
    const bars = days / lengthDays[bucket]
    return bars <= mostBars && bars >= fewestBars
  })
  return fitting.length > 0 ? fitting : ['hour']
}

/** The bucket a person gets without asking: about forty bars. */
export function bucketFor(span: Span): SeriesBucket {
  const days = (span.to - span.from) / dayMs
  const far = (bucket: SeriesBucket) => Math.abs(Math.log(days / lengthDays[bucket] / 40))
  return bucketsFor(span).reduce((best, bucket) => (far(bucket) < far(best) ? bucket : best))
}

/**
 * The window of the bars `first` … `last`, both included, cut to the window they came from.
 * @param start instants at which the bars begin, ascending.
 */
export function spanOfBars(start: readonly number[], first: number, last: number, whole: Span): Span {
  const [low, high] = [Math.min(first, last), Math.max(first, last)]
  return {
    from: Math.max(whole.from, start[Math.max(0, low)]),
    to: Math.min(whole.to, start[high + 1] ?? whole.to),
  }
}
