import { localMonth } from './period.ts'

export interface MonthPair {
  year: number
  /** 1 to 12. */
  month: number
  now: number
  lastYear: number
  /** True for the month that `asOf` cuts short, this year and last alike. */
  partial: boolean
}

interface Series {
  start: readonly number[]
  count: readonly number[]
}

/** Lays this year's months beside last year's; a month without a bucket counts zero. */
export function pairMonths(now: Series, lastYear: Series, asOf: number, timeZone: string): MonthPair[] {
  const last = localMonth(asOf, timeZone)
  const key = (year: number, month: number) => year * 12 + month
  const counts = new Map<number, number>()
  for (const series of [now, lastYear]) {
    series.start.forEach((start, index) => {
      const { year, month } = localMonth(start, timeZone)
      counts.set(key(year, month), (counts.get(key(year, month)) ?? 0) + series.count[index])
    })
  }
  return Array.from({ length: 12 }, (_, index) => {
    const months = key(last.year, last.month) - 11 + index
    const month = ((months - 1) % 12) + 1
    const year = (months - month) / 12
    return {
      year,
      month,
      now: counts.get(months) ?? 0,
      lastYear: counts.get(months - 12) ?? 0,
      partial: index === 11,
    }
  })
}
