import { useCallback, useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { areaIndexOf } from '../../geodata/areaBundle.ts'
import { useAreaCounts } from '../hooks/useAggregates.ts'
import { areaValues } from '../hooks/useAreaValues.ts'
import { useCity } from '../hooks/useCity.ts'
import { usePatrols } from '../hooks/usePatrols.ts'
import { onlyLayers, useRoomScene } from '../hooks/useRoomScene.ts'
import { useScreenScale } from '../hooks/useScreenScale.ts'
import { useChangeView, useLanguage, useView } from '../hooks/useView.ts'
import { sequentialBreaks } from '../map/classBreaks.ts'
import type { AreaValues, MapController, MapScene } from '../map/scene.ts'
import { childrenOf } from '../state/areaTree.ts'
import { nothing } from '../state/selection.ts'
import { formatInstant } from '../state/zonedTime.ts'
import { errorCode } from '../trpc.ts'
import { ClassRow } from '../ui/ClassRow.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { LoadingState } from '../ui/LoadingState.tsx'
import { MapStage } from '../ui/MapStage.tsx'
import { Panel } from '../ui/Panel.tsx'
import { NumbersOf } from '../ui/Provenance.tsx'
import { RoomBar } from '../ui/RoomBar.tsx'
import { RoomGate } from '../ui/RoomGate.tsx'
import { AboutNumbers } from '../ui/Told.tsx'
import { TownInset } from '../ui/TownInset.tsx'
import styles from './planner.module.css'
import { SquadDetail } from './SquadDetail.tsx'
import { SquadList } from './SquadList.tsx'
import { SquadsCompared } from './SquadsCompared.tsx'
import { useSquads } from './useSquads.ts'

const layers = onlyLayers({
  squads: 1,
  patrolRoutes: 1,
  posts: 1,
  roads: 0.6,
  water: 1,
  labels: 1,
  relief: 0.6,
})
const layersOfSquad = onlyLayers({
  squads: 1,
  grids: 1,
  patrolRoutes: 1,
  posts: 1,
  roads: 0.6,
  water: 1,
  labels: 1,
  relief: 0.6,
})
const padding = { top: 24, right: 24, bottom: 24, left: 24 }
const planRights = ['patrols'] as const

/** The room for deciding who patrols where; in this version it shows how things are. */
export function PlannerScreen() {
  const { t } = useTranslation()
  return (
    <RoomGate name={t('rooms.plan')} rights={planRights}>
      <Planner />
    </RoomGate>
  )
}

function Planner() {
  const { t } = useTranslation()
  const language = useLanguage()
  const city = useCity()
  const patrols = usePatrols()
  const squads = useSquads()
  const base = useRoomScene()
  const selection = useView((view) => view.selection) ?? nothing
  const changeView = useChangeView()
  const scale = useScreenScale()
  const [controller, setController] = useState<MapController | null>(null)

  const areas = base.areas
  const selectedId = useMemo(() => {
    if (!areas || selection.kind !== 'area') return null
    const index = areaIndexOf(areas, selection.areaId)
    if (index < 0) return null
    if (areas.levels[areas.level[index]].level === 'squad') return areas.id[index]
    return areas.squad[index] >= 0 ? areas.id[areas.squad[index]] : null
  }, [areas, selection])

  const select = useCallback(
    (squadId: number | null) =>
      changeView({ selection: squadId === null ? undefined : { kind: 'area', areaId: squadId } }),
    [changeView],
  )

  const span = useMemo(
    () => squads.data && { from: Date.parse(squads.data.from), to: Date.parse(squads.data.to) },
    [squads.data],
  )
  const grids = useAreaCounts({
    level: 'grid',
    within: selectedId ?? undefined,
    span,
    enabled: selectedId !== null,
  })
  const values = useMemo<AreaValues | null>(() => {
    if (selectedId !== null) {
      return grids.data && !grids.isPlaceholderData ? areaValues(grids.data, 'count') : null
    }
    if (!squads.data) return null
    const { squadId, incidents } = squads.data
    return {
      areaId: squadId,
      value: incidents,
      suppressed: null,
      breaks: sequentialBreaks(incidents),
      ramp: 'sequential',
    }
  }, [selectedId, squads.data, grids.data, grids.isPlaceholderData])

  const pick = useCallback(
    (areaId: number) => {
      const index = areas ? areaIndexOf(areas, areaId) : -1
      if (!areas || index < 0) return
      const squad = areas.levels[areas.level[index]].level === 'squad' ? index : areas.squad[index]
      if (squad >= 0) select(areas.id[squad])
    },
    [areas, select],
  )

  const scene = useMemo<MapScene>(() => {
    const index = areas && selectedId !== null ? areaIndexOf(areas, selectedId) : -1
    return {
      ...base,
      level: { mode: 'pinned', level: selectedId === null ? 'squad' : 'grid' },
      values: values ? (selectedId === null ? { squad: values } : { grid: values }) : {},
      layers: selectedId === null ? layers : layersOfSquad,
      selection: selectedId === null ? nothing : { kind: 'area', areaId: selectedId },
      highlighted:
        areas && index >= 0 ? childrenOf(areas, index, 'patrol').map((child) => areas.id[child]) : [],
      patrolRoutes:
        selectedId === null
          ? base.patrolRoutes
          : base.patrolRoutes.filter((route) => route.squadId === selectedId),
      padding,
    }
  }, [base, areas, selectedId, values])

  const bounds = base.home ?? city.data?.bounds ?? null
  useEffect(() => {
    if (!controller || !areas) return
    if (selectedId !== null) controller.fit({ areaId: selectedId }, { durationMs: 600 })
    else if (bounds) controller.fit(bounds, { durationMs: 600 })
  }, [controller, areas, selectedId, bounds])

  useEffect(
    () =>
      controller?.on('click', (report) => {
        if (report.areaId !== null) pick(report.areaId)
      }),
    [controller, pick],
  )

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && selectedId !== null) select(null)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [selectedId, select])

  if (city.isEmpty) return <EmptyState screen>{t('state.noCity')}</EmptyState>
  if (errorCode(squads.error) === 'NOT_FOUND')
    return (
      <main>
        <RoomBar where={t('rooms.plan')} />
        <EmptyState screen>{t('plan.none')}</EmptyState>
      </main>
    )
  const error = city.error ?? patrols.error ?? squads.error
  if (error)
    return (
      <ErrorState error={error} onRetry={() => void Promise.all([patrols.refetch(), squads.refetch()])} />
    )
  if (!city.data) return <LoadingState />

  const selected = squads.data?.squads.find((squad) => squad.squadId === selectedId)
  const layoutSquad = patrols.data?.districts
    .flatMap((district) => district.squads)
    .find((squad) => squad.areaId === selectedId)
  return (
    <main className={styles.planner}>
      <div className={styles.bar}>
        <RoomBar where={t('rooms.plan')} />
      </div>
      <Panel className={styles.left} label={t('plan.title')}>
        <h1 className={styles.title}>{t('plan.title')}</h1>
        {patrols.data && squads.data && (
          <NumbersOf counted={t('number.of.squads')} source="roster" span={span} each={false}>
            <p className={styles.soft}>
              {t('plan.squadsOf', {
                districts: patrols.data.districts.length,
                squads: squads.data.squads.length,
              })}
              {' · '}
              {t('plan.window', {
                time: formatInstant(Date.parse(squads.data.to), city.data.timeZone, language),
              })}{' '}
              <AboutNumbers />
            </p>
            <SquadList
              squads={squads.data.squads}
              layout={patrols.data}
              selectedId={selectedId}
              onSelect={select}
            />
          </NumbersOf>
        )}
        <p className={styles.readOnly}>
          <b>{t('plan.readOnly')}</b> {t('plan.readOnlyText')}
        </p>
      </Panel>
      <div className={styles.map}>
        <MapStage scene={scene} onController={setController} magnification={scale} label={t('plan.onMap')} />
        <div className={styles.inset}>
          <TownInset
            scene={scene}
            shown={selectedId === null && base.home == null}
            onPick={pick}
            magnification={scale}
          />
        </div>
        {values && (
          <ClassRow title={t(selectedId === null ? 'plan.bySquad' : 'plan.byGrid')} values={values} />
        )}
      </div>
      <Panel className={styles.right} label={t('plan.balance')}>
        {selected && layoutSquad && squads.data && span ? (
          <>
            <header className={styles.rightHead}>
              <h2 className={styles.title}>{selected.name[language]}</h2>
              <button type="button" className={styles.back} onClick={() => select(null)}>
                {t('plan.back')}
              </button>
            </header>
            <SquadDetail
              squad={selected}
              squads={squads.data.squads}
              layout={layoutSquad}
              withinM={squads.data.withinM}
              span={span}
              some={base.home != null}
            />
          </>
        ) : (
          <>
            <p className={styles.soft}>{t('plan.choose')}</p>
            {squads.data && span && (
              <SquadsCompared
                squads={squads.data.squads}
                withinM={squads.data.withinM}
                span={span}
                some={base.home != null}
              />
            )}
          </>
        )}
      </Panel>
    </main>
  )
}
