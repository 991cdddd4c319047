/**
 * Walking both hierarchies of an area bundle. Indices are the bundle's; levels are data, nothing here knows their names.
 * The whole city heads both hierarchies; finer areas belong to administration and know their squad.
 */
import type { AreaBundle } from '../../geodata/areaBundle.ts'
import type { AreaLevel, Hierarchy } from '../../geodata/city.ts'
import type { Language } from '../map/scene.ts'

export function levelAt(bundle: AreaBundle, index: number): AreaLevel {
  return bundle.levels[bundle.level[index]]
}

/** The area without a parent: the whole city. -1 in an empty bundle. Where several have none (an import without a city level), -1 too. */
export function rootOf(bundle: AreaBundle): number {
  const tops = topsOf(bundle)
  return tops.length === 1 ? tops[0] : -1
}

const tops = new WeakMap<AreaBundle, number[]>()

function topsOf(bundle: AreaBundle): number[] {
  let found = tops.get(bundle)
  if (!found) {
    found = []
    for (let i = 0; i < bundle.count; i++) if (bundle.parent[i] < 0) found.push(i)
    tops.set(bundle, found)
  }
  return found
}

/** From the top down to the area itself, through its squad when the patrol hierarchy is asked for and it has one. */
export function chainOf(bundle: AreaBundle, index: number, hierarchy: Hierarchy): number[] {
  const chain: number[] = []
  for (let i = index; i >= 0; i = parentOf(bundle, i, hierarchy)) chain.unshift(i)
  return chain
}

/** The area one step up in a hierarchy, -1 at the top. In the patrol hierarchy the coarsest area with a squad hangs below that squad. */
export function parentOf(bundle: AreaBundle, index: number, hierarchy: Hierarchy): number {
  const parent = bundle.parent[index]
  if (hierarchy === 'administration') return parent
  const squad = bundle.squad[index]
  return squad >= 0 && (parent < 0 || bundle.squad[parent] < 0) ? squad : parent
}

const below = new WeakMap<AreaBundle, Record<Hierarchy, Map<number, number[]>>>()

/** Indices one step down, in the bundle's order (by code); those without a parent for -1. */
export function childrenOf(bundle: AreaBundle, index: number, hierarchy: Hierarchy): readonly number[] {
  let maps = below.get(bundle)
  if (!maps) {
    maps = { administration: new Map(), patrol: new Map() }
    for (let i = 0; i < bundle.count; i++) {
      for (const each of ['administration', 'patrol'] as const) {
        // Townships are no part of the patrol hierarchy, squads none of the administrative one.
        const own = levelAt(bundle, i).hierarchy
        if (own !== each && !(each === 'patrol' && bundle.squad[i] >= 0)) continue
        const parent = parentOf(bundle, i, each)
        const list = maps[each].get(parent)
        if (list) list.push(i)
        else maps[each].set(parent, [i])
      }
    }
    below.set(bundle, maps)
  }
  return maps[hierarchy].get(index) ?? []
}

/** The hierarchy a selection belongs to: its level's own, or, for the levels both share, the one in which it was reached. */
export function hierarchyOf(bundle: AreaBundle, index: number, reached: Hierarchy): Hierarchy {
  if (index < 0) return reached
  if (levelAt(bundle, index).hierarchy === 'patrol') return 'patrol'
  const shared = bundle.squad[index] >= 0 || bundle.parent[index] < 0
  return shared ? reached : 'administration'
}

export function nameOf(bundle: AreaBundle, index: number, language: Language): string {
  return (language === 'zh' ? bundle.nameZh : bundle.nameEn)[index] || bundle.code[index]
}

export function levelNameOf(bundle: AreaBundle, index: number, language: Language): string {
  return levelAt(bundle, index).name[language]
}

/** The name without what it repeats from its parent's: beside the parent, "第008网格" says enough. */
export function shortNameOf(bundle: AreaBundle, index: number, language: Language): string {
  const name = nameOf(bundle, index, language)
  const parent = bundle.parent[index]
  if (parent < 0) return name
  const above = nameOf(bundle, parent, language)
  return name.startsWith(above) && name.length > above.length ? name.slice(above.length).trimStart() : name
}
