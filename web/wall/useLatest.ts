import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { keepAlike } from '../hooks/keepAlike.ts'
import { useAccess } from '../hooks/useAccess.ts'
import { useCity } from '../hooks/useCity.ts'
import type { MapController } from '../map/scene.ts'
import { pointRights } from '../state/access.ts'
import { trpc } from '../trpc.ts'
import { FEED_LINES } from './Feed.tsx'
import { unattended } from './useOverview.ts'

/** The lines of the feed. Incidents that were not there a moment ago get one ring on the map; the first answer gets none. */
export function useLatest(controller: MapController | null) {
  const { code } = useCity()
  const seen = useAccess().may(...pointRights)
  const asked = { city: code ?? '', limit: FEED_LINES }
  const latest = useQuery(
    trpc.incidents.latest.queryOptions(asked, {
      enabled: seen && code !== undefined,
      ...unattended,
      placeholderData: keepAlike(asked),
    }),
  )
  const incidents = latest.data?.incidents
  const newest = useRef<number | null>(null)
  useEffect(() => {
    if (!incidents) return
    const before = newest.current
    newest.current = Math.max(before ?? 0, ...incidents.map((incident) => incident.id))
    if (before === null) return
    const fresh = incidents.filter((incident) => incident.id > before)
    controller?.pulse(
      fresh.map((incident) => ({ point: [incident.lng, incident.lat], level: incident.level })),
    )
  }, [incidents, controller])
  return latest
}
