import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAccess } from '../hooks/useAccess.ts'
import { useAreas } from '../hooks/useAreas.ts'
import { useCity, useVersion } from '../hooks/useCity.ts'
import { useJurisdiction } from '../hooks/useJurisdiction.ts'
import { useNow } from '../hooks/useNow.ts'
import { useMe } from '../hooks/useSession.ts'
import { useLanguage, useView } from '../hooks/useView.ts'
import { useLiveMap } from '../live/useLiveMap.ts'
import { useLiveRefresh } from '../live/useLiveRefresh.ts'
import { useLiveStream } from '../live/useLiveStream.ts'
import type { Bounds, MapController, MapScene } from '../map/scene.ts'
import { countRights, pointRights } from '../state/access.ts'
import { nameOf } from '../state/areaTree.ts'
import { townBounds } from '../state/townBounds.ts'
import { ClassRow } from '../ui/ClassRow.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { LoadingState } from '../ui/LoadingState.tsx'
import { MapStage } from '../ui/MapStage.tsx'
import { RoomGate } from '../ui/RoomGate.tsx'
import { TownInset } from '../ui/TownInset.tsx'
import { BottomBar } from './BottomBar.tsx'
import { Controls } from './Controls.tsx'
import { Feed } from './Feed.tsx'
import { isStale, LIVE_REFRESH_MS, REFRESH_MS, WINDOW_REFRESH_MS } from './freshness.ts'
import { KpiColumn } from './KpiColumn.tsx'
import { LiveCounts } from './LiveCounts.tsx'
import { SCENE_NAMES, sceneOf } from './scenes.ts'
import { staySeconds } from './tour.ts'
import { useAttended } from './useAttended.ts'
import { useLatest } from './useLatest.ts'
import { useOverview } from './useOverview.ts'
import { useReloadOnNewVersion } from './useReloadOnNewVersion.ts'
import { useSceneData } from './useSceneData.ts'
import { useTour } from './useTour.ts'
import { magnificationAt, useUnit } from './useUnit.ts'
import styles from './wall.module.css'

/** Widths of the columns at the sides, in units; the same stand in wall.module.css. */
const KPI_UNITS = 23.5
const FEED_UNITS = 24.5
const MARGIN_UNITS = 2

/** The room for watching: one map, five figures, seven lines, three scenes, nobody at the keys. */
export function WallScreen() {
  const { t } = useTranslation()
  const city = useCity()
  if (city.isEmpty) return <EmptyState screen>{t('state.noCity')}</EmptyState>
  if (city.data)
    return (
      <RoomGate name={t('rooms.wall')} rights={countRights}>
        <Wall />
      </RoomGate>
    )
  if (city.error) return <ErrorState error={city.error} onRetry={city.refetch} />
  return <LoadingState />
}

function Wall() {
  const { t } = useTranslation()
  const language = useLanguage()
  const { data: city } = useCity()
  const { data: areas } = useAreas()
  const version = useVersion()
  const rest = useView((view) => view.rest)
  const search = useMemo(() => new URLSearchParams(rest), [rest])
  const access = useAccess()
  const points = access.may(...pointRights)
  const scenes = useMemo(
    () => SCENE_NAMES.filter((each) => each !== 'patrol' || access.may('patrols')),
    [access],
  )
  const [tour, dispatch] = useTour(
    scenes.length,
    Number(search.get('scene') ?? 1) - 1,
    staySeconds(search) * 1000,
  )
  const me = useMe()
  const attended = useAttended()
  const reloading = useReloadOnNewVersion()
  const unit = useUnit()
  const magnification = magnificationAt(unit)
  const overview = useOverview()
  const data = useSceneData()
  const [controller, setController] = useState<MapController | null>(null)
  const latest = useLatest()
  useLiveStream()
  useLiveRefresh({ windowsMs: WINDOW_REFRESH_MS, figuresMs: LIVE_REFRESH_MS })
  useLiveMap(controller)
  const now = useNow(REFRESH_MS / 2)
  const stale = overview.dataUpdatedAt > 0 && isStale(overview.dataUpdatedAt, now)

  const name = scenes[tour.index] ?? scenes[0]
  const jurisdiction = useJurisdiction()
  const town = useMemo(() => (areas && !jurisdiction ? townBounds(areas) : null), [areas, jurisdiction])
  const home =
    areas && jurisdiction?.areas.length === 1 ? nameOf(areas, jurisdiction.areas[0], language) : null
  const padding = useMemo(
    () => ({
      left: (KPI_UNITS + MARGIN_UNITS) * unit,
      right: (FEED_UNITS + MARGIN_UNITS) * unit,
      top: MARGIN_UNITS * unit,
      bottom: MARGIN_UNITS * unit,
    }),
    [unit],
  )
  const scene = useMemo<MapScene>(() => ({ ...sceneOf(name, data), padding }), [name, data, padding])
  const bounds: Bounds | null = data.base.home ?? city?.bounds ?? null
  // A new size of the window is a new view too: its fit leaves another room at the sides.
  const view = useMemo(
    () => (bounds && areas ? { box: name === 'town' ? (town ?? bounds) : bounds, padding } : null),
    [name, bounds, areas, town, padding],
  )
  useEffect(() => {
    if (controller && view) controller.fit(view.box, { durationMs: 1200 })
  }, [controller, view])

  if (!city) return null
  const values = name === 'overview' ? data.villages : name === 'town' ? data.grids : null
  return (
    <main className={styles.wall} data-attended={attended} data-scene={name}>
      <div className={styles.stage}>
        <MapStage
          scene={scene}
          interactive={false}
          onController={setController}
          magnification={magnification}
          label={t('rooms.wall')}
        />
      </div>
      <KpiColumn
        overview={overview.data}
        cityName={home ?? city.name[language]}
        timeZone={city.timeZone}
        stale={stale}
        families={access.families}
      />
      {points ? (
        <Feed incidents={latest.data?.incidents} areas={areas} city={city} stale={stale} />
      ) : (
        <LiveCounts areas={areas} city={city} stale={stale} />
      )}
      <div className={styles.inset}>
        <TownInset scene={scene} shown={name !== 'town' && !jurisdiction} magnification={magnification} />
      </div>
      <div className={styles.legend}>
        <ClassRow
          title={
            name === 'overview' && !points ? t('wall.scene.overviewCounts') : t(`wall.scene.${name}Legend`)
          }
          values={values}
          stale={name === 'overview' ? data.stale.villages : name === 'town' && data.stale.grids}
        />
      </div>
      <Controls tour={tour} dispatch={dispatch} leaves={me?.kind !== 'kiosk'} />
      <BottomBar
        tour={tour}
        sceneName={t(`wall.scene.${name}`)}
        version={version ?? city.currentVersion}
        synthetic={city.synthetic}
        asOf={Date.parse(overview.data?.asOf ?? city.asOf)}
        timeZone={city.timeZone}
        fetchedAt={overview.dataUpdatedAt || undefined}
        reloading={reloading}
      />
    </main>
  )
}
