/** Windows a briefing can speak about. Every one ends at the city's `asOf`, never at the wall clock. Instants are epoch milliseconds. */

export type PeriodName = '30d' | '90d' | '12m'

export const PERIOD_NAMES: readonly PeriodName[] = ['30d', '90d', '12m']

export interface Window {
  from: number
  to: number
}

export interface Period {
  name: PeriodName
  now: Window
  /** The same window one calendar year earlier. */
  lastYear: Window
}

const DAY = 86_400_000

/** The same instant one calendar year earlier; 29 February becomes 1 March. */
export function yearBefore(instant: number): number {
  const date = new Date(instant)
  date.setUTCFullYear(date.getUTCFullYear() - 1)
  return date.getTime()
}

export function periodEndingAt(asOf: number, name: PeriodName): Period {
  const days = { '30d': 30, '90d': 90, '12m': null }[name]
  const from = days === null ? yearBefore(asOf) : asOf - days * DAY
  return { name, now: { from, to: asOf }, lastYear: { from: yearBefore(from), to: yearBefore(asOf) } }
}

/** Year and month (1 to 12) of an instant on the calendar of a time zone. */
export function localMonth(instant: number, timeZone: string): { year: number; month: number } {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    year: 'numeric',
    month: 'numeric',
  }).formatToParts(instant)
  const part = (type: string) => Number(parts.find((each) => each.type === type)?.value)
  return { year: part('year'), month: part('month') }
}

/** Local midnight of the first of the month that lies `monthsBack` months before the month of `instant`. */
export function startOfMonth(instant: number, timeZone: string, monthsBack: number): number {
  const { year, month } = localMonth(instant, timeZone)
  const utc = Date.UTC(year, month - 1 - monthsBack, 1)
  return utc - offsetAt(utc - offsetAt(utc, timeZone), timeZone)
}

/** Milliseconds by which local time is ahead of UTC at an instant. */
function offsetAt(instant: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(instant)
  const part = (type: string) => Number(parts.find((each) => each.type === type)?.value)
  const local = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  )
  return local - Math.floor(instant / 1000) * 1000
}

/** Twelve month buckets up to `asOf` and the twelve a year earlier, both cut at the same day of the last month. */
export function monthWindows(asOf: number, timeZone: string): { now: Window; lastYear: Window } {
  return {
    now: { from: startOfMonth(asOf, timeZone, 11), to: asOf },
    lastYear: { from: startOfMonth(asOf, timeZone, 23), to: yearBefore(asOf) },
  }
}
