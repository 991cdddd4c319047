import { PlanRefusal } from './refusal.ts'

/** A unit in a micro-grid: seconds since any common instant, [from, to). */
export interface Stay {
  cell: number
  from: number
  to: number
  /** Officers seen: a unit's strength, never people. */
  strength: number
  /** Whether it came in a marked vehicle, and whether its lights were on. */
  vehicle: boolean
  lights: boolean
}

/** A time [from, to) in seconds. */
export interface Span {
  from: number
  to: number
}

function check(stays: readonly Stay[], period: Span): void {
  if (!(period.from < period.to)) {
    throw new PlanRefusal(`period: expected its end after its beginning, got ${period.from} to ${period.to}`)
  }
  for (const { cell, from, to, strength } of stays) {
    if (from <= to && Number.isFinite(from) && Number.isFinite(to) && strength > 0) continue
    throw new PlanRefusal(
      `stays: expected an end after the beginning and a strength above 0 in micro-grid ${cell}, got ${from} to ${to} and ${strength}`,
    )
  }
}

/** The part of a stay inside a period, in seconds. */
function inside({ from, to }: Span, period: Span): number {
  return Math.max(0, Math.min(to, period.to) - Math.max(from, period.from))
}

/** Minutes units spent in each micro-grid; two units at once count twice. The sum is that of all stays. */
export function minutesByCell(stays: readonly Stay[], period: Span): Map<number, number> {
  check(stays, period)
  const minutes = new Map<number, number>()
  for (const stay of stays) {
    const spent = inside(stay, period) / 60
    if (spent > 0) minutes.set(stay.cell, (minutes.get(stay.cell) ?? 0) + spent)
  }
  return minutes
}

/** When any unit was in a micro-grid, in order, stays that touch made one. */
export function presence(stays: readonly Stay[], cell: number, period: Span): Span[] {
  check(stays, period)
  const spans: Span[] = []
  const own = stays
    .filter((stay) => stay.cell === cell && inside(stay, period) > 0)
    .sort((a, b) => a.from - b.from)
  for (const { from, to } of own) {
    const start = Math.max(from, period.from)
    const end = Math.min(to, period.to)
    const last = spans.at(-1)
    if (last && start <= last.to) last.to = Math.max(last.to, end)
    else spans.push({ from: start, to: end })
  }
  return spans
}

/** The longest time without any unit, in seconds: the whole period where none came. */
export function longestGap(stays: readonly Stay[], cell: number, period: Span): number {
  let longest = 0
  let since = period.from
  for (const { from, to } of presence(stays, cell, period)) {
    longest = Math.max(longest, from - since)
    since = to
  }
  return Math.max(longest, period.to - since)
}

/**
 * Koper's rule (Justice Quarterly 12, 1995): a hot spot is owed a stop of 10 to 15 minutes about every two hours, and
 * longer ones add little.
 */
export interface StopRule {
  everyS: number
  leastS: number
  mostS: number
}
export const KOPER: StopRule = { everyS: 7200, leastS: 600, mostS: 900 }

/**
 * Stops a hot spot is owed and those it got. The period is cut into blocks of `everyS` from its beginning, a rest that is
 * shorter than half a block owes nothing; a block is paid by a stop of at least `leastS` in it. `overlong` are stops of
 * more than `mostS`.
 */
export function stopsOwed(
  stays: readonly Stay[],
  cell: number,
  period: Span,
  rule: StopRule = KOPER,
): { owed: number; paid: number; overlong: number } {
  const spans = presence(stays, cell, period)
  let owed = 0
  let paid = 0
  for (let from = period.from; period.to - from >= rule.everyS / 2; from += rule.everyS) {
    owed++
    const block = { from, to: Math.min(period.to, from + rule.everyS) }
    if (spans.some((span) => inside(span, block) >= rule.leastS)) paid++
  }
  return { owed, paid, overlong: spans.filter(({ from, to }) => to - from > rule.mostS).length }
}

/** How visible the patrol was, by hour of the week (0: Monday 00–01 of the offset): minutes of officers, vehicles, lights. */
export interface Visibility {
  officers: Float64Array
  vehicles: Float64Array
  lights: Float64Array
}

const HOUR = 3600
const WEEK = 168 * HOUR

/** @param mondayS Seconds at which some week's Monday 00:00 begins on the stays' clock. */
export function visibilityByHourOfWeek(stays: readonly Stay[], period: Span, mondayS: number): Visibility {
  check(stays, period)
  const visibility: Visibility = {
    officers: new Float64Array(168),
    vehicles: new Float64Array(168),
    lights: new Float64Array(168),
  }
  for (const stay of stays) {
    const end = Math.min(stay.to, period.to)
    for (let at = Math.max(stay.from, period.from); at < end; ) {
      const ofWeek = (((at - mondayS) % WEEK) + WEEK) % WEEK
      const hour = Math.min(167, Math.floor(ofWeek / HOUR))
      const next = Math.min(end, at + (hour + 1) * HOUR - ofWeek)
      const minutes = (next - at) / 60
      visibility.officers[hour] += minutes * stay.strength
      if (stay.vehicle) visibility.vehicles[hour] += minutes
      if (stay.lights) visibility.lights[hour] += minutes
      at = next
    }
  }
  return visibility
}
