import type { Queryable } from '../../db/client.ts'
import { leftAlone, raiseAlerts } from '../../db/queries/alerts.ts'
import { insertAudit, systemActor } from '../../db/queries/audit.ts'
import type { DispatchRow } from '../../db/queries/dispatch.ts'
import { appendEvents } from '../../db/queries/liveEvents.ts'
import { alertEvent } from './events.ts'

/**
 * Raises an alert for each incident that a withdrawn unit has left with nobody; the keeper of fences clears it when
 * somebody is sent, has seen to it, or the incident is over. As the server, in the transaction that withdrew them.
 */
export async function alertOfLeft(
  tx: Queryable,
  city: string,
  withdrawn: readonly DispatchRow[],
  now: Date,
): Promise<void> {
  const alone = await leftAlone(tx, city, [...new Set(withdrawn.map(({ incident_id }) => incident_id))])
  const raised = await raiseAlerts(
    tx,
    city,
    withdrawn
      .filter(({ incident_id }) => alone.has(incident_id))
      .map(({ incident_id, unit_id, squad_id, synthetic }) => ({
        kind: 'leftIncident',
        fence_id: null,
        area_id: null,
        squad_id,
        unit_id,
        source_code: null,
        incident_id,
        synthetic,
      })),
    now,
  )
  await appendEvents(
    tx,
    raised.map((row) => alertEvent(city, row)),
  )
  for (const row of raised)
    await insertAudit(tx, systemActor('server'), {
      action: 'alerts.raise',
      city,
      target: String(row.id),
      detail: { kind: row.kind, squad: row.squad_id, unit: row.unit_id, incident: row.incident_id },
    })
}
