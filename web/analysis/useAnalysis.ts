import { useMemo } from 'react'
import type { LevelName } from '../../geodata/city.ts'
import { useAreaCounts } from '../hooks/useAggregates.ts'
import { useAreas } from '../hooks/useAreas.ts'
import { useWindow } from '../hooks/useCity.ts'
import { useDataStart } from '../hooks/useDataStart.ts'
import { useDisputeWindow } from '../hooks/useDisputes.ts'
import { useHours } from '../hooks/useHours.ts'
import { useKinds } from '../hooks/useKinds.ts'
import { useSelection } from '../hooks/useSelection.ts'
import { answeredCompare, answeredSpan } from '../state/answeredSpan.ts'
import { type AreaRow, areaRows } from '../state/measures.ts'
import { useScope } from './useScope.ts'

/** What the table shows beside counts. */
const tableMeasures = ['closedInTime', 'medianHandling'] as const

const noRows: readonly AreaRow[] = []

/** What the drawer is about: the window, the area its charts count, and the rows of its table. */
export function useAnalysis(level: LevelName | null) {
  const window = useWindow()
  const { codes, tokens, kinds, disputes } = useKinds()
  const { data: bundle } = useAreas()
  const { shownIndex } = useSelection()
  const hours = useHours()
  const dataStart = useDataStart()
  const scope = useScope(level)
  const comparable = window !== undefined && dataStart !== undefined && window.before.from >= dataStart
  const { tooShort, known, periods } = useDisputeWindow(level ?? undefined)
  const table = useAreaCounts({
    level: level ?? undefined,
    within: bundle && scope >= 0 ? bundle.id[scope] : undefined,
    span: window?.span,
    kinds: codes,
    hours,
    measures: disputes ? undefined : tableMeasures,
    compare: comparable ? window.before : undefined,
    enabled: level !== null && known && !tooShort && dataStart !== undefined,
  })
  const answer = table.data && table.data.level === level && !tooShort ? table.data : undefined
  const span = useMemo(() => answeredSpan(answer), [answer])
  const compare = useMemo(() => answeredCompare(answer), [answer])
  const rows = useMemo(() => (bundle && answer ? areaRows(bundle, answer) : noRows), [bundle, answer])
  return {
    window,
    compare: comparable && window ? window.before : null,
    kinds,
    tokens,
    codes,
    hours,
    disputes,
    tooShort,
    /** The periods disputes are counted over at this level. */
    periods,
    bundle,
    level,
    /** Index of the area the charts count, -1 for the whole of a city without a root. */
    shownIndex,
    areaId: bundle && shownIndex >= 0 ? bundle.id[shownIndex] : undefined,
    /** Index of the area the table is confined to, -1 for the whole city. */
    scope,
    table,
    answer,
    rows,
    /** The table still answers for the window before; the windows it is of. */
    stale: answer !== undefined && table.isPlaceholderData,
    answered: span,
    answeredCompare: compare,
  }
}

export type Analysis = ReturnType<typeof useAnalysis>
