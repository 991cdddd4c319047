import { useMemo } from 'react'
import type { LevelName } from '../../geodata/city.ts'
import { sequentialBreaks } from '../map/classBreaks.ts'
import type { AreaValues } from '../map/scene.ts'
import { changeBreaks } from '../state/legendClasses.ts'
import { daysOf } from '../state/timeWindow.ts'
import type { Measure } from '../state/viewSearch.ts'
import type { Outputs } from '../trpc.ts'
import { useAreaCounts } from './useAggregates.ts'
import { useWindow } from './useCity.ts'
import { useDataStart } from './useDataStart.ts'
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
    const value = count.map((now, index) => 2 * (Math.sqrt(now) - Math.sqrt(compareCount[index])))
    return { areaId, value, suppressed, breaks: changeBreaks, ramp: 'diverging' }
  }
  return { areaId, value: count, suppressed, breaks: sequentialBreaks(count), ramp: 'sequential' }
}

/** Counts and colours of the level the map shows now; `counts` keeps the last answer while the next one comes. */
export function useAreaValues(level: LevelName | null) {
  const window = useWindow()
  const { codes, disputes } = useKinds()
  const measure = useView((view) => view.measure) ?? 'count'
  const dataStart = useDataStart()
  const comparable = window !== undefined && dataStart !== undefined && window.before.from >= dataStart
  const tooShort = disputes && window !== undefined && daysOf(window.span) < 365
  const query = useAreaCounts({
    level: level ?? undefined,
    span: window?.span,
    kinds: codes,
    compare: comparable ? window.before : undefined,
    enabled: !tooShort && dataStart !== undefined,
  })
  const counts = query.data && query.data.level === level && !tooShort ? query.data : undefined
  const values = useMemo(
    () => (counts ? { [counts.level]: areaValues(counts, measure) } : {}),
    [counts, measure],
  )
  const countOf = useMemo(() => {
    const map = new Map<number, { count: number; before: number | undefined; suppressed: boolean }>()
    counts?.areaId.forEach((id, index) => {
      map.set(id, {
        count: counts.count[index] ?? Number.NaN,
        before: counts.compareCount?.[index] ?? undefined,
        suppressed: counts.suppressed[index],
      })
    })
    return map
  }, [counts])
  return { values, counts, countOf, measure, query, tooShort }
}
