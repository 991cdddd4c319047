import { type AreaMeasuresRow, measureByArea } from '../../db/queries/aggregates.ts'
import { badRequest } from '../refusal.ts'
import { type AreaQuestion, countedRows } from './areaQuestion.ts'
import type { CountContext } from './shared.ts'

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

const NOTHING: Omit<AreaMeasuresRow, 'area_id'> = {
  due: 0,
  closed_in_time: 0,
  median_handling_min: null,
  resolved: 0,
  resolved_village: 0,
  resolved_township: 0,
  resolved_city: 0,
}

/**
 * Reads the rows of the window: what was handled later changes these, so that nothing is kept for them.
 * @param areaId Areas to answer, in this order.
 */
export async function measureAreas(
  { rows: rowsOf }: Pick<CountContext, 'rows'>,
  question: AreaQuestion,
  areaId: readonly number[],
): Promise<AreaMeasures> {
  const { measures, kinds, window } = question
  if (kinds.disputes) {
    throw badRequest('measures: how disputes were handled is not answered by area; leave measures out.')
  }
  const measured = await measureByArea(rowsOf('counts'), countedRows(question, window))
  const byArea = new Map(measured.map((row) => [row.area_id, row]))
  const rows = areaId.map((id) => byArea.get(id) ?? NOTHING)
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
