/**
 * Instants (epoch milliseconds) and the calendar of a city's time zone. Arithmetic is done on the wall clock and turned
 * back into an instant: a day later is the same time of day, also where the clocks change in between.
 */
import dayjs, { type Dayjs } from 'dayjs'
import timezone from 'dayjs/plugin/timezone.js'
import utc from 'dayjs/plugin/utc.js'
import type { Language } from '../map/scene.ts'

dayjs.extend(utc)
dayjs.extend(timezone)

const wallClock = 'YYYY-MM-DD HH:mm:ss.SSS'

/** The wall clock of a time zone at an instant: read and reckon with it, then ask `instantAt`. */
export function wallClockAt(instant: number, timeZone: string): Dayjs {
  // Through text, because arithmetic on a zoned Dayjs keeps the offset of the day it started from.
  return dayjs.utc(dayjs(instant).tz(timeZone).format(wallClock))
}

/** The instant at which a wall clock shows this time. */
export function instantAt(local: Dayjs, timeZone: string): number {
  return dayjs.tz(local.format(wallClock), timeZone).valueOf()
}

/** The instant at which a calendar day (`2026-11-22`) begins in a time zone. */
export function startOfDate(date: string, timeZone: string): number {
  return dayjs.tz(`${date} 00:00:00`, timeZone).valueOf()
}

/** The instant at which the day after the one that holds `instant` begins. */
export function startOfNextDay(instant: number, timeZone: string): number {
  return instantAt(wallClockAt(instant, timeZone).startOf('day').add(1, 'day'), timeZone)
}

const weekdays: Record<Language, readonly string[]> = {
  zh: ['周日', '周一', '周二', '周三', '周四', '周五', '周六'],
  en: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'],
}

/** 2026-11-22 14:32 (周日) */
export function formatInstant(instant: number, timeZone: string, language: Language): string {
  const local = wallClockAt(instant, timeZone)
  return `${local.format('YYYY-MM-DD HH:mm')} (${weekdays[language][local.day()]})`
}

/** Asia/Shanghai (UTC+08:00): by its name and by what it is ahead of UTC at an instant. */
export function zoneText(timeZone: string, instant: number): string {
  return timeZone === 'UTC' ? timeZone : `${timeZone} (UTC${dayjs(instant).tz(timeZone).format('Z')})`
}

/** 2026-11-22 */
export function formatDate(instant: number, timeZone: string): string {
  return wallClockAt(instant, timeZone).format('YYYY-MM-DD')
}
