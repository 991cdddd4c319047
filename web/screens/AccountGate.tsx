import { Navigate, Outlet, useLocation } from '@tanstack/react-router'
import { Button } from 'antd'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import styles from '../account/account.module.css'
import { EnrolFactor } from '../account/EnrolFactor.tsx'
import { IdleNotice } from '../account/IdleNotice.tsx'
import { NewPasswordForm } from '../account/NewPasswordForm.tsx'
import { ResetNotice } from '../account/ResetNotice.tsx'
import { Preferences } from '../account/SignInCard.tsx'
import { type Me, useSignOut } from '../hooks/useSession.ts'

interface AccountGateProps {
  me: Me
  /** Something that was demanded is done. */
  onSettled: () => Promise<unknown>
}

/** What an account must do before it gets anywhere: set a password of its own, switch on a second factor. */
export function AccountGate({ me, onSettled }: AccountGateProps) {
  const { t } = useTranslation()
  const path = useLocation({ select: ({ pathname }) => pathname })
  const [enrolment, setEnrolment] = useState<'none' | 'begun' | 'done'>('none')
  const { userName, mustChangePassword, twoFactor, idleMinutes } = me
  if (mustChangePassword) {
    return (
      <Demand
        name={userName}
        title={t('account.password.forcedTitle')}
        text={t('account.password.forcedText')}
      >
        <NewPasswordForm userName={userName} onChanged={() => void onSettled()} />
      </Demand>
    )
  }
  const due = twoFactor.required && !twoFactor.enabled
  // Once begun it stays until the backup codes were seen: the server calls the factor enabled before that.
  if (due && enrolment === 'none') setEnrolment('begun')
  if (!due && enrolment === 'done') setEnrolment('none')
  if (enrolment === 'begun') {
    const done = () => void onSettled().then(() => setEnrolment('done'))
    return (
      <Demand name={userName} title={t('account.factor.forcedTitle')} text={t('account.factor.forcedText')}>
        <EnrolFactor userName={userName} onDone={done} />
      </Demand>
    )
  }
  // Administrators see no data: their way in is the administration, not a map they have no right to.
  const onlyAdministers = !me.rightsAnywhere.includes('map') && me.rightsAnywhere.length > 0
  if (onlyAdministers && path === '/') return <Navigate to="/admin" search={true} replace />
  return (
    <>
      <Outlet />
      {me.kind === 'person' && <ResetNotice userName={userName} />}
      <IdleNotice idleMinutes={idleMinutes} />
    </>
  )
}

interface DemandProps {
  name: string
  title: string
  text: string
  children: ReactNode
}

function Demand({ name, title, text, children }: DemandProps) {
  const { t } = useTranslation()
  const signOut = useSignOut()
  return (
    <main className={styles.page}>
      <div className={styles.wideCard}>
        <header className={styles.form}>
          <h1 className={styles.subtitle}>{title}</h1>
          <p className={styles.soft}>{text}</p>
          <ResetNotice userName={name} inPlace />
        </header>
        {children}
        <p className={styles.soft}>
          {t('account.signedInAs', { name })}{' '}
          <Button type="link" onClick={() => signOut.mutate()}>
            {t('signIn.signOut')}
          </Button>
        </p>
        <Preferences />
      </div>
    </main>
  )
}
