import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Position } from '../../geodata/city.ts'
import { useCity } from '../hooks/useCity.ts'
import { useKinds } from '../hooks/useKinds.ts'
import { useMapController } from '../hooks/useMapController.ts'
import { useSelection } from '../hooks/useSelection.ts'
import { useLanguage } from '../hooks/useView.ts'
import { AgeOfAnswer } from '../live/AgeOfAnswer.tsx'
import { useLiveStore } from '../live/live.ts'
import { spanText } from '../live/spanText.ts'
import type { Language } from '../map/scene.ts'
import { type Outputs, trpc } from '../trpc.ts'
import { ErrorState } from '../ui/ErrorState.tsx'
import { LoadingState } from '../ui/LoadingState.tsx'
import { formatCount, formatTenths } from '../ui/numbers.ts'
import { Panel, Section } from '../ui/Panel.tsx'
import { PanelTitle } from './PanelTitle.tsx'
import styles from './selectionPanel.module.css'

/** Asked again so often while the panel is open: units move. Milliseconds. */
const againMs = 20_000
const pointZoom = 16

type Near = Outputs['live']['near']

/** What is near a place: units by minutes on the road, cameras that see it, who is in charge, what is open near. */
export function NearPanel({ point: [lng, lat], onClose }: { point: Position; onClose: () => void }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { code } = useCity()
  const near = useQuery(
    trpc.live.near.queryOptions(
      { city: code ?? '', lng, lat, limit: 8 },
      { enabled: code !== undefined, refetchInterval: againMs },
    ),
  )
  return (
    <Panel className={styles.panel} label={t('live.near.title')}>
      <Button
        type="text"
        className={styles.fold}
        onClick={onClose}
        aria-label={t('area.close')}
        title={t('area.close')}
      >
        ✕
      </Button>
      <div className={styles.scroll} data-testid="near">
        <PanelTitle
          kicker={t('live.near.title')}
          title={pointText(lng, lat)}
          facts={
            <>
              {near.data && `${inCharge(near.data.areas, language)} · `}
              <AgeOfAnswer at={near.dataUpdatedAt} />
            </>
          }
        />
        {near.isError && !near.data ? (
          <ErrorState error={near.error} inPlace onRetry={() => void near.refetch()} />
        ) : near.data ? (
          <Found near={near.data} />
        ) : (
          <LoadingState />
        )}
      </div>
    </Panel>
  )
}

function Found({ near: { units, cameras, incidents, areas } }: { near: Near }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { select } = useSelection()
  const controller = useMapController()
  const { kinds } = useKinds()
  const { store } = useLiveStore()
  const fly = (center: Position | null) => {
    const { zoom } = controller?.getView() ?? { zoom: pointZoom }
    if (center) controller?.flyTo({ center, zoom: Math.max(zoom, pointZoom) })
  }
  const unitPoint = (id: number): Position | null => {
    const track = store.track(id)
    return track && track.count > 0 ? [track.lng[track.last], track.lat[track.last]] : null
  }
  return (
    <>
      <Section title={t('live.near.units')}>
        <Lines rows={units} none={t('live.near.unitsNone')}>
          {(unit) => (
            <Line
              key={unit.unitId}
              name={unit.callSign}
              unbroken
              note={`${t(`live.unit.kinds.${unit.kind}`)} · ${t(`live.unit.states.${unit.state}`)}${
                unit.fixAgeS === null
                  ? ''
                  : ` · ${t('dispatch.suggest.oldFix', { age: spanText(t, 1000 * unit.fixAgeS) })}`
              }`}
              figure={
                unit.roadSeconds === null
                  ? t('live.near.unreachable')
                  : t('live.near.minutes', { minutes: formatTenths(unit.roadSeconds / 60, language) })
              }
              onClick={() => {
                select({ kind: 'unit', id: unit.unitId })
                fly(unitPoint(unit.unitId))
              }}
            />
          )}
        </Lines>
      </Section>
      <Section title={t('live.near.cameras')}>
        <Lines rows={cameras} none={t('live.near.camerasNone')}>
          {(camera) => (
            <Line
              key={camera.id}
              name={camera.code}
              note={t(`camera.statuses.${statusOf(camera.status)}`)}
              figure={t('live.near.metres', { metres: formatCount(camera.distanceM, language) })}
              onClick={() => {
                select({ kind: 'camera', id: camera.id })
                fly([camera.lng, camera.lat])
              }}
            />
          )}
        </Lines>
      </Section>
      <Section title={t('live.near.cases')}>
        <Lines rows={incidents} none={t('live.near.casesNone')}>
          {(incident) => (
            <Line
              key={incident.id}
              name={kinds.find((kind) => kind.code === incident.kind)?.name[language] ?? incident.kind}
              note={`${t(`incident.levels.${levelOf(incident.level)}`)} · ${spanText(
                t,
                store.now() - Date.parse(incident.reportedAt),
              )}`}
              figure={t('live.near.metres', { metres: formatCount(incident.distanceM, language) })}
              onClick={() => {
                select({ kind: 'incident', id: incident.id })
                fly([incident.lng, incident.lat])
              }}
            />
          )}
        </Lines>
      </Section>
      <Section title={t('live.near.areas')}>
        <Lines rows={areas} none={t('live.near.areasNone')}>
          {(area) => (
            <Line
              key={area.id}
              name={area.name[language] || area.code}
              note=""
              figure={area.code}
              onClick={() => select({ kind: 'area', areaId: area.id })}
            />
          )}
        </Lines>
      </Section>
    </>
  )
}

const statuses = ['online', 'offline', 'repair'] as const
const statusOf = (status: string) => statuses.find((each) => each === status) ?? 'offline'
const levels = [1, 2, 3, 4] as const
const levelOf = (level: number) => levels.find((each) => each === level) ?? 4

interface LinesProps<Row> {
  /** null: not for this viewer. */
  rows: readonly Row[] | null
  none: string
  children: (row: Row) => ReactNode
}

function Lines<Row>({ rows, none, children }: LinesProps<Row>) {
  const { t } = useTranslation()
  if (rows === null) return <p className={styles.soft}>{t('live.near.denied')}</p>
  if (rows.length === 0) return <p className={styles.soft}>{none}</p>
  return <ul className={styles.children}>{rows.map(children)}</ul>
}

interface LineProps {
  name: string
  /** The name stays in one line, the note gives way. */
  unbroken?: boolean
  note: string
  figure: string
  onClick: () => void
}

function Line({ name, unbroken = false, note, figure, onClick }: LineProps) {
  return (
    <li>
      <button
        type="button"
        className={styles.child}
        style={{
          gridTemplateColumns: unbroken ? 'max-content minmax(0, 1fr) auto' : 'minmax(0, 1fr) auto auto',
        }}
        onClick={onClick}
      >
        <span className={styles.wholeName}>{name}</span>
        <small className={styles.soft} style={{ textAlign: 'end' }}>
          {note}
        </small>
        <span>{figure}</span>
      </button>
    </li>
  )
}

/** Whose ground it is, in a line: grid and squad; where there are none, the finest there is. */
function inCharge(areas: Near['areas'], language: Language): string {
  const named = areas.filter(({ level }) => level === 'grid' || level === 'squad')
  return (named.length > 0 ? named : areas.slice(-1))
    .map(({ name, code }) => name[language] || code)
    .join(' · ')
}

const sixth = 1e6
/** As the menu of the map writes a point: latitude last, a tenth of a metre. */
function pointText(lng: number, lat: number): string {
  return `${Math.round(lng * sixth) / sixth}, ${Math.round(lat * sixth) / sixth}`
}
