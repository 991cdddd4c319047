import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LevelName } from '../../geodata/city.ts'
import {
  MapContext,
  useMapController,
  useMapEvent,
  useRestingView,
  useShownLevel,
} from '../hooks/useMapController.ts'
import { useMapGeneration } from '../hooks/useMapGeneration.ts'
import { useMapScene } from '../hooks/useMapScene.ts'
import { useScreenScale } from '../hooks/useScreenScale.ts'
import { useSelection } from '../hooks/useSelection.ts'
import { type OtherView, OtherViewContext } from '../hooks/useView.ts'
import type { MapController, MapScene, PointerReport } from '../map/scene.ts'
import { HoverTip } from '../panels/HoverTip.tsx'
import { MapUpdating } from '../panels/MapUpdating.tsx'
import styles from './compare.module.css'
import { HoverCross } from './HoverCross.tsx'
import { SideHead } from './SideHead.tsx'
import { leaveSecondMap, takeSecondMap } from './secondMap.ts'
import { useLinkedViews } from './useLinkedViews.ts'
import { type Side, useSide } from './useSide.ts'

interface OtherHalfProps {
  other: OtherView
  first: Side | null
  padding: MapScene['padding']
  /** The level both maps show; null: the one that fits the zoom. */
  level: LevelName | null
  breaks: readonly number[] | null
  onSide: (side: Side | null) => void
}

/** Thousands of points over both maps would hide the colours that are compared. */
const hidden = { visible: false, opacity: 1 }

/** The second map of a comparison: the same components as the first one, looking at the other view. */
export function OtherHalf({ other, first: side, ...props }: OtherHalfProps) {
  const { t } = useTranslation()
  const first = useMapController()
  const [controller, setController] = useState<MapController | null>(null)
  const [failed, setFailed] = useState(false)
  const generation = useMapGeneration(controller)
  const magnification = useScreenScale()
  useEffect(() => controller?.magnify(magnification), [controller, magnification])
  useLinkedViews(first, controller)
  return (
    <>
      {first && controller && side && (
        <MapContext value={controller}>
          <HoverCross on={first} side={side} />
        </MapContext>
      )}
      <section className={styles.half} aria-label={t('compare.second')} data-testid="second-half">
        <SecondMap key={generation} onController={setController} onFailed={setFailed} />
        {failed && (
          <p className={styles.failed} role="alert">
            {t('compare.failed')}
          </p>
        )}
        <OtherViewContext value={other}>
          <MapContext value={controller}>
            <Shown {...props} firstMap={first} />
          </MapContext>
        </OtherViewContext>
      </section>
    </>
  )
}

interface SecondMapProps {
  onController: (controller: MapController | null) => void
  onFailed: (failed: boolean) => void
}

/** Holds the page's second map as long as the comparison is open. */
function SecondMap({ onController, onFailed }: SecondMapProps) {
  const host = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!host.current) return
    try {
      onController(takeSecondMap(host.current))
    } catch (error) {
      console.error('The second map cannot be drawn.', error)
      onFailed(true)
    }
    return () => {
      onController(null)
      leaveSecondMap()
    }
  }, [onController, onFailed])
  return <div ref={host} className={styles.host} data-testid="second-map" />
}

function Shown({
  padding,
  level: forced,
  breaks,
  onSide,
  firstMap,
}: Omit<OtherHalfProps, 'other' | 'first'> & { firstMap: MapController | null }) {
  const { t } = useTranslation()
  const controller = useMapController()
  const view = useRestingView()
  const level = useShownLevel()
  const { scene, area } = useMapScene(view, level, padding)
  const { select } = useSelection()
  const side = useSide(level, area)
  useEffect(() => onSide(side), [onSide, side])
  useEffect(() => () => onSide(null), [onSide])

  const values = useMemo(() => comparable(scene.values, level, breaks), [scene.values, level, breaks])
  const shown = useMemo<MapScene>(
    () => ({
      ...scene,
      values,
      layers: { ...scene.layers, incidents: hidden },
      level: forced ? { mode: 'pinned', level: forced } : scene.level,
    }),
    [scene, values, forced],
  )
  useEffect(() => controller?.setScene(shown), [controller, shown])

  const pick = useCallback(
    ({ target }: PointerReport) => {
      if (target?.kind === 'area') select({ kind: 'area', areaId: target.areaId })
    },
    [select],
  )
  useMapEvent('click', pick)
  return (
    <>
      <MapUpdating stale={area.stale} span={area.span} />
      <SideHead name={t('compare.second')} side={side} />
      <HoverTip counts={area.countOf} span={area.span} stale={area.stale} />
      {firstMap && controller && side && (
        <MapContext value={firstMap}>
          <HoverCross on={controller} side={side} />
        </MapContext>
      )}
    </>
  )
}

/** The numbers of the shown level in the classes of both maps. */
export function comparable(
  values: MapScene['values'],
  level: LevelName | null,
  breaks: readonly number[] | null,
): MapScene['values'] {
  const own = level === null ? undefined : values[level]
  return own && breaks && level !== null ? { ...values, [level]: { ...own, breaks } } : values
}
