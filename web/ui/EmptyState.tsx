import type { ReactNode } from 'react'
import styles from './states.module.css'

interface EmptyStateProps {
  children: ReactNode
  action?: ReactNode
  /** The whole room is empty, not a part of a panel. */
  screen?: boolean
}

/** Says what would be here and how to get it. */
export function EmptyState({ children, action, screen = false }: EmptyStateProps) {
  return (
    <div className={screen ? styles.room : styles.empty}>
      <p className={styles.soft}>{children}</p>
      {action}
    </div>
  )
}
