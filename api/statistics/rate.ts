import { checkCount, SMALLEST_BASE } from './base.ts'

/** A count related to its base, always carried together: "1.3 per 1,000 (37 / 28,904)". */
export interface Rate {
  count: number
  /** Square kilometres, or residents. */
  base: number
  /** What the rate is told for: 1 km², 1,000 residents. */
  per: number
  /** count/base × per; null where there is no base, or too few residents to speak of a rate. */
  rate: number | null
  /**
   * True where fewer than twenty cases carry the rate: its standard error is more than 22 % of it (1/√20), the limit
   * below which health statistics call a rate unreliable. It is shown, and said to rest on few.
   */
  few: boolean
}

function rateOf(count: number, base: number, per: number, smallestBase: number): Rate {
  checkCount(count, 'the count')
  const usable = Number.isFinite(base) && base > 0 && base >= smallestBase
  return { count, base, per, rate: usable ? (count / base) * per : null, few: count < SMALLEST_BASE }
}

/** Incidents for each square kilometre. @param areaKm2 of the same area the count is of. */
export function perKm2(count: number, areaKm2: number): Rate {
  return rateOf(count, areaKm2, 1, 0)
}

/** Incidents for each 1,000 residents of the place (not of those who pass through it); none under twenty residents. */
export function per1000Residents(count: number, residents: number): Rate {
  return rateOf(count, residents, 1000, SMALLEST_BASE)
}
