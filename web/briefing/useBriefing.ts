import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { LevelName } from '../../geodata/city.ts'
import { keepAlike } from '../hooks/keepAlike.ts'
import { isoSpan, useAreaCounts, useKindCounts, useSeries } from '../hooks/useAggregates.ts'
import { type City, useCity } from '../hooks/useCity.ts'
import { useDataStart } from '../hooks/useDataStart.ts'
import { useCountable } from '../hooks/useJurisdiction.ts'
import { answeredCompare, answeredSpan } from '../state/answeredSpan.ts'
import { type Outputs, trpc } from '../trpc.ts'
import type { GroupCount } from './headline.ts'
import { pairMonths } from './months.ts'
import { monthWindows, PERIOD_NAMES, type Period, type PeriodName, periodEndingAt } from './period.ts'

/** A kind with its counts in the period and a year earlier. */
export interface KindCount {
  code: string
  name: { zh: string; en: string }
  group: string
  now: number
  before: number
}

/** Everything one page of the briefing says about one area (undefined: the whole city) in one period. */
export function useBriefing(
  city: City,
  areaId: number | undefined,
  periodName: PeriodName,
  childLevel: LevelName | undefined,
) {
  const { code } = useCity()
  const counted = useCountable()(areaId)
  const asOf = Date.parse(city.asOf)
  const { timeZone } = city
  const dataStart = useDataStart()
  const period = useMemo(() => periodEndingAt(asOf, periodName, timeZone), [asOf, periodName, timeZone])
  const months = useMemo(() => monthWindows(asOf, timeZone), [asOf, timeZone])

  const kinds = useKindCounts({ areaId, span: period.now, compare: period.lastYear })
  const handlingAsked = {
    city: code ?? '',
    areaId,
    ...isoSpan(period.now),
    compareTo: isoSpan(period.lastYear),
  }
  const handling = useQuery(
    trpc.operations.handling.queryOptions(handlingAsked, {
      enabled: counted && code !== undefined,
      placeholderData: keepAlike(handlingAsked),
    }),
  )
  const thisYear = useSeries({ areaId, bucket: 'month', span: months.now })
  const lastYear = useSeries({ areaId, bucket: 'month', span: months.lastYear })
  const children = useAreaCounts({
    level: childLevel,
    within: areaId,
    span: period.now,
    compare: period.lastYear,
    enabled: childLevel !== undefined,
  })

  const monthPairs = useMemo(
    () =>
      thisYear.data && lastYear.data && dataStart !== undefined
        ? pairMonths(thisYear.data, lastYear.data, asOf, timeZone, dataStart)
        : undefined,
    [thisYear.data, lastYear.data, asOf, timeZone, dataStart],
  )
  const kindCounts = useMemo(
    () => (kinds.data ? kindCountsOf(kinds.data, city) : undefined),
    [kinds.data, city],
  )
  const total = kinds.data && {
    now: kinds.data.totals.count ?? 0,
    before: kinds.data.totals.compareCount ?? 0,
  }

  const { data: answer } = kinds
  /** The period the numbers are of, which is the one before while the next ones come. */
  const answered = useMemo<Period>(() => {
    const now = answeredSpan(answer)
    const lastYear = answeredCompare(answer)
    if (!now || !lastYear) return period
    const name = PERIOD_NAMES.find((each) => periodEndingAt(now.to, each, timeZone).now.from === now.from)
    return { name: name ?? period.name, now, lastYear }
  }, [answer, period, timeZone])
  const sameWindow = children.data?.from === kinds.data?.from && children.data?.to === kinds.data?.to

  const queries = [kinds, handling, thisYear, lastYear, ...(childLevel ? [children] : [])]
  return {
    period: answered,
    /** False where the data does not reach back to last year's period: its zeros mean "no data". */
    comparable: dataStart === undefined || answered.lastYear.from >= dataStart,
    total,
    kinds: kindCounts,
    groups: useMemo(() => kindCounts && groupCountsOf(kindCounts), [kindCounts]),
    handling: handling.data,
    months: monthPairs,
    // Parts of one window under the sum of another would not add up.
    children: childLevel && sameWindow ? children.data : undefined,
    error: queries.find((query) => query.error)?.error ?? null,
    /** True while what is shown belongs to the area or period before. */
    isOld: queries.some((query) => query.isPlaceholderData),
    refetch: () => void Promise.all(queries.map((query) => query.refetch())),
  }
}

function kindCountsOf(
  answer: Pick<Outputs['aggregates']['byKind'], 'kind' | 'count' | 'compareCount'>,
  city: City,
): KindCount[] {
  const known = new Map(city.kinds.map((kind) => [kind.code, kind]))
  return answer.kind.map((code, index) => {
    const kind = known.get(code)
    return {
      code,
      name: kind?.name ?? { zh: code, en: code },
      group: kind?.group ?? 'other',
      // The briefing asks for no disputes, and only their counts can be hidden.
      now: answer.count[index] ?? 0,
      before: answer.compareCount?.[index] ?? 0,
    }
  })
}

/** Counts summed by group, most first. */
export function groupCountsOf(kinds: readonly KindCount[]): GroupCount[] {
  const sums = new Map<string, GroupCount>()
  for (const kind of kinds) {
    const sum = sums.get(kind.group) ?? { group: kind.group, now: 0, before: 0 }
    sum.now += kind.now
    sum.before += kind.before
    sums.set(kind.group, sum)
  }
  return [...sums.values()].sort((a, b) => b.now - a.now || b.before - a.before)
}
