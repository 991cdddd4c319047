import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { AccountMenu } from '../account/AccountMenu.tsx'
import { useMay } from '../hooks/useSession.ts'
import { useToggleLanguage, useToggleTheme } from '../hooks/useView.ts'
import styles from './admin.module.css'

/** The thin bar: where one is, the way back to the map for whoever has one, and the account. */
export function AdminBar() {
  const { t } = useTranslation()
  const hasMap = useMay('map')
  const toggleLanguage = useToggleLanguage()
  const toggleTheme = useToggleTheme()
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
        <button
          type="button"
          className={styles.tool}
          data-testid="language"
          onClick={toggleLanguage}
          title={t('bar.languageHint')}
        >
          {t('bar.language')}
        </button>
        <button
          type="button"
          className={styles.tool}
          data-testid="theme"
          onClick={toggleTheme}
          title={t('bar.theme')}
          aria-label={t('bar.theme')}
        >
          ◐
        </button>
        <AccountMenu />
      </div>
    </header>
  )
}
