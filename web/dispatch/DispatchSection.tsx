import { useQuery } from '@tanstack/react-query'
import { Skeleton } from 'antd'
import { useTranslation } from 'react-i18next'
import { useAccess } from '../hooks/useAccess.ts'
import { useCity } from '../hooks/useCity.ts'
import { useLiveStore } from '../live/live.ts'
import { wallClockAt } from '../state/zonedTime.ts'
import { client, trpc } from '../trpc.ts'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Section } from '../ui/Panel.tsx'
import { CloseIncident } from './CloseIncident.tsx'
import { DispatchLine } from './DispatchLine.tsx'
import styles from './dispatch.module.css'
import { isOpenDispatch, mergedDispatches } from './dispatchRows.ts'
import { HandOver } from './HandOver.tsx'
import { Suggestions } from './Suggestions.tsx'
import { useDispatchStep } from './useDispatchStep.ts'
import { useSend } from './useSend.tsx'
import { useSquads } from './useSquads.ts'

/** What was sent to an incident and what could be; for whoever may, the next step of each. */
export function DispatchSection({ incidentId }: { incidentId: number }) {
  const { t } = useTranslation()
  const access = useAccess()
  const { code, data: city } = useCity()
  const { store, mode } = useLiveStore()
  const { areaName } = useSquads()
  const { send, busy } = useSend()
  const { step, nameOf } = useDispatchStep(send)
  const asked = useQuery(
    trpc.dispatch.of.queryOptions(
      { city: code ?? '', incidentId },
      { enabled: code !== undefined && mode === 'live' },
    ),
  )
  if (mode === 'replay') {
    return (
      <Section title={t('dispatch.title')}>
        <p className={styles.soft}>{t('dispatch.replayed')}</p>
      </Section>
    )
  }
  if (asked.isError && !asked.data) {
    return (
      <Section title={t('dispatch.title')}>
        <ErrorState error={asked.error} inPlace onRetry={() => void asked.refetch()} />
      </Section>
    )
  }
  if (!asked.data || !city || code === undefined) {
    return (
      <Section title={t('dispatch.title')}>
        <Skeleton active title={false} paragraph={{ rows: 3 }} />
      </Section>
    )
  }
  const { inChargeSquadId, handovers } = asked.data
  const status = store.incidents.get(incidentId)?.status ?? asked.data.status
  const isOpen = status !== 'closed' && status !== 'recorded'
  const rows = mergedDispatches(asked.data.dispatches, store.dispatches.values(), incidentId)
  const open = rows.filter(isOpenDispatch)
  const past = rows.filter((row) => !isOpenDispatch(row))
  const line = (row: (typeof rows)[number]) => (
    <DispatchLine
      key={row.id}
      row={row}
      name={nameOf(row.unitId)}
      timeZone={city.timeZone}
      busy={busy}
      answers={access.may('respond')}
      sends={access.may('dispatch')}
      onStep={(verb) => step(verb, row)}
    />
  )
  const squadName = (id: number | null) => (id === null ? t('dispatch.handOver.noSquad') : areaName(id))
  return (
    <>
      <Section
        title={t('dispatch.title')}
        aside={
          <small className={styles.soft}>
            {inChargeSquadId === null
              ? t('dispatch.nobody')
              : t('dispatch.inCharge', { squad: areaName(inChargeSquadId) })}
          </small>
        }
      >
        <div data-testid="dispatches" className={styles.lines}>
          {open.length > 0 ? (
            <ul className={styles.lines}>{open.map(line)}</ul>
          ) : (
            <p className={styles.soft}>{t(isOpen ? 'dispatch.none' : 'dispatch.over')}</p>
          )}
        </div>
      </Section>
      {isOpen && access.may('dispatch') && (
        <>
          <Suggestions
            incidentId={incidentId}
            // Whoever is sent or called back changes who could be.
            changed={rows.map(({ id, state }) => `${id}${state}`).join()}
            busy={busy}
            onSend={({ unitId, callSign, besides }) =>
              void send({
                run: () =>
                  client.dispatch.assign.mutate({ city: code, incidentId, unitIds: [unitId], besides }),
                done: t('dispatch.did.assign', { unit: callSign }),
                undo: ({ dispatches: [{ id }] }) =>
                  client.dispatch.withdraw.mutate({ city: code, dispatchId: id }),
              })
            }
          />
          <HandOver
            inChargeSquadId={inChargeSquadId}
            busy={busy}
            onHandOver={(toSquadId) =>
              void send({
                run: () =>
                  client.dispatch.handOver.mutate({
                    city: code,
                    incidentId,
                    fromSquadId: inChargeSquadId,
                    toSquadId,
                  }),
                done: t('dispatch.did.handOver', { squad: areaName(toSquadId) }),
              })
            }
          />
          <CloseIncident
            busy={busy}
            onClose={(outcome) =>
              void send({
                run: () => client.dispatch.close.mutate({ city: code, incidentId, outcome }),
                done: t('dispatch.did.close'),
              })
            }
          />
        </>
      )}
      {(past.length > 0 || handovers.length > 0) && (
        <Section title={t('dispatch.history')}>
          <ul className={styles.lines}>
            {past.map(line)}
            {handovers.map((each) => (
              <li key={`handover ${each.id}`} className={styles.soft}>
                {t('dispatch.handOver.line', {
                  time: wallClockAt(Date.parse(each.at), city.timeZone).format('HH:mm:ss'),
                  from: squadName(each.fromSquadId),
                  to: squadName(each.toSquadId),
                })}
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  )
}
