import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './states.module.css'

function subscribe(notify: () => void): () => void {
  window.addEventListener('online', notify)
  window.addEventListener('offline', notify)
  return () => {
    window.removeEventListener('online', notify)
    window.removeEventListener('offline', notify)
  }
}

/** One line on top while the browser has no network: what is on the screen is what was loaded last. */
export function OfflineBanner() {
  const { t } = useTranslation()
  const online = useSyncExternalStore(subscribe, () => navigator.onLine)
  if (online) return null
  return (
    <p className={styles.offline} role="status">
      {t('state.offline')}
    </p>
  )
}
