/** Ages in words, for the data age in the bar and "relative beside absolute for the last day". */
import type { Language } from '../map/scene.ts'

const steps = [
  { limit: 60_000, size: 1000, zh: '秒前', en: ' s ago' },
  { limit: 3_600_000, size: 60_000, zh: '分钟前', en: ' min ago' },
  { limit: 86_400_000, size: 3_600_000, zh: '小时前', en: ' h ago' },
  { limit: Number.POSITIVE_INFINITY, size: 86_400_000, zh: '天前', en: ' d ago' },
] as const

/** 45 秒前 / 45 s ago. What lies ahead of the clock counts as now. @param ageMs milliseconds */
export function formatAge(ageMs: number, language: Language): string {
  const age = Math.max(0, ageMs)
  const step = steps.find((each) => age < each.limit) ?? steps[3]
  const number = Math.floor(age / step.size)
  return language === 'zh' ? `${number} ${step.zh}` : `${number}${step.en}`
}

/** 3 分 05 秒 as `3:05`, hours as `1:03:05`. @param seconds at least 0 */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds)
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60]
  const two = (value: number) => String(value).padStart(2, '0')
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`
}
