import { hourOfWeek } from '../../geodata/localTime.ts'

/** Hours of the week, in the city's own time: what clocks on the wall show counts, whatever they are changed to. */

/** The same hours on some days. */
export interface ScheduleSpan {
  /** 0 Monday … 6 Sunday: the days on which it begins. */
  days: readonly number[]
  /** Minutes of the day, 0 … 1439. */
  from: number
  /** Minutes of the day, 0 … 1440; at or before `from`: it ends on the next day. */
  to: number
}

const DAY = 1440
const WEEK = 7 * DAY

/** Minutes a span lasts; from a time to the same time is a whole day. */
export function spanMinutes({ from, to }: ScheduleSpan): number {
  return to > from ? to - from : to + DAY - from
}

/** Whether a schedule holds at a local time (geodata/localTime.ts); the end of a span belongs to it no more. */
export function isInSchedule(schedule: readonly ScheduleSpan[], local: number): boolean {
  const minute = hourOfWeek(local) * 60 + (((Math.floor(local / 60_000) % 60) + 60) % 60)
  return schedule.some((span) =>
    span.days.some((day) => (minute - (day * DAY + span.from) + WEEK) % WEEK < spanMinutes(span)),
  )
}
