import { useMutation, useQuery } from '@tanstack/react-query'
import { Button, Skeleton } from 'antd'
import { useTranslation } from 'react-i18next'
import { useInstallationZone } from '../hooks/useInstallationZone.ts'
import { useLanguage } from '../hooks/useView.ts'
import { formatAge } from '../state/age.ts'
import { formatInstant } from '../state/zonedTime.ts'
import { client, trpc } from '../trpc.ts'
import { ErrorState } from '../ui/ErrorState.tsx'
import { errorText } from '../ui/errorText.ts'
import styles from './account.module.css'
import { Device } from './Device.tsx'

/** Where one's own account is signed in, and ending that. */
export function MySessions() {
  const { t } = useTranslation()
  const language = useLanguage()
  const zone = useInstallationZone()
  const sessions = useQuery(trpc.sessions.mine.queryOptions())
  const before = useQuery(trpc.session.lately.queryOptions()).data?.signInBefore
  const end = useMutation({
    mutationFn: (ids: readonly string[]) =>
      Promise.all(ids.map((id) => client.sessions.revokeMine.mutate({ id }))),
    onSettled: () => sessions.refetch(),
  })
  const others = sessions.data?.filter(({ current }) => !current) ?? []
  return (
    <section className={styles.section}>
      <h3>{t('account.sessions.title')}</h3>
      <p className={styles.soft}>{t('account.sessions.text')}</p>
      {before && (
        <p data-testid="signed-in-before">
          {t('account.sessions.before', {
            time: formatInstant(Date.parse(before.at), zone, language),
            address: before.address ?? t('account.reset.nowhere'),
          })}
        </p>
      )}
      {sessions.error && !sessions.data ? (
        <ErrorState error={sessions.error} inPlace onRetry={() => void sessions.refetch()} />
      ) : !sessions.data ? (
        <Skeleton active paragraph={{ rows: 2 }} title={false} />
      ) : (
        <ul className={styles.sessions} data-testid="my-sessions">
          {sessions.data.map(({ id, current, device, address, createdAt, lastSeenAt }) => (
            <li key={id}>
              <div>
                <Device userAgent={device} />{' '}
                {current && <b className={styles.here}>{t('account.sessions.current')}</b>}
                <p className={styles.hint}>
                  {[
                    address,
                    t('account.sessions.since', {
                      time: formatInstant(Date.parse(createdAt), zone, language),
                    }),
                    t('account.sessions.seen', {
                      age: formatAge(Date.now() - Date.parse(lastSeenAt), language),
                    }),
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </p>
              </div>
              {!current && (
                <Button danger loading={end.isPending} onClick={() => end.mutate([id])}>
                  {t('account.sessions.revoke')}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {end.error && (
        <p className={styles.problem} role="alert">
          {errorText(end.error, t)}
        </p>
      )}
      {others.length > 1 && (
        <div className={styles.buttons}>
          <Button danger loading={end.isPending} onClick={() => end.mutate(others.map(({ id }) => id))}>
            {t('account.sessions.revokeOthers')}
          </Button>
        </div>
      )}
    </section>
  )
}
