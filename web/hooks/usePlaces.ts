import { useQuery } from '@tanstack/react-query'
import { trpc } from '../trpc.ts'
import { useCity } from './useCity.ts'

/** Key sites, service centres, halls and posts. */
export function usePlaces(enabled = true) {
  const { code } = useCity()
  return useQuery(
    trpc.places.list.queryOptions({ city: code ?? '' }, { enabled: enabled && code !== undefined }),
  )
}
