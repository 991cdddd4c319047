import type { Queryable } from '../client.ts'
import { inParts, type KindsInCells } from './incidents.ts'

/**
 * What a live picture begins with. Disputes, and what is sensitive where things are shown one by one, are
 * left out here, whatever is asked for.
 */

/** An incident as it stands, without its texts. */
export interface LiveIncidentRow {
  id: number
  kind: string
  level: 1 | 2 | 3 | 4
  status: 'new' | 'dispatched' | 'onScene' | 'closed' | 'recorded'
  /** Degrees. */
  lng: number
  lat: number
  cell_id: number | null
  source: string
  channel: string
  reported_at: Date
  dispatched_at: Date | null
  arrived_at: Date | null
  closed_at: Date | null
  due_at: Date | null
  synthetic: boolean
}

export const LIVE_INCIDENT_COLUMNS = `i.id::float8 AS id, i.kind, i.level, i.status, ST_X(i.geom) AS lng, ST_Y(i.geom) AS lat, i.cell_id, i.source,
  i.channel, i.reported_at, i.dispatched_at, i.arrived_at, i.closed_at, i.due_at, i.synthetic`

export interface LiveWindow {
  city: string
  parts: readonly KindsInCells[]
  /** Open ones, and all since this instant. */
  since: Date
  /** Open ones are looked for from here on. */
  openSince: Date
  limit: number
}

function inWindow(
  { city, parts, since, openSince, limit }: LiveWindow,
  single: boolean,
): { text: string; params: unknown[] } {
  const asked = inParts(parts, 6)
  return {
    text: `i.city_code = $1 AND i.duplicate_of IS NULL AND i.reported_at >= $2::timestamptz
      AND (i.reported_at >= $3::timestamptz OR i.status IN ('new', 'dispatched', 'onScene')) AND ${asked.text}
      AND NOT EXISTS (SELECT FROM kinds k WHERE k.city_code = i.city_code AND k.code = i.kind AND (k.dispute OR (k.sensitive AND $5)))
      ORDER BY i.reported_at DESC, i.id DESC LIMIT $4`,
    params: [city, openSince.toISOString(), since.toISOString(), limit, single, ...asked.params],
  }
}

/** The newest of them, newest first. */
export function liveIncidents(db: Queryable, window: LiveWindow): Promise<LiveIncidentRow[]> {
  const { text, params } = inWindow(window, true)
  return db.query<LiveIncidentRow>(
    `SELECT ${LIVE_INCIDENT_COLUMNS}
     FROM incidents i WHERE ${text}`,
    params,
  )
}

/** The same for whoever only counts them: where, what and when. */
export function liveCounts(
  db: Queryable,
  window: LiveWindow,
): Promise<{ id: number; kind: string; cell_id: number | null; reported_at: Date }[]> {
  const { text, params } = inWindow(window, false)
  return db.query(
    `SELECT i.id::float8 AS id, i.kind, i.cell_id, i.reported_at FROM incidents i WHERE ${text}`,
    params,
  )
}
