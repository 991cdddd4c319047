import { measureByArea } from '../../db/queries/aggregates.ts'
import { badRequest } from '../refusal.ts'
import { type AreaQuestion, countedRows } from './byArea.ts'
import type { CountContext } from './shared.ts'
import type { VisibleAreas } from './visibleAreas.ts'

export type Measure = 'closedInTime' | 'medianHandling' | 'resolvedLevel'

/** How the incidents of each area were handled: one entry an area, in the order of the counts. */
export interface AreaMeasures {
  /**
   * Closed within the time limit (`part`) of those reported in the window whose limit had passed by its end, or by the
   * data's as-of if that is earlier (`whole`). Incidents without a limit are in neither.
   */
  closedInTime?: { part: number[]; whole: number[] }
  /** Median minutes from report to closing of the closed ones; null without any. */
  medianHandlingMin?: (number | null)[]
  /** Closed ones of which it is known who resolved them (`whole`), by level. */
  resolved?: { village: number[]; township: number[]; city: number[]; whole: number[] }
}

/** Reads the rows of the window: what was handled later changes these, so that nothing is kept for them. */
export async function measureAreas(
  { rows: rowsOf }: Pick<CountContext, 'rows'>,
  question: AreaQuestion,
  visible: VisibleAreas | null,
): Promise<AreaMeasures> {
  const { measures, kinds, window } = question
  if (kinds.disputes) {
    throw badRequest('measures: how disputes were handled is not answered by area; leave measures out.')
  }
  const all = await measureByArea(rowsOf('counts'), countedRows(question, window))
  const seen = visible && new Set(visible.areaId)
  const rows = seen ? all.filter((row) => seen.has(row.area_id)) : all
  return {
    closedInTime: measures.includes('closedInTime')
      ? { part: rows.map((row) => row.closed_in_time), whole: rows.map((row) => row.due) }
      : undefined,
    medianHandlingMin: measures.includes('medianHandling')
      ? rows.map((row) => row.median_handling_min)
      : undefined,
    resolved: measures.includes('resolvedLevel')
      ? {
          village: rows.map((row) => row.resolved_village),
          township: rows.map((row) => row.resolved_township),
          city: rows.map((row) => row.resolved_city),
          whole: rows.map((row) => row.resolved),
        }
      : undefined,
  }
}
