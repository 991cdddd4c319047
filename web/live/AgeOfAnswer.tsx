import { useTranslation } from 'react-i18next'
import { useNow } from '../hooks/useNow.ts'
import { AgeOfData } from './AgeOfData.tsx'
import styles from './live.module.css'
import { useShown } from './live.ts'
import { spanText } from './spanText.ts'

interface AgeOfAnswerProps {
  /** When the answer came, epoch milliseconds of this machine; 0: not yet. */
  at: number
  /** The live stream tells of its changes too, so that it is as old as what was last heard. */
  told?: boolean
}

/** How old an answer of the server is that a panel shows. */
export function AgeOfAnswer({ at, told = false }: AgeOfAnswerProps) {
  const { t } = useTranslation()
  const now = useNow(1000)
  const { connection, mode } = useShown()
  if (told && mode === 'live' && connection) return <AgeOfData />
  if (at === 0) return null
  return (
    <span className={styles.asOf} data-testid="answer-age">
      {t('live.near.age', { age: spanText(t, now - at) })}
    </span>
  )
}
