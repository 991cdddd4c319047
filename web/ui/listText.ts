import type { Language } from '../map/scene.ts'

const english = new Intl.ListFormat('en-GB')

/** Words one after the other, as the language lists them: 甲、乙、丙; A, B and C. */
export function listText(words: readonly string[], language: Language): string {
  return language === 'zh' ? words.join('、') : english.format(words)
}
