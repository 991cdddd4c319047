import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { cityCodeOf } from '../state/readAhead.ts'
import { defaultWindow, type Span, spanOf, type TimeWindow, yearEarlier } from '../state/timeWindow.ts'
import { type Outputs, trpc } from '../trpc.ts'
import { useMay } from './useSession.ts'
import { useView } from './useView.ts'

export type CitySummary = Outputs['cities']['list'][number]
export type City = Outputs['cities']['get']

/** The cities the signed-in account may see; none is asked for where it may see no map. */
export function useCities() {
  return useQuery(trpc.cities.list.queryOptions(undefined, { enabled: useMay('map') }))
}

/** The code of the view's city, or of the first one; undefined until known. */
export function useCityCode(): string | undefined {
  const wanted = useView((view) => view.city)
  const { data: cities } = useCities()
  return cityCodeOf(cities, wanted)
}

/** The city of the view, or the first one. `data` is undefined while it loads or when there is none. */
export function useCity() {
  const cities = useCities()
  const code = useCityCode()
  const detail = useQuery(trpc.cities.get.queryOptions({ city: code ?? '' }, { enabled: code !== undefined }))
  return {
    data: detail.data,
    code,
    error: cities.error ?? detail.error,
    isPending: cities.isPending || (code !== undefined && detail.isPending),
    /** True when the installation holds no city at all. */
    isEmpty: cities.data?.length === 0,
    refetch: () => void Promise.all([cities.refetch(), code === undefined ? null : detail.refetch()]),
  }
}

/** The boundary version of the view: the one asked for when the city has it, else the current one. */
export function useVersion(): string | undefined {
  const wanted = useView((view) => view.version)
  const { data: city } = useCity()
  if (!city) return undefined
  return city.versions.some((version) => version.version === wanted) ? wanted : city.currentVersion
}

export interface WindowOfView {
  window: TimeWindow
  span: Span
  /** The same stretch one year earlier. */
  before: Span
  asOf: number
  timeZone: string
}

/** The time window of the view in the city's calendar; undefined until the city is known. */
export function useWindow(): WindowOfView | undefined {
  const window = useView((view) => view.window) ?? defaultWindow
  const { data: city } = useCity()
  return useMemo(() => {
    if (!city) return undefined
    const asOf = Date.parse(city.asOf)
    const span = spanOf(window, asOf, city.timeZone)
    return { window, span, before: yearEarlier(span, city.timeZone), asOf, timeZone: city.timeZone }
  }, [window, city])
}
