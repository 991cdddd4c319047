import { useMemo } from 'react'
import { areaIndexOf } from '../../geodata/areaBundle.ts'
import { answeredCompare, answeredSpan } from '../state/answeredSpan.ts'
import { levelAt } from '../state/areaTree.ts'
import { useKindCounts } from './useAggregates.ts'
import { useAreas } from './useAreas.ts'
import { useWindow } from './useCity.ts'
import { useDataStart } from './useDataStart.ts'
import { useDisputeWindow } from './useDisputes.ts'
import { useHours } from './useHours.ts'
import { useKinds } from './useKinds.ts'

/** Kind counts of the window beside those a year earlier, where the data reaches that far back. */
export function useWindowCounts(areaId: number | undefined) {
  const window = useWindow()
  const { codes, disputes } = useKinds()
  const hours = useHours()
  const dataStart = useDataStart()
  const { data: bundle } = useAreas()
  const level = areaId === undefined ? null : bundle && levelAt(bundle, areaIndexOf(bundle, areaId)).level
  const { tooShort, known, periods } = useDisputeWindow(level)
  const comparable = window !== undefined && dataStart !== undefined && window.before.from >= dataStart
  const query = useKindCounts({
    areaId,
    span: window?.span,
    kinds: codes,
    hours,
    compare: comparable ? window.before : undefined,
    enabled: known && !tooShort && dataStart !== undefined,
  })
  const { data } = query
  return {
    window,
    tooShort,
    periods,
    query,
    disputes,
    /** The numbers still answer for the window before. */
    stale: query.isPlaceholderData,
    /** The windows the numbers are of. */
    span: useMemo(() => answeredSpan(data), [data]),
    compare: useMemo(() => answeredCompare(data), [data]),
  }
}
