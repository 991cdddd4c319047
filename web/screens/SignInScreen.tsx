import { useTranslation } from 'react-i18next'
import styles from '../account/account.module.css'
import { SignInCard } from '../account/SignInCard.tsx'
import { useHeldSession } from '../state/heldSession.ts'

/** Nobody is signed in. */
export function SignInScreen() {
  const { t } = useTranslation()
  const end = useHeldSession((held) => held.end)
  return (
    <main className={styles.page}>
      <SignInCard
        head={
          <header>
            <h1 className={styles.name}>{t('app.name')}</h1>
            <p className={styles.title}>{t('app.title')}</p>
          </header>
        }
        notice={end && t(`signIn.${end}`)}
        hint={<p className={styles.hint}>{t('signIn.firstPassword')}</p>}
      />
    </main>
  )
}
