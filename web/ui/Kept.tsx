import clsx from 'clsx'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './kept.module.css'

interface KeptProps {
  /** True while what is inside still answers the question before. */
  stale: boolean
  children: ReactNode
  className?: string
  testId?: string
}

/** Numbers that stay while the next ones come: dimmed, and said to be. */
export function Kept({ stale, children, className, testId }: KeptProps) {
  return (
    <div className={clsx(styles.kept, className)} data-stale={stale} aria-busy={stale} data-testid={testId}>
      {children}
      {stale && <Updating />}
    </div>
  )
}

/** The words alone, for a heading. */
export function Updating() {
  const { t } = useTranslation()
  return (
    <span className={styles.updating} role="status" title={t('fresh.updatingHint')} data-testid="updating">
      {t('fresh.updating')}
    </span>
  )
}
