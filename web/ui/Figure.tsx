import type { ReactNode } from 'react'
import { wilson } from '../../api/statistics/share.ts'
import { useLanguage } from '../hooks/useView.ts'
import styles from './figures.module.css'
import { formatCount, formatMeasure } from './numbers.ts'

interface FigureProps {
  value: number | null | undefined
  /** In small type after the number. */
  unit?: ReactNode
  /** The whole of which `value` is a part: shown as n/N. */
  of?: number
  /** Below the number: a sentence. */
  children?: ReactNode
  label?: ReactNode
  size?: 'small' | 'large' | 'wall'
  kind?: 'count' | 'measure'
}

/** A number as typography: tabular figures, unit in small type, n/N where it is a part. Unknown is a dash, never 0. */
export function Figure({ value, unit, of, label, children, size = 'large', kind = 'count' }: FigureProps) {
  const language = useLanguage()
  const format = kind === 'count' ? formatCount : formatMeasure
  return (
    <div className={styles.figure} data-size={size}>
      {label !== undefined && <div className={styles.label}>{label}</div>}
      <div className={styles.line}>
        <span className={styles.value} data-testid="figure">
          {value == null ? '—' : format(value, language)}
        </span>
        {of !== undefined && <span className={styles.of}>/ {format(of, language)}</span>}
        {unit !== undefined && <span className={styles.unit}>{unit}</span>}
      </div>
      {children !== undefined && <div className={styles.note}>{children}</div>}
    </div>
  )
}

interface ShareProps {
  part: number
  whole: number
  /** Show the 95 % interval of the share. */
  interval?: boolean
}

/** A rate with what it is a rate of: `33 / 37  89 % (75–96)`. */
export function Share({ part, whole, interval = false }: ShareProps) {
  const language = useLanguage()
  if (whole <= 0) return <span className={styles.share}>—</span>
  const limits = interval ? wilson(part, whole) : null
  const percent = (share: number) => String(Math.round(share * 100))
  return (
    <span className={styles.share}>
      {formatCount(part, language)} / {formatCount(whole, language)}
      <span className={styles.shareUnit}>
        {((part / whole) * 100).toFixed(whole >= 1000 ? 1 : 0)} %
        {limits && ` (${percent(limits.low)}–${percent(limits.high)})`}
      </span>
    </span>
  )
}
