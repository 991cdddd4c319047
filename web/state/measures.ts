/**
 * What the areas' colour, the table and the exports may show, and how one area's row of numbers is read. Map, table and
 * files take their numbers from here, so that they cannot disagree.
 */
import { type AreaBundle, areaIndexOf } from '../../geodata/areaBundle.ts'

/** Order of the choice on screen. */
export const measures = ['count', 'perKm2', 'per1000', 'closed', 'handling', 'village', 'change'] as const
export type Measure = (typeof measures)[number]

/** No share is taken of fewer than this: one case more or less would be five points. */
export const smallestBase = 20

export interface Part {
  part: number
  whole: number
}

/** Columns of `aggregates.byArea`; the optional ones come when they were asked for. */
export interface AreaAnswer {
  areaId: readonly number[]
  /** null exactly where `suppressed`. */
  count: readonly (number | null)[]
  compareCount?: readonly (number | null)[]
  suppressed: readonly boolean[]
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
  count: number | null
  /** The count of the window compared with; null where none was asked for or it is hidden. */
  before: number | null
  areaKm2: number
  population: number
  /** Incidents per square kilometre in the window. */
  perKm2: number | null
  /** Incidents per 1,000 residents in the window. */
  per1000: number | null
  closed: Part | null
  handlingMin: number | null
  village: Part | null
}

/** One row per area of an answer; areas the bundle does not know are left out. */
export function areaRows(bundle: AreaBundle, answer: AreaAnswer): AreaRow[] {
  const { closedInTime, medianHandlingMin, resolved } = answer
  return answer.areaId.flatMap((areaId, at) => {
    const index = areaIndexOf(bundle, areaId)
    if (index < 0) return []
    const suppressed = answer.suppressed[at]
    const count = suppressed ? null : answer.count[at]
    const areaKm2 = bundle.areaKm2[index]
    const population = bundle.population[index]
    const part = (columns: { part: readonly number[]; whole: readonly number[] } | undefined) =>
      columns && !suppressed ? { part: columns.part[at], whole: columns.whole[at] } : null
    return [
      {
        areaId,
        index,
        suppressed,
        count,
        before: answer.compareCount?.[at] ?? null,
        areaKm2,
        population,
        perKm2: count === null || !(areaKm2 > 0) ? null : count / areaKm2,
        per1000: count === null || population <= 0 ? null : (1000 * count) / population,
        closed: part(closedInTime),
        handlingMin: suppressed ? null : (medianHandlingMin?.[at] ?? null),
        village: part(resolved && { part: resolved.village, whole: resolved.whole }),
      },
    ]
  })
}

/** A share, or null on a base too small to carry one. */
export function shareOf(part: Part | null): number | null {
  return part && part.whole >= smallestBase ? part.part / part.whole : null
}

/** Standard deviations a count lies from the one before: 2(√now − √then). */
export function changeOf({ count, before }: Pick<AreaRow, 'count' | 'before'>): number | null {
  return count === null || before === null ? null : 2 * (Math.sqrt(count) - Math.sqrt(before))
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
      return shareOf(row.closed)
    case 'handling':
      return row.handlingMin
    case 'village':
      return shareOf(row.village)
    case 'change':
      return changeOf(row)
  }
}

/** True where there is a share but its base is too small to show it. */
export function baseTooSmall(row: AreaRow, measure: Measure): boolean {
  const part = measure === 'closed' ? row.closed : measure === 'village' ? row.village : null
  return part !== null && part.whole < smallestBase
}

/** Measures an answer can show. The city's own area and residents are always known. */
export function answeredMeasures(answer: AreaAnswer | undefined): readonly Measure[] {
  return measures.filter((measure) => {
    switch (measure) {
      case 'closed':
        return answer?.closedInTime !== undefined
      case 'handling':
        return answer?.medianHandlingMin !== undefined
      case 'village':
        return answer?.resolved !== undefined
      default:
        return true
    }
  })
}
