import type { ReactNode } from 'react'
import styles from './states.module.css'

/** Says what would be here and how to get it. */
export function EmptyState({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return (
    <div className={styles.empty}>
      <p className={styles.soft}>{children}</p>
      {action}
    </div>
  )
}
