import { useQuery } from '@tanstack/react-query'
import { Button, Skeleton } from 'antd'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useAccess } from '../hooks/useAccess.ts'
import { useCity } from '../hooks/useCity.ts'
import { useNow } from '../hooks/useNow.ts'
import { AgeOfAnswer } from '../live/AgeOfAnswer.tsx'
import { useLiveStore } from '../live/live.ts'
import { spanText } from '../live/spanText.ts'
import { useOpenIncident } from '../live/useOpenIncident.ts'
import { pointAtArea } from '../state/pointing.ts'
import { wallClockAt } from '../state/zonedTime.ts'
import { client, type Outputs, trpc } from '../trpc.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { ActionButton } from './ActionButton.tsx'
import styles from './dispatch.module.css'
import { useAlertText } from './useAlertText.ts'
import { useSend } from './useSend.tsx'

type Alert = Outputs['alerts']['list']['alerts'][number]

const againMs = 60_000

/** What has gone wrong: open ones first; for whoever may, to be acknowledged. */
export function AlertList() {
  const { t } = useTranslation()
  const { code, data: city } = useCity()
  const access = useAccess()
  const { store } = useLiveStore()
  const { send, busy } = useSend()
  const query = useQuery(
    trpc.alerts.list.queryOptions(
      { city: code ?? '', limit: 100 },
      { enabled: code !== undefined, refetchInterval: againMs, staleTime: 0 },
    ),
  )
  const { refetch } = query
  const told = store.versions.alerts
  useEffect(() => {
    if (told > 0) void refetch()
  }, [told, refetch])
  if (query.isError && !query.data)
    return <ErrorState error={query.error} inPlace onRetry={() => void refetch()} />
  if (!query.data || !city || code === undefined)
    return <Skeleton active title={false} paragraph={{ rows: 6 }} />
  const { alerts } = query.data
  if (alerts.length === 0) return <EmptyState>{t('dispatch.alerts.none')}</EmptyState>
  return (
    <>
      <AgeOfAnswer at={query.dataUpdatedAt} told />
      <ul className={styles.lines}>
        {alerts.map((alert) => (
          <AlertLine
            key={alert.id}
            alert={alert}
            timeZone={city.timeZone}
            busy={busy}
            acknowledges={access.may('respond')}
            onAcknowledge={() =>
              void send({
                run: () => client.alerts.acknowledge.mutate({ city: code, id: alert.id }),
                done: t('dispatch.did.acknowledged'),
              })
            }
          />
        ))}
      </ul>
    </>
  )
}

interface AlertLineProps {
  alert: Alert
  timeZone: string
  busy: boolean
  acknowledges: boolean
  onAcknowledge: () => void
}

function AlertLine({ alert, timeZone, busy, acknowledges, onAcknowledge }: AlertLineProps) {
  const { t } = useTranslation()
  const { store } = useLiveStore()
  const open = useOpenIncident()
  const alertText = useAlertText()
  useNow(1000)
  const clock = (text: string) => wallClockAt(Date.parse(text), timeZone).format('MM-DD HH:mm')
  const { incidentId } = alert
  const isOpen = alert.clearedAt === null
  return (
    <li
      className={styles.line}
      data-testid={`alert-${alert.id}`}
      onMouseEnter={() => pointAtArea(alert.areaId, 'list')}
      onMouseLeave={() => pointAtArea(null, 'list')}
    >
      <div className={styles.lineHead}>
        <span className={styles.said}>{alertText(alert)}</span>
        {incidentId !== null && (
          <Button size="small" onClick={() => open(incidentId)}>
            {t('live.alerts.open')}
          </Button>
        )}
        {isOpen && acknowledges && alert.acknowledgedAt === null && (
          <ActionButton size="small" why={busy ? t('dispatch.why.busy') : null} onClick={onAcknowledge}>
            {t('dispatch.alerts.acknowledge')}
          </ActionButton>
        )}
      </div>
      <div className={styles.times}>
        <span className={styles.mark} data-on={isOpen ? 'alert' : false}>
          {alert.clearedAt === null
            ? t('dispatch.alerts.open', { age: spanText(t, store.now() - Date.parse(alert.raisedAt)) })
            : t('dispatch.alerts.cleared', { from: clock(alert.raisedAt), to: clock(alert.clearedAt) })}
        </span>
        {alert.acknowledgedAt && (
          <span>{t('dispatch.alerts.acknowledged', { time: clock(alert.acknowledgedAt) })}</span>
        )}
      </div>
    </li>
  )
}
