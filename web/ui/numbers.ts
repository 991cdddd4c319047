/** Numbers as text: thousands separated, a true minus, no false precision. */
import type { Language } from '../map/scene.ts'

const locales: Record<Language, string> = { zh: 'zh-CN', en: 'en-GB' }

/** 40213 → 40,213 */
export function formatCount(value: number, language: Language): string {
  return new Intl.NumberFormat(locales[language], { maximumFractionDigits: 0 })
    .format(value)
    .replace('-', '−')
}

/** Three significant digits at most below 100, whole above: 0.0412, 8.37, 439. */
export function formatMeasure(value: number, language: Language): string {
  const options: Intl.NumberFormatOptions =
    Math.abs(value) >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 }
  return new Intl.NumberFormat(locales[language], options).format(value).replace('-', '−')
}

/** −1.9 */
export function formatZ(z: number): string {
  return z.toFixed(1).replace('-', '−')
}
