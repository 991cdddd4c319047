import type { AreaBundle } from '../../geodata/areaBundle.ts'
import type { Language } from '../map/scene.ts'

/** The columns of an area bundle that naming a place needs. */
export type PlaceTree = Pick<AreaBundle, 'levels' | 'count' | 'id' | 'level' | 'parent' | 'nameZh' | 'nameEn'>

/** Words too general to say where: the cell itself is too fine, the city and the township too coarse. */
const NAMED_LEVELS = ['village', 'grid']

/**
 * Where a cell lies, in the words of the administration: its village and its grid, or the finest areas there are.
 * Empty when the cell lies in no area of the bundle.
 */
export function placeName(bundle: PlaceTree, cellId: number | null, language: Language): string {
  const index = cellId === null ? -1 : bundle.id.indexOf(cellId)
  if (index < 0) return ''
  const path: number[] = []
  for (let i = index; i >= 0; i = bundle.parent[i]) path.unshift(i)
  const named = path.filter((each) => NAMED_LEVELS.includes(bundle.levels[bundle.level[each]].level))
  const names = (named.length > 0 ? named : path.slice(-1)).map((each) =>
    language === 'zh' ? bundle.nameZh[each] : bundle.nameEn[each],
  )
  // A grid's name often begins with its village's: then the village need not be said twice.
  const [first, second] = names
  return second?.startsWith(first) || names.length < 2 ? (names.at(-1) ?? '') : `${first} ${second}`
}
