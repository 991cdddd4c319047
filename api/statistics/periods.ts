/**
 * Whole periods of the calendar as whole numbers of months, so that windows can be compared without a clock.
 * A month is year × 12 + (month − 1) of the city's own calendar: January 2025 is 24,300.
 */

export type Period = 'month' | 'quarter' | 'year' | 'threeYears'

const MONTHS: Record<Period, number> = { month: 1, quarter: 3, year: 12, threeYears: 36 }
/** The first month of a block of three years: blocks are 2023–2025, 2026–2028 … whenever and whoever asks. */
const ORIGIN = 2023 * 12

/** Months [from, to). */
export interface MonthSpan {
  from: number
  to: number
}

export function monthsIn(period: Period): number {
  return MONTHS[period]
}

/** True when each `coarse` period is made of whole `fine` ones. */
export function consistsOf(coarse: Period, fine: Period): boolean {
  return MONTHS[coarse] % MONTHS[fine] === 0
}

/** The first month of the period that holds a month. */
export function startOfPeriod(month: number, period: Period): number {
  const length = MONTHS[period]
  return Math.floor((month - ORIGIN) / length) * length + ORIGIN
}

/** The first period that begins with or after a month. */
export function nextStart(month: number, period: Period): number {
  return startOfPeriod(month + MONTHS[period] - 1, period)
}

/** The whole periods that lie within a span, oldest first. */
export function periodsWithin({ from, to }: MonthSpan, period: Period): MonthSpan[] {
  const length = MONTHS[period]
  const periods: MonthSpan[] = []
  for (let start = nextStart(from, period); start + length <= to; start += length) {
    periods.push({ from: start, to: start + length })
  }
  return periods
}

/** True for one or more whole periods. */
export function isWhole({ from, to }: MonthSpan, period: Period): boolean {
  return from < to && startOfPeriod(from, period) === from && startOfPeriod(to, period) === to
}

/** The span of whole periods inside `offered` nearest to one asked for; undefined when nothing whole is offered. */
export function nearestWhole(asked: MonthSpan, period: Period, offered: MonthSpan): MonthSpan | undefined {
  const [first] = periodsWithin(offered, period)
  const last = periodsWithin(offered, period).at(-1)
  if (!first || !last) return undefined
  const length = MONTHS[period]
  const nearest = (month: number) => startOfPeriod(month + Math.floor(length / 2), period)
  const from = Math.min(Math.max(nearest(asked.from), first.from), last.from)
  const to = Math.min(Math.max(nearest(asked.to), from + length), last.to)
  return { from, to }
}

/** "2025-01-01": the day a month begins. */
export function dateOfMonth(month: number): string {
  const year = Math.floor(month / 12)
  return `${String(year).padStart(4, '0')}-${String(month - year * 12 + 1).padStart(2, '0')}-01`
}

/** The month that begins on a day, or undefined for a day inside a month. @param date "2025-01-01" */
export function monthStarting(date: string): number | undefined {
  const match = /^(\d{4})-(\d{2})-01$/.exec(date)
  return match ? Number(match[1]) * 12 + Number(match[2]) - 1 : undefined
}

/** The month that holds a day. @param date "2025-01-17" */
export function monthHolding(date: string): number {
  return Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1
}
