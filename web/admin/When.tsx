import { useTranslation } from 'react-i18next'
import { useInstallationZone } from '../hooks/useInstallationZone.ts'
import { useLanguage } from '../hooks/useView.ts'
import { formatAge } from '../state/age.ts'
import { formatInstant } from '../state/zonedTime.ts'
import styles from './admin.module.css'

const dayMs = 86_400_000

interface WhenProps {
  /** ISO; null: never. */
  at: string | null
  /** Said for null. */
  never?: string
}

/** A point in time; within the last day its age stands below. */
export function When({ at, never }: WhenProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const zone = useInstallationZone()
  if (at === null) return <span className={styles.soft}>{never ?? t('admin.never')}</span>
  const instant = Date.parse(at)
  const age = Date.now() - instant
  return (
    <span className={styles.two}>
      <time dateTime={at}>{formatInstant(instant, zone, language)}</time>
      {age >= 0 && age < dayMs && <span className={styles.small}>{formatAge(age, language)}</span>}
    </span>
  )
}
