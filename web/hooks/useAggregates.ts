import { useQuery } from '@tanstack/react-query'
import type { LevelName } from '../../geodata/city.ts'
import type { Span } from '../state/timeWindow.ts'
import { type Inputs, trpc } from '../trpc.ts'
import { askByArea } from './heldCounts.ts'
import { keepAlike } from './keepAlike.ts'
import { useCity, useVersion } from './useCity.ts'
import { useCountable } from './useJurisdiction.ts'

/** A span as the API takes it: ISO instants. */
export function isoSpan(span: Span): { from: string; to: string } {
  return { from: new Date(span.from).toISOString(), to: new Date(span.to).toISOString() }
}

interface Question {
  span: Span | undefined
  /** Kind codes; undefined = everything but disputes. */
  kinds?: readonly string[]
  /** Hours of the week that count; undefined = all. */
  hours?: readonly number[]
  enabled?: boolean
}

export type AskedMeasure = NonNullable<Inputs['aggregates']['byArea']['measures']>[number]

const copyOf = <Item>(list: readonly Item[] | undefined) => (list ? [...list] : undefined)

/**
 * Counts per area of a level, beside those of `compare` when given. While the next answer comes, the last one to the same
 * question about another time stays (`isPlaceholderData`): what is written beside its numbers is its own `from` and `to`.
 */
export function useAreaCounts(
  question: Question & {
    level: LevelName | undefined
    within?: number
    compare?: Span | 'previousYear'
    /** What is wanted beside counts: it costs a look at the rows. */
    measures?: readonly AskedMeasure[]
  },
) {
  const { code } = useCity()
  const countable = useCountable()
  const version = useVersion()
  const { level, span, kinds, hours, within, compare, measures, enabled = true } = question
  const asked = {
    city: code ?? '',
    level: level ?? '',
    version,
    within,
    ...(span ? isoSpan(span) : { from: '', to: '' }),
    kinds: copyOf(kinds),
    hoursOfWeek: copyOf(hours),
    measures: copyOf(measures),
    compareTo: typeof compare === 'object' ? isoSpan(compare) : compare,
    packed: true,
  } satisfies Inputs['aggregates']['byArea']
  return useQuery({
    ...trpc.aggregates.byArea.queryOptions(asked, {
      enabled:
        enabled && countable(within) && code !== undefined && level !== undefined && span !== undefined,
      placeholderData: keepAlike(asked),
    }),
    queryFn: () => askByArea(asked),
  })
}

/** Counts per hour, day, week, month or hour of the week, of the city or one area, beside those of `compare` when given. */
export function useSeries(
  question: Question & {
    areaId?: number
    bucket: 'hour' | 'day' | 'week' | 'month' | 'hourOfWeek'
    compare?: Span | 'previousYear'
  },
) {
  const { code } = useCity()
  const countable = useCountable()
  const { areaId, bucket, span, kinds, hours, compare, enabled = true } = question
  const asked = {
    city: code ?? '',
    areaId,
    bucket,
    ...(span ? isoSpan(span) : { from: '', to: '' }),
    kinds: copyOf(kinds),
    hoursOfWeek: copyOf(hours),
    compareTo: typeof compare === 'object' ? isoSpan(compare) : compare,
  } satisfies Inputs['aggregates']['series']
  return useQuery(
    trpc.aggregates.series.queryOptions(asked, {
      enabled: enabled && countable(areaId) && code !== undefined && span !== undefined,
      placeholderData: keepAlike(asked),
    }),
  )
}

/** Counts per kind, of the city or one area. */
export function useKindCounts(question: Question & { areaId?: number; compare?: Span | 'previousYear' }) {
  const { code } = useCity()
  const countable = useCountable()
  const { areaId, span, kinds, hours, compare, enabled = true } = question
  const asked = {
    city: code ?? '',
    areaId,
    ...(span ? isoSpan(span) : { from: '', to: '' }),
    kinds: copyOf(kinds),
    hoursOfWeek: copyOf(hours),
    compareTo: typeof compare === 'object' ? isoSpan(compare) : compare,
  } satisfies Inputs['aggregates']['byKind']
  return useQuery(
    trpc.aggregates.byKind.queryOptions(asked, {
      enabled: enabled && countable(areaId) && code !== undefined && span !== undefined,
      placeholderData: keepAlike(asked),
    }),
  )
}
