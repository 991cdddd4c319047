import { Button } from 'antd'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMapGeneration } from '../hooks/useMapGeneration.ts'
import { createMapController } from '../map/mapController.ts'
import type { MapController, MapScene } from '../map/scene.ts'
import styles from './mapStage.module.css'

interface MapStageProps {
  scene: MapScene
  /** False where the map only shows: it ignores pointer and keys. */
  interactive?: boolean
  /** The controller once it is made, null when it goes: what to fit, fly to and listen to is the room's. */
  onController?: (controller: MapController | null) => void
  /** Draws everything larger by this factor, for screens that are read from afar. Default 1. */
  magnification?: number
  label: string
}

/** A map in the page; when its graphics context is lost, another one takes its place. */
export function MapStage({ onController, ...props }: MapStageProps) {
  const [controller, setController] = useState<MapController | null>(null)
  const generation = useMapGeneration(controller)
  useEffect(() => {
    onController?.(controller)
  }, [controller, onController])
  return <OneMap key={generation} {...props} onController={setController} />
}

/** Connects one map controller to the page: made once, told the scene, destroyed with the component. */
function OneMap({ scene, interactive = true, onController, magnification = 1, label }: MapStageProps) {
  const { t } = useTranslation()
  const container = useRef<HTMLDivElement>(null)
  const [controller, setController] = useState<MapController | null>(null)
  const [failed, setFailed] = useState(false)

  const make = useEffectEvent((element: HTMLElement) =>
    createMapController(element, { interactive, magnification }),
  )
  useEffect(() => {
    if (!container.current) return
    let made: MapController
    try {
      made = make(container.current)
    } catch (error) {
      console.error('The map cannot be drawn.', error)
      setFailed(true)
      return
    }
    setController(made)
    return () => {
      setController(null)
      made.destroy()
    }
  }, [])

  useEffect(() => {
    onController?.(controller)
  }, [controller, onController])

  useEffect(() => controller?.magnify(magnification), [controller, magnification])
  useEffect(() => {
    controller?.setScene(scene)
  }, [controller, scene])

  return (
    <>
      <section ref={container} className={styles.stage} aria-label={label} data-testid="map" />
      {failed && (
        <div className={styles.failed} role="alert">
          {t('state.mapFailed')}
          <Button onClick={() => window.location.reload()}>{t('state.reload')}</Button>
        </div>
      )}
    </>
  )
}
