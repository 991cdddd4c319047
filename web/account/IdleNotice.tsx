import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useIdle } from '../hooks/useIdle.ts'
import { useLanguage } from '../hooks/useView.ts'
import { noteUse } from '../state/activity.ts'
import { formatSpan } from '../state/duration.ts'
import styles from './account.module.css'

/** A word before the session ends for want of use; any move of a person takes it away. */
export function IdleNotice({ idleMinutes }: { idleMinutes: number | null }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const seconds = useIdle(idleMinutes)
  if (seconds === null) return null
  return (
    <aside className={styles.idle} role="alertdialog" aria-label={t('signIn.soon.title')}>
      <b>{t('signIn.soon.title')}</b>
      <p>{t('signIn.soon.text', { time: formatSpan(seconds, language) })}</p>
      <Button type="primary" size="large" onClick={noteUse}>
        {t('signIn.soon.stay')}
      </Button>
    </aside>
  )
}
