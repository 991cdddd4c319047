import { Input } from 'antd'
import { type KeyboardEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './account.module.css'

interface PasswordFieldProps {
  id: string
  label: string
  autoComplete: 'current-password' | 'new-password'
  autoFocus?: boolean
  value: string
  onChange: (value: string) => void
}

/** A password, and a word when capitals are locked. */
export function PasswordField({ id, label, autoComplete, autoFocus, value, onChange }: PasswordFieldProps) {
  const { t } = useTranslation()
  const [capsLock, setCapsLock] = useState(false)
  const watch = (event: KeyboardEvent) => setCapsLock(event.getModifierState('CapsLock'))
  return (
    <label className={styles.field} htmlFor={id}>
      <span>{label}</span>
      <Input.Password
        id={id}
        size="large"
        autoComplete={autoComplete}
        autoFocus={autoFocus}
        required
        value={value}
        onKeyDown={watch}
        onKeyUp={watch}
        onBlur={() => setCapsLock(false)}
        onChange={(event) => onChange(event.target.value)}
      />
      {capsLock && <span role="status">{t('signIn.capsLock')}</span>}
    </label>
  )
}
