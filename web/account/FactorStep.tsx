import { Button, Input } from 'antd'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSecondStep } from '../hooks/useSession.ts'
import { AuthError } from '../state/authRequest.ts'
import styles from './account.module.css'
import { CodeField } from './CodeField.tsx'
import { Problem, useProblem } from './Problem.tsx'

/** The second step: six digits, or a backup code. @param onBack to name and password */
export function FactorStep({ onBack }: { onBack: () => void }) {
  const { t } = useTranslation()
  const verify = useSecondStep()
  const { text, waitSeconds } = useProblem(verify.error)
  const [kind, setKind] = useState<'totp' | 'backup'>('totp')
  const [code, setCode] = useState('')
  const tooLate = verify.error instanceof AuthError && verify.error.problem === 'factorExpired'

  const send = (typed: string) => verify.mutate({ kind, code: typed.trim() }, { onError: () => setCode('') })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    send(code)
  }
  const type = (typed: string) => {
    setCode(typed)
    if (typed.length === 6 && !verify.isPending && waitSeconds === 0) send(typed)
  }

  return (
    <form className={styles.form} onSubmit={submit}>
      <h2 className={styles.subtitle}>{t('signIn.factor.title')}</h2>
      <p className={styles.soft}>{t(kind === 'totp' ? 'signIn.factor.text' : 'signIn.factor.backupText')}</p>
      {kind === 'totp' ? (
        <CodeField label={t('signIn.factor.code')} value={code} onChange={type} />
      ) : (
        <label className={styles.field} htmlFor="backup">
          <span>{t('signIn.factor.backupCode')}</span>
          <Input
            id="backup"
            className={styles.code}
            size="large"
            autoComplete="off"
            autoFocus
            required
            value={code}
            onChange={(event) => setCode(event.target.value)}
          />
        </label>
      )}
      <Problem>{text}</Problem>
      {tooLate ? (
        <Button type="primary" size="large" onClick={onBack}>
          {t('signIn.factor.back')}
        </Button>
      ) : (
        <Button
          type="primary"
          size="large"
          htmlType="submit"
          loading={verify.isPending}
          disabled={waitSeconds > 0 || code === ''}
        >
          {t('signIn.factor.submit')}
        </Button>
      )}
      <p className={styles.choices}>
        <Button
          type="link"
          onClick={() => {
            setKind(kind === 'totp' ? 'backup' : 'totp')
            setCode('')
          }}
        >
          {t(kind === 'totp' ? 'signIn.factor.backup' : 'signIn.factor.digits')}
        </Button>
        <Button type="link" onClick={onBack}>
          {t('signIn.factor.back')}
        </Button>
      </p>
    </form>
  )
}
