import { useCallback, useMemo } from 'react'
import type { Hierarchy } from '../../geodata/city.ts'
import type { Selection } from '../map/scene.ts'
import { hierarchyOf, rootOf } from '../state/areaTree.ts'
import { nothing, selectedAreaIndex } from '../state/selection.ts'
import { useAreas } from './useAreas.ts'
import { useChangeView, useView } from './useView.ts'

/** What is selected, and the area it speaks about. */
export function useSelection() {
  const selection = useView((view) => view.selection) ?? nothing
  const reached: Hierarchy = useView((view) => view.hierarchy) ?? 'administration'
  const changeView = useChangeView()
  const { data: bundle } = useAreas()

  const areaIndex = selectedAreaIndex(bundle ?? null, selection)
  /** The selected area, or the whole city when no area is selected; -1 until the bundle is there. */
  const shownIndex = bundle && areaIndex < 0 ? rootOf(bundle) : areaIndex
  const hierarchy = bundle ? hierarchyOf(bundle, areaIndex, reached) : reached

  const select = useCallback(
    (next: Selection, options: { hierarchy?: Hierarchy } = {}) => {
      const index = selectedAreaIndex(bundle ?? null, next)
      const kept = bundle ? hierarchyOf(bundle, index, options.hierarchy ?? hierarchy) : hierarchy
      changeView({
        selection: next.kind === 'none' ? undefined : next,
        hierarchy: kept === 'patrol' ? 'patrol' : undefined,
      })
    },
    [bundle, hierarchy, changeView],
  )

  return useMemo(
    () => ({ selection, areaIndex, shownIndex, hierarchy, select }),
    [selection, areaIndex, shownIndex, hierarchy, select],
  )
}
