import type { AreaBundle } from '../../geodata/areaBundle.ts'
import type { LevelName } from '../../geodata/city.ts'
import { metresPerPixel } from './geometry/mercator.ts'

/** Mean and median width of the areas of each level, metres. */
export interface LevelWidths {
  mean: number
  median: number
}

const widthsOf = new WeakMap<AreaBundle, LevelWidths[]>()

export function levelWidths(bundle: AreaBundle): LevelWidths[] {
  const known = widthsOf.get(bundle)
  if (known) return known
  const widths = bundle.levels.map((_, level) => {
    const metres: number[] = []
    let km2 = 0
    for (let i = 0; i < bundle.count; i++) {
      if (bundle.level[i] !== level) continue
      km2 += bundle.areaKm2[i]
      metres.push(1000 * Math.sqrt(bundle.areaKm2[i]))
    }
    metres.sort((a, b) => a - b)
    return {
      mean: metres.length === 0 ? 0 : 1000 * Math.sqrt(km2 / metres.length),
      median: metres[Math.floor(metres.length / 2)] ?? 0,
    }
  })
  widthsOf.set(bundle, widths)
  return widths
}

/** Cells must be about this wide on screen before their level is shown, CSS pixels. */
const readableWidth = 10
/** The finest level is for looking at single cells: it waits until they are wide enough to be told apart. */
const finestWidth = 24

/**
 * Index of the level that fits a zoom: the finest of the administration whose cells can be told apart, judged by the
 * geometric mean of mean and median width, so that neither the wide cells of the hills nor the small ones in town decide
 * alone. @param shown whether a level may be chosen.
 */
export function levelAtZoom(bundle: AreaBundle, zoom: number, shown: (level: LevelName) => boolean): number {
  const widths = levelWidths(bundle)
  const candidates = bundle.levels
    .map((level, index) => ({ ...level, index }))
    .filter(({ hierarchy, level }) => hierarchy === 'administration' && shown(level))
    .sort((a, b) => a.rank - b.rank)
  const [, south, , north] = bundle.bounds
  const pixel = metresPerPixel((south + north) / 2, zoom)
  let best = candidates[0]?.index ?? (bundle.levels.length > 0 ? 0 : -1)
  const finest = candidates.length > 2 ? candidates[candidates.length - 1].index : -1
  for (const { index } of candidates) {
    const { mean, median } = widths[index]
    const wanted = index === finest ? finestWidth : readableWidth
    if (Math.sqrt(mean * median) / pixel >= wanted) best = index
  }
  return best
}
