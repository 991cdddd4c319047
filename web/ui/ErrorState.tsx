import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { errorCode } from '../trpc.ts'
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
  const denied = errorCode(error) === 'FORBIDDEN'
  const offline =
    error instanceof TypeError || (error instanceof Error && error.message === 'Failed to fetch')
  const title = denied ? 'state.deniedTitle' : offline ? 'state.offlineTitle' : 'state.errorTitle'
  return (
    <div className={inPlace ? styles.place : styles.screen} role="alert">
      <h2 className={styles.title}>{t(title)}</h2>
      {!offline && <p>{error instanceof Error ? error.message : String(error)}</p>}
      <p className={styles.soft}>
        {t(denied ? 'state.denied' : offline ? 'signIn.unreachable' : 'state.errorSafe')}
      </p>
      <Button onClick={onRetry ?? (() => window.location.reload())}>
        {t(onRetry ? 'state.retry' : 'state.reload')}
      </Button>
    </div>
  )
}
