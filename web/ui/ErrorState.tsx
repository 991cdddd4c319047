import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { askUnreachedAgain, errorCode } from '../trpc.ts'
import { errorText, isOffline } from './errorText.ts'
import styles from './states.module.css'

interface ErrorStateProps {
  error: unknown
  /** Default: reload the page. */
  onRetry?: () => void
  /** True inside a panel, where several may stand: the words only. */
  inPlace?: boolean
}

/**
 * What happened, what is safe, what to do. Denied is not an error but says whom to ask. Where the server was not reached,
 * trying one question again tries all that were not.
 */
export function ErrorState({ error, onRetry, inPlace = false }: ErrorStateProps) {
  const { t } = useTranslation()
  const code = errorCode(error)
  const denied = code === 'FORBIDDEN'
  const missing = code === 'NOT_FOUND'
  const offline = isOffline(error)
  const title = denied
    ? 'state.deniedTitle'
    : missing
      ? 'state.missingTitle'
      : offline
        ? 'state.offlineTitle'
        : 'state.errorTitle'
  const retry = () => {
    if (!onRetry) return window.location.reload()
    onRetry()
    if (offline) askUnreachedAgain()
  }
  return (
    <div className={inPlace ? styles.place : styles.screen} role="alert">
      {!inPlace && <h2 className={styles.title}>{t(title)}</h2>}
      <p>{errorText(error, t)}</p>
      {!missing && !(inPlace && offline) && (
        <p className={styles.soft}>{t(denied ? 'state.denied' : 'state.errorSafe')}</p>
      )}
      <Button size={inPlace ? 'small' : undefined} onClick={retry}>
        {t(onRetry ? 'state.retry' : 'state.reload')}
      </Button>
    </div>
  )
}
