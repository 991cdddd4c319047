import { useEffect, useRef, useState } from 'react'
import { createMapController } from '../map/mapController.ts'
import type { MapController, MapScene } from '../map/scene.ts'
import styles from './mapStage.module.css'

interface MapStageProps {
  scene: MapScene
  /** False where the map only shows: it ignores pointer and keys. */
  interactive?: boolean
  /** The controller once it is made, null when it goes: what to fit, fly to and listen to is the room's. */
  onController?: (controller: MapController | null) => void
  label: string
}

/** Connects one map controller to the page: made once, told the scene, destroyed with the component. */
export function MapStage({ scene, interactive = true, onController, label }: MapStageProps) {
  const container = useRef<HTMLDivElement>(null)
  const [controller, setController] = useState<MapController | null>(null)

  useEffect(() => {
    if (!container.current) return
    const made = createMapController(container.current, { interactive })
    setController(made)
    return () => {
      setController(null)
      made.destroy()
    }
  }, [interactive])

  useEffect(() => {
    onController?.(controller)
  }, [controller, onController])

  useEffect(() => {
    controller?.setScene(scene)
  }, [controller, scene])

  return <div ref={container} className={styles.stage} role="application" aria-label={label} />
}
