import { useEffect, useMemo, useState } from 'react'
import { areaIndexOf } from '../../geodata/areaBundle.ts'
import { useAreaCounts, useKindCounts, useSeries } from '../hooks/useAggregates.ts'
import { commonKinds, kindCodes } from '../state/kindFilter.ts'
import { type PointedPart, pointAtAreas, usePointing } from '../state/pointing.ts'
import { coreAreas } from './coreAreas.ts'
import type { KindAnswer } from './kindBars.ts'
import { liesIn } from './scope.ts'
import type { Analysis } from './useAnalysis.ts'
import type { SeriesAnswers } from './useSeriesAnswers.ts'

/** What of each chart belongs to what another points at; null where nothing, or the chart itself, is pointed at. */
export interface Part {
  /** Counts by the bars of the series. */
  series: readonly number[] | null
  /** 168 counts by hour of the week. */
  week: readonly number[] | null
  kinds: KindAnswer | null
  /** Counts by area of the table. */
  areas: ReadonlyMap<number, number> | null
  /** The fewest areas that hold half of it. */
  core: readonly number[] | null
}

/** A pointer on its way across a chart asks nothing; one that stays so long does. */
const restMs = 120

type Pointed = PointedPart | { chart: 'areas'; areaId: number }

function useRestingPointer(): Pointed | null {
  const [resting, setResting] = useState<Pointed | null>(null)
  useEffect(() => {
    let timer: number | undefined
    const stop = usePointing.subscribe(({ part, areaId }, before) => {
      if (part === before.part && areaId === before.areaId) return
      window.clearTimeout(timer)
      const next = part ?? (areaId === null ? null : { chart: 'areas' as const, areaId })
      if (next) timer = window.setTimeout(() => setResting(next), restMs)
      else setResting(null)
    })
    return () => {
      stop()
      window.clearTimeout(timer)
    }
  }, [])
  return resting
}

/** The question of a chart, less what it asks for itself. */
interface Asked {
  areaId?: number
  span?: Analysis['answered']
  kinds?: readonly string[]
  hours?: readonly number[]
}

/** What to ask beside the view's own filters; null where what is pointed at lies outside of them. */
function narrowed({ kinds, codes, hours, bundle, shownIndex }: Analysis, pointed: Pointed): Asked | null {
  switch (pointed.chart) {
    case 'series':
      return { span: pointed.span }
    case 'week': {
      const both = hours ? pointed.hours.filter((hour) => hours.includes(hour)) : pointed.hours
      return both.length > 0 ? { hours: both } : null
    }
    case 'kinds': {
      const both = commonKinds(kinds, kindCodes(kinds, [pointed.token]), codes)
      return both && both.length > 0 ? { kinds: both } : null
    }
    case 'areas': {
      const index = bundle ? areaIndexOf(bundle, pointed.areaId) : -1
      if (!bundle || index < 0 || index === shownIndex) return null
      return shownIndex < 0 || liesIn(bundle, index, shownIndex) ? { areaId: pointed.areaId } : null
    }
  }
}

/**
 * Brushing: whatever one chart, the table or the map points at, all others show which part of their numbers it is, and
 * the map the areas that hold half of it. Each asks its own question, narrowed to what is pointed at.
 */
export function usePart(analysis: Analysis, bucket: SeriesAnswers['bucket']): Part {
  const { bundle, scope, level, codes, hours, disputes } = analysis
  const pointed = useRestingPointer()
  const asked = useMemo(
    () => (pointed && !disputes ? narrowed(analysis, pointed) : null),
    [analysis, pointed, disputes],
  )
  const other = (chart: Pointed['chart']) => asked !== null && pointed?.chart !== chart
  const view = { areaId: analysis.areaId, span: analysis.window?.span, kinds: codes, hours }
  const series = useSeries({ ...view, ...asked, bucket, enabled: other('series') })
  // These two are not emptied by their own filter, so neither is their part.
  const week = useSeries({
    ...view,
    hours: undefined,
    ...asked,
    bucket: 'hourOfWeek',
    enabled: other('week'),
  })
  const kinds = useKindCounts({ ...view, kinds: undefined, ...asked, enabled: other('kinds') })
  const { areaId: _area, ...ofAreas } = { ...view, ...asked }
  const table = useAreaCounts({
    ...ofAreas,
    level: level ?? undefined,
    within: bundle && scope >= 0 ? bundle.id[scope] : undefined,
    enabled: other('areas') && level !== null,
  })
  const counts = (answer: typeof series) =>
    answer.data && !answer.isPlaceholderData ? answer.data.count.map((count) => count ?? 0) : null
  const areas = useMemo(
    () =>
      table.data && !table.isPlaceholderData
        ? new Map(table.data.areaId.map((id, at) => [id, table.data.count[at] ?? 0]))
        : null,
    [table.data, table.isPlaceholderData],
  )
  const shownAreas = other('areas') ? areas : null
  const core = useMemo(() => shownAreas && coreAreas(shownAreas), [shownAreas])
  useEffect(() => {
    pointAtAreas(core)
    return () => pointAtAreas(null)
  }, [core])
  return {
    series: other('series') ? counts(series) : null,
    week: other('week') ? counts(week) : null,
    kinds: other('kinds') && !kinds.isPlaceholderData ? (kinds.data ?? null) : null,
    areas: shownAreas,
    core,
  }
}
