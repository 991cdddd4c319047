import { useMutation } from '@tanstack/react-query'
import { Button } from 'antd'
import { type FormEvent, type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useOffers } from '../hooks/useSession.ts'
import { changePassword, checkPassword, type PasswordRules } from '../state/passwordRules.ts'
import { ErrorState } from '../ui/ErrorState.tsx'
import { LoadingState } from '../ui/LoadingState.tsx'
import styles from './account.module.css'
import { PasswordField } from './PasswordField.tsx'
import { Problem, useProblem } from './Problem.tsx'

interface NewPasswordFormProps {
  userName: string
  onChanged: () => void
  /** Beside the button. */
  children?: ReactNode
}

/** The present password and a new one; its rules are shown and checked while it is typed, the server decides. */
export function NewPasswordForm(props: NewPasswordFormProps) {
  const offers = useOffers()
  if (offers.error) return <ErrorState error={offers.error} inPlace onRetry={() => void offers.refetch()} />
  if (!offers.data) return <LoadingState />
  return <Form {...props} rules={offers.data.password} />
}

function Form({ userName, onChanged, children, rules }: NewPasswordFormProps & { rules: PasswordRules }) {
  const { t } = useTranslation()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const [repeated, setRepeated] = useState('')
  const change = useMutation({ mutationFn: changePassword, onSuccess: onChanged })
  const { text, waitSeconds } = useProblem(change.error)
  const checks = checkPassword(next, rules, { userName, current, repeated })
  const ready = current !== '' && checks.every(({ kept }) => kept)

  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (ready) change.mutate({ currentPassword: current, newPassword: next })
  }
  return (
    <form className={styles.form} onSubmit={submit}>
      <input type="hidden" name="username" autoComplete="username" value={userName} readOnly />
      <PasswordField
        id="current-password"
        label={t('account.password.current')}
        autoComplete="current-password"
        autoFocus
        value={current}
        onChange={setCurrent}
      />
      <PasswordField
        id="new-password"
        label={t('account.password.next')}
        autoComplete="new-password"
        value={next}
        onChange={setNext}
      />
      <PasswordField
        id="repeated-password"
        label={t('account.password.repeat')}
        autoComplete="new-password"
        value={repeated}
        onChange={setRepeated}
      />
      <section aria-label={t('account.password.rulesTitle')}>
        <p className={styles.hint}>{t('account.password.rulesTitle')}</p>
        <ul className={styles.rules} aria-live="polite">
          {checks.map(({ rule, kept }) => (
            <li key={rule} data-kept={kept}>
              <span
                className={styles.mark}
                role="img"
                aria-label={t(kept ? 'account.password.kept' : 'account.password.open')}
              >
                {kept ? '✓' : '○'}
              </span>
              {t(`account.password.rule.${rule}`, {
                count: rule === 'length' ? rules.minLength : rules.classes,
              })}
            </li>
          ))}
          <Told>{t('account.password.common')}</Told>
          {rules.history > 0 && <Told>{t('account.password.history', { count: rules.history })}</Told>}
          {rules.maxAgeDays > 0 && <Told>{t('account.password.age', { count: rules.maxAgeDays })}</Told>}
        </ul>
      </section>
      <Problem>{text}</Problem>
      <div className={styles.buttons}>
        <Button
          type="primary"
          size="large"
          htmlType="submit"
          loading={change.isPending}
          disabled={!ready || waitSeconds > 0}
        >
          {t('account.password.submit')}
        </Button>
        {children}
      </div>
    </form>
  )
}

/** A rule only the server can check. */
function Told({ children }: { children: ReactNode }) {
  return (
    <li>
      <span className={styles.mark} aria-hidden="true">
        ·
      </span>
      {children}
    </li>
  )
}
