/** Counts of a question by area: one entry an area in every list, in order of area id. */
export interface AreaColumns {
  areaId: number[]
  /** null exactly where `suppressed` is true. */
  count: (number | null)[]
  compareCount?: (number | null)[]
  suppressed: boolean[]
  totals: AreaTotals
}

export interface AreaTotals {
  /** Sum of `count`. */
  count: number
  compareCount?: number
  /** Incidents in no area of the level; null where nothing can be said about it. */
  outside: number | null
  compareOutside?: number | null
}

export function sum(counts: readonly number[]): number {
  let total = 0
  for (const count of counts) total += count
  return total
}
