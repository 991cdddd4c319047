import { useMutation } from '@tanstack/react-query'
import { Button } from 'antd'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './account.module.css'
import { PasswordField } from './PasswordField.tsx'
import { Problem, useProblem } from './Problem.tsx'

interface PasswordConfirmProps<Answer> {
  userName: string
  /** What happens then. */
  text: string
  submit: string
  danger?: boolean
  run: (password: string) => Promise<Answer>
  onDone: (answer: Answer) => void
}

/** One's own password before something that matters. */
export function PasswordConfirm<Answer>({
  userName,
  text,
  submit,
  danger = false,
  run,
  onDone,
}: PasswordConfirmProps<Answer>) {
  const { t } = useTranslation()
  const [password, setPassword] = useState('')
  const confirm = useMutation({ mutationFn: run, onSuccess: onDone, onError: () => setPassword('') })
  const problem = useProblem(confirm.error)
  const send = (event: FormEvent) => {
    event.preventDefault()
    confirm.mutate(password)
  }
  return (
    <form className={styles.form} onSubmit={send}>
      <p className={styles.soft}>{text}</p>
      <input type="hidden" name="username" autoComplete="username" value={userName} readOnly />
      <PasswordField
        id="confirm-password"
        label={t('signIn.password')}
        autoComplete="current-password"
        autoFocus
        value={password}
        onChange={setPassword}
      />
      <Problem>{problem.text}</Problem>
      <Button
        type="primary"
        size="large"
        htmlType="submit"
        danger={danger}
        loading={confirm.isPending}
        disabled={password === '' || problem.waitSeconds > 0}
      >
        {submit}
      </Button>
    </form>
  )
}
