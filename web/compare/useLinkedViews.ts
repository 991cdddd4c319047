import { useEffect } from 'react'
import type { MapController, MapView } from '../map/scene.ts'

/** Views this close are the same: a hundredth of a pixel and less. */
const nearDegrees = 1e-8
const nearZoom = 1e-5
const nearTurn = 1e-4

function same(a: MapView, b: MapView): boolean {
  return (
    Math.abs(a.center[0] - b.center[0]) < nearDegrees &&
    Math.abs(a.center[1] - b.center[1]) < nearDegrees &&
    Math.abs(a.zoom - b.zoom) < nearZoom &&
    Math.abs(a.bearing - b.bearing) < nearTurn &&
    Math.abs(a.pitch - b.pitch) < nearTurn
  )
}

/** Two maps that always look at the same place: whichever moves, the other is there in the same frame. */
export function useLinkedViews(first: MapController | null, second: MapController | null): void {
  useEffect(() => {
    if (!first || !second) return
    let following = false
    const follow = (from: MapController, to: MapController) => () => {
      if (following) return
      const view = from.getView()
      if (same(view, to.getView())) return
      following = true
      const { center, zoom, bearing, pitch } = view
      to.flyTo({ center, zoom, bearing, pitch }, { durationMs: 0 })
      following = false
    }
    follow(first, second)()
    const offs = [first.on('view', follow(first, second)), second.on('view', follow(second, first))]
    return () => {
      for (const off of offs) off()
    }
  }, [first, second])
}
