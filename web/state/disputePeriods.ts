/** The periods disputes are counted over: what the server offers, as spans of the city's calendar and as words. */
import {
  dateOfMonth,
  isWhole,
  monthHolding,
  monthStarting,
  type Period,
  periodsWithin,
} from '../../api/statistics/periods.ts'
import type { Outputs } from '../trpc.ts'
import type { Span } from './timeWindow.ts'
import { startOfDate, wallClockAt } from './zonedTime.ts'

export type DisputeOffer = Outputs['disputes']['offers'][number]['offers'][number]

export interface OfferedPeriod {
  period: Period
  /** 2025, 2023–2025, 2026 Q3, 2026-10 */
  name: string
  span: Span
}

const monthsOf = (offer: DisputeOffer) => ({ from: monthHolding(offer.from), to: monthHolding(offer.to) })

/** Offers of a level (null: the whole city) for all disputes in one count, or by type. */
export function offersOf(
  offers: readonly DisputeOffer[],
  level: string | null,
  types: boolean,
): DisputeOffer[] {
  return offers.filter((offer) => offer.level === level && offer.types === types)
}

/** Every single period of some offers, newest first, longest kinds of periods first. */
export function offeredPeriods(offers: readonly DisputeOffer[], timeZone: string): OfferedPeriod[] {
  return offers.flatMap((offer) =>
    periodsWithin(monthsOf(offer), offer.period)
      .reverse()
      .map(({ from, to }) => ({
        period: offer.period,
        name: periodName(offer.period, dateOfMonth(from)),
        span: {
          from: startOfDate(dateOfMonth(from), timeZone),
          to: startOfDate(dateOfMonth(to), timeZone),
        },
      })),
  )
}

/** @param date The day it begins, 2026-07-01. */
export function periodName(period: Period, date: string): string {
  const year = Number(date.slice(0, 4))
  switch (period) {
    case 'month':
      return date.slice(0, 7)
    case 'quarter':
      return `${year} Q${Math.floor((Number(date.slice(5, 7)) - 1) / 3) + 1}`
    case 'year':
      return String(year)
    case 'threeYears':
      return `${year}–${year + 2}`
  }
}

/** True when a window is one that some offer answers. */
export function isOffered(span: Span, offers: readonly DisputeOffer[], timeZone: string): boolean {
  const month = (instant: number) => {
    const clock = wallClockAt(instant, timeZone)
    return clock.isSame(clock.startOf('day')) ? monthStarting(clock.format('YYYY-MM-DD')) : undefined
  }
  const from = month(span.from)
  const to = month(span.to)
  if (from === undefined || to === undefined) return false
  return offers.some((offer) => {
    const told = monthsOf(offer)
    return isWhole({ from, to }, offer.period) && told.from <= from && to <= told.to
  })
}

/** The finest level that is answered by the year: the one to begin with. */
export function firstLevel(offers: readonly DisputeOffer[], types: boolean): string | null {
  const levels = offers.filter((offer) => offer.types === types && offer.period !== 'threeYears')
  const grids = new Set(offers.filter((offer) => offer.period === 'threeYears').map((offer) => offer.level))
  return levels.findLast((offer) => !grids.has(offer.level))?.level ?? null
}
