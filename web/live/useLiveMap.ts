import { useEffect, useState } from 'react'
import { type AreaBundle, areaIndexOf } from '../../geodata/areaBundle.ts'
import { useAreas } from '../hooks/useAreas.ts'
import { useKinds } from '../hooks/useKinds.ts'
import { useReducedMotion } from '../hooks/useReducedMotion.ts'
import { useView } from '../hooks/useView.ts'
import { metresPerPixel } from '../map/geometry/mercator.ts'
import type { MapController } from '../map/scene.ts'
import { useShown } from './live.ts'
import type { LiveNews } from './liveStore.ts'
import { StorePicture } from './storePicture.ts'

/** Rings at once at most: more would be a blot. */
const mostRings = 12

/** Draws what is live on a map, past React: each frame asks the store. @param shown false: nothing of it is drawn. */
export function useLiveMap(controller: MapController | null, shown = true): StorePicture | null {
  const { store, mode } = useShown()
  const [picture, setPicture] = useState<StorePicture | null>(null)
  const { data: areas } = useAreas()
  const { codes, kinds, disputes } = useKinds()
  const selection = useView((view) => view.selection)
  const reducedMotion = useReducedMotion()

  useEffect(() => {
    if (!controller || !shown) return
    const made = new StorePicture(store)
    setPicture(made)
    controller.setLive(made)
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = store.subscribe(() => {
      if (timer !== undefined) return
      const { center, zoom } = controller.getView()
      const wait = made.drawnIn(performance.now(), metresPerPixel(center[1], zoom))
      if (wait <= 0) controller.redraw()
      else
        timer = setTimeout(() => {
          timer = undefined
          controller.redraw()
        }, wait)
    })
    return () => {
      clearTimeout(timer)
      stop()
      controller.setLive(null)
      setPicture(null)
    }
  }, [controller, store, shown])

  useEffect(() => {
    const groups = new Map(kinds.map((kind) => [kind.code, kind.group]))
    picture?.choose({
      groupOf: (kind) => groups.get(kind) ?? 'other',
      kinds: codes && !disputes ? new Set(codes) : null,
      selectedUnit: selection?.kind === 'unit' ? selection.id : null,
      reducedMotion,
    })
    controller?.redraw()
  }, [picture, controller, kinds, codes, disputes, selection, reducedMotion])

  // One ring where something new was told of; in a replay nothing is new.
  useEffect(() => {
    if (!controller || !shown || mode === 'replay') return
    return store.onNews((news) => {
      const rings = ringsOf(news, areas ?? null)
      if (rings.length > 0) controller.pulse(rings)
    })
  }, [controller, store, areas, shown, mode])
  return picture
}

/** The gravest first; what is told as a count only rings in the middle of its micro-grid, in no level's colour. */
export function ringsOf(
  { incidents, counts }: Pick<LiveNews, 'incidents' | 'counts'>,
  areas: AreaBundle | null,
): { point: [number, number]; level: number }[] {
  const rings: { point: [number, number]; level: number }[] = [...incidents]
    .sort((a, b) => a.level - b.level)
    .map(({ lng, lat, level }) => ({ point: [lng, lat], level }))
  for (const { cellId } of counts) {
    const index = areas && cellId !== null ? areaIndexOf(areas, cellId) : -1
    if (areas && index >= 0)
      rings.push({ point: [areas.labelPoint[2 * index], areas.labelPoint[2 * index + 1]], level: 0 })
  }
  return rings.slice(0, mostRings)
}
