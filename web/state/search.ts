/** Finding areas, roads and places by code or name, from memory. */
import type { AreaBundle } from '../../geodata/areaBundle.ts'
import type { Position } from '../../geodata/city.ts'
import type { LineBundle } from '../../geodata/lineBundle.ts'

export interface SearchPlace {
  id: number
  name: { zh: string; en: string }
  lng: number
  lat: number
}

export type Found =
  | { kind: 'area'; index: number }
  | { kind: 'place'; place: SearchPlace }
  | { kind: 'road'; name: string; point: Position }

interface Haystack {
  areas: AreaBundle | null
  places: readonly SearchPlace[]
  ground: LineBundle | null
}

/**
 * Best first: exact codes, codes that begin so, names that begin so, names that hold it; coarse areas before fine ones.
 * @param limit at most so many results
 */
export function find(text: string, { areas, places, ground }: Haystack, limit: number): Found[] {
  const wanted = text.trim().toLowerCase()
  if (wanted === '') return []
  const ranked: { rank: number; found: Found }[] = []
  if (areas) {
    for (let index = 0; index < areas.count; index++) {
      const code = areas.code[index].toLowerCase()
      const rank =
        code === wanted
          ? 0
          : code.startsWith(wanted)
            ? 1
            : nameRank(wanted, areas.nameZh[index], areas.nameEn[index])
      if (rank !== null)
        ranked.push({
          rank: rank + areas.levels[areas.level[index]].rank / 100,
          found: { kind: 'area', index },
        })
    }
  }
  for (const place of places) {
    const rank = nameRank(wanted, place.name.zh, place.name.en)
    if (rank !== null) ranked.push({ rank: rank + 0.5, found: { kind: 'place', place } })
  }
  if (ground) {
    const seen = new Set<string>()
    const { roads } = ground
    for (let index = 0; index < roads.count; index++) {
      const name = roads.nameZh[index]
      if (!name || seen.has(name)) continue
      const rank = nameRank(wanted, name, roads.nameEn[index])
      if (rank === null) continue
      seen.add(name)
      const middle = Math.floor((roads.start[index] + roads.start[index + 1]) / 2)
      const point: Position = [roads.vertices[2 * middle] / 1e6, roads.vertices[2 * middle + 1] / 1e6]
      ranked.push({ rank: rank + 0.6, found: { kind: 'road', name, point } })
    }
  }
  return ranked
    .sort((a, b) => a.rank - b.rank)
    .slice(0, limit)
    .map(({ found }) => found)
}

function nameRank(wanted: string, zh: string, en: string): number | null {
  const names = [zh, en.toLowerCase()]
  if (names.some((name) => name.startsWith(wanted))) return 2
  return names.some((name) => name.includes(wanted)) ? 3 : null
}
