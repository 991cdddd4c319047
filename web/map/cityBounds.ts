import type { AreaBundle } from '../../geodata/areaBundle.ts'
import type { Bounds } from './scene.ts'

/** The box of all areas. */
export function wholeBounds(bundle: AreaBundle): Bounds | null {
  if (bundle.count === 0) return null
  const box: Bounds = [Infinity, Infinity, -Infinity, -Infinity]
  for (let i = 0; i < bundle.count; i++) {
    box[0] = Math.min(box[0], bundle.bounds[4 * i])
    box[1] = Math.min(box[1], bundle.bounds[4 * i + 1])
    box[2] = Math.max(box[2], bundle.bounds[4 * i + 2])
    box[3] = Math.max(box[3], bundle.bounds[4 * i + 3])
  }
  return box
}

/** Share of the people the dense box holds at least. */
const denseShare = 0.6

/**
 * Where people live: the box around the densest cells of the finest populated level that together hold most people,
 * without the outermost twentieth on each side, so that one far hamlet does not widen it. Null without population.
 */
export function denseBounds(bundle: AreaBundle): Bounds | null {
  let finest = -1
  bundle.levels.forEach((level, i) => {
    if (level.hierarchy === 'administration' && (finest < 0 || level.rank > bundle.levels[finest].rank))
      finest = i
  })
  const cells: number[] = []
  let people = 0
  for (let i = 0; i < bundle.count; i++) {
    if (bundle.level[i] !== finest || bundle.areaKm2[i] <= 0) continue
    cells.push(i)
    people += bundle.population[i]
  }
  if (people === 0) return null
  const density = (i: number) => bundle.population[i] / bundle.areaKm2[i]
  cells.sort((a, b) => density(b) - density(a))
  const dense: number[] = []
  let held = 0
  for (const cell of cells) {
    if (held >= denseShare * people) break
    dense.push(cell)
    held += bundle.population[cell]
  }
  const quantile = (axis: 0 | 1, share: number) => {
    const sorted = dense.map((i) => bundle.labelPoint[2 * i + axis]).sort((a, b) => a - b)
    return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
  }
  const [west, south, east, north] = [
    quantile(0, 0.05),
    quantile(1, 0.05),
    quantile(0, 0.95),
    quantile(1, 0.95),
  ]
  const margin = 0.12 * Math.max(east - west, north - south, 0.002)
  return [west - margin, south - margin, east + margin, north + margin]
}
