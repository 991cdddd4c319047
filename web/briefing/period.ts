/** Windows a briefing can speak about. Every one ends at the city's `asOf`, never at the wall clock. Instants are epoch milliseconds. */
import { dayMs, type Span, yearEarlier } from '../state/timeWindow.ts'
import { instantAt, wallClockAt } from '../state/zonedTime.ts'

export type PeriodName = '30d' | '90d' | '12m'

export const PERIOD_NAMES: readonly PeriodName[] = ['30d', '90d', '12m']

export interface Period {
  name: PeriodName
  now: Span
  /** The same stretch of the calendar a year earlier. */
  lastYear: Span
}

const DAYS = { '30d': 30, '90d': 90 } as const

export function periodEndingAt(asOf: number, name: PeriodName, timeZone: string): Period {
  const aYearAgo = yearEarlier({ from: asOf, to: asOf }, timeZone).from
  const now = { from: name === '12m' ? aYearAgo : asOf - DAYS[name] * dayMs, to: asOf }
  return { name, now, lastYear: yearEarlier(now, timeZone) }
}

/** Local midnight of the first of the month that lies `monthsBack` months before the month of `instant`. */
export function startOfMonth(instant: number, timeZone: string, monthsBack: number): number {
  const first = wallClockAt(instant, timeZone).startOf('month')
  return instantAt(first.subtract(monthsBack, 'month'), timeZone)
}

/** Twelve month buckets up to `asOf` and the twelve a year earlier, both cut at the same day of the last month. */
export function monthWindows(asOf: number, timeZone: string): { now: Span; lastYear: Span } {
  const now = { from: startOfMonth(asOf, timeZone, 11), to: asOf }
  return { now, lastYear: yearEarlier(now, timeZone) }
}
