/** What is normal for this weekday and time of day: the least and the most seen in earlier weeks. */
export interface NormalRange {
  low: number
  high: number
  /** Weeks observed. A new ordinary week falls inside with probability (weeks − 1) / (weeks + 1), whatever the distribution. */
  weeks: number
}

/** Below this many weeks a range would be read as more than it is. */
export const FEWEST_WEEKS = 8

export function normalRange(counts: readonly number[]): NormalRange | null {
  if (counts.length < FEWEST_WEEKS) return null
  return { low: Math.min(...counts), high: Math.max(...counts), weeks: counts.length }
}

export type RangeVerdict = 'below' | 'inside' | 'above'

export function againstRange(count: number, range: NormalRange): RangeVerdict {
  return count < range.low ? 'below' : count > range.high ? 'above' : 'inside'
}
