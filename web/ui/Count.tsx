import { useTranslation } from 'react-i18next'
import { useLanguage } from '../hooks/useView.ts'
import styles from './figures.module.css'
import { formatCount, formatMeasure, formatTenths } from './numbers.ts'
import { Told } from './Told.tsx'

interface CountProps {
  /** null: hidden by the rule for small numbers. undefined: not known. Unknown is a dash, never 0. */
  value: number | null | undefined
  /** Why a hidden count is hidden, in words. */
  why?: string
  marked?: boolean
  className?: string
  testId?: string
}

/** A count. Hidden ones are hatched and say why. */
export function Count({ value, why, marked, className, testId }: CountProps) {
  const language = useLanguage()
  if (value === null) return <Suppressed why={why} testId={testId} />
  if (value === undefined) return <None />
  return (
    <Told kind="count" marked={marked} className={className} testId={testId}>
      {formatCount(value, language)}
    </Told>
  )
}

interface MeasureProps {
  value: number | null | undefined
  /** `tenths` in a column whose decimals stand under one another. */
  digits?: 'significant' | 'tenths'
  marked?: boolean
}

/** A length, an area, a time: what is measured and not counted. The unit is the caller's, in small type. */
export function Measure({ value, digits = 'significant', marked }: MeasureProps) {
  const language = useLanguage()
  if (value == null) return <None />
  return (
    <Told kind="measure" marked={marked}>
      {(digits === 'tenths' ? formatTenths : formatMeasure)(value, language)}
    </Told>
  )
}

/** A number the rule for small numbers keeps: hatched, with the words why. */
export function Suppressed({ why, testId }: { why?: string; testId?: string }) {
  const { t } = useTranslation()
  return (
    <Told kind="hidden" className={styles.hatched} more={[why ?? t('number.hiddenWhy')]} testId={testId}>
      <span className={styles.unseen}>{t('number.hidden')}</span>
    </Told>
  )
}

/** Where there is no number: not a zero. */
export function None() {
  const { t } = useTranslation()
  return (
    <span className={styles.soft} title={t('number.noData')}>
      —
    </span>
  )
}
