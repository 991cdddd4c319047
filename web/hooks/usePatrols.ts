import { useQuery } from '@tanstack/react-query'
import { trpc } from '../trpc.ts'
import { useAccess } from './useAccess.ts'
import { useCity } from './useCity.ts'

/** Districts → squads → strengths, units, posts, routes. */
export function usePatrols(enabled = true) {
  const { code } = useCity()
  const seen = useAccess().may('patrols')
  return useQuery(
    trpc.patrols.layout.queryOptions(
      { city: code ?? '' },
      { enabled: enabled && seen && code !== undefined },
    ),
  )
}
