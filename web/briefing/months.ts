import { wallClockAt } from '../state/zonedTime.ts'

export interface MonthPair {
  year: number
  /** 1 to 12. */
  month: number
  /** null where the data begins later. */
  now: number | null
  /** null where the data does not reach that far back. */
  lastYear: number | null
  /** True for the month that `asOf` cuts short, this year and last alike. */
  partial: boolean
}

interface Series {
  start: readonly number[]
  count: readonly number[]
}

/**
 * Lays this year's months beside last year's; a month without a bucket counts zero, one that begins before the data
 * does has no number at all. @param dataStart instant of the first month with data.
 */
export function pairMonths(
  now: Series,
  lastYear: Series,
  asOf: number,
  timeZone: string,
  dataStart: number,
): MonthPair[] {
  /** Months since year 0, January = 0. */
  const monthsAt = (instant: number) => {
    const local = wallClockAt(instant, timeZone)
    return local.year() * 12 + local.month()
  }
  const counts = new Map<number, number>()
  for (const series of [now, lastYear]) {
    series.start.forEach((start, index) => {
      const months = monthsAt(start)
      counts.set(months, (counts.get(months) ?? 0) + series.count[index])
    })
  }
  const last = monthsAt(asOf)
  const first = Number.isFinite(dataStart) ? monthsAt(dataStart) : Number.POSITIVE_INFINITY
  return Array.from({ length: 12 }, (_, index) => {
    const months = last - 11 + index
    return {
      year: Math.floor(months / 12),
      month: (months % 12) + 1,
      now: months < first ? null : (counts.get(months) ?? 0),
      lastYear: months - 12 < first ? null : (counts.get(months - 12) ?? 0),
      partial: months === last,
    }
  })
}
