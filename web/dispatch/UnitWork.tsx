import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LiveUnit } from '../../api/live/messages.ts'
import { useAccess } from '../hooks/useAccess.ts'
import { useAreas } from '../hooks/useAreas.ts'
import { useCity } from '../hooks/useCity.ts'
import { useKinds } from '../hooks/useKinds.ts'
import { useLanguage } from '../hooks/useView.ts'
import { useLiveStore } from '../live/live.ts'
import { useOpenIncident } from '../live/useOpenIncident.ts'
import { worldPerMetre, worldX, worldY } from '../map/geometry/mercator.ts'
import { client, trpc } from '../trpc.ts'
import { formatTenths } from '../ui/numbers.ts'
import { Section } from '../ui/Panel.tsx'
import { placeName } from '../wall/placeName.ts'
import { ActionButton } from './ActionButton.tsx'
import { DispatchLine } from './DispatchLine.tsx'
import styles from './dispatch.module.css'
import { isOpenDispatch } from './dispatchRows.ts'
import { useDispatchStep } from './useDispatchStep.ts'
import { useSend } from './useSend.tsx'

/** Open incidents to choose from: the gravest and nearest are enough. */
const mostChoices = 200

/** What a unit is sent to, with the next step of each; for whoever may: sent somewhere, on duty and off. */
export function UnitWork({ unit }: { unit: LiveUnit }) {
  const { t } = useTranslation()
  const access = useAccess()
  const { code, data: city } = useCity()
  const { store, mode } = useLiveStore()
  const openIncident = useOpenIncident()
  const { kinds } = useKinds()
  const language = useLanguage()
  const { send, busy } = useSend()
  const { step } = useDispatchStep(send)
  const sends = access.may('dispatch')
  const duties = useQuery(
    trpc.duties.list.queryOptions(
      { city: code ?? '' },
      { enabled: code !== undefined && sends && mode === 'live' },
    ),
  )
  if (!city || code === undefined) return null
  const kindName = (kind: string) => kinds.find((each) => each.code === kind)?.name[language] ?? kind
  const open = [...store.dispatches.values()].filter((row) => row.unitId === unit.id && isOpenDispatch(row))
  const off = unit.state === 'offDuty'
  const maySet = duties.data?.units.find(({ id }) => id === unit.id)?.maySet
  const whyNot =
    mode === 'replay'
      ? t('dispatch.why.replayed')
      : busy
        ? t('dispatch.why.busy')
        : maySet === undefined
          ? t('dispatch.why.loading')
          : maySet
            ? null
            : t('dispatch.why.outside')
  const incidentName = (id: number) => {
    const incident = store.incidents.get(id)
    return incident ? kindName(incident.kind) : t('dispatch.ofUnit.incident', { id })
  }
  return (
    <Section title={t('dispatch.ofUnit.title')}>
      {open.length === 0 ? (
        <p className={styles.soft}>{t('dispatch.ofUnit.none')}</p>
      ) : (
        <ul className={styles.lines} data-testid="unit-dispatches">
          {open.map((row) => (
            <DispatchLine
              key={row.id}
              row={row}
              name={incidentName(row.incidentId)}
              onName={() => openIncident(row.incidentId)}
              timeZone={city.timeZone}
              busy={busy}
              answers={mode === 'live' && access.may('respond')}
              sends={mode === 'live' && sends}
              onStep={(verb) => step(verb, row)}
            />
          ))}
        </ul>
      )}
      {sends && (
        <>
          <SendTo
            unit={unit}
            whyNot={whyNot ?? (off ? t('dispatch.why.offDuty') : null)}
            except={new Set(open.map(({ incidentId }) => incidentId))}
            kindName={kindName}
            onSend={(incidentId) =>
              void send({
                run: () =>
                  client.dispatch.assign.mutate({
                    city: code,
                    incidentId,
                    unitIds: [unit.id],
                    besides: unit.state !== 'free',
                  }),
                done: t('dispatch.did.assign', { unit: unit.callSign }),
                undo: ({ dispatches: [{ id }] }) =>
                  client.dispatch.withdraw.mutate({ city: code, dispatchId: id }),
              })
            }
          />
          <div className={styles.buttons}>
            <ActionButton
              size="small"
              why={whyNot ?? (!off && unit.state !== 'free' ? t('dispatch.why.sent') : null)}
              data-testid="unit-duty"
              onClick={() =>
                void send({
                  run: () => client.duties[off ? 'begin' : 'end'].mutate({ city: code, unitId: unit.id }),
                  done: t(off ? 'dispatch.did.begin' : 'dispatch.did.end', { unit: unit.callSign }),
                })
              }
            >
              {t(off ? 'dispatch.duties.begin' : 'dispatch.duties.end')}
            </ActionButton>
          </div>
        </>
      )}
    </Section>
  )
}

interface SendToProps {
  unit: LiveUnit
  /** Why it cannot be sent anywhere now; null: it can. */
  whyNot: string | null
  /** Incidents it is sent to already. */
  except: ReadonlySet<number>
  kindName: (kind: string) => string
  onSend: (incidentId: number) => void
}

/** Open incidents, those nobody was sent to first, then by how grave and how far as the crow flies. */
function SendTo({ unit, whyNot, except, kindName, onSend }: SendToProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { store } = useLiveStore()
  const { data: areas } = useAreas()
  const [chosen, setChosen] = useState<number | null>(null)
  const track = store.track(unit.id)
  const from =
    track && track.count > 0 && unit.state !== 'offDuty'
      ? { lng: track.lng[track.last], lat: track.lat[track.last] }
      : null
  const choices = [...store.incidents.values()]
    .filter(({ id, status }) => !except.has(id) && status !== 'closed' && status !== 'recorded')
    .map((incident) => ({ incident, km: from && kilometresBetween(from, incident) }))
    .sort(
      (a, b) =>
        Number(a.incident.status !== 'new') - Number(b.incident.status !== 'new') ||
        a.incident.level - b.incident.level ||
        (a.km ?? 0) - (b.km ?? 0) ||
        b.incident.id - a.incident.id,
    )
    .slice(0, mostChoices)
    .map(({ incident, km }) => ({
      value: incident.id,
      label: [
        kindName(incident.kind),
        areas ? placeName(areas, incident.cellId, language) : '',
        t(`incident.statuses.${incident.status}`),
        km === null ? '' : t('dispatch.ofUnit.away', { km: formatTenths(km, language) }),
      ]
        .filter((text) => text !== '')
        .join(' · '),
    }))
  const still = choices.some(({ value }) => value === chosen) ? chosen : null
  return (
    <div className={styles.decide}>
      <Select
        size="small"
        value={still}
        showSearch={{ optionFilterProp: 'label' }}
        popupMatchSelectWidth={420}
        placeholder={t(choices.length > 0 ? 'dispatch.ofUnit.choose' : 'dispatch.ofUnit.nothingOpen')}
        aria-label={t('dispatch.ofUnit.choose')}
        options={choices}
        onChange={setChosen}
        data-testid="unit-send-to"
      />
      <ActionButton
        size="small"
        why={whyNot ?? (still === null ? t('dispatch.why.incident') : null)}
        onClick={() => {
          if (still !== null) onSend(still)
          setChosen(null)
        }}
        data-testid="unit-send"
      >
        {t('dispatch.ofUnit.go')}
      </ActionButton>
    </div>
  )
}

interface Spot {
  lng: number
  lat: number
}

/** As the crow flies, between two points of one city. */
function kilometresBetween(a: Spot, b: Spot): number {
  return (
    Math.hypot(worldX(a.lng) - worldX(b.lng), worldY(a.lat) - worldY(b.lat)) / worldPerMetre(a.lat) / 1000
  )
}
