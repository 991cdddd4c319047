/** What may be said about the totals of two sides of a comparison. */
import { type Comparison, compareCounts } from '../../api/statistics/comparison.ts'
import { dayMs, type Span } from './timeWindow.ts'

export interface ComparedSide {
  span: Span
  codes: readonly string[] | undefined
  count: number
}

export type Compared =
  /** The same incidents on both sides. */
  | { kind: 'same' }
  | { kind: 'verdict'; later: 'first' | 'second'; comparison: Comparison }
  /** Two counts that are no "now" and "then" of one thing: shown side by side, not judged. */
  | { kind: 'unlike'; reason: 'kinds' | 'length' | 'overlap' }

/** Windows are equally long when they differ by less than this share: a leap day in a year. */
const lengthTolerance = 0.005

const sameKinds = (a: readonly string[] | undefined, b: readonly string[] | undefined) =>
  a === b || (a !== undefined && b !== undefined && [...a].sort().join() === [...b].sort().join())

/** Judges two counts where they are of the same kinds over equally long windows that do not overlap. */
export function comparedTotals(first: ComparedSide, second: ComparedSide): Compared {
  if (!sameKinds(first.codes, second.codes)) return { kind: 'unlike', reason: 'kinds' }
  if (first.span.from === second.span.from && first.span.to === second.span.to) return { kind: 'same' }
  const [one, other] = [first, second].map(({ span }) => span.to - span.from)
  const tolerance = Math.max(dayMs / 24, lengthTolerance * Math.max(one, other))
  if (Math.abs(one - other) > tolerance) return { kind: 'unlike', reason: 'length' }
  if (first.span.from < second.span.to && second.span.from < first.span.to)
    return { kind: 'unlike', reason: 'overlap' }
  const later = first.span.from > second.span.from ? 'first' : 'second'
  const [now, before] = later === 'first' ? [first, second] : [second, first]
  return { kind: 'verdict', later, comparison: compareCounts(now.count, before.count) }
}
