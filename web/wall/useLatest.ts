import { useQuery } from '@tanstack/react-query'
import { keepAlike } from '../hooks/keepAlike.ts'
import { useAccess } from '../hooks/useAccess.ts'
import { useCity } from '../hooks/useCity.ts'
import { pointRights } from '../state/access.ts'
import { trpc } from '../trpc.ts'
import { FEED_LINES } from './Feed.tsx'
import { unattended } from './useOverview.ts'

/** The lines of the feed, asked for again whenever something came in live. */
export function useLatest() {
  const { code } = useCity()
  const seen = useAccess().may(...pointRights)
  const asked = { city: code ?? '', limit: FEED_LINES }
  return useQuery(
    trpc.incidents.latest.queryOptions(asked, {
      enabled: seen && code !== undefined,
      ...unattended,
      placeholderData: keepAlike(asked),
    }),
  )
}
