import type { AreaBundle } from '../../geodata/areaBundle.ts'
import type { Outputs } from '../trpc.ts'

/** An area inside the one the page is about. */
export interface ChildCount {
  index: number
  areaId: number
  now: number
  before: number
}

export interface ChildCounts {
  /** The areas shown one by one, most incidents first, then by code. */
  shown: ChildCount[]
  /** The others together: how many, and their counts; null when all are shown. */
  others: { areas: number; now: number; before: number } | null
  /** Incidents of the total in none of the areas; null when there are none. */
  outside: { now: number; before: number } | null
}

/** Lays out the areas inside so that shown + others + outside add up to the total exactly. */
export function childCounts(
  bundle: Pick<AreaBundle, 'id' | 'count'>,
  answer: Pick<Outputs['aggregates']['byArea'], 'areaId' | 'count' | 'compareCount'>,
  total: { now: number; before: number },
  most: number,
): ChildCounts {
  const indexOf = new Map(Array.from(bundle.id, (id, index) => [id, index]))
  const all = answer.areaId
    .map((areaId, place) => ({
      index: indexOf.get(areaId) ?? -1,
      areaId,
      // The report counts no disputes, so that nothing in it is hidden.
      now: answer.count[place] ?? 0,
      before: answer.compareCount?.[place] ?? 0,
    }))
    .sort((a, b) => b.now - a.now || b.before - a.before || a.index - b.index)
  // One row "others" is no shorter than the one area it would stand for.
  const shown = all.length <= most + 1 ? all : all.slice(0, most)
  const rest = all.slice(shown.length)
  const sum = (rows: readonly ChildCount[], of: 'now' | 'before') =>
    rows.reduce((added, row) => added + row[of], 0)
  const outside = { now: total.now - sum(all, 'now'), before: total.before - sum(all, 'before') }
  return {
    shown,
    others:
      rest.length > 0 ? { areas: rest.length, now: sum(rest, 'now'), before: sum(rest, 'before') } : null,
    outside: outside.now !== 0 || outside.before !== 0 ? outside : null,
  }
}
