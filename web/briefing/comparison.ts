export type Verdict = 'normal' | 'more' | 'fewer'

export interface Comparison {
  now: number
  before: number
  /** 2(√now − √before): how many standard deviations `now` lies from `before` when `before` is taken as what to expect. */
  z: number
  verdict: Verdict
  /** Change in per cent, or null when the base is too small to carry a percentage. */
  percent: number | null
}

/** From this many standard deviations a difference is called unusual. */
export const UNUSUAL_Z = 2

/** Below this many incidents in both windows together no difference is called unusual: 1 after 0 says nothing. */
export const FEWEST_TO_JUDGE = 10

/** A percentage on a smaller base than this says nothing. */
export const SMALLEST_BASE = 20

/**
 * Compares two counts of the same thing over windows of the same length.
 * The square root makes the spread of a count independent of its size (Anscombe 1948), so one threshold fits all.
 * @throws RangeError when a count is negative or not a number.
 */
export function compareCounts(now: number, before: number): Comparison {
  if (!(now >= 0) || !(before >= 0))
    throw new RangeError(`Expected two counts of 0 or more, got ${now} and ${before}.`)
  const z = 2 * (Math.sqrt(now) - Math.sqrt(before))
  const judged = now + before >= FEWEST_TO_JUDGE
  return {
    now,
    before,
    z,
    verdict: judged && z >= UNUSUAL_Z ? 'more' : judged && z <= -UNUSUAL_Z ? 'fewer' : 'normal',
    percent: before < SMALLEST_BASE ? null : ((now - before) / before) * 100,
  }
}
