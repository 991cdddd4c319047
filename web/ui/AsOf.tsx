import { useTranslation } from 'react-i18next'
import { useLanguage } from '../hooks/useView.ts'
import { formatInstant } from '../state/zonedTime.ts'
import styles from './figures.module.css'

/** The instant up to which the figures speak. */
export function AsOf({ instant, timeZone }: { instant: number; timeZone: string }) {
  const { t } = useTranslation()
  const language = useLanguage()
  return (
    <span className={styles.asOf}>
      {t('status.asOf', { time: formatInstant(instant, timeZone, language) })}
    </span>
  )
}
