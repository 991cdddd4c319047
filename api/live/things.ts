import type { AlertRow } from '../../db/queries/alerts.ts'
import type { DispatchRow } from '../../db/queries/dispatch.ts'
import type { LiveIncidentRow } from '../../db/queries/liveSnapshot.ts'
import type { LiveAlert, LiveDispatch, LiveIncident } from './messages.ts'

/** Rows of tables as the live stream tells them. */

export function liveIncident(row: LiveIncidentRow): LiveIncident {
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
    ...(row.withdrawn_because && { because: row.withdrawn_because }),
  }
}

/** @param seesPoints whether the viewer sees incidents one by one; the stream leaves them out by itself (wording.ts). */
export function liveAlert(row: AlertRow, seesPoints = true): LiveAlert {
  return {
    id: row.id,
    kind: row.kind,
    areaId: row.area_id,
    squadId: row.squad_id,
    unitId: row.unit_id,
    sourceCode: row.source_code,
    incidentId: seesPoints ? row.incident_id : null,
    raisedAt: row.raised_at.toISOString(),
    clearedAt: row.cleared_at?.toISOString() ?? null,
  }
}
