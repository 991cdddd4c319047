/** How the bars of a series are written. */
import type { Language } from '../map/scene.ts'
import { wallClockAt } from '../state/zonedTime.ts'
import type { SeriesBucket } from './buckets.ts'

const weekdays: Record<Language, readonly string[]> = {
  zh: ['周一', '周二', '周三', '周四', '周五', '周六', '周日'],
  en: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'],
}

/** 0 = Monday. */
export function weekdayName(day: number, language: Language): string {
  return weekdays[language][day]
}

/** On the axis: 11-22, 14:00, 2026-11. */
export function axisText(start: number, bucket: SeriesBucket, timeZone: string): string {
  const clock = wallClockAt(start, timeZone)
  switch (bucket) {
    case 'hour':
      return clock.hour() === 0 ? clock.format('MM-DD') : clock.format('HH:00')
    case 'month':
      return clock.format('YYYY-MM')
    default:
      return clock.format('MM-DD')
  }
}

/** In full: 2026-11-22 周日 14:00–15:00, the week from 2026-11-16, 2026-11. */
export function bucketText(
  start: number,
  bucket: SeriesBucket,
  timeZone: string,
  language: Language,
): string {
  const clock = wallClockAt(start, timeZone)
  const day = `${clock.format('YYYY-MM-DD')} ${weekdayName((clock.day() + 6) % 7, language)}`
  switch (bucket) {
    case 'hour':
      return `${day} ${clock.format('HH:00')}–${clock.add(1, 'hour').format('HH:00')}`
    case 'day':
      return day
    case 'week':
      return language === 'zh'
        ? `${clock.format('YYYY-MM-DD')} 起一周`
        : `week from ${clock.format('YYYY-MM-DD')}`
    case 'month':
      return clock.format('YYYY-MM')
  }
}
