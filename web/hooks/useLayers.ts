import { useCallback, useMemo } from 'react'
import type { AreaBundle } from '../../geodata/areaBundle.ts'
import { defaultLayers, layerOfLevel } from '../map/layerOrder.ts'
import type { LayerId, LayerState } from '../map/scene.ts'
import { coloursMap, hotspotMethod } from '../state/hotspots.ts'
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
  const stateOf = useCallback((id: LayerId): LayerState => changed?.[id] ?? defaults[id], [changed, defaults])
  const setLayer = useCallback(
    (id: LayerId, change: Partial<LayerState>) => {
      const next = { ...stateOf(id), ...change }
      const plain = defaults[id]
      const { [id]: _, ...others } = changed ?? {}
      const same = next.visible === plain.visible && next.opacity === plain.opacity
      const layers = same ? others : { ...others, [id]: next }
      changeView({ layers: Object.keys(layers).length > 0 ? layers : undefined }, { replace: true })
    },
    [stateOf, changed, defaults, changeView],
  )
  /** For the map: every layer's state. */
  const all = useMemo(() => ({ ...defaults, ...changed }), [defaults, changed])
  return { changed, all, stateOf, setLayer }
}
