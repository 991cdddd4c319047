import { Button, Input } from 'antd'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSignIn } from '../hooks/useSession.ts'
import styles from './account.module.css'
import { PasswordField } from './PasswordField.tsx'
import { Problem, useProblem } from './Problem.tsx'

interface PasswordStepProps {
  /** Given where a session ended: then the name stands fixed. */
  userName?: string
  /** Said until an attempt says something else. */
  notice: string | null
  /** A second factor is due. */
  onFactor: () => void
}

/** User name and password. */
export function PasswordStep({ userName, notice, onFactor }: PasswordStepProps) {
  const { t } = useTranslation()
  const signIn = useSignIn()
  const { text, waitSeconds } = useProblem(signIn.error)
  const [typedName, setTypedName] = useState('')
  const [password, setPassword] = useState('')
  const username = (userName ?? typedName).trim()

  const submit = (event: FormEvent) => {
    event.preventDefault()
    signIn.mutate(
      { username, password },
      { onSuccess: (step) => step === 'factor' && onFactor(), onError: () => setPassword('') },
    )
  }

  return (
    <form className={styles.form} onSubmit={submit}>
      {userName === undefined ? (
        <label className={styles.field} htmlFor="username">
          <span>{t('signIn.username')}</span>
          <Input
            id="username"
            size="large"
            autoComplete="username"
            autoFocus
            required
            value={typedName}
            onChange={(event) => {
              setTypedName(event.target.value)
              // What was refused was another name.
              if (signIn.error) signIn.reset()
            }}
          />
        </label>
      ) : (
        // Password managers look for the name beside the password.
        <input type="hidden" name="username" autoComplete="username" value={userName} readOnly />
      )}
      <PasswordField
        id="password"
        label={t('signIn.password')}
        autoComplete="current-password"
        autoFocus={userName !== undefined}
        value={password}
        onChange={setPassword}
      />
      <Problem>{text ?? (signIn.error ? null : notice)}</Problem>
      <Button
        type="primary"
        size="large"
        htmlType="submit"
        loading={signIn.isPending}
        disabled={waitSeconds > 0}
      >
        {t('signIn.submit')}
      </Button>
    </form>
  )
}
