/** Where a role holds, as one text a tree of places can carry, and the tree itself: both hierarchies of every city. */
import type { Hierarchy, Names } from '../../geodata/city.ts'
import type { Language } from '../map/scene.ts'

/** Every city, one whole city, or one area of any level. */
export interface Place {
  city: string | null
  areaId: number | null
}

/** Geography as an administrator needs it: columns of equal length, in the bundle's order; parents by index, -1 at the top. */
export interface PlacesOfCity {
  code: string
  name: Names
  levels: readonly { hierarchy: Hierarchy; level: string; rank: number; name: Names }[]
  areas: {
    id: readonly number[]
    parent: readonly number[]
    level: readonly number[]
    code: readonly string[]
    nameZh: readonly string[]
    nameEn: readonly string[]
  }
}

export interface PlaceNode {
  value: string
  title: string
  /** What a search looks in: names in both languages, and the code. */
  search: string
  selectable: boolean
  children?: PlaceNode[]
}

export const everywhere: Place = { city: null, areaId: null }

export function placeKey({ city, areaId }: Place): string {
  if (city === null) return 'all'
  return areaId === null ? `city:${city}` : `area:${city}:${areaId}`
}

/** @throws when the text is none that `placeKey` makes. */
export function placeOf(key: string): Place {
  if (key === 'all') return everywhere
  const whole = /^city:(.+)$/.exec(key)
  if (whole) return { city: whole[1], areaId: null }
  const part = /^area:(.+):(\d+)$/.exec(key)
  if (!part) throw new Error(`Expected a place like "area:shuifu:12" but got "${key}".`)
  return { city: part[1], areaId: Number(part[2]) }
}

interface Words {
  everywhere: string
  /** "{city}: the whole city". */
  whole: (city: string) => string
  hierarchy: Record<Hierarchy, string>
}

/** Every city with its two hierarchies below it, as a tree to choose from. */
export function placeTree(cities: readonly PlacesOfCity[], language: Language, words: Words): PlaceNode[] {
  return [
    { value: 'all', title: words.everywhere, search: words.everywhere, selectable: true },
    ...cities.map((city) => ({
      value: placeKey({ city: city.code, areaId: null }),
      title: words.whole(city.name[language]),
      search: `${city.name.zh} ${city.name.en} ${city.code}`,
      selectable: true,
      children: (['administration', 'patrol'] as const).flatMap((hierarchy) => {
        const children = branch(city, hierarchy, language)
        return children.length === 0
          ? []
          : [
              {
                value: `${hierarchy}:${city.code}`,
                title: words.hierarchy[hierarchy],
                search: '',
                selectable: false,
                children,
              },
            ]
      }),
    })),
  ]
}

/** The areas of one hierarchy's own levels; the whole city itself stands above both. */
function branch(
  { code, areas, levels }: PlacesOfCity,
  hierarchy: Hierarchy,
  language: Language,
): PlaceNode[] {
  const below = new Map<number, number[]>()
  const belongs = (index: number) => {
    const level = levels[areas.level[index]]
    return level.hierarchy === hierarchy && areas.parent[index] >= 0
  }
  for (let index = 0; index < areas.id.length; index++) {
    if (!belongs(index)) continue
    const parent = areas.parent[index]
    // What hangs directly below the city, or below another hierarchy's area, is a first line here.
    const above = belongs(parent) ? parent : -1
    const list = below.get(above)
    if (list) list.push(index)
    else below.set(above, [index])
  }
  const nodes = (parent: number): PlaceNode[] =>
    (below.get(parent) ?? []).map((index) => {
      const children = nodes(index)
      return {
        value: placeKey({ city: code, areaId: areas.id[index] }),
        title: areaTitle({ areas, levels }, index, language),
        search: `${areas.nameZh[index]} ${areas.nameEn[index]} ${areas.code[index]}`.toLowerCase(),
        selectable: true,
        ...(children.length > 0 && { children }),
      }
    })
  return nodes(-1)
}

function areaTitle(
  { areas, levels }: Pick<PlacesOfCity, 'areas' | 'levels'>,
  index: number,
  language: Language,
): string {
  const name = (language === 'zh' ? areas.nameZh : areas.nameEn)[index] || areas.code[index]
  return `${name} · ${levels[areas.level[index]].name[language]}`
}

/** A place in words; a city or area that is not known here by its code or number. */
export function placeText(
  { city, areaId }: Place,
  cities: readonly PlacesOfCity[],
  language: Language,
  words: Words,
): string {
  if (city === null) return words.everywhere
  const found = cities.find(({ code }) => code === city)
  if (areaId === null) return words.whole(found?.name[language] ?? city)
  const index = found ? found.areas.id.indexOf(areaId) : -1
  if (!found || index < 0) return `${city} #${areaId}`
  return areaTitle(found, index, language)
}
