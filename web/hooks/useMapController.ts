import { createContext, useContext, useEffect, useState } from 'react'
import type { MapController, MapEvents, MapView } from '../map/scene.ts'

/** The map of the screen, once it exists; null before, and where the browser cannot draw it. */
export const MapContext = createContext<MapController | null>(null)

export function useMapController(): MapController | null {
  return useContext(MapContext)
}

/** Calls back on an event of the map; the listener is exchanged without being missed. */
export function useMapEvent<Name extends keyof MapEvents>(
  name: Name,
  listener: (event: MapEvents[Name]) => void,
): void {
  const controller = useMapController()
  useEffect(() => controller?.on(name, listener), [controller, name, listener])
}

/** Where the map looks, each time it comes to rest. */
export function useRestingView(): MapView | null {
  const controller = useMapController()
  const [view, setView] = useState<MapView | null>(() => controller?.getView() ?? null)
  useEffect(() => {
    if (!controller) return
    const take = (next: MapView) => {
      if (!next.moving) setView(next)
    }
    take(controller.getView())
    return controller.on('view', take)
  }, [controller])
  return view
}

/** The level the choropleth shows. */
export function useShownLevel(): string | null {
  const controller = useMapController()
  const [level, setLevel] = useState<string | null>(null)
  useEffect(() => {
    if (!controller) return
    setLevel(controller.getView().level)
    const offLevel = controller.on('level', setLevel)
    return offLevel
  }, [controller])
  return level
}
