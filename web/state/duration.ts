/** Spans of time as people write them. */
import type { Language } from '../map/scene.ts'

const units = [
  { seconds: 86_400, zh: '天', en: 'd' },
  { seconds: 3600, zh: '小时', en: 'h' },
  { seconds: 60, zh: '分', en: 'min' },
  { seconds: 1, zh: '秒', en: 's' },
] as const

/** 130 → "2 分 10 秒" / "2 min 10 s": the two largest units that are not nothing. @param seconds at least 0 */
export function formatSpan(seconds: number, language: Language): string {
  let rest = Math.max(0, Math.ceil(seconds))
  const parts: string[] = []
  for (const unit of units) {
    const count = Math.floor(rest / unit.seconds)
    rest -= count * unit.seconds
    if (count > 0) parts.push(`${count} ${unit[language]}`)
    if (parts.length === 2) break
  }
  return parts.length > 0 ? parts.join(' ') : `0 ${units[3][language]}`
}
