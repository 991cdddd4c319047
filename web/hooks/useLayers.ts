import { useCallback, useMemo } from 'react'
import type { AreaBundle } from '../../geodata/areaBundle.ts'
import { defaultLayers, layerOfLevel } from '../map/layerOrder.ts'
import { type LayerId, type LayerState, layerIds } from '../map/scene.ts'
import type { Leave } from '../state/access.ts'
import { coloursMap, hotspotMethod } from '../state/hotspots.ts'
import { layerRights } from '../state/layerRights.ts'
import { useAccess } from './useAccess.ts'
import { useAreas } from './useAreas.ts'
import { useChangeView, useView } from './useView.ts'

/**
 * The defaults for a city: the map's own, and where they would hide every level below the whole, all of these shown.
 */
function levelsFor(bundle: AreaBundle | undefined): Readonly<Record<LayerId, LayerState>> {
  const finer =
    bundle?.levels.filter((level) => level.rank > 0).map((level) => layerOfLevel[level.level]) ?? []
  // A level without a switch of its own is always shown.
  if (finer.length === 0 || finer.some((layer) => layer === undefined || defaultLayers[layer].visible))
    return defaultLayers
  return {
    ...defaultLayers,
    ...Object.fromEntries(finer.map((layer) => [layer, { visible: true, opacity: 0.92 }])),
  }
}

/** Hotspots speak about many incidents at once: their points would cover them unless asked for. */
const withoutPoints: Partial<Record<LayerId, LayerState>> = {
  incidents: { ...defaultLayers.incidents, visible: false },
}

/** Visibility and opacity of every layer: the default with what the URL says on top. */
export function useLayers() {
  const changed = useView((view) => view.layers)
  const changeView = useChangeView()
  const { data: bundle } = useAreas()
  const hotspots = coloursMap(hotspotMethod(useView((view) => view.rest?.hotspot)))
  const defaults = useMemo(
    () => (hotspots ? { ...levelsFor(bundle), ...withoutPoints } : levelsFor(bundle)),
    [bundle, hotspots],
  )
  const chosenOf = useCallback(
    (id: LayerId): LayerState => changed?.[id] ?? defaults[id],
    [changed, defaults],
  )
  const setLayer = useCallback(
    (id: LayerId, change: Partial<LayerState>) => {
      const next = { ...chosenOf(id), ...change }
      const plain = defaults[id]
      const { [id]: _, ...others } = changed ?? {}
      const same = next.visible === plain.visible && next.opacity === plain.opacity
      const layers = same ? others : { ...others, [id]: next }
      changeView({ layers: Object.keys(layers).length > 0 ? layers : undefined }, { replace: true })
    },
    [chosenOf, changed, defaults, changeView],
  )
  const access = useAccess()
  /** Whether the layer may be shown to this viewer. */
  const leaveOf = useCallback(
    (id: LayerId): Leave => {
      const rights = layerRights[id]
      return rights ? access.leave(...rights) : 'granted'
    },
    [access],
  )
  /** For the map: every layer's state; what may not be shown is not. */
  const all = useMemo<Readonly<Record<LayerId, LayerState>>>(() => {
    const shown = { ...defaults, ...changed }
    for (const id of layerIds) if (leaveOf(id) !== 'granted') shown[id] = { ...shown[id], visible: false }
    return shown
  }, [defaults, changed, leaveOf])
  const shownStateOf = useCallback((id: LayerId): LayerState => all[id], [all])
  return { changed, all, stateOf: shownStateOf, setLayer, leaveOf }
}
