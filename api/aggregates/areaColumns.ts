/** Counts of a question by area: one entry an area in every list, in order of area id. */
export interface AreaColumns {
  areaId: number[]
  /** null exactly where `suppressed` is true. */
  count: (number | null)[]
  compareCount?: (number | null)[]
  suppressed: boolean[]
  /** Only for who may count in parts of the city: areas of which that is a part, or a part of the kinds. */
  partial?: boolean[]
  totals: AreaTotals
}

export interface AreaTotals {
  /** Sum of `count` and of what is hidden; null where not even the whole may be shown. */
  count: number | null
  compareCount?: number | null
  /** Incidents in no area of the level; null where nothing can be said about it, or may be. */
  outside: number | null
  compareOutside?: number | null
  /** Disputes only: areas without a count, and their joint count (null where it may not be shown either). */
  hidden?: Hidden
  compareHidden?: Hidden
}

export interface Hidden {
  areas: number
  count: number | null
}

export function sum(counts: ArrayLike<number>): number {
  let total = 0
  for (let i = 0; i < counts.length; i++) total += counts[i]
  return total
}
