import { useEffect, useState } from 'react'
import type { MapController } from '../map/scene.ts'

/** Time for the graphics driver to come back before it is asked for a context again. */
const pauseMs = 1000

/**
 * How often the map's graphics context was lost. deck.gl's buffers and textures do not survive that, so each time the
 * map is to be made anew: whoever makes it does so again when this number changes.
 */
export function useMapGeneration(controller: MapController | null): number {
  const [generation, setGeneration] = useState(0)
  useEffect(() => {
    if (!controller) return
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = controller.on('contextLost', (lost) => {
      if (!lost) return
      clearTimeout(timer)
      timer = setTimeout(() => setGeneration((before) => before + 1), pauseMs)
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [controller])
  return generation
}
