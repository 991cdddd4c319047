import { daysOf } from '../state/timeWindow.ts'
import { useKindCounts } from './useAggregates.ts'
import { useWindow } from './useCity.ts'
import { useDataStart } from './useDataStart.ts'
import { useHours } from './useHours.ts'
import { useKinds } from './useKinds.ts'

/** Kind counts of the window beside those a year earlier, where the data reaches that far back. */
export function useWindowCounts(areaId: number | undefined) {
  const window = useWindow()
  const { codes, disputes } = useKinds()
  const hours = useHours()
  const dataStart = useDataStart()
  const tooShort = disputes && window !== undefined && daysOf(window.span) < 365
  const comparable = window !== undefined && dataStart !== undefined && window.before.from >= dataStart
  const query = useKindCounts({
    areaId,
    span: window?.span,
    kinds: codes,
    hours,
    compare: comparable ? window.before : undefined,
    enabled: !tooShort && dataStart !== undefined,
  })
  return { window, tooShort, query, disputes }
}
