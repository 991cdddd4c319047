/**
 * The time window of a view. Presets end at the city's as-of instant, never at the wall clock.
 * Instants are epoch milliseconds; `from` is inside the window, `to` is not.
 */
import { instantAt, startOfDate, wallClockAt } from './zonedTime.ts'

export const presets = ['24h', '7d', '30d', '90d', 'thisYear', 'lastYear'] as const
export type Preset = (typeof presets)[number]

export type TimeWindow = { preset: Preset } | { preset: 'custom'; from: number; to: number }

export const defaultWindow: TimeWindow = { preset: '30d' }

export interface Span {
  from: number
  to: number
}

export const dayMs = 86_400_000

const lengths = { '24h': dayMs, '7d': 7 * dayMs, '30d': 30 * dayMs, '90d': 90 * dayMs } as const

/** The instants a window stands for in a city. */
export function spanOf(window: TimeWindow, asOf: number, timeZone: string): Span {
  switch (window.preset) {
    case 'custom':
      return { from: window.from, to: window.to }
    case 'thisYear':
      return { from: startOfDate(`${wallClockAt(asOf, timeZone).year()}-01-01`, timeZone), to: asOf }
    case 'lastYear': {
      const year = wallClockAt(asOf, timeZone).year()
      return { from: startOfDate(`${year - 1}-01-01`, timeZone), to: startOfDate(`${year}-01-01`, timeZone) }
    }
    default:
      return { from: asOf - lengths[window.preset], to: asOf }
  }
}

/** The same stretch of the calendar one year earlier. */
export function yearEarlier(span: Span, timeZone: string): Span {
  const back = (instant: number) => instantAt(wallClockAt(instant, timeZone).subtract(1, 'year'), timeZone)
  return { from: back(span.from), to: back(span.to) }
}

/** Whole days, rounded; at least 1. */
export function daysOf(span: Span): number {
  return Math.max(1, Math.round((span.to - span.from) / dayMs))
}
