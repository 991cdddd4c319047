import { useTranslation } from 'react-i18next'
import styles from './admin.module.css'
import { When } from './When.tsx'

interface LastProblemProps {
  error: string | null
  at: string | null
}

/** The last fault of a source in the server's own words, which say what was expected and what came. */
export function LastProblem({ error, at }: LastProblemProps) {
  const { t } = useTranslation()
  if (error === null) return <span className={styles.soft}>{t('sources.noError')}</span>
  return (
    <span className={styles.two}>
      <span className={styles.problemText} title={error}>
        {error}
      </span>
      <span className={styles.small}>
        <When at={at} />
      </span>
    </span>
  )
}
