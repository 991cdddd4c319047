import type { AreaLevel, Names } from '../city.ts'
import type { AreaSource } from './manifest.ts'
import { ImportRefusal } from './refusal.ts'

/** The whole city: the one level every city has, made from the coarsest one where no source brings it. */
export const CITY_LEVEL = 'city'

const NAMES: Record<string, Names> = {
  city: { zh: '全市', en: 'City' },
  township: { zh: '乡镇（街道）', en: 'Township' },
  village: { zh: '村（社区）', en: 'Village' },
  neighborhood: { zh: '社区', en: 'Neighborhood' },
  grid: { zh: '网格', en: 'Grid' },
  microGrid: { zh: '微网格', en: 'Micro-grid' },
  district: { zh: '辖区', en: 'District' },
  squad: { zh: '中队', en: 'Squad' },
  beat: { zh: '巡区', en: 'Beat' },
}

/**
 * The levels of a city as its area sources bring them, coarse to fine: ranks count within a hierarchy, the city is 0.
 * @throws ImportRefusal when the city level comes after another, or one level stands in two hierarchies.
 */
export function levelsOf(sources: AreaSource[], version: string): AreaLevel[] {
  const levels: AreaLevel[] = [
    { version, hierarchy: 'administration', level: CITY_LEVEL, rank: 0, name: NAMES[CITY_LEVEL] },
  ]
  for (const { file, level, hierarchy, levelName } of sources) {
    const known = levels.find((other) => other.level === level)
    if (level === CITY_LEVEL && levels.length > 1) {
      throw new ImportRefusal(
        file,
        'expected area sources from coarse to fine, found the level "city" after others',
      )
    }
    if (known) {
      if (known.hierarchy !== hierarchy) {
        throw new ImportRefusal(file, `expected the level "${level}" in one hierarchy, found it in two`)
      }
      if (levelName) known.name = levelName
      continue
    }
    const coarser = levels.filter((other) => other.hierarchy === hierarchy && other.rank > 0)
    const name = levelName ?? NAMES[level] ?? { zh: level, en: level }
    levels.push({ version, hierarchy, level, rank: coarser.length + 1, name })
  }
  return levels
}

/** The levels above one in its hierarchy, nearest first; the city comes last in both. */
export function levelsAbove(level: AreaLevel, levels: AreaLevel[]): AreaLevel[] {
  return levels
    .filter(({ hierarchy, rank }) => rank === 0 || hierarchy === level.hierarchy)
    .filter(({ rank }) => rank < level.rank)
    .toSorted((a, b) => b.rank - a.rank)
}
