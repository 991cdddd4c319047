import type { AreaBundle } from '../../geodata/areaBundle.ts'

/**
 * How many areas there are like this one, itself included: those of its level. A difference in one of 797 grids needs
 * to be larger to be called unusual than one of the whole city; see `unusualFrom`. The whole city is one.
 */
export function areasLike(bundle: AreaBundle, index: number): number {
  if (index < 0) return 1
  let counts = countsByLevel.get(bundle)
  if (!counts) {
    counts = new Map()
    for (const level of bundle.level) counts.set(level, (counts.get(level) ?? 0) + 1)
    countsByLevel.set(bundle, counts)
  }
  return counts.get(bundle.level[index]) ?? 1
}

const countsByLevel = new WeakMap<AreaBundle, Map<number, number>>()
