import type { Queryable } from '../../db/client.ts'
import { openAlerts } from '../../db/queries/alerts.ts'
import { openDispatches } from '../../db/queries/dispatch.ts'
import { liveUnits } from '../../db/queries/dispatchUnits.ts'
import { liveCounts, liveIncidents } from '../../db/queries/liveSnapshot.ts'
import type { Use } from '../../db/viewing.ts'
import type { Access } from '../access.ts'
import type { LiveAlert, LiveCount, LiveDispatch, LiveIncident, LiveUnit } from './messages.ts'
import { liveAlert, liveDispatch, liveIncident } from './things.ts'

const HOUR_MS = 3_600_000
const SHOWN_HOURS = 24
/** An incident that was never closed is shown no longer than this. */
const OPEN_HOURS = 7 * 24
const MOST_INCIDENTS = 2000

export interface LiveRows {
  incidents: LiveIncident[]
  counts: LiveCount[]
  units: LiveUnit[]
  dispatches: LiveDispatch[]
  alerts: LiveAlert[]
}

/**
 * What is live now, as somebody may see it: open incidents and those of the last day, newest first (2,000 at most); where
 * incidents are only counted, those of the last day; units; who is sent where.
 * @param rows As ProcedureCall gives them.
 */
export async function liveRows(
  rows: (use: Use) => Queryable,
  { city, access, now }: { city: string; access: Access; now: Date },
): Promise<LiveRows> {
  const since = new Date(now.getTime() - SHOWN_HOURS * HOUR_MS)
  const openSince = new Date(now.getTime() - OPEN_HOURS * HOUR_MS)
  const window = { city, since, limit: MOST_INCIDENTS }
  const shown = access.kindsInCells('points')
  const counted = access.kindsInCells('counts')
  const incidents =
    shown.length > 0 ? await liveIncidents(rows('points'), { ...window, parts: shown, openSince }) : []
  const single = new Set(incidents.map(({ id }) => id))
  const counts =
    counted.length > 0
      ? await liveCounts(rows('counts'), { ...window, parts: counted, openSince: since })
      : []
  const points = access.may('points.publicOrder')
  const patrols = access.may('patrols')
  const seen = points ? 'points' : 'counts'
  const units = patrols ? await liveUnits(rows(seen), city, null) : []
  const dispatches = patrols && points ? await openDispatches(rows('points'), city, null) : []
  const alerts = patrols ? await openAlerts(rows(seen), city) : []
  return {
    incidents: incidents.map(liveIncident),
    counts: counts
      .filter(({ id }) => !single.has(id))
      .map(({ kind, cell_id, reported_at }) => ({
        kind,
        cellId: cell_id,
        reportedAt: reported_at.toISOString(),
      })),
    units: points ? units : units.map((unit) => ({ ...unit, fix: null, incidentId: null })),
    dispatches: dispatches.map(liveDispatch),
    alerts: alerts.map((row) => liveAlert(row, points)),
  }
}
