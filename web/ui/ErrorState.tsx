import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { errorCode } from '../trpc.ts'
import { errorText, isOffline } from './errorText.ts'
import styles from './states.module.css'

interface ErrorStateProps {
  error: unknown
  /** Default: reload the page. */
  onRetry?: () => void
  /** True inside a panel: no full height. */
  inPlace?: boolean
}

/** What happened, what is safe, what to do. Denied is not an error but says whom to ask. */
export function ErrorState({ error, onRetry, inPlace = false }: ErrorStateProps) {
  const { t } = useTranslation()
  const code = errorCode(error)
  const denied = code === 'FORBIDDEN'
  const missing = code === 'NOT_FOUND'
  const title = denied
    ? 'state.deniedTitle'
    : missing
      ? 'state.missingTitle'
      : isOffline(error)
        ? 'state.offlineTitle'
        : 'state.errorTitle'
  return (
    <div className={inPlace ? styles.place : styles.screen} role="alert">
      <h2 className={styles.title}>{t(title)}</h2>
      <p>{errorText(error, t)}</p>
      {!missing && <p className={styles.soft}>{t(denied ? 'state.denied' : 'state.errorSafe')}</p>}
      <Button onClick={onRetry ?? (() => window.location.reload())}>
        {t(onRetry ? 'state.retry' : 'state.reload')}
      </Button>
    </div>
  )
}
