import { Input } from 'antd'
import styles from './account.module.css'

interface CodeFieldProps {
  label: string
  value: string
  onChange: (code: string) => void
}

/** Six digits, as an authenticator shows them; what is pasted may hold blanks. */
export function CodeField({ label, value, onChange }: CodeFieldProps) {
  return (
    <label className={styles.field} htmlFor="code">
      <span>{label}</span>
      <Input
        id="code"
        className={styles.code}
        size="large"
        inputMode="numeric"
        autoComplete="one-time-code"
        autoFocus
        required
        placeholder="000 000"
        value={value.replace(/(\d{3})(?=\d)/, '$1 ')}
        onChange={(event) => onChange(event.target.value.replaceAll(/\D/g, '').slice(0, 6))}
      />
    </label>
  )
}
