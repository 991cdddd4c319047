/** Numbers as text: thousands separated, a true minus, no false precision. Nothing else in `web/` writes a number. */
import type { Language } from '../map/scene.ts'

const locales: Record<Language, string> = { zh: 'zh-CN', en: 'en-GB' }

function text(value: number, language: Language, options: Intl.NumberFormatOptions): string {
  return new Intl.NumberFormat(locales[language], options).format(value).replace('-', '−')
}

/** 40213 → 40,213 */
export function formatCount(value: number, language: Language): string {
  return text(value, language, { maximumFractionDigits: 0 })
}

/** Three significant digits at most below 100, whole above: 0.0412, 8.37, 439. */
export function formatMeasure(value: number, language: Language): string {
  return text(
    value,
    language,
    Math.abs(value) >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 },
  )
}

/** The number `formatMeasure` writes, as a number. */
export function roundedMeasure(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3))
}

/** Always one decimal, for a column of measures that stand under one another: 8.4, 439.8. */
export function formatTenths(value: number, language: Language): string {
  return text(value, language, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
}

/** A number as a source printed it: all its decimals, up to four. */
export function formatPrinted(value: number, language: Language): string {
  return text(value, language, { maximumFractionDigits: 4 })
}

/** `+` before what is above zero. */
export function formatSigned(value: number, written: string): string {
  return value > 0 ? `+${written}` : written
}

/** −1.9 */
export function formatZ(z: number): string {
  return z.toFixed(1).replace('-', '−')
}

/** A probability: "< 0.001", "0.004", "0.23". */
export function formatProbability(p: number): string {
  if (p < 0.001) return '< 0.001'
  return p.toFixed(p < 0.1 ? 3 : 2)
}

/** A number without a unit and never far from 1 or 0 (a ratio, a correlation, an index): two decimals below ten, one above. */
export function formatRatio(value: number): string {
  return value.toFixed(Math.abs(value) < 10 ? 2 : 1).replace('-', '−')
}

/** 1,234 → 1.2k, for marks on the map where four digits do not fit. */
export function formatThousands(value: number): string {
  if (value < 1000) return String(value)
  return value < 10_000 ? `${(value / 1000).toFixed(1)}k` : `${Math.round(value / 1000)}k`
}

/** From this base on a percentage carries a decimal: there a tenth of a per cent is at least one case. */
const BASE_OF_TENTHS = 1000

const digitsOn = (whole: number) => (whole >= BASE_OF_TENTHS ? 1 : 0)

/**
 * 89 %, or 98.7 % on a base of a thousand and more. 100 % is said of all and of nothing less, 0 % of none.
 * @param fraction 0 to 1. @param whole the base it is a fraction of.
 */
export function formatPercent(fraction: number, whole: number): string {
  const digits = digitsOn(whole)
  const written = (fraction * 100).toFixed(digits)
  const unit = 10 ** -digits
  if (fraction < 1 && Number(written) >= 100) return `> ${(100 - unit).toFixed(digits)}\u00a0%`
  if (fraction > 0 && Number(written) === 0) return `< ${unit.toFixed(digits)}\u00a0%`
  return `${written}\u00a0%`
}

/** Ends of an interval with as many decimals as the share itself: 75–96, beside a percentage that has the unit. */
export function formatLimits(limits: { low: number; high: number }, whole: number): string {
  const digits = digitsOn(whole)
  return `${(limits.low * 100).toFixed(digits)}–${(limits.high * 100).toFixed(digits)}`
}

/** 75–96 %, where the interval stands alone. */
export function formatInterval(limits: { low: number; high: number }, whole: number): string {
  return `${formatLimits(limits, whole)}\u00a0%`
}

/** The unit as sources print it. */
export const PERCENT_SIGN = '%'

/** A change in per cent without its sign, whole: 51 %. */
export function formatChange(percent: number): string {
  return `${Math.round(Math.abs(percent))}\u00a0%`
}

/** The setting of a slider, 0 to 100: no number about the city. */
export function formatSetting(percent: number): string {
  return `${Math.round(percent)}\u00a0%`
}

/** A value between words of a sentence: whole numbers with thousands separated, others with three digits. */
export function formatInSentence(value: number, language: Language): string {
  return Number.isInteger(value) ? formatCount(value, language) : formatMeasure(value, language)
}
