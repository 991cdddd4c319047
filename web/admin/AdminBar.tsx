import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useMay } from '../hooks/useSession.ts'
import { BarButtons } from '../ui/BarButtons.tsx'
import styles from './admin.module.css'

/** The thin bar: where one is, the way back to the map for whoever has one, and the account. */
export function AdminBar() {
  const { t } = useTranslation()
  const hasMap = useMay('map')
  return (
    <header className={styles.bar}>
      <b className={styles.name}>{t('app.name')}</b>
      <span className={styles.here}>{t('admin.title')}</span>
      {hasMap && (
        <Link to="/" search={true} className={styles.back}>
          ← {t('state.backToMap')}
        </Link>
      )}
      <div className={styles.tools}>
        <BarButtons />
      </div>
    </header>
  )
}
