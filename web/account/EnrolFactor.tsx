import { useMutation } from '@tanstack/react-query'
import { Button } from 'antd'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { confirmEnrolment, type Enrolment, startEnrolment } from '../state/secondFactor.ts'
import { ScanCode } from '../ui/ScanCode.tsx'
import styles from './account.module.css'
import { BackupCodes } from './BackupCodes.tsx'
import { CodeField } from './CodeField.tsx'
import { PasswordConfirm } from './PasswordConfirm.tsx'
import { Problem, useProblem } from './Problem.tsx'

interface EnrolFactorProps {
  userName: string
  /** The factor is on and its backup codes were shown. */
  onDone: () => void
}

/** Three steps: it is you, scan and prove it, keep the backup codes. Only the second switches it on. */
export function EnrolFactor({ userName, onDone }: EnrolFactorProps) {
  const { t } = useTranslation()
  const [enrolment, setEnrolment] = useState<Enrolment | null>(null)
  const [proven, setProven] = useState(false)
  if (!enrolment) {
    return (
      <PasswordConfirm
        userName={userName}
        text={t('account.factor.confirm')}
        submit={t('account.factor.next')}
        run={startEnrolment}
        onDone={setEnrolment}
      />
    )
  }
  if (!proven) return <Scan enrolment={enrolment} onProven={() => setProven(true)} />
  return (
    <div className={styles.form}>
      <h3>{t('account.factor.codesTitle')}</h3>
      <BackupCodes codes={enrolment.backupCodes} userName={userName} onKept={onDone} />
    </div>
  )
}

function Scan({ enrolment, onProven }: { enrolment: Enrolment; onProven: () => void }) {
  const { t } = useTranslation()
  const [code, setCode] = useState('')
  const confirm = useMutation({ mutationFn: confirmEnrolment, onSuccess: onProven })
  const { text } = useProblem(confirm.error)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    confirm.mutate(code, { onError: () => setCode('') })
  }
  return (
    <form className={styles.form} onSubmit={submit}>
      <h3>{t('account.factor.scanTitle')}</h3>
      <ScanCode value={enrolment.uri} label={t('account.factor.qr')} size={168}>
        <div className={styles.soft}>
          <p>{t('account.factor.scanText')}</p>
          <p>
            {t('account.factor.typeText')}
            <code className={styles.secret} data-testid="factor-secret">
              {enrolment.secret}
            </code>
          </p>
        </div>
      </ScanCode>
      <h3>{t('account.factor.codeTitle')}</h3>
      <CodeField label={t('signIn.factor.code')} value={code} onChange={setCode} />
      <Problem>{text}</Problem>
      <Button
        type="primary"
        size="large"
        htmlType="submit"
        loading={confirm.isPending}
        disabled={code.length < 6}
      >
        {t('account.factor.verify')}
      </Button>
    </form>
  )
}
