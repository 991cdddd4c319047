import { useCallback, useMemo } from 'react'
import type { AreaBundle } from '../../geodata/areaBundle.ts'
import type { Hierarchy } from '../../geodata/city.ts'
import type { Selection } from '../map/scene.ts'
import { hierarchyOf, levelAt } from '../state/areaTree.ts'
import { homeOf } from '../state/jurisdiction.ts'
import { nothing, selectedAreaIndex, selectionAbove } from '../state/selection.ts'
import { useAreas } from './useAreas.ts'
import { useJurisdiction } from './useJurisdiction.ts'
import { useChangeView, useView } from './useView.ts'

/** True when the pinned level divides the area further. */
function isFiner(bundle: AreaBundle, pinned: string | undefined, index: number): boolean {
  const level = bundle.levels.find((each) => each.level === pinned)
  return level !== undefined && level.rank > levelAt(bundle, index).rank
}

/** What is selected, and the area it speaks about. */
export function useSelection() {
  const selection = useView((view) => view.selection) ?? nothing
  const reached: Hierarchy = useView((view) => view.hierarchy) ?? 'administration'
  const pinned = useView((view) => view.level)
  const changeView = useChangeView()
  const { data: bundle } = useAreas()

  const jurisdiction = useJurisdiction()
  const areaIndex = selectedAreaIndex(bundle ?? null, selection)
  /** The selected area; without one the viewer's jurisdiction where that is one area, else the whole city. -1 until the bundle is there. */
  const shownIndex = bundle && areaIndex < 0 ? homeOf(bundle, jurisdiction) : areaIndex
  const hierarchy = bundle ? hierarchyOf(bundle, shownIndex, reached) : reached

  const select = useCallback(
    (next: Selection, options: { hierarchy?: Hierarchy; keepLevel?: boolean } = {}) => {
      const index = selectedAreaIndex(bundle ?? null, next)
      const kept = bundle ? hierarchyOf(bundle, index, options.hierarchy ?? hierarchy) : hierarchy
      changeView({
        selection: next.kind === 'none' ? undefined : next,
        hierarchy: kept === 'patrol' ? 'patrol' : undefined,
        // A pinned level that is not finer than what is selected would paint it in one colour: the zoom decides again.
        ...(bundle && index >= 0 && !options.keepLevel && !isFiner(bundle, pinned, index)
          ? { level: undefined }
          : {}),
      })
    },
    [bundle, hierarchy, pinned, changeView],
  )

  const home = bundle ? homeOf(bundle, jurisdiction) : -1
  /** One step up; from the viewer's own home back to nothing selected, not out of it. */
  const above = useMemo(
    () =>
      areaIndex >= 0 && areaIndex === home ? nothing : selectionAbove(bundle ?? null, selection, hierarchy),
    [bundle, areaIndex, home, selection, hierarchy],
  )
  return useMemo(
    () => ({ selection, areaIndex, shownIndex, hierarchy, above, select }),
    [selection, areaIndex, shownIndex, hierarchy, above, select],
  )
}
