import { useIsFetching } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useRef, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { useMapController } from '../hooks/useMapController.ts'
import { useScreenScale } from '../hooks/useScreenScale.ts'
import { useView } from '../hooks/useView.ts'
import { onWorkerChange, warmWorker, workerIsBusy } from '../map/bundles.ts'
import { createMapController } from '../map/mapController.ts'
import type { MapController } from '../map/scene.ts'
import styles from './mapCanvas.module.css'

interface MapCanvasProps {
  /** Leaves the right half of the screen to a second map. */
  half?: boolean
  onReady: (controller: MapController | null) => void
  /** The browser cannot draw the map. */
  onFailed: () => void
}

/** Only connects: makes the map controller once and hands it out. What it shows is told elsewhere. */
export function MapCanvas({ half = false, onReady, onFailed }: MapCanvasProps) {
  const { t } = useTranslation()
  const container = useRef<HTMLDivElement>(null)
  const first = useView()
  const magnification = useScreenScale()
  const controller = useMapController()

  const make = useEffectEvent((element: HTMLElement): MapController | null => {
    try {
      const { lng, lat, zoom } = first
      const placed = lng !== undefined && lat !== undefined && zoom !== undefined
      return createMapController(element, {
        view: placed ? { center: [lng, lat], zoom } : undefined,
        magnification,
      })
    } catch (error) {
      console.error('The map cannot be drawn.', error)
      onFailed()
      return null
    }
  })
  const hand = useEffectEvent(onReady)

  useEffect(warmWorker, [])
  useEffect(() => {
    if (!container.current) return
    const made = make(container.current)
    hand(made)
    return () => {
      hand(null)
      made?.destroy()
    }
  }, [])
  useEffect(() => controller?.magnify(magnification), [controller, magnification])

  const fetching = useIsFetching() > 0
  const building = useSyncExternalStore(onWorkerChange, workerIsBusy)

  return (
    <section
      ref={container}
      aria-busy={fetching || building}
      className={styles.canvas}
      data-half={half}
      aria-label={t('rooms.map')}
      data-testid="map"
    />
  )
}
