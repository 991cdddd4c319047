import type { AlertRow } from '../../db/queries/alerts.ts'
import type { DispatchRow, StandingIncident } from '../../db/queries/dispatch.ts'
import type { UnitNow } from '../../db/queries/dispatchUnits.ts'
import type { NewLiveEvent } from '../../db/queries/liveEvents.ts'
import type { LiveAlert, LiveDispatch, LiveIncident, StoredMessage } from '../live/messages.ts'

/** What the live stream says of a change, as the tables have it. */

export function liveDispatch(row: DispatchRow): LiveDispatch {
  return {
    id: row.id,
    incidentId: row.incident_id,
    unitId: row.unit_id,
    squadId: row.squad_id,
    state: row.state,
    assignedAt: row.assigned_at.toISOString(),
    acknowledgedAt: row.acknowledged_at?.toISOString() ?? null,
    arrivedAt: row.arrived_at?.toISOString() ?? null,
    doneAt: row.ended_at?.toISOString() ?? null,
  }
}

export function liveIncident(row: StandingIncident): LiveIncident {
  return {
    id: row.id,
    kind: row.kind,
    level: row.level,
    status: row.status,
    lng: row.lng,
    lat: row.lat,
    cellId: row.cell_id,
    source: row.source,
    channel: row.channel,
    reportedAt: row.reported_at.toISOString(),
    dispatchedAt: row.dispatched_at?.toISOString() ?? null,
    arrivedAt: row.arrived_at?.toISOString() ?? null,
    closedAt: row.closed_at?.toISOString() ?? null,
    dueAt: row.due_at?.toISOString() ?? null,
    synthetic: row.synthetic,
  }
}

type DispatchEvent = Omit<NewLiveEvent, 'message'> & { message: StoredMessage }

export function incidentEvent(city: string, row: StandingIncident): DispatchEvent {
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

export function liveAlert(row: AlertRow): LiveAlert {
  return {
    id: row.id,
    kind: row.kind,
    areaId: row.area_id,
    squadId: row.squad_id,
    unitId: row.unit_id,
    sourceCode: row.source_code,
    raisedAt: row.raised_at.toISOString(),
    clearedAt: row.cleared_at?.toISOString() ?? null,
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
