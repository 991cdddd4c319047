/** Which areas the table lists: those inside the selected one, as long as that is coarser than the level shown. */
import type { AreaBundle } from '../../geodata/areaBundle.ts'
import { areaIndexOf } from '../../geodata/areaBundle.ts'
import type { LevelName } from '../../geodata/city.ts'
import { chainOf, levelAt, rootOf } from '../state/areaTree.ts'

/** True when areas of the level lie inside the area. The whole city is no scope: it is what there is without one. */
function holds(bundle: AreaBundle, index: number, level: LevelName): boolean {
  const shown = bundle.levels.find((each) => each.level === level)
  return (
    index >= 0 && index !== rootOf(bundle) && shown !== undefined && levelAt(bundle, index).rank < shown.rank
  )
}

/** True when the area is, or lies in, another: by administration or by squad. */
export function liesIn(bundle: AreaBundle, index: number, other: number): boolean {
  return (['administration', 'patrol'] as const).some((hierarchy) =>
    chainOf(bundle, index, hierarchy).includes(other),
  )
}

/**
 * Index of the area the table is confined to, -1 for the whole city. A selected area that the table itself lists does not
 * confine it: then what was kept (`within` of the URL) stays, so that a click on a row does not turn the page.
 */
export function scopeOf(
  bundle: AreaBundle,
  selected: number,
  level: LevelName,
  keptId: number | undefined,
): number {
  if (holds(bundle, selected, level)) return selected
  const kept = keptId === undefined ? -1 : areaIndexOf(bundle, keptId)
  return selected >= 0 && holds(bundle, kept, level) && liesIn(bundle, selected, kept) ? kept : -1
}
