import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MapController, MapScene } from '../map/scene.ts'
import { townBounds } from '../state/townBounds.ts'
import { MapStage } from './MapStage.tsx'
import styles from './mapStage.module.css'

interface TownInsetProps {
  /** What the large map shows; the inset shows the same at the town's own scale. */
  scene: MapScene
  /** False hides it without giving up its drawing context, which browsers count. */
  shown: boolean
  /** A click on an area of the inset; without it the inset only shows. */
  onPick?: (areaId: number) => void
  onController?: (controller: MapController | null) => void
  magnification?: number
}

const noPadding = { top: 8, right: 8, bottom: 8, left: 8 }

/**
 * The densest half of the people on a map of their own. In the demo city they live in three per cent of the picture, so
 * every overview carries this second view. Shows nothing where the town is the city.
 */
export function TownInset({ scene, shown, onPick, onController, magnification }: TownInsetProps) {
  const { t } = useTranslation()
  const [controller, setController] = useState<MapController | null>(null)
  const { areas } = scene
  const town = useMemo(() => (areas ? townBounds(areas) : null), [areas])
  const own = useMemo<MapScene>(() => ({ ...scene, padding: noPadding }), [scene])
  const visible = shown && town !== null

  useEffect(() => {
    onController?.(visible ? controller : null)
  }, [controller, visible, onController])
  useEffect(() => {
    if (!controller || !town || !visible) return
    const fitTown = () => controller.fit(town, { durationMs: 0 })
    fitTown()
    window.addEventListener('resize', fitTown)
    return () => window.removeEventListener('resize', fitTown)
  }, [controller, town, visible])
  useEffect(
    () =>
      controller?.on('click', (report) => {
        if (report.areaId !== null) onPick?.(report.areaId)
      }),
    [controller, onPick],
  )

  return (
    <figure className={styles.inset} data-shown={visible}>
      <MapStage
        scene={own}
        interactive={onPick !== undefined}
        onController={setController}
        magnification={magnification}
        label={t('inset.title')}
      />
      <figcaption className={styles.insetTitle}>{t('inset.title')}</figcaption>
    </figure>
  )
}
