import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useAccess } from '../hooks/useAccess.ts'
import { useCity } from '../hooks/useCity.ts'
import { countRights } from '../state/access.ts'
import { errorCode, type Outputs, trpc } from '../trpc.ts'
import { REFRESH_MS, retryDelayMs, WINDOW_REFRESH_MS } from './freshness.ts'

export type Overview = Outputs['operations']['overview']

/**
 * How a question of the wall is asked: again and again, with growing pauses while nobody answers, and whatever the
 * browser believes about the network (a wall often stands in one without the internet). A lost session is final.
 */
export const unattended = {
  refetchInterval: REFRESH_MS,
  refetchIntervalInBackground: true,
  networkMode: 'always',
  retry: (_failures: number, error: unknown) => errorCode(error) !== 'UNAUTHORIZED',
  retryDelay: (failures: number) => retryDelayMs(failures, Math.random()),
} as const

/** The five figures. When the city's data moved on, everything that hangs on its as-of instant is asked anew. */
export function useOverview() {
  const { code, data: city } = useCity()
  const queryClient = useQueryClient()
  const counted = useAccess().may(...countRights)
  const overview = useQuery(
    trpc.operations.overview.queryOptions(
      { city: code ?? '' },
      { enabled: counted && code !== undefined, ...unattended },
    ),
  )
  const known = city?.asOf
  const answered = overview.data?.asOf
  useEffect(() => {
    if (code === undefined || known === undefined || answered === undefined) return
    if (Date.parse(answered) - Date.parse(known) < WINDOW_REFRESH_MS) return
    void queryClient.invalidateQueries(trpc.cities.get.queryFilter({ city: code }))
  }, [queryClient, code, known, answered])
  return overview
}
