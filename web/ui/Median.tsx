import { useTranslation } from 'react-i18next'
import { useLanguage } from '../hooks/useView.ts'
import { None } from './Count.tsx'
import styles from './figures.module.css'
import { formatCount, formatTenths } from './numbers.ts'
import { Told } from './Told.tsx'

interface MedianProps {
  /** In the unit the caller writes beside it; null without an observation. */
  value: number | null | undefined
  /** Observations it is the median of. */
  n: number
  /** n in the text; it is in the note in any case. */
  withN?: boolean
  marked?: boolean
}

/** A median, never without the number of observations it is the middle of. */
export function Median({ value, n, withN = false, marked }: MedianProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  if (value == null || n === 0) return <None />
  return (
    <Told kind="median" more={[t('number.median', { count: n })]} marked={marked}>
      {formatTenths(value, language)}
      {withN && <span className={styles.shareUnit}>n = {formatCount(n, language)}</span>}
    </Told>
  )
}
