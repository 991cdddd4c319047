import { checkCount, SMALLEST_BASE } from './base.ts'
import { normalQuantile } from './normal.ts'

/** Within normal variation, unusually many, unusually few, or too few counted to say. */
export type Verdict = 'normal' | 'more' | 'fewer' | 'few'

export interface Comparison {
  now: number
  before: number
  /** 2(√now − √before). */
  z: number
  verdict: Verdict
  /** From this |z| the verdict is "unusual". */
  unusualFrom: number
  /** Change in per cent, or null when the base is too small to carry a percentage. */
  percent: number | null
}

/** How often chance alone may mark anything at all as unusual on one reading, however many are read together. */
export const FALSE_ALARM = 0.05

/** Below this many incidents in both windows together there is no verdict: 1 after 0 says nothing. */
export const FEWEST_TO_JUDGE = 10

/**
 * The |z| from which a difference is called unusual. The only place where that is decided:
 *
 * - The root of a random (Poisson) count has a variance near 1/4 whatever its size, so 2(√now − √before) of *two* random
 *   counts with the same mean has variance 2, not 1. |z| ≥ 2 comes up one time in six although nothing changed; one
 *   time in twenty is |z| ≥ 1.96·√2 = 2.77.
 * - Of 797 grids looked at together, 2.77 would still mark about 40 by chance, and 2 about 125. The bar therefore rises
 *   with the number of comparisons of the same sort (Bonferroni): all of them together give a false alarm one time in
 *   twenty. 2.77 for one, 3.87 for 8, 4.45 for 30 villages, 5.66 for 797 grids.
 * - `among` counts what is *like* the thing compared (the areas of its level, times the kinds told apart), not what
 *   happens to be on the screen: so that the same two counts get the same verdict in a list, on the map and in a panel.
 *
 * @param among how many comparisons of this sort there are, itself included; 1 or more.
 */
export function unusualFrom(among: number): number {
  if (!(among >= 1)) throw new RangeError(`Expected 1 comparison or more, got ${among}.`)
  return Math.SQRT2 * normalQuantile(1 - FALSE_ALARM / 2 / among)
}

/** 2(√now − √before): the difference of two counts on a scale where its spread does not depend on their size (Anscombe 1948). */
export function zOf(now: number, before: number): number {
  return 2 * (Math.sqrt(now) - Math.sqrt(before))
}

/**
 * Compares two counts of the same thing over windows of the same length.
 * @param among see `unusualFrom`. @throws RangeError when a count is negative or not a number.
 */
export function compareCounts(now: number, before: number, among = 1): Comparison {
  checkCount(now, 'the count now')
  checkCount(before, 'the count before')
  const z = zOf(now, before)
  const limit = unusualFrom(among)
  return {
    now,
    before,
    z,
    verdict: now + before < FEWEST_TO_JUDGE ? 'few' : z >= limit ? 'more' : z <= -limit ? 'fewer' : 'normal',
    unusualFrom: limit,
    percent: before < SMALLEST_BASE ? null : ((now - before) / before) * 100,
  }
}
