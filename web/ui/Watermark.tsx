import type { ReactNode } from 'react'
import styles from './watermark.module.css'

interface WatermarkProps {
  /** What is not now or not real. */
  text: string
  kind: 'replay' | 'drill'
  /** Said beside it at the top of the map. */
  children?: ReactNode
}

/** Over the map, under the panels: nobody takes it for what is now and real, not on a photograph of the screen either. */
export function Watermark({ text, kind, children }: WatermarkProps) {
  return (
    <>
      <div className={styles.frame} data-kind={kind} aria-hidden="true">
        <span>{text}</span>
      </div>
      <div className={styles.mark} data-kind={kind} role="status" data-testid={`${kind}-mark`}>
        <strong>{text}</strong>
        {children}
      </div>
    </>
  )
}
