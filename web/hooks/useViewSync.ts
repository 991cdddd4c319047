import { useEffect, useEffectEvent, useRef } from 'react'
import type { MapView } from '../map/scene.ts'
import { useMapController } from './useMapController.ts'
import { useChangeView, useView } from './useView.ts'

/** Milliseconds the map must rest before its place is written into the URL. */
const restMs = 200

const key = (lng: number, lat: number, zoom: number) =>
  `${lng.toFixed(6)} ${lat.toFixed(6)} ${zoom.toFixed(4)}`

/**
 * Keeps the URL and the map's own view in step without copying one into the other's state: a rest of the map is written
 * into the URL, a URL that was not written here (back, forward, a pasted link) moves the map. Without a place in the
 * URL the map fits the city.
 * @param ready True once the areas are in the scene.
 */
export function useViewSync(ready: boolean): void {
  const controller = useMapController()
  const { lng, lat, zoom } = useView()
  const changeView = useChangeView()
  const written = useRef<string | null>('nothing yet')
  const asked = lng === undefined || lat === undefined || zoom === undefined ? null : key(lng, lat, zoom)

  useEffect(() => {
    if (!controller || asked === written.current) return
    if (lng === undefined || lat === undefined || zoom === undefined) {
      if (ready) controller.fitCity({ durationMs: 0 })
    } else {
      written.current = asked
      controller.flyTo({ center: [lng, lat], zoom }, { durationMs: 0 })
    }
  }, [controller, ready, asked, lng, lat, zoom])

  const write = useEffectEvent((view: MapView) => {
    if (!ready) return
    const [west, north] = view.center
    const next = key(west, north, view.zoom)
    if (next === written.current) return
    written.current = next
    changeView({ lng: round(west, 6), lat: round(north, 6), zoom: round(view.zoom, 4) }, { replace: true })
  })

  useEffect(() => {
    if (!controller) return
    let timer: ReturnType<typeof setTimeout> | undefined
    const off = controller.on('view', (view) => {
      clearTimeout(timer)
      if (!view.moving) timer = setTimeout(() => write(controller.getView()), restMs)
    })
    return () => {
      clearTimeout(timer)
      off()
    }
  }, [controller])
}

const round = (value: number, digits: number) => Number(value.toFixed(digits))
