import { useQuery } from '@tanstack/react-query'
import { useCity } from '../hooks/useCity.ts'
import { trpc } from '../trpc.ts'

/** The fences of the city, as the server has them. */
export function useFences() {
  const { code } = useCity()
  return useQuery(
    trpc.fences.list.queryOptions(
      { city: code ?? '' },
      { enabled: code !== undefined, refetchInterval: 60_000 },
    ),
  )
}
