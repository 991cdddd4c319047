import type { Database } from '../../db/client.ts'
import type { Grant, Purpose } from '../access.ts'
import { kindsOf } from '../catalog.ts'
import { accessFor } from '../cityAccess.ts'
import { LIVE_RIGHTS, LiveSight } from './sight.ts'

/** Whose stream it is, and what has to stay as it was for the stream to go on. */
export interface LiveViewer {
  userId: string
  sessionId: string
  cookie: string
  grants: readonly Grant[]
  purpose: Purpose | null
  /** Code of the city. */
  city: string
  sight: LiveSight
}

/** What somebody hears of a city now; null: nothing any more. */
export async function sightOf(
  database: Database,
  viewer: { grants: readonly Grant[]; purpose: Purpose | null },
  cityName: string,
): Promise<LiveSight | null> {
  const seen = await accessFor(database, viewer, cityName)
  if (!seen || !LIVE_RIGHTS.some((right) => seen.access.may(right))) return null
  return new LiveSight(seen.access, await kindsOf(database, seen.city))
}

/** Grants as one text: equal for equal grants. */
export function grantsKey(
  grants: readonly { role: string; city: string | null; areaId: number | null }[],
): string {
  return grants
    .map(({ role, city, areaId }) => `${role}:${city}:${areaId}`)
    .sort()
    .join()
}
