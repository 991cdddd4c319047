import { useTranslation } from 'react-i18next'
import { type Comparison, compareCounts, FEWEST_TO_JUDGE } from '../../api/statistics/comparison.ts'
import { useLanguage } from '../hooks/useView.ts'
import { None } from './Count.tsx'
import styles from './figures.module.css'
import { formatChange, formatCount, formatZ } from './numbers.ts'
import { Told } from './Told.tsx'

interface ChangeProps {
  now: number
  /** The count of the same period a year earlier; null where there is no data that far back. */
  before: number | null
  /** How many comparisons like this one there are, itself included: see `unusualFrom`. */
  among?: number
}

/** A change as a sentence: last year's count and a plain verdict. */
export function Change({ now, before, among = 1 }: ChangeProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const notes = useComparisonNotes()
  if (before === null) return <p className={styles.change}>{t('number.change.none')}</p>
  const comparison = compareCounts(now, before, among)
  const { verdict, z, percent } = comparison
  const [left, comma, right] = language === 'zh' ? ['（', '，', '）'] : [' (', ', ', ')']
  return (
    <p className={styles.change} data-verdict={verdict}>
      <Told kind="change" more={notes(comparison, among)} verdict={verdict}>
        {t('number.change.sentence', {
          before: formatCount(before, language),
          verdict: t(`number.change.${verdict}`),
        })}
        <span className={styles.soft}>
          {left}
          {percent !== null && (verdict === 'more' || verdict === 'fewer') && (
            <>
              {t(percent > 0 ? 'number.change.percentMore' : 'number.change.percentFewer', {
                percent: formatChange(percent),
              })}
              {comma}
            </>
          )}
          {t('number.change.z', { z: formatZ(z) }).replaceAll(' ', '\u00a0')}
          {right}
        </span>
      </Told>
    </p>
  )
}

/** The verdict alone, for a table's cell whose row shows both counts. */
export function Verdict({ now, before, among = 1 }: ChangeProps) {
  const { t } = useTranslation()
  const notes = useComparisonNotes()
  if (before === null) return <None />
  const comparison = compareCounts(now, before, among)
  return (
    <Told
      kind="verdict"
      className={styles.verdict}
      more={notes(comparison, among)}
      verdict={comparison.verdict}
    >
      {t(`number.change.${comparison.verdict}Short`)}
    </Told>
  )
}

/** How a verdict came about: the formula with its numbers, the bar and why it is there, what is not said. */
export function useComparisonNotes(): (comparison: Comparison, among: number) => string[] {
  const { t } = useTranslation()
  const language = useLanguage()
  return ({ now, before, z, unusualFrom, percent }, among) => {
    const limit = formatZ(unusualFrom)
    return [
      t('number.change.formula', {
        now: formatCount(now, language),
        before: formatCount(before, language),
        z: formatZ(z),
      }),
      among > 1 ? t('number.change.barAmong', { limit, count: among }) : t('number.change.bar', { limit }),
      ...(now + before < FEWEST_TO_JUDGE ? [t('number.change.fewNote')] : []),
      ...(percent === null ? [t('number.change.percentNone')] : []),
    ]
  }
}
