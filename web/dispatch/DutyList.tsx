import { useQuery } from '@tanstack/react-query'
import { Skeleton } from 'antd'
import { useTranslation } from 'react-i18next'
import { useAccess } from '../hooks/useAccess.ts'
import { useCity } from '../hooks/useCity.ts'
import { useSelection } from '../hooks/useSelection.ts'
import { AgeOfAnswer } from '../live/AgeOfAnswer.tsx'
import { useLiveStore, useWaitsForLive } from '../live/live.ts'
import { wallClockAt } from '../state/zonedTime.ts'
import { client, type Outputs, trpc } from '../trpc.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { ActionButton } from './ActionButton.tsx'
import styles from './dispatch.module.css'
import { useSend } from './useSend.tsx'
import { useSquads } from './useSquads.ts'

type Duty = Outputs['duties']['list']['units'][number]

/** Asked again so often, besides what the live stream tells. Milliseconds. */
const againMs = 60_000

/** All units by squad: who is on duty, since when, doing what; for whoever may, begin and end. */
export function DutyList() {
  const { t } = useTranslation()
  const { code, data: city } = useCity()
  const access = useAccess()
  const { areaName } = useSquads()
  const { store, mode } = useLiveStore()
  const { send, busy } = useSend()
  const waits = useWaitsForLive()
  const query = useQuery(
    trpc.duties.list.queryOptions(
      { city: code ?? '' },
      { enabled: code !== undefined, refetchInterval: againMs, staleTime: 0 },
    ),
  )
  if (query.isError && !query.data)
    return <ErrorState error={query.error} inPlace onRetry={() => void query.refetch()} />
  if (!query.data || !city || code === undefined)
    return <Skeleton active title={false} paragraph={{ rows: 8 }} />
  // What the stream has told since is newer.
  const units = query.data.units.map((unit) => ({
    ...unit,
    ...(mode === 'live' ? told(store.units.get(unit.id)) : {}),
  }))
  if (units.length === 0) return <EmptyState>{t('dispatch.duties.none')}</EmptyState>
  const on = units.filter(({ state }) => state !== 'offDuty').length
  const change = (verb: 'begin' | 'end', { id, callSign }: Duty) =>
    void send({
      run: () => client.duties[verb].mutate({ city: code, unitId: id }),
      done: t(`dispatch.did.${verb}`, { unit: callSign }),
    })
  const squads = [...new Set(units.map(({ squadId }) => squadId))]
  return (
    <div>
      <p className={styles.head} title={t('dispatch.duties.note')}>
        {/* Who is on duty is not known before the stream has said so. */}
        {waits === 'connecting'
          ? t('live.badge.connecting')
          : t('dispatch.duties.summary', { on, all: units.length })}
        <AgeOfAnswer at={query.dataUpdatedAt} told />
      </p>
      {squads.map((squadId) => (
        <section key={squadId}>
          <h3 className={styles.squad}>{areaName(squadId)}</h3>
          <ul className={styles.lines}>
            {units
              .filter((unit) => unit.squadId === squadId)
              .map((unit) => (
                <DutyLine
                  key={unit.id}
                  unit={unit}
                  timeZone={city.timeZone}
                  busy={busy}
                  waits={waits !== null}
                  sets={unit.maySet && mode === 'live' && access.may('dispatch')}
                  onChange={(verb) => change(verb, unit)}
                />
              ))}
          </ul>
        </section>
      ))}
    </div>
  )
}

function told(unit: Pick<Duty, 'state' | 'dutySince' | 'incidentId'> | undefined) {
  return unit && { state: unit.state, dutySince: unit.dutySince, incidentId: unit.incidentId }
}

interface DutyLineProps {
  unit: Duty
  timeZone: string
  busy: boolean
  /** Nothing is live yet: it may have changed. */
  waits: boolean
  sets: boolean
  onChange: (verb: 'begin' | 'end') => void
}

function DutyLine({ unit, timeZone, busy, waits, sets, onChange }: DutyLineProps) {
  const { t } = useTranslation()
  const { select } = useSelection()
  const off = unit.state === 'offDuty'
  return (
    <li className={styles.line} data-testid={`duty-${unit.id}`}>
      <div className={styles.lineHead}>
        <button type="button" className={styles.unit} onClick={() => select({ kind: 'unit', id: unit.id })}>
          {unit.callSign}
        </button>
        <span className={styles.mark} data-on={!off}>
          {t(`live.unit.states.${unit.state}`)}
        </span>
        {sets && (
          <ActionButton
            size="small"
            why={
              busy || waits
                ? t(busy ? 'dispatch.why.busy' : 'dispatch.why.loading')
                : // Who is sent somewhere is called back first.
                  !off && unit.state !== 'free'
                  ? t('dispatch.why.sent')
                  : null
            }
            onClick={() => onChange(off ? 'begin' : 'end')}
          >
            {t(off ? 'dispatch.duties.begin' : 'dispatch.duties.end')}
          </ActionButton>
        )}
      </div>
      <div className={styles.times}>
        <span>{t(`live.unit.kinds.${unit.kind}`)}</span>
        {unit.dutySince && (
          <span>
            {t('dispatch.duties.since', {
              time: wallClockAt(Date.parse(unit.dutySince), timeZone).format('MM-DD HH:mm'),
            })}
          </span>
        )}
      </div>
    </li>
  )
}
