import { QRCode } from 'antd'
import type { ReactNode } from 'react'
import styles from './scanCode.module.css'

interface ScanCodeProps {
  value: string
  /** Said to whoever cannot see it. */
  label: string
  /** Side in pixels. */
  size: number
  /** What to do with it. */
  children: ReactNode
}

/** A QR code, drawn here, black on white in either theme, with words beside it. */
export function ScanCode({ value, label, size, children }: ScanCodeProps) {
  return (
    <div className={styles.scan}>
      <div className={styles.code} role="img" aria-label={label}>
        <QRCode type="svg" value={value} size={size} color="#000" bgColor="#fff" bordered={false} />
      </div>
      {children}
    </div>
  )
}
