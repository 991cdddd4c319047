import { AlertOutlined } from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import { useLanguage } from '../hooks/useView.ts'
import { useShown } from '../live/live.ts'
import { formatCount } from '../ui/numbers.ts'
import styles from './dispatch.module.css'
import { useOpenAlerts } from './useOpenAlerts.ts'

/** Stands in the bar as long as an alert is open, whichever panel is: nobody has to look for it. */
export function AlertBadge({ onClick }: { onClick: () => void }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { mode } = useShown()
  const open = useOpenAlerts()
  if (open === 0 || mode === 'replay') return null
  return (
    <button
      type="button"
      className={styles.alertBadge}
      onClick={onClick}
      title={t('dispatch.alerts.standing', { count: open })}
      data-testid="alert-badge"
    >
      <AlertOutlined aria-hidden="true" /> {t('dispatch.menu.alerts')} {formatCount(open, language)}
    </button>
  )
}
