import type { Queryable } from '../client.ts'
import { DISPATCH_COLUMNS, type DispatchRow } from './dispatch.ts'

/** What a dispatch system of record says of its units, as gridwall_ingest with a token of kind `duties`. */

export interface NamedIncident {
  /** Place of the name that was asked for. */
  place: number
  id: number
  cell_id: number | null
  reported_at: Date
  status: string
  synthetic: boolean
}

/** Incidents by what their sources call them; of a name without a source all that are called so. Never disputes. */
export function namedIncidents(
  tx: Queryable,
  names: readonly { place: number; source: string | null; name: string }[],
): Promise<NamedIncident[]> {
  return tx.query<NamedIncident>(
    'SELECT place, id::float8 AS id, cell_id, reported_at, status, synthetic FROM ingest_named_incidents($1::json)',
    [JSON.stringify(names)],
  )
}

/** Waits until nobody else changes what is sent to these incidents or what these units are sent to. */
export async function takeToldTurn(
  tx: Queryable,
  incidentIds: readonly number[],
  unitIds: readonly number[],
): Promise<void> {
  await tx.query('SELECT ingest_dispatch_turn($1::bigint[], $2::integer[])', [incidentIds, unitIds])
}

/** Of each unit and incident the last dispatch, and every open one of the units. */
export function lastDispatches(
  tx: Queryable,
  city: string,
  pairs: { unitIds: readonly number[]; incidentIds: readonly number[] },
): Promise<DispatchRow[]> {
  return tx.query<DispatchRow>(
    `SELECT DISTINCT ON (d.unit_id, d.incident_id) ${DISPATCH_COLUMNS} FROM dispatches d
     WHERE d.city_code = $1 AND d.unit_id = ANY($2::int[]) AND (d.ended_at IS NULL OR d.incident_id = ANY($3::bigint[]))
     ORDER BY d.unit_id, d.incident_id, d.id DESC`,
    [city, pairs.unitIds, pairs.incidentIds],
  )
}

/** The squads of units that are on duty now. */
export async function squadsOnDuty(
  tx: Queryable,
  city: string,
  unitIds: readonly number[],
): Promise<Map<number, number>> {
  const rows = await tx.query<{ id: number; squad_id: number }>(
    `SELECT u.id, u.squad_id FROM units u WHERE u.city_code = $1 AND u.id = ANY($2::int[]) AND EXISTS (
       SELECT FROM unit_duties o WHERE o.city_code = u.city_code AND o.unit_id = u.id AND o.ended_at IS NULL)`,
    [city, unitIds],
  )
  return new Map(rows.map(({ id, squad_id }) => [id, squad_id]))
}

/** Sends a unit as its system says, never before the incident was reported. */
export async function insertTold(
  tx: Queryable,
  told: {
    city: string
    source: string
    incident: NamedIncident
    unitId: number
    squadId: number
    state: 'assigned' | 'acknowledged' | 'onScene'
    at: Date
    beside: boolean
    synthetic: boolean
  },
): Promise<DispatchRow> {
  const [row] = await tx.query<DispatchRow>(
    `INSERT INTO dispatches AS d (city_code, incident_id, unit_id, squad_id, cell_id, state, assigned_at, acknowledged_at,
       arrived_at, beside, synthetic, told_by)
     SELECT $1, $2::bigint, $3::int, $4::int, $5::int, $6::text, t.at, CASE WHEN $6::text <> 'assigned' THEN t.at END,
       CASE WHEN $6::text = 'onScene' THEN t.at END, $7::boolean, $8::boolean, $9
     FROM (SELECT greatest($10::timestamptz, $11::timestamptz) AS at) t
     RETURNING ${DISPATCH_COLUMNS}`,
    [
      told.city,
      told.incident.id,
      told.unitId,
      told.squadId,
      told.incident.cell_id,
      told.state,
      told.beside,
      told.synthetic || told.incident.synthetic,
      told.source,
      told.at.toISOString(),
      told.incident.reported_at.toISOString(),
    ],
  )
  return row
}

const STEP: Readonly<Record<'acknowledged' | 'onScene' | 'done' | 'withdrawn', string>> = {
  acknowledged: "state = 'acknowledged', acknowledged_at = greatest($3::timestamptz, d.assigned_at)",
  onScene: `state = 'onScene', acknowledged_at = coalesce(d.acknowledged_at, greatest($3::timestamptz, d.assigned_at)),
    arrived_at = greatest($3::timestamptz, d.assigned_at, d.acknowledged_at)`,
  done: "state = 'done', ended_at = greatest($3::timestamptz, d.arrived_at)",
  withdrawn:
    "state = 'withdrawn', ended_at = greatest($3::timestamptz, d.assigned_at, d.acknowledged_at, d.arrived_at)",
}

/** Takes a dispatch a step further at an instant; times only go forward. */
export async function stepTold(
  tx: Queryable,
  { city, id, to, at }: { city: string; id: number; to: keyof typeof STEP; at: Date },
): Promise<DispatchRow> {
  const [row] = await tx.query<DispatchRow>(
    `UPDATE dispatches d SET ${STEP[to]} WHERE d.city_code = $1 AND d.id = $2::bigint RETURNING ${DISPATCH_COLUMNS}`,
    [city, id, at.toISOString()],
  )
  return row
}

/** Withdraws everything a unit that went off duty was still sent to. */
export function withdrawOffDuty(
  tx: Queryable,
  { city, unitId, at }: { city: string; unitId: number; at: Date },
): Promise<DispatchRow[]> {
  return tx.query<DispatchRow>(
    `UPDATE dispatches d SET ${STEP.withdrawn}, withdrawn_because = 'offDuty'
     WHERE d.city_code = $1 AND d.unit_id = $2::int AND d.ended_at IS NULL RETURNING ${DISPATCH_COLUMNS}`,
    [city, unitId, at.toISOString()],
  )
}
