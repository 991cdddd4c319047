/**
 * What the areas' colour, the table and the exports may show, and how one area's row of numbers is read. Map, table and
 * files take their numbers from here, so that they cannot disagree.
 */
import { FEWEST_TO_JUDGE, zOf } from '../../api/statistics/comparison.ts'
import { per1000Residents, perKm2 } from '../../api/statistics/rate.ts'
import { type Share, shareOf } from '../../api/statistics/share.ts'
import { type AreaBundle, areaIndexOf } from '../../geodata/areaBundle.ts'

/** Order of the choice on screen. */
export const measures = ['count', 'perKm2', 'per1000', 'closed', 'handling', 'village', 'change'] as const
export type Measure = (typeof measures)[number]

/** Columns of `aggregates.byArea`; the optional ones come when they were asked for. */
export interface AreaAnswer {
  areaId: readonly number[]
  /** null exactly where `suppressed`. */
  count: readonly (number | null)[]
  compareCount?: readonly (number | null)[]
  suppressed: readonly boolean[]
  /** For limited viewers: only a part of the area is counted. */
  partial?: readonly boolean[]
  /** Incidents handled within the time set for them, of those that had one. */
  closedInTime?: { part: readonly number[]; whole: readonly number[] }
  /** Median from report to close, minutes; null without a closed one. */
  medianHandlingMin?: readonly (number | null)[]
  /** Level at which cases were resolved, of the resolved ones. */
  resolved?: {
    village: readonly number[]
    township: readonly number[]
    city: readonly number[]
    whole: readonly number[]
  }
}

/** All numbers of one area; null where there is none to show. */
export interface AreaRow {
  areaId: number
  /** Index in the bundle. */
  index: number
  suppressed: boolean
  /** Only a part of the area is the viewer's: the counts are of that part, and no rate by the whole ground or its people. */
  partial: boolean
  count: number | null
  /** The count of the window compared with; null where none was asked for or it is hidden. */
  before: number | null
  areaKm2: number
  population: number
  /** Incidents per square kilometre in the window. */
  perKm2: number | null
  /** Incidents per 1,000 residents in the window; null where too few live to speak of a rate. */
  per1000: number | null
  closed: Share | null
  handlingMin: number | null
  village: Share | null
}

/** One row per area of an answer; areas the bundle does not know are left out. */
export function areaRows(bundle: AreaBundle, answer: AreaAnswer): AreaRow[] {
  const { closedInTime, medianHandlingMin, resolved } = answer
  return answer.areaId.flatMap((areaId, at) => {
    const index = areaIndexOf(bundle, areaId)
    if (index < 0) return []
    const suppressed = answer.suppressed[at]
    const partial = answer.partial?.[at] ?? false
    const count = suppressed ? null : answer.count[at]
    const areaKm2 = bundle.areaKm2[index]
    const population = bundle.population[index]
    const part = (columns: { part: readonly number[]; whole: readonly number[] } | undefined) =>
      columns && !suppressed ? shareOf(columns.part[at], columns.whole[at]) : null
    return [
      {
        areaId,
        index,
        suppressed,
        partial,
        count,
        before: answer.compareCount?.[at] ?? null,
        areaKm2,
        population,
        perKm2: count === null || partial ? null : perKm2(count, areaKm2).rate,
        per1000: count === null || partial ? null : per1000Residents(count, population).rate,
        closed: part(closedInTime),
        handlingMin: suppressed ? null : (medianHandlingMin?.[at] ?? null),
        village: part(resolved && { part: resolved.village, whole: resolved.whole }),
      },
    ]
  })
}

/** 2(√now − √then); null without both counts, or with too few to judge. */
export function changeOf({ count, before }: Pick<AreaRow, 'count' | 'before'>): number | null {
  return count === null || before === null || count + before < FEWEST_TO_JUDGE ? null : zOf(count, before)
}

/** The number a measure shows of an area; null where there is none, or none that may be shown. */
export function measured(row: AreaRow, measure: Measure): number | null {
  switch (measure) {
    case 'count':
      return row.count
    case 'perKm2':
      return row.perKm2
    case 'per1000':
      return row.per1000
    case 'closed':
      return row.closed?.fraction ?? null
    case 'handling':
      return row.handlingMin
    case 'village':
      return row.village?.fraction ?? null
    case 'change':
      return changeOf(row)
  }
}

/** True where there are counts but too few of them to show this measure. */
export function baseTooSmall(row: AreaRow, measure: Measure): boolean {
  switch (measure) {
    case 'closed':
      return row.closed !== null && row.closed.fraction === null
    case 'village':
      return row.village !== null && row.village.fraction === null
    case 'per1000':
      return row.count !== null && !row.partial && row.population > 0 && row.per1000 === null
    case 'change':
      return row.count !== null && row.before !== null && changeOf(row) === null
    default:
      return false
  }
}

/** How disputes were handled is not told by area: only what their counts say can be shown of them. */
export function offeredMeasures(disputes: boolean): readonly Measure[] {
  const ofCounts: readonly Measure[] = ['count', 'perKm2', 'per1000', 'change']
  return disputes ? ofCounts : measures
}
