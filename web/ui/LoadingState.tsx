import { useTranslation } from 'react-i18next'
import styles from './states.module.css'

/** A whole screen that is still coming. */
export function LoadingState() {
  const { t } = useTranslation()
  return (
    <div className={styles.screen} role="status" aria-busy="true">
      <p className={styles.soft}>{t('state.loading')}</p>
    </div>
  )
}
