import { useTranslation } from 'react-i18next'
import { compareCounts } from '../../api/statistics/comparison.ts'
import { useLanguage } from '../hooks/useView.ts'
import styles from './figures.module.css'
import { formatCount, formatZ } from './numbers.ts'

interface ChangeProps {
  now: number
  /** The count of the same period a year earlier; null where there is no data that far back. */
  before: number | null
  /** How many comparisons like this one there are, itself included: see `unusualFrom`. */
  among?: number
}

/** A change as a sentence: last year's count and a plain verdict. */
export function Change({ now, before, among }: ChangeProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  if (before === null) return <p className={styles.change}>{t('change.none')}</p>
  const { verdict, z, percent } = compareCounts(now, before, among)
  return (
    <p className={styles.change} data-verdict={verdict} title={t('change.zHint')}>
      {t('change.sentence', { before: formatCount(before, language), verdict: t(`change.${verdict}`) })}
      <span className={styles.soft}>
        {language === 'zh' ? '（' : ' ('}
        {percent !== null && verdict !== 'normal' && (
          <>
            {t(percent > 0 ? 'change.percentMore' : 'change.percentFewer', {
              percent: Math.round(Math.abs(percent)),
            })}
            {language === 'zh' ? '，' : ', '}
          </>
        )}
        {t('change.z', { z: formatZ(z) }).replaceAll(' ', '\u00a0')}
        {language === 'zh' ? '）' : ')'}
      </span>
    </p>
  )
}

/** The verdict alone, for a table's cell. */
export function Verdict({ now, before, among }: ChangeProps) {
  const { t } = useTranslation()
  if (before === null) return <span className={styles.soft}>—</span>
  const { verdict, z } = compareCounts(now, before, among)
  return (
    <span
      className={styles.verdict}
      data-verdict={verdict}
      title={`${t('change.z', { z: formatZ(z) })}\n${t('change.zHint')}`}
    >
      {t(`change.${verdict}Short`)}
    </span>
  )
}
