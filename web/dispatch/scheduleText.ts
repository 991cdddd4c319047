import type { Translate } from '../i18n/translate.ts'

export interface ShownSpan {
  days: readonly number[]
  from: number
  to: number
}

/** 1200 → '20:00'; the end of a day is 24:00. */
export function clockText(minutes: number): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

/** '20:30' → 1230; null for what is no time of day. */
export function clockMinutes(text: string): number | null {
  const match = /^(\d{2}):(\d{2})/.exec(text)
  if (!match) return null
  const minutes = Number(match[1]) * 60 + Number(match[2])
  return minutes <= 1440 && Number(match[2]) < 60 ? minutes : null
}

/** 一–五 20:00–22:00 */
export function spanText(t: Translate, { days, from, to }: ShownSpan): string {
  const words = t('dispatch.days', { returnObjects: true })
  const sorted = [...days].sort((a, b) => a - b)
  const ranges: [number, number][] = []
  for (const day of sorted) {
    const last = ranges.at(-1)
    if (last && day === last[1] + 1) last[1] = day
    else ranges.push([day, day])
  }
  const text = ranges
    .map(([first, last]) => (first === last ? words[first] : `${words[first]}–${words[last]}`))
    .join(' ')
  return `${text} ${clockText(from)}–${clockText(to)}`
}
