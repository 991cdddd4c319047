/** Which areas of a boundary version lie inside a viewer's jurisdiction. */
import { type AreaBundle, areaIndexOf } from '../../geodata/areaBundle.ts'
import type { Bounds } from '../map/scene.ts'
import { rootOf } from './areaTree.ts'

export const sights = ['none', 'part', 'whole'] as const
export type Sight = (typeof sights)[number]

export interface Jurisdiction {
  /** Index into `sights` of each area of the bundle. */
  sight: Uint8Array
  /** The areas of the jurisdiction that this boundary version has. */
  areas: readonly number[]
  /** Box around them; null where this version has none of them. */
  bounds: Bounds | null
  /** False where this version has none of them: what is inside only the server knows, and every area may be. */
  known: boolean
}

/** The area itself, everything it lies in, its squad and what that lies in; each once. */
function holdersOf(bundle: AreaBundle, index: number): Set<number> {
  const found = new Set<number>()
  const climb = (from: number) => {
    for (let at = from; at >= 0 && !found.has(at); at = bundle.parent[at]) {
      found.add(at)
      if (bundle.squad[at] >= 0) climb(bundle.squad[at])
    }
  }
  climb(index)
  return found
}

/** Told apart by the finest areas: an area is seen whole where all of its own are inside. */
export function jurisdictionOf(bundle: AreaBundle, areaIds: readonly number[]): Jurisdiction {
  const areas = areaIds.map((id) => areaIndexOf(bundle, id)).filter((index) => index >= 0)
  if (areas.length === 0) {
    return { sight: new Uint8Array(bundle.count).fill(1), areas, bounds: null, known: false }
  }
  const own = new Set(areas)
  const divided = new Uint8Array(bundle.count)
  for (let i = 0; i < bundle.count; i++) {
    if (bundle.parent[i] >= 0) divided[bundle.parent[i]] = 1
    if (bundle.squad[i] >= 0) divided[bundle.squad[i]] = 1
  }
  const all = new Uint32Array(bundle.count)
  const inside = new Uint32Array(bundle.count)
  for (let leaf = 0; leaf < bundle.count; leaf++) {
    if (divided[leaf]) continue
    const holders = holdersOf(bundle, leaf)
    const seen = [...holders].some((index) => own.has(index)) ? 1 : 0
    for (const index of holders) {
      all[index]++
      inside[index] += seen
    }
  }
  const sight = Uint8Array.from(all, (count, i) => (inside[i] === 0 ? 0 : inside[i] === count ? 2 : 1))
  const bounds: Bounds = [Infinity, Infinity, -Infinity, -Infinity]
  for (const index of areas) {
    const [west, south, east, north] = bundle.bounds.subarray(4 * index, 4 * index + 4)
    bounds[0] = Math.min(bounds[0], west)
    bounds[1] = Math.min(bounds[1], south)
    bounds[2] = Math.max(bounds[2], east)
    bounds[3] = Math.max(bounds[3], north)
  }
  return { sight, areas, bounds, known: true }
}

/** What is shown when nothing is selected: the one area of the jurisdiction, else the whole. @param jurisdiction null: the whole city. */
export function homeOf(bundle: AreaBundle, jurisdiction: Jurisdiction | null): number {
  return jurisdiction?.areas.length === 1 ? jurisdiction.areas[0] : rootOf(bundle)
}
