import type { LiveIncident, LiveUnit } from '../../../api/live/messages.ts'

/** The instant tests of the live picture are at, epoch milliseconds. */
export const startedAt = Date.parse('2026-11-22T06:32:00.000Z')

export function liveIncident(change: Partial<LiveIncident> = {}): LiveIncident {
  return {
    id: 1,
    kind: '010100',
    level: 2,
    status: 'new',
    lng: 104.4,
    lat: 28.62,
    cellId: 1,
    source: 'ingest:110',
    channel: '110',
    reportedAt: new Date(startedAt).toISOString(),
    dispatchedAt: null,
    arrivedAt: null,
    closedAt: null,
    dueAt: null,
    synthetic: true,
    ...change,
  }
}

export function liveUnit(change: Partial<LiveUnit> = {}): LiveUnit {
  return {
    id: 1,
    callSign: `1车0${change.id ?? 1}`,
    kind: 'car',
    squadId: 2,
    strength: 2,
    state: 'free',
    incidentId: null,
    dutySince: new Date(startedAt - 3_600_000).toISOString(),
    fix: null,
    synthetic: true,
    ...change,
  }
}
