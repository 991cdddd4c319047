import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useIdle } from '../hooks/useIdle.ts'
import { useLanguage } from '../hooks/useView.ts'
import { formatSpan } from '../state/duration.ts'
import styles from './account.module.css'

/** A word before the session ends for want of use; any move of a person takes it away. */
export function IdleNotice({ idleMinutes }: { idleMinutes: number | null }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { secondsLeft, stay } = useIdle(idleMinutes)
  if (secondsLeft === null) return null
  return (
    <aside className={styles.idle} role="alertdialog" aria-label={t('signIn.soon.title')}>
      <b>{t('signIn.soon.title')}</b>
      <p>{t('signIn.soon.text', { time: formatSpan(secondsLeft, language) })}</p>
      <Button type="primary" size="large" onClick={stay}>
        {t('signIn.soon.stay')}
      </Button>
    </aside>
  )
}
