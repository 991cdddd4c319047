import clsx from 'clsx'
import type { ReactNode } from 'react'
import { Updating } from './Kept.tsx'
import styles from './panel.module.css'

interface PanelProps {
  children: ReactNode
  className?: string
  /** What the panel is about, for screen readers. */
  label: string
}

/** A floating sheet at the map's edge. One frame, never a frame in a frame. */
export function Panel({ children, className, label }: PanelProps) {
  return (
    <section className={clsx(styles.panel, className)} aria-label={label}>
      {children}
    </section>
  )
}

interface SectionProps {
  title: ReactNode
  /** At the right end of the title line. */
  aside?: ReactNode
  /** True while its numbers still answer the question before: they are dimmed and said to be. */
  stale?: boolean
  children: ReactNode
}

/** A titled part of a panel, set off by space alone. */
export function Section({ title, aside, stale = false, children }: SectionProps) {
  return (
    <section className={styles.section} data-stale={stale} aria-busy={stale}>
      <header className={styles.sectionHead}>
        <h3>{title}</h3>
        {stale && <Updating />}
        {aside}
      </header>
      {children}
    </section>
  )
}

interface RowProps {
  label: ReactNode
  children: ReactNode
}

/** One fact: its name left, its value right, a hairline above. */
export function Row({ label, children }: RowProps) {
  return (
    <div className={styles.row}>
      <span className={styles.rowLabel}>{label}</span>
      <span className={styles.rowValue}>{children}</span>
    </div>
  )
}
