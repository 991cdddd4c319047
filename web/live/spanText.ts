import type { Translate } from '../i18n/translate.ts'
import { ageOf } from '../wall/age.ts'

/** A span in its one fitting unit: 12 秒, 3 分. @param milliseconds below 0 counts as 0 */
export function spanText(t: Translate, milliseconds: number): string {
  const { unit, count } = ageOf(milliseconds)
  return t(`live.age.${unit}`, { count })
}
