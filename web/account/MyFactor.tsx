import { useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Me } from '../hooks/useSession.ts'
import { renewBackupCodes, switchOffFactor } from '../state/secondFactor.ts'
import { sessionKey } from '../trpc.ts'
import styles from './account.module.css'
import { BackupCodes } from './BackupCodes.tsx'
import { EnrolFactor } from './EnrolFactor.tsx'
import { PasswordConfirm } from './PasswordConfirm.tsx'

interface MyFactorProps {
  userName: string
  factor: Me['twoFactor']
}

type Step = 'rest' | 'enable' | 'disable' | 'renew'

/** Switching one's own second factor on and off, and new backup codes. */
export function MyFactor({ userName, factor }: MyFactorProps) {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const [step, setStep] = useState<Step>('rest')
  const [codes, setCodes] = useState<readonly string[]>([])
  const rest = () => {
    setCodes([])
    setStep('rest')
    void queryClient.invalidateQueries({ queryKey: sessionKey })
  }
  return (
    <section className={styles.section}>
      <h3>{t('account.factor.title')}</h3>
      <p className={styles.soft}>
        {t(factor.enabled ? 'account.factor.on' : 'account.factor.off')}{' '}
        {factor.required && t('account.factor.required')}
      </p>
      {step === 'enable' && <EnrolFactor userName={userName} onDone={rest} />}
      {step === 'disable' && (
        <PasswordConfirm
          userName={userName}
          text={t('account.factor.disableText')}
          submit={t('account.factor.disableSubmit')}
          danger
          run={switchOffFactor}
          onDone={rest}
        />
      )}
      {step === 'renew' &&
        (codes.length > 0 ? (
          <BackupCodes codes={codes} userName={userName} onKept={rest} />
        ) : (
          <PasswordConfirm
            userName={userName}
            text={t('account.factor.renewText')}
            submit={t('account.factor.renewSubmit')}
            run={renewBackupCodes}
            onDone={setCodes}
          />
        ))}
      <div className={styles.buttons}>
        {step === 'rest' && !factor.enabled && (
          <Button onClick={() => setStep('enable')}>{t('account.factor.enable')}</Button>
        )}
        {step === 'rest' && factor.enabled && (
          <>
            <Button onClick={() => setStep('renew')}>{t('account.factor.renew')}</Button>
            {!factor.required && (
              <Button danger onClick={() => setStep('disable')}>
                {t('account.factor.disable')}
              </Button>
            )}
          </>
        )}
        {step !== 'rest' && codes.length === 0 && <Button onClick={rest}>{t('account.cancel')}</Button>}
      </div>
    </section>
  )
}
