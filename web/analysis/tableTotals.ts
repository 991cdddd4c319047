/** The last line of the table. */
import { per1000Residents, perKm2 } from '../../api/statistics/rate.ts'
import { type Share, shareOf } from '../../api/statistics/share.ts'
import type { AreaRow } from '../state/measures.ts'

export interface TableTotals {
  /** null where the sum is withheld too. */
  count: number | null
  before: number | null
  /** Incidents of the window in no area of the level; null where that cannot be told. */
  outside: number | null
  perKm2: number | null
  per1000: number | null
  /** null where any of its parts is withheld: the sum would give them away. */
  closed: Share | null
}

interface AnswerTotals {
  count: number | null
  compareCount?: number | null
  outside: number | null
}

/** Sums over all rows of the table, whatever it is filtered to: they equal the figure above it. */
export function tableTotals(rows: readonly AreaRow[], totals: AnswerTotals): TableTotals {
  const km2 = rows.reduce((sum, row) => sum + row.areaKm2, 0)
  const people = rows.reduce((sum, row) => sum + row.population, 0)
  const shares = rows.map((row) => row.closed)
  const { count } = totals
  const partly = rows.some((row) => row.partial)
  return {
    count,
    before: totals.compareCount ?? null,
    outside: totals.outside,
    // A part's count over the whole ground would be no rate of anything.
    perKm2: count === null || partly ? null : perKm2(count, km2).rate,
    per1000: count === null || partly ? null : per1000Residents(count, people).rate,
    closed:
      rows.length > 0 && shares.every((share) => share !== null)
        ? shareOf(
            shares.reduce((sum, share) => sum + share.part, 0),
            shares.reduce((sum, share) => sum + share.whole, 0),
          )
        : null,
  }
}
