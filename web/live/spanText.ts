import type { Translate } from '../i18n/translate.ts'
import { ageOf } from '../wall/age.ts'

/** A span in its one fitting unit: 12 秒, 3 分. @param milliseconds below 0 counts as 0 */
export function spanText(t: Translate, milliseconds: number): string {
  const { unit, count } = ageOf(milliseconds)
  return t(`live.age.${unit}`, { count })
}

const units = [
  ['hours', 3600],
  ['minutes', 60],
] as const

/** A span that somebody set, in the largest unit that tells it: 30 秒, 10 分. */
export function everyText(t: Translate, seconds: number): string {
  const [unit, size] = units.find(([, each]) => seconds % each === 0 || seconds >= 2 * each) ?? ['seconds', 1]
  return t(`live.age.${unit}`, { count: Math.round(seconds / size) })
}

/** How often a source speaks: 应每 30 分. @param learned its past says so, and nobody else */
export function rhythmText(t: Translate, everyS: number, learned: boolean): string {
  return t(learned ? 'live.feeds.learned' : 'live.feeds.every', { every: everyText(t, everyS) })
}
