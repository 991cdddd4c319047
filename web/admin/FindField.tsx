import { Input } from 'antd'
import styles from './admin.module.css'

interface FindFieldProps {
  label: string
  value: string | undefined
  /** Undefined: nothing is looked for. */
  onChange: (text: string | undefined) => void
}

/** What narrows a list of the administration by a piece of text. */
export function FindField({ label, value, onChange }: FindFieldProps) {
  return (
    <Input.Search
      className={styles.search}
      allowClear
      placeholder={label}
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.target.value || undefined)}
    />
  )
}
