import type { ReactNode } from 'react'
import { Count, Measure } from './Count.tsx'
import styles from './figures.module.css'

interface FigureProps {
  /** null: hidden by the rule for small numbers. undefined: not known. */
  value: number | null | undefined
  /** Why it is hidden, in words; shown below it. */
  why?: string
  /** In small type after the number. */
  unit?: ReactNode
  /** Below the number: a sentence. */
  children?: ReactNode
  label?: ReactNode
  size?: 'small' | 'large' | 'wall'
  kind?: 'count' | 'measure'
}

/** A number as typography: tabular figures, unit in small type. */
export function Figure({ value, why, unit, label, children, size = 'large', kind = 'count' }: FigureProps) {
  return (
    <div className={styles.figure} data-size={size}>
      {label !== undefined && <div className={styles.label}>{label}</div>}
      <div className={styles.line}>
        <span className={styles.value} data-testid="figure">
          {kind === 'count' ? <Count value={value} why={why} marked /> : <Measure value={value} marked />}
        </span>
        {unit !== undefined && <span className={styles.unit}>{unit}</span>}
      </div>
      {value === null && why !== undefined && <div className={styles.note}>{why}</div>}
      {children !== undefined && <div className={styles.note}>{children}</div>}
    </div>
  )
}
