import { useCallback } from 'react'
import { defaultLayers } from '../map/layerOrder.ts'
import type { LayerId, LayerState } from '../map/scene.ts'
import { useChangeView, useView } from './useView.ts'

/** Visibility and opacity of every layer: the default with what the URL says on top. */
export function useLayers() {
  const changed = useView((view) => view.layers)
  const changeView = useChangeView()
  const stateOf = useCallback((id: LayerId): LayerState => changed?.[id] ?? defaultLayers[id], [changed])
  const setLayer = useCallback(
    (id: LayerId, change: Partial<LayerState>) => {
      const next = { ...stateOf(id), ...change }
      const plain = defaultLayers[id]
      const { [id]: _, ...others } = changed ?? {}
      const same = next.visible === plain.visible && next.opacity === plain.opacity
      const layers = same ? others : { ...others, [id]: next }
      changeView({ layers: Object.keys(layers).length > 0 ? layers : undefined }, { replace: true })
    },
    [stateOf, changed, changeView],
  )
  return { changed, stateOf, setLayer }
}
