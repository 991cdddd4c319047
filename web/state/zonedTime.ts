/** Instants (epoch milliseconds) and the calendar of a city's time zone. */
import dayjs, { type Dayjs } from 'dayjs'
import timezone from 'dayjs/plugin/timezone.js'
import utc from 'dayjs/plugin/utc.js'
import type { Language } from '../map/scene.ts'

dayjs.extend(utc)
dayjs.extend(timezone)

/** An instant on the calendar of a time zone. */
export function zoned(instant: number, timeZone: string): Dayjs {
  return dayjs(instant).tz(timeZone)
}

/** The instant at which a calendar day (`2026-11-22`) begins in a time zone. */
export function startOfDate(date: string, timeZone: string): number {
  return dayjs.tz(`${date} 00:00:00`, timeZone).valueOf()
}

const weekdays: Record<Language, readonly string[]> = {
  zh: ['周日', '周一', '周二', '周三', '周四', '周五', '周六'],
  en: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'],
}

/** 2026-11-22 14:32 (周日) */
export function formatInstant(instant: number, timeZone: string, language: Language): string {
  const local = zoned(instant, timeZone)
  return `${local.format('YYYY-MM-DD HH:mm')} (${weekdays[language][local.day()]})`
}

/** 2026-11-22 */
export function formatDate(instant: number, timeZone: string): string {
  return zoned(instant, timeZone).format('YYYY-MM-DD')
}
