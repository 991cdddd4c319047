import type { QueryClient } from '@tanstack/react-query'
import { trpc } from '../trpc.ts'
import { decodeView } from './viewSearch.ts'

/** The code of the city that an address asks for by code or division code, else of the first one. */
export function cityCodeOf(
  cities: readonly { code: string; divisionCode: string | null }[] | undefined,
  wanted: string | undefined,
): string | undefined {
  return (
    cities?.find(({ code, divisionCode }) => code === wanted || divisionCode === wanted)?.code ??
    cities?.[0]?.code
  )
}

/**
 * Asks for what every room asks first, each as soon as the answer before it is there: left to the components, a drawing of
 * the page would come between them. Once: whatever was asked before is left as it is. What fails here is asked again, and told, by whoever needs it.
 */
export async function readAhead(queries: QueryClient): Promise<void> {
  const list = trpc.cities.list.queryOptions()
  if (queries.getQueryState(list.queryKey)) return
  await queries.prefetchQuery(list)
  const city = cityCodeOf(queries.getQueryData(list.queryKey), decodeView(window.location.search).city)
  if (city !== undefined) await queries.prefetchQuery(trpc.cities.get.queryOptions({ city }))
}
