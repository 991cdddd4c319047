import type { AreaBundle } from '../../geodata/areaBundle.ts'
import type { Hierarchy, LevelName } from '../../geodata/city.ts'

/** A list of what lies one step below an area, in one hierarchy. */
export interface Children {
  hierarchy: Hierarchy
  level: LevelName
  /** Area indices of the bundle, in order of their codes. */
  index: number[]
}

/** The columns of an area bundle that drilling needs. */
export type AreaTree = Pick<AreaBundle, 'levels' | 'count' | 'level' | 'parent' | 'squad'>

const levelOf = (bundle: AreaTree, index: number) => bundle.levels[bundle.level[index]]

/**
 * What an area can be opened into: its own children by level, and for a squad the grids it patrols.
 * The city opens into townships as well as into districts; a micro-grid into nothing.
 */
export function childrenOf(bundle: AreaTree, index: number): Children[] {
  const byLevel = new Map<number, number[]>()
  const add = (child: number) => {
    const list = byLevel.get(bundle.level[child])
    if (list) list.push(child)
    else byLevel.set(bundle.level[child], [child])
  }
  for (let i = 0; i < bundle.count; i++) if (bundle.parent[i] === index) add(i)
  if (byLevel.size === 0) {
    const patrolled: number[] = []
    for (let i = 0; i < bundle.count; i++) if (bundle.squad[i] === index) patrolled.push(i)
    const coarsest = Math.min(...patrolled.map((i) => levelOf(bundle, i).rank))
    for (const i of patrolled) if (levelOf(bundle, i).rank === coarsest) add(i)
  }
  return [...byLevel].map(([level, list]) => ({
    hierarchy: bundle.levels[level].hierarchy,
    level: bundle.levels[level].level,
    index: list,
  }))
}

/** The children to show when the reader prefers one hierarchy; what there is when it has none. */
export function childrenBy(bundle: AreaTree, index: number, hierarchy: Hierarchy): Children | null {
  const all = childrenOf(bundle, index)
  return all.find((each) => each.hierarchy === hierarchy) ?? all[0] ?? null
}

/** From the city down to the area, through the squad when the reader follows the patrol hierarchy. */
export function pathBy(bundle: AreaTree, index: number, hierarchy: Hierarchy): number[] {
  const own = upFrom(bundle, index)
  const squad = bundle.squad[index]
  if (hierarchy === 'administration' || squad < 0) return own
  const patrolled = own.filter((each) => bundle.squad[each] === squad)
  return [...upFrom(bundle, squad), ...patrolled]
}

function upFrom(bundle: AreaTree, index: number): number[] {
  const path: number[] = []
  for (let i = index; i >= 0; i = bundle.parent[i]) path.unshift(i)
  return path
}

/** Index of the whole city: the only area without a parent. -1 in an empty bundle. */
export function cityIndex(bundle: AreaTree): number {
  return bundle.parent.indexOf(-1)
}
