import { isValidElement, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './selectionPanel.module.css'

interface PanelTitleProps {
  kicker: string | null
  title: string
  code?: string
  facts: readonly string[] | ReactElement
}

/** What is selected, in the largest letters of the panel; a click on the code copies it. */
export function PanelTitle({ kicker, title, code, facts }: PanelTitleProps) {
  const { t } = useTranslation()
  return (
    <header className={styles.title}>
      {kicker && <p className={styles.kicker}>{kicker}</p>}
      <h2>{title}</h2>
      <p className={styles.facts}>{isValidElement(facts) ? facts : facts.filter(Boolean).join(' · ')}</p>
      {code && (
        <button
          type="button"
          className={styles.code}
          title={t('area.copyCode')}
          onClick={() => void navigator.clipboard.writeText(code)}
        >
          {code}
        </button>
      )}
    </header>
  )
}
