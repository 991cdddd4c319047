import type { AlertRow } from '../../db/queries/alerts.ts'
import type { DispatchRow } from '../../db/queries/dispatch.ts'
import type { UnitNow } from '../../db/queries/dispatchUnits.ts'
import type { NewLiveEvent } from '../../db/queries/liveEvents.ts'
import type { LiveIncidentRow } from '../../db/queries/liveSnapshot.ts'
import type { StoredMessage } from '../live/messages.ts'
import { liveAlert, liveDispatch, liveIncident } from '../live/things.ts'

/** What the live stream says of a change, as the tables have it. */

type DispatchEvent = Omit<NewLiveEvent, 'message'> & { message: StoredMessage }

export function incidentEvent(city: string, row: LiveIncidentRow): DispatchEvent {
  return {
    city,
    topic: 'incident',
    cellId: row.cell_id,
    kind: row.kind,
    incidentId: row.id,
    message: { topic: 'incident', incident: liveIncident(row) },
  }
}

export function dispatchEvent(city: string, row: DispatchRow): DispatchEvent {
  return {
    city,
    topic: 'dispatch',
    cellId: row.cell_id,
    kind: null,
    unitId: row.unit_id,
    incidentId: row.incident_id,
    message: { topic: 'dispatch', dispatch: liveDispatch(row) },
  }
}

export function unitEvent(city: string, unit: UnitNow): DispatchEvent {
  return {
    city,
    topic: 'unit',
    cellId: null,
    kind: null,
    unitId: unit.id,
    message: { topic: 'unit', unit },
  }
}

export function alertEvent(city: string, row: AlertRow): DispatchEvent {
  return {
    city,
    topic: 'alert',
    cellId: null,
    kind: null,
    unitId: row.unit_id ?? undefined,
    message: { topic: 'alert', alert: liveAlert(row) },
  }
}
