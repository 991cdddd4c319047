import { Button } from 'antd'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useParameter } from '../hooks/useParameter.ts'
import { useOffers } from '../hooks/useSession.ts'
import { useToggleLanguage, useToggleTheme } from '../hooks/useView.ts'
import styles from './account.module.css'
import { FactorStep } from './FactorStep.tsx'
import { PasswordStep } from './PasswordStep.tsx'
import { ProviderButton } from './ProviderButton.tsx'

interface SignInCardProps {
  /** Above the form: why it is here. */
  head: ReactNode
  /** Whose session ended: only the password is asked for. */
  userName?: string
  notice?: string | null
  hint?: ReactNode
}

/** Signing in, step by step, in one place. */
export function SignInCard({ head, userName, notice = null, hint }: SignInCardProps) {
  // The identity provider sent the person back, and the account here still wants its own second factor.
  const [owed, setOwed] = useParameter('twoFactor')
  const [begun, setBegun] = useState<'password' | 'factor'>('password')
  const step = owed === '1' ? 'factor' : begun
  const setStep = (next: 'password' | 'factor') => {
    if (owed !== undefined) setOwed(undefined, { replace: true })
    setBegun(next)
  }
  const offers = useOffers().data
  return (
    <div className={styles.card}>
      {head}
      {step === 'factor' ? (
        <FactorStep onBack={() => setStep('password')} />
      ) : (
        <>
          <PasswordStep userName={userName} notice={notice} onFactor={() => setStep('factor')} />
          {offers?.oidc && <ProviderButton name={offers.oidc.name} />}
          {hint}
        </>
      )}
      <Preferences />
    </div>
  )
}

/** Language and theme, for whoever is not in yet. */
export function Preferences() {
  const { t } = useTranslation()
  const toggleLanguage = useToggleLanguage()
  const toggleTheme = useToggleTheme()
  return (
    <footer className={styles.preferences}>
      <Button type="text" size="large" onClick={toggleLanguage} title={t('bar.languageHint')}>
        {t('bar.language')}
      </Button>
      <Button
        type="text"
        size="large"
        onClick={toggleTheme}
        title={t('bar.theme')}
        aria-label={t('bar.theme')}
      >
        ◐
      </Button>
    </footer>
  )
}
