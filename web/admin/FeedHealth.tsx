import { useTranslation } from 'react-i18next'
import { useNow } from '../hooks/useNow.ts'
import { useLanguage } from '../hooks/useView.ts'
import { formatAge } from '../state/age.ts'
import styles from './admin.module.css'

const weights = {
  live: 'on',
  late: 'warn',
  silent: 'bad',
  never: 'warn',
  offDuty: 'off',
  withdrawn: 'off',
  none: 'off',
} as const
export type HealthState = keyof typeof weights

/** Health is asked for anew so often. */
export const askEveryMs = 5_000

interface FeedHealthProps {
  state: HealthState
  /** ISO; null: never. */
  lastSeenAt: string | null
  /** The answer it comes from, with the server's clock: this machine's may be wrong. */
  answer: { data?: { at: string }; dataUpdatedAt: number }
  /** How often it should speak; absent: nothing is said of it. */
  rhythm?: string
}

/** Whether a source still speaks, and how long ago it did, in words. */
export function FeedHealth({ state, lastSeenAt, answer, rhythm }: FeedHealthProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const ahead = answer.data ? Date.parse(answer.data.at) - answer.dataUpdatedAt : 0
  const now = useNow(1000) + ahead
  return (
    <span className={styles.two}>
      <span className={styles.state} data-state={weights[state]}>
        {t(`sources.states.${state}`)}
      </span>
      {lastSeenAt !== null && (
        <time className={styles.small} dateTime={lastSeenAt}>
          {formatAge(now - Date.parse(lastSeenAt), language)}
        </time>
      )}
      {rhythm && <span className={styles.small}>{rhythm}</span>}
    </span>
  )
}
