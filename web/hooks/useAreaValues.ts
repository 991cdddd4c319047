import { useMemo } from 'react'
import { zOf } from '../../api/statistics/comparison.ts'
import type { LevelName } from '../../geodata/city.ts'
import { classBreaks, sequentialBreaks } from '../map/classBreaks.ts'
import { type ClassChoice, defaultClasses } from '../map/classChoice.ts'
import type { AreaValues } from '../map/scene.ts'
import { answeredSpan } from '../state/answeredSpan.ts'
import { changeBreaks } from '../state/legendClasses.ts'
import { type AreaRow, areaRows, type Measure, measured, offeredMeasures } from '../state/measures.ts'
import type { Outputs } from '../trpc.ts'
import { type AskedMeasure, useAreaCounts } from './useAggregates.ts'
import { useAreas } from './useAreas.ts'
import { useWindow } from './useCity.ts'
import { useDataStart } from './useDataStart.ts'
import { useDisputeWindow } from './useDisputes.ts'
import { useHours } from './useHours.ts'
import { useKinds } from './useKinds.ts'
import { useView } from './useView.ts'

export type AreaCounts = Outputs['aggregates']['byArea']

/** The numbers of one level as the map draws them. */
export function areaValues(counts: AreaCounts, measure: Measure): AreaValues {
  const { areaId, suppressed } = counts
  // What is hidden is no number: the map hatches it.
  const count = counts.count.map((each) => each ?? Number.NaN)
  const compareCount = counts.compareCount?.map((each) => each ?? Number.NaN)
  if (measure === 'change' && compareCount) {
    const value = count.map((now, index) => zOf(now, compareCount[index]))
    return { areaId, value, suppressed, breaks: changeBreaks(count.length), ramp: 'diverging' }
  }
  return { areaId, value: count, suppressed, breaks: sequentialBreaks(count), ramp: 'sequential' }
}

/** The chosen measure of every row as the map draws it: what has no number, or none that may be shown, is no number. */
export function measuredValues(rows: readonly AreaRow[], measure: Measure, choice: ClassChoice): AreaValues {
  const value = rows.map((row) => measured(row, measure) ?? Number.NaN)
  const change = measure === 'change'
  return {
    areaId: rows.map((row) => row.areaId),
    value,
    suppressed: rows.map((row) => row.suppressed),
    breaks: change ? changeBreaks(rows.length) : classBreaks(value, choice),
    ramp: change ? 'diverging' : 'sequential',
  }
}

/** What a measure needs beside counts. */
function askedFor(measure: Measure): readonly AskedMeasure[] | undefined {
  switch (measure) {
    case 'closed':
      return ['closedInTime']
    case 'handling':
      return ['medianHandling']
    case 'village':
      return ['resolvedLevel']
    default:
      return undefined
  }
}

const noRows: readonly AreaRow[] = []

/**
 * Counts and colours of the level the map shows now. While the next answer comes the last one about another time may
 * stay: `stale` then, and `span` is the window the numbers are of.
 */
export function useAreaValues(level: LevelName | null) {
  const window = useWindow()
  const { codes, disputes } = useKinds()
  const wanted = useView((view) => view.measure) ?? 'count'
  const measure = offeredMeasures(disputes).includes(wanted) ? wanted : 'count'
  const choice = useView((view) => view.classes) ?? defaultClasses
  const { data: bundle } = useAreas()
  const hours = useHours()
  const dataStart = useDataStart()
  const comparable = window !== undefined && dataStart !== undefined && window.before.from >= dataStart
  const { tooShort, known, periods } = useDisputeWindow(level ?? undefined)
  const query = useAreaCounts({
    level: level ?? undefined,
    span: window?.span,
    kinds: codes,
    hours,
    measures: disputes ? undefined : askedFor(measure),
    compare: comparable ? window.before : undefined,
    enabled: known && !tooShort && dataStart !== undefined,
  })
  const counts = query.data && query.data.level === level && !tooShort ? query.data : undefined
  /** Every number of every area of the level: what the map, the legend, the tip and the table read. */
  const rows = useMemo(() => (bundle && counts ? areaRows(bundle, counts) : noRows), [bundle, counts])
  const values = useMemo(
    () => (counts ? { [counts.level]: measuredValues(rows, measure, choice) } : {}),
    [counts, rows, measure, choice],
  )
  const countOf = useMemo(() => {
    const map = new Map<number, { count: number; before: number | undefined; suppressed: boolean }>()
    for (const row of rows)
      map.set(row.areaId, {
        count: row.count ?? Number.NaN,
        before: row.before ?? undefined,
        suppressed: row.suppressed,
      })
    return map
  }, [rows])
  const span = useMemo(() => answeredSpan(counts), [counts])
  const stale = counts !== undefined && query.isPlaceholderData
  return { values, counts, rows, countOf, measure, choice, query, tooShort, periods, span, stale }
}
