/** A set of hours of the week in words. */
import type { Language } from '../map/scene.ts'
import { boxesOf, hoursPerWeek } from '../state/weekHours.ts'
import { weekdayName } from './seriesText.ts'

const clock = (hour: number) => `${String(hour).padStart(2, '0')}:00`

/** 周一–周五 08:00–18:00; more than two boxes: how many hours a week. */
export function hoursText(hours: readonly number[], language: Language): string {
  const boxes = boxesOf(hours)
  if (boxes.length > 2)
    return language === 'zh' ? `每周 ${hours.length} 小时` : `${hours.length} of ${hoursPerWeek} hours a week`
  return boxes
    .map(({ days: [first, last], hours: [from, to] }) => {
      const days =
        first === last
          ? weekdayName(first, language)
          : first === 0 && last === 6
            ? language === 'zh'
              ? '每天'
              : 'daily'
            : `${weekdayName(first, language)}–${weekdayName(last, language)}`
      return from === 0 && to === 23 ? days : `${days} ${clock(from)}–${clock(to + 1)}`
    })
    .join(language === 'zh' ? '、' : ', ')
}
