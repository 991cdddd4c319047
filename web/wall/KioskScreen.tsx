import { useTranslation } from 'react-i18next'
import styles from './kiosk.module.css'

interface KioskScreenProps {
  state: 'entering' | 'offline' | 'refused' | 'revoked'
  /** A person takes over and signs in. */
  onPerson: () => void
}

/** What a wall says while it is not let in: readable from across the room, and what to do. */
export function KioskScreen({ state, onPerson }: KioskScreenProps) {
  const { t } = useTranslation()
  const closed = state === 'refused' || state === 'revoked'
  return (
    <main className={styles.screen} data-testid="kiosk" data-state={state}>
      <p className={styles.name}>{t('app.name')}</p>
      {closed ? (
        <>
          <h1>{t(state === 'refused' ? 'access.kiosk.wrongTitle' : 'access.kiosk.revokedTitle')}</h1>
          <p role="alert">{t(state === 'refused' ? 'access.kiosk.wrong' : 'access.kiosk.revoked')}</p>
          <button type="button" className={styles.person} onClick={onPerson}>
            {t('access.kiosk.person')}
          </button>
        </>
      ) : (
        <h1 role="status">{t(state === 'offline' ? 'access.kiosk.offline' : 'access.kiosk.entering')}</h1>
      )}
    </main>
  )
}
