import { Button } from 'antd'
import { lazy, useCallback, useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Position } from '../../geodata/city.ts'
import { CompareBar } from '../compare/CompareBar.tsx'
import { comparable, OtherHalf } from '../compare/OtherHalf.tsx'
import { SideHead } from '../compare/SideHead.tsx'
import { useComparison } from '../compare/useComparison.ts'
import { DispatchPanel } from '../dispatch/DispatchPanel.tsx'
import { type DispatchTab, dispatchTabOf } from '../dispatch/dispatchTab.ts'
import { useDrill } from '../drill/useDrill.ts'
import { useAccess } from '../hooks/useAccess.ts'
import { useAreas } from '../hooks/useAreas.ts'
import { useFilterHistory } from '../hooks/useFilterHistory.ts'
import { useHotspots } from '../hooks/useHotspots.ts'
import { useKeys } from '../hooks/useKeys.ts'
import { useMapController, useMapEvent, useRestingView, useShownLevel } from '../hooks/useMapController.ts'
import { useMapScene } from '../hooks/useMapScene.ts'
import { useParameter } from '../hooks/useParameter.ts'
import { useScreenScale } from '../hooks/useScreenScale.ts'
import { useSelection } from '../hooks/useSelection.ts'
import { useChangeView, useToggleTheme, useView } from '../hooks/useView.ts'
import { useViewSync } from '../hooks/useViewSync.ts'
import { liveStore } from '../live/live.ts'
import { decodeNear, encodeNear } from '../live/nearPoint.ts'
import { ReportDialog } from '../live/ReportDialog.tsx'
import { soundNews } from '../live/sounds.ts'
import { useFollowing } from '../live/useFollow.ts'
import { useLiveMap } from '../live/useLiveMap.ts'
import { useLiveRefresh } from '../live/useLiveRefresh.ts'
import { useLiveStream } from '../live/useLiveStream.ts'
import type { MapController, PointerReport } from '../map/scene.ts'
import { PlayerPanel } from '../player/PlayerPanel.tsx'
import { usePlayer } from '../player/usePlayer.ts'
import { useReplay } from '../replay/useReplay.ts'
import { countRights } from '../state/access.ts'
import { pointAtArea, usePointing } from '../state/pointing.ts'
import { nothing } from '../state/selection.ts'
import { AreaPanel } from './AreaPanel.tsx'
import { CameraPanel } from './CameraPanel.tsx'
import { ContextMenu } from './ContextMenu.tsx'
import { HotspotPanel } from './HotspotPanel.tsx'
import { HoverTip } from './HoverTip.tsx'
import { IncidentPanel } from './IncidentPanel.tsx'
import { InsetPanel } from './InsetPanel.tsx'
import { KeysHelp } from './KeysHelp.tsx'
import { LaterPart } from './LaterPart.tsx'
import { LayerPanel } from './LayerPanel.tsx'
import { LivePanel } from './LivePanel.tsx'
import { MapUpdating } from './MapUpdating.tsx'
import styles from './mapRoom.module.css'
import { NearPanel } from './NearPanel.tsx'
import { PlacePanel } from './PlacePanel.tsx'
import { SearchPanel } from './SearchPanel.tsx'
import { StatusLine } from './StatusLine.tsx'
import { TimeAxis } from './TimeAxis.tsx'
import { TopBar } from './TopBar.tsx'
import { UnitPanel } from './UnitPanel.tsx'
import { VersionNote } from './VersionNote.tsx'

/** Charts and the table are a part of their own: who does not open them does not load them. */
const AnalysisDrawer = lazy(() => import('../analysis/AnalysisDrawer.tsx'))
const DrillPanel = lazy(() => import('../drill/DrillPanel.tsx'))
const ReplayBar = lazy(() => import('../replay/ReplayBar.tsx'))

const leftWidth = 264
/** Windows of time move on, and their numbers with them, at most this often while incidents come in, milliseconds. */
const refreshMs = 60_000
const figuresMs = 2_000
const rightWidth = 336
const axisHeight = 116
const playedHeight = 118

/** While the window moves, numbers at rest would be old: the tip names the area only. */
const noCounts: ReturnType<typeof useMapScene>['area']['countOf'] = new Map()
const ignore = () => undefined
const hidden = { visible: false, opacity: 1 }
const stillLayers = { incidents: hidden, heatmap: hidden, hexagons: hidden }

/** Everything around the map, and what the map's gestures mean. */
export function MapRoom({ mapFailed }: { mapFailed: boolean }) {
  const { t } = useTranslation()
  const controller = useMapController()
  const { data: bundle } = useAreas()
  const { selection, above, select } = useSelection()
  const toggleTheme = useToggleTheme()
  const [layersOpen, setLayersOpen] = useState(true)
  const [detailsOpen, setDetailsOpen] = useState(true)
  const [searchOpen, setSearchOpen] = useState(false)
  const [keysOpen, setKeysOpen] = useState(false)
  const [menu, setMenu] = useState<PointerReport | null>(null)
  const [lostMap, setLostMap] = useState<MapController | null>(null)
  const lost = lostMap !== null && lostMap === controller
  const [panel, setPanel] = useParameter('panel')
  const counted = useAccess().can(...countRights)
  const changeView = useChangeView()
  const rest = useView((search) => search.rest)
  const analysing = panel === 'analysis' && counted
  useFilterHistory()
  useLiveStream()
  useLiveRefresh({ windowsMs: refreshMs, figuresMs })

  const scale = useScreenScale()
  const playedOpen = useView((search) => search.rest?.play !== undefined)
  const comparing = useView((search) => search.rest?.compare === '1') && counted
  const [compareLayersOpen, setCompareLayersOpen] = useState(false)
  const [livePanel, setLivePanel] = useParameter('live')
  const liveOpen = livePanel === '1' && !comparing
  const [nearText, setNear] = useParameter('near')
  const near = useMemo(() => decodeNear(nearText), [nearText])
  const [dispatchText, setDispatch] = useParameter('dispatch')
  const dispatchTab = dispatchTabOf(dispatchText)
  const mayPatrol = useAccess().can('patrols')
  const [reporting, setReporting] = useState<Position | null>(null)
  const padding = useMemo(
    () =>
      comparing
        ? { top: 72 * scale, right: 24 * scale, bottom: 108 * scale, left: 24 * scale }
        : {
            top: (playedOpen ? playedHeight : 24) * scale,
            right: analysing
              ? Math.min(720 * scale, window.innerWidth / 2) + 24 * scale
              : (detailsOpen ? rightWidth + 24 : 72) * scale,
            bottom: (axisHeight + 16) * scale,
            left: (liveOpen || layersOpen ? leftWidth + 24 : 72) * scale,
          },
    [comparing, analysing, liveOpen, layersOpen, detailsOpen, playedOpen, scale],
  )
  const view = useRestingView()
  const level = useShownLevel()
  const { scene: resting, area: restingArea, inView, cameras } = useMapScene(view, level, padding)
  const hotspots = useHotspots(level)
  const playing = usePlayer(level)
  const replaying = useReplay()
  const drilling = useDrill()
  const area = useMemo(
    () =>
      playing.values ? { ...restingArea, values: playing.values, measure: playing.measure } : restingArea,
    [restingArea, playing.values, playing.measure],
  )
  const comparison = useComparison(level, area)
  const { breaks: sharedBreaks, firstLevel } = comparison
  const scene = useMemo(
    () => ({
      ...resting,
      values: comparable(area.values, level, sharedBreaks),
      level: firstLevel === null ? resting.level : ({ mode: 'pinned', level: firstLevel } as const),
      hotspots: playing.playing || comparing ? null : hotspots.map,
      pin: near,
      // Points and densities speak about a window at rest: while it moves only the areas do.
      // Thousands of points over both maps would hide the colours that are compared.
      layers: playing.playing
        ? { ...resting.layers, ...stillLayers }
        : comparing || replaying.open
          ? { ...resting.layers, incidents: hidden }
          : resting.layers,
    }),
    [
      resting,
      area.values,
      level,
      sharedBreaks,
      firstLevel,
      comparing,
      replaying.open,
      playing.playing,
      hotspots.map,
      near,
    ],
  )

  useEffect(() => controller?.setScene(scene), [controller, scene])
  // While a window of the past moves, or two are compared, what is live now is not what the map speaks about.
  const picture = useLiveMap(controller, !playing.playing && !comparing)
  useFollowing(picture)
  useEffect(() => liveStore.onNews(soundNews), [])
  // Past React: a pointer running down a list draws an outline, nothing else.
  useEffect(
    () =>
      usePointing.subscribe(({ areaId, from }, before) => {
        if (from === 'list' || (from === null && before.from === 'list')) controller?.outline(areaId)
      }),
    [controller],
  )
  useViewSync(bundle !== undefined && scene.areas === bundle)

  // Picking something brings the panel that speaks about it.
  const pick = useCallback(
    (report: PointerReport) => {
      setMenu(null)
      const target = report.target
      if (!target) return select(nothing)
      switch (target.kind) {
        case 'cameraCluster':
          controller?.flyTo({ center: target.point, zoom: target.expandZoom })
          return
        case 'area':
          // A table of areas keeps its level while they are picked one after the other.
          select({ kind: 'area', areaId: target.areaId }, { keepLevel: analysing })
          break
        default:
          select({ kind: target.kind, id: target.id })
      }
      setDetailsOpen(true)
    },
    [controller, select, analysing],
  )
  const drill = useCallback(
    (report: PointerReport) => {
      if (report.areaId === null) return
      select({ kind: 'area', areaId: report.areaId })
      controller?.fit({ areaId: report.areaId })
    },
    [controller, select],
  )
  const point = useCallback((report: PointerReport | null) => pointAtArea(report?.areaId ?? null, 'map'), [])
  const openMenu = useCallback((report: PointerReport) => setMenu(report), [])
  useMapEvent('hover', point)
  useMapEvent('click', pick)
  useMapEvent('doubleClick', drill)
  useMapEvent('contextMenu', openMenu)
  const notice = useCallback((isLost: boolean) => setLostMap(isLost ? controller : null), [controller])
  useMapEvent('contextLost', notice)

  const dispatchShown = dispatchTab !== null && selection.kind === 'none' && !near && !analysing
  /** In the place of whatever else is on the right. */
  const openDispatch = (tab: DispatchTab) => {
    const { near: _, panel: __, ...others } = rest ?? {}
    changeView({ selection: undefined, rest: { ...others, dispatch: tab } }, { replace: true })
  }
  const drillOpen = drilling.open && !comparing
  const toggleLayers = () => {
    // Layers, feed and drill share the left edge.
    if (drillOpen) {
      drilling.close()
      setLayersOpen(true)
    } else if (liveOpen) {
      setLivePanel(undefined, { replace: true })
      setLayersOpen(true)
    } else (comparing ? setCompareLayersOpen : setLayersOpen)((open) => !open)
  }
  const toggleLive = () => setLivePanel(liveOpen ? undefined : '1', { replace: true })
  const goUp = () => {
    if (menu) return setMenu(null)
    if (selection.kind === 'none') {
      if (near) return setNear(undefined, { replace: true })
      if (dispatchTab) return setDispatch(undefined, { replace: true })
      if (analysing) return setPanel(undefined)
      return hotspots.method && !comparing ? hotspots.toggle() : controller?.fitCity()
    }
    select(above)
    if (above.kind === 'area') controller?.fit({ areaId: above.areaId })
    else if (selection.kind === 'area') controller?.fitCity()
  }
  useKeys({
    '/': () => setSearchOpen(true),
    '?': () => setKeysOpen((open) => !open),
    l: toggleLayers,
    c: comparing ? comparison.close : counted ? comparison.open : ignore,
    a: counted ? () => setPanel(analysing ? undefined : 'analysis') : ignore,
    h: comparing || !counted ? ignore : hotspots.toggle,
    t: toggleTheme,
    e: comparing ? ignore : toggleLive,
    d:
      comparing || !mayPatrol
        ? ignore
        : () => (dispatchShown ? setDispatch(undefined, { replace: true }) : openDispatch('duties')),
    f: () => controller?.fitCity(),
    ' ': comparing
      ? ignore
      : replaying.open
        ? () => replaying.player?.toggle()
        : counted
          ? playing.toggle
          : ignore,
    r: comparing || !replaying.possible ? ignore : replaying.open ? replaying.close : replaying.start,
    n: () => replaying.player?.toNextReport(),
    ',': () => replaying.player?.step(-10),
    '.': () => replaying.player?.step(10),
    '[': () => replaying.player?.faster(-1),
    ']': () => replaying.player?.faster(1),
    Escape: goUp,
    '+': () => controller?.zoomBy(1),
    '=': () => controller?.zoomBy(1),
    '-': () => controller?.zoomBy(-1),
    ArrowLeft: () => controller?.panBy(-120, 0),
    ArrowRight: () => controller?.panBy(120, 0),
    ArrowUp: () => controller?.panBy(0, -120),
    ArrowDown: () => controller?.panBy(0, 120),
  })

  return (
    <>
      <MapUpdating
        stale={!playing.playing && (restingArea.stale || hotspots.query.isPlaceholderData)}
        span={restingArea.span}
        half={comparing}
      />
      <TopBar
        comparing={comparing}
        onSearch={() => setSearchOpen(true)}
        onKeys={() => setKeysOpen(true)}
        onLive={toggleLive}
        onDispatch={mayPatrol && !comparing ? openDispatch : undefined}
        onReplay={comparing || !replaying.possible ? undefined : replaying.start}
      />
      <LayerPanel
        open={comparing ? compareLayersOpen : layersOpen && !liveOpen && !drillOpen}
        onToggle={toggleLayers}
        level={level}
        area={area}
        inView={inView}
        cameraCount={cameras?.count}
        patrolRoutes={scene.patrolRoutes}
        hotspots={hotspots}
      />
      {drillOpen ? (
        <LaterPart>
          <DrillPanel drilling={drilling} />
        </LaterPart>
      ) : (
        liveOpen && <LivePanel onClose={toggleLive} onDispatch={mayPatrol ? openDispatch : undefined} />
      )}
      {comparing ? (
        <>
          <div className={styles.firstHalf}>
            <SideHead name={t('compare.first')} side={comparison.first} />
          </div>
          {comparison.other && (
            <OtherHalf
              other={comparison.other}
              first={comparison.first}
              padding={padding}
              level={comparison.secondLevel}
              breaks={sharedBreaks}
              onSide={comparison.onSide}
            />
          )}
          <CompareBar
            first={comparison.first}
            second={comparison.second}
            breaks={sharedBreaks}
            onSwap={comparison.swap}
            onClose={comparison.close}
          />
        </>
      ) : analysing ? (
        <LaterPart>
          <AnalysisDrawer level={level} area={restingArea} onClose={() => setPanel(undefined)} />
        </LaterPart>
      ) : selection.kind === 'incident' ? (
        <IncidentPanel id={selection.id} />
      ) : selection.kind === 'camera' ? (
        <CameraPanel id={selection.id} />
      ) : near && selection.kind === 'none' ? (
        <NearPanel point={near} onClose={() => setNear(undefined, { replace: true })} />
      ) : selection.kind === 'unit' ? (
        <UnitPanel key={selection.id} id={selection.id} />
      ) : selection.kind === 'place' ? (
        <PlacePanel id={selection.id} />
      ) : dispatchTab ? (
        <DispatchPanel
          tab={dispatchTab}
          onTab={(tab) => setDispatch(tab, { replace: true })}
          onClose={() => setDispatch(undefined, { replace: true })}
        />
      ) : hotspots.method !== undefined && counted ? (
        <HotspotPanel hotspots={hotspots} level={level} />
      ) : (
        <div className={playing.playing ? styles.atRest : undefined}>
          <AreaPanel open={detailsOpen} onToggle={() => setDetailsOpen((open) => !open)} />
        </div>
      )}
      {!comparing && (
        <>
          <VersionNote />
          <InsetPanel scene={scene} view={view} level={level} raised={replaying.open} />
          {replaying.open ? (
            <LaterPart>
              <ReplayBar replaying={replaying} />
            </LaterPart>
          ) : playing.open ? (
            <PlayerPanel playing={playing} />
          ) : counted ? (
            <TimeAxis
              onPlay={playing.start}
              onCompare={comparison.open}
              onReplay={replaying.possible ? replaying.start : undefined}
            />
          ) : null}
        </>
      )}
      <StatusLine />
      <HoverTip
        counts={playing.playing ? noCounts : area.countOf}
        span={restingArea.span}
        stale={restingArea.stale}
      />
      {menu && (
        <ContextMenu
          report={menu}
          onClose={() => setMenu(null)}
          onNear={(point) => changeView({ selection: undefined, rest: { ...rest, near: encodeNear(point) } })}
          onPick={pick}
          onReport={setReporting}
        />
      )}
      {reporting && <ReportDialog point={reporting} onClose={() => setReporting(null)} />}
      {searchOpen && <SearchPanel onClose={() => setSearchOpen(false)} />}
      {keysOpen && <KeysHelp onClose={() => setKeysOpen(false)} />}
      {mapFailed ? (
        <div className={styles.notice} role="alert">
          {t('state.mapFailed')} <Button onClick={() => window.location.reload()}>{t('state.reload')}</Button>
        </div>
      ) : (
        lost && (
          <p className={styles.notice} role="alert">
            {t('state.mapLost')}
          </p>
        )
      )}
    </>
  )
}
