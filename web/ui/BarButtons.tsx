import { useTranslation } from 'react-i18next'
import { AccountMenu } from '../account/AccountMenu.tsx'
import { useToggleLanguage, useToggleTheme } from '../hooks/useView.ts'
import styles from './barButtons.module.css'

/** The end of every thin bar: language, theme, account. */
export function BarButtons() {
  const { t } = useTranslation()
  const toggleLanguage = useToggleLanguage()
  const toggleTheme = useToggleTheme()
  return (
    <>
      <button
        type="button"
        className={styles.button}
        data-testid="language"
        onClick={toggleLanguage}
        title={t('bar.languageHint')}
      >
        {t('bar.language')}
      </button>
      <button
        type="button"
        className={styles.button}
        data-testid="theme"
        onClick={toggleTheme}
        title={t('bar.theme')}
        aria-label={t('bar.theme')}
      >
        ◐
      </button>
      <AccountMenu />
    </>
  )
}
