import { useQuery } from '@tanstack/react-query'
import { trpc } from '../trpc.ts'
import { useCity } from './useCity.ts'

/** Districts → squads → strengths, units, posts, routes. */
export function usePatrols(enabled = true) {
  const { code } = useCity()
  return useQuery(
    trpc.patrols.layout.queryOptions({ city: code ?? '' }, { enabled: enabled && code !== undefined }),
  )
}
