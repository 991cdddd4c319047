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

/** Share of the people the dense blocks of the raster hold at least. */
const denseShare = 0.6
/** Blocks along the longer side of the city: fine enough to part town from hills, coarse enough to join its streets. */
const blocksPerSide = 48

/**
 * Where people live: the box around the town, which is the densest block of a raster over the city with every dense
 * block that touches it. Judged by blocks of equal size, not by cells, because a hamlet drawn tightly is denser than
 * any street. Null without population.
 */
export function denseBounds(bundle: AreaBundle): Bounds | null {
  const whole = wholeBounds(bundle)
  if (!whole) return null
  const [west, south, east, north] = whole
  const cells = finestCells(bundle)
  // Never finer than the cells lie apart: blocks between them would stand empty and tear the town.
  const apart = 1.5 * Math.sqrt(((east - west) * (north - south)) / Math.max(1, cells.length))
  const size = Math.max((east - west) / blocksPerSide, (north - south) / blocksPerSide, apart, 1e-6)
  const columns = Math.floor((east - west) / size) + 1
  const people = new Map<number, number>()
  const points = new Map<number, number[]>()
  let all = 0
  for (const cell of cells) {
    const column = Math.floor((bundle.labelPoint[2 * cell] - west) / size)
    const block = Math.floor((bundle.labelPoint[2 * cell + 1] - south) / size) * columns + column
    people.set(block, (people.get(block) ?? 0) + bundle.population[cell])
    points.set(block, [...(points.get(block) ?? []), cell])
    all += bundle.population[cell]
  }
  if (all === 0) return null

  const dense = new Set<number>()
  let held = 0
  for (const [block, count] of [...people].sort((a, b) => b[1] - a[1])) {
    if (held >= denseShare * all) break
    dense.add(block)
    held += count
  }
  const town = connectedTo([...dense][0], dense, columns)
  const inside = town.flatMap((block) => points.get(block) ?? [])
  const lngs = inside.map((cell) => bundle.labelPoint[2 * cell])
  const lats = inside.map((cell) => bundle.labelPoint[2 * cell + 1])
  const box = [Math.min(...lngs), Math.min(...lats), Math.max(...lngs), Math.max(...lats)]
  const margin = 0.12 * Math.max(box[2] - box[0], box[3] - box[1], 0.002)
  return [box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin]
}

/** Areas of the finest administrative level. */
function finestCells(bundle: AreaBundle): number[] {
  let finest = -1
  bundle.levels.forEach((level, i) => {
    if (level.hierarchy !== 'administration') return
    if (finest < 0 || level.rank > bundle.levels[finest].rank) finest = i
  })
  return Array.from({ length: bundle.count }, (_, i) => i).filter((i) => bundle.level[i] === finest)
}

/** Blocks of a set that can be walked to from one of them, corner to corner. */
function connectedTo(start: number, blocks: ReadonlySet<number>, columns: number): number[] {
  const reached = new Set([start])
  for (const block of reached) {
    const column = block % columns
    for (const dx of [-1, 0, 1]) {
      if (column + dx < 0 || column + dx >= columns) continue
      for (const dy of [-1, 0, 1]) {
        const next = block + dy * columns + dx
        if (blocks.has(next)) reached.add(next)
      }
    }
  }
  return [...reached]
}
