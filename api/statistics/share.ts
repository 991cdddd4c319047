import { checkCount, SMALLEST_BASE } from './base.ts'
import { normalQuantile } from './normal.ts'

/** Both ends as fractions, 0 to 1. */
export interface Interval {
  low: number
  high: number
}

/** A part of a whole, n/N, and what may be said about it. */
export interface Share {
  part: number
  whole: number
  /** part/whole, 0 to 1; null on a base too small to speak of a percentage: then only n/N is shown. */
  fraction: number | null
  /** 95 % interval of the fraction; null where the fraction is. */
  interval: Interval | null
}

/** How sure an interval is to hold the true share. */
export const CONFIDENCE = 0.95

/**
 * Score interval of a share (Wilson 1927): holds near 0 and 1 and for few cases, never leaves 0 to 1.
 * @param part of `whole` cases. @param confidence 0 < c < 1. @throws RangeError unless 0 ≤ part ≤ whole and whole > 0.
 */
export function wilson(part: number, whole: number, confidence = CONFIDENCE): Interval {
  checkCount(part, 'the part')
  if (!(whole > 0) || part > whole)
    throw new RangeError(`Expected a part of a whole above 0, got ${part} of ${whole}.`)
  const z = normalQuantile((1 + confidence) / 2)
  const share = part / whole
  const scale = 1 + (z * z) / whole
  const middle = (share + (z * z) / (2 * whole)) / scale
  const spread = (z * Math.sqrt((share * (1 - share)) / whole + (z * z) / (4 * whole * whole))) / scale
  return {
    low: part === 0 ? 0 : Math.max(0, middle - spread),
    high: part === whole ? 1 : Math.min(1, middle + spread),
  }
}

/**
 * A share with its interval, or without a percentage where the base is under twenty.
 * @throws RangeError unless 0 ≤ part ≤ whole.
 */
export function shareOf(part: number, whole: number): Share {
  checkCount(part, 'the part')
  checkCount(whole, 'the whole')
  if (part > whole) throw new RangeError(`Expected a part of the whole, got ${part} of ${whole}.`)
  if (whole < SMALLEST_BASE) return { part, whole, fraction: null, interval: null }
  return { part, whole, fraction: part / whole, interval: wilson(part, whole) }
}
