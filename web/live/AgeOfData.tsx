import { useTranslation } from 'react-i18next'
import { useNow } from '../hooks/useNow.ts'
import { livenessOf } from './connection.ts'
import styles from './live.module.css'
import { useShown } from './live.ts'
import { spanText } from './spanText.ts'

/** How old what a live panel shows is: since the server was last heard. */
export function AgeOfData() {
  const { t } = useTranslation()
  const now = useNow(1000)
  const { connection, mode } = useShown()
  if (mode === 'replay') return <span className={styles.asOf}>{t('live.panel.replayed')}</span>
  if (!connection) return null
  const { heardAt, state } = connection
  if (heardAt === null) return <span className={styles.asOf}>{t('live.badge.connecting')}</span>
  const stale = livenessOf(state, heardAt, now) !== 'live'
  return (
    <span className={stale ? styles.stale : styles.asOf} data-testid="live-age">
      {t('live.panel.asOf', { age: spanText(t, now - heardAt) })}
    </span>
  )
}
