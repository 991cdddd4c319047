import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import styles from './screens.module.css'

export function NotFoundScreen() {
  const { t } = useTranslation()
  return (
    <main className={styles.message}>
      <h1 className={styles.messageTitle}>{t('state.notFoundTitle')}</h1>
      <p>{t('state.notFound')}</p>
      <Link to="/" search={true} className={styles.messageLink}>
        {t('state.backToMap')}
      </Link>
    </main>
  )
}
