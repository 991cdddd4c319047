import type { Queryable } from '../client.ts'
import { LIVE_INCIDENT_COLUMNS, type LiveIncidentRow } from './liveSnapshot.ts'

/** Units sent to incidents: the changes, each in a transaction that has taken its turn, and what they are read from. */

export type DispatchState = 'assigned' | 'acknowledged' | 'onScene' | 'done' | 'withdrawn'

export interface DispatchRow {
  id: number
  incident_id: number
  unit_id: number
  squad_id: number
  cell_id: number | null
  state: DispatchState
  assigned_at: Date
  acknowledged_at: Date | null
  arrived_at: Date | null
  ended_at: Date | null
  beside: boolean
  synthetic: boolean
  /** Why it was withdrawn where nobody decided it. */
  withdrawn_because: 'offDuty' | null
}

export const DISPATCH_COLUMNS = `d.id::float8 AS id, d.incident_id::float8 AS incident_id, d.unit_id, d.squad_id, d.cell_id, d.state, d.assigned_at,
  d.acknowledged_at, d.arrived_at, d.ended_at, d.beside, d.synthetic,
  d.withdrawn_because`

/**
 * Waits until nobody else changes what is sent to this incident or what these units are sent to. Call it first, with all
 * units at once.
 * @returns whether the incident is there.
 */
export async function takeDispatchTurn(
  tx: Queryable,
  { city, incidentId, unitIds }: { city: string; incidentId: number; unitIds: readonly number[] },
): Promise<boolean> {
  const [{ there }] = await tx.query<{ there: boolean }>(
    'SELECT dispatch_turn($1, $2::bigint, $3::int[]) AS there',
    [city, incidentId, unitIds],
  )
  return there
}

/** The same for units alone: whoever sends them somewhere waits too. */
export async function takeUnitTurn(tx: Queryable, city: string, unitId: number): Promise<void> {
  // Incidents are numbered from 1.
  await takeDispatchTurn(tx, { city, incidentId: 0, unitIds: [unitId] })
}

/** Undefined where there is none, or none this person answers for; never a dispute. */
export async function standingIncident(
  db: Queryable,
  city: string,
  id: number,
): Promise<LiveIncidentRow | undefined> {
  const [row] = await db.query<LiveIncidentRow>(
    `SELECT ${LIVE_INCIDENT_COLUMNS}
     FROM incidents i
     WHERE i.city_code = $1 AND i.id = $2::bigint AND i.duplicate_of IS NULL AND NOT EXISTS (
       SELECT 1 FROM kinds k WHERE k.city_code = i.city_code AND k.code = i.kind AND (k.dispute OR k.sensitive))`,
    [city, id],
  )
  return row
}

/** The same for the one incident that a unit of the person's jurisdiction is sent to now (incident_sent_to). */
export async function standingIncidentSentTo(
  db: Queryable,
  city: string,
  id: number,
): Promise<LiveIncidentRow | undefined> {
  const [row] = await db.query<LiveIncidentRow>(
    `SELECT ${LIVE_INCIDENT_COLUMNS} FROM incident_sent_to($1, $2::bigint) i`,
    [city, id],
  )
  return row
}

export async function findDispatch(
  db: Queryable,
  city: string,
  id: number,
): Promise<DispatchRow | undefined> {
  const [row] = await db.query<DispatchRow>(
    `SELECT ${DISPATCH_COLUMNS} FROM dispatches d WHERE d.city_code = $1 AND d.id = $2::bigint`,
    [city, id],
  )
  return row
}

/** Everything ever sent to an incident, in the order it was sent. At most 500. */
export function dispatchesOf(db: Queryable, city: string, incidentId: number): Promise<DispatchRow[]> {
  return db.query<DispatchRow>(
    `SELECT ${DISPATCH_COLUMNS} FROM dispatches d WHERE d.city_code = $1 AND d.incident_id = $2::bigint ORDER BY d.id LIMIT 500`,
    [city, incidentId],
  )
}

/** What is not yet done or withdrawn: of some units, or all. At most 10,000. */
export function openDispatches(
  db: Queryable,
  city: string,
  unitIds: readonly number[] | null = null,
): Promise<DispatchRow[]> {
  return db.query<DispatchRow>(
    `SELECT ${DISPATCH_COLUMNS} FROM dispatches d
     WHERE d.city_code = $1 AND d.ended_at IS NULL AND ($2::int[] IS NULL OR d.unit_id = ANY($2::int[]))
     ORDER BY d.id LIMIT 10000`,
    [city, unitIds],
  )
}

/**
 * Sends units. The instant is the database's clock, never before the report.
 * @param besides Units that are at another incident and are sent here too.
 * @returns those that were sent; one that is missing is at an incident already.
 */
export function insertDispatches(
  tx: Queryable,
  {
    city,
    incident,
    units,
    besides,
  }: {
    city: string
    incident: LiveIncidentRow
    units: readonly { id: number; squadId: number; synthetic: boolean }[]
    besides: ReadonlySet<number>
  },
): Promise<DispatchRow[]> {
  return tx.query<DispatchRow>(
    `INSERT INTO dispatches AS d (city_code, incident_id, unit_id, squad_id, cell_id, assigned_at, beside, synthetic)
     SELECT $1, $2::bigint, u.id, u.squad_id, $3::int, greatest(clock_timestamp(), $4::timestamptz), u.beside, u.synthetic
     FROM unnest($5::int[], $6::int[], $7::boolean[], $8::boolean[]) AS u (id, squad_id, beside, synthetic)
     ON CONFLICT DO NOTHING
     RETURNING ${DISPATCH_COLUMNS}`,
    [
      city,
      incident.id,
      incident.cell_id,
      incident.reported_at.toISOString(),
      units.map(({ id }) => id),
      units.map(({ squadId }) => squadId),
      units.map(({ id }) => besides.has(id)),
      units.map(({ synthetic }) => synthetic || incident.synthetic),
    ],
  )
}

/** What a step writes: times only go forward, and whoever is there has heard. */
const STEP: Readonly<Record<'acknowledged' | 'onScene' | 'done' | 'withdrawn', string>> = {
  acknowledged: "state = 'acknowledged', acknowledged_at = greatest(clock_timestamp(), d.assigned_at)",
  onScene: `state = 'onScene', acknowledged_at = coalesce(d.acknowledged_at, greatest(clock_timestamp(), d.assigned_at)),
    arrived_at = greatest(clock_timestamp(), d.assigned_at, d.acknowledged_at)`,
  done: "state = 'done', ended_at = greatest(clock_timestamp(), d.arrived_at)",
  withdrawn:
    "state = 'withdrawn', ended_at = greatest(clock_timestamp(), d.assigned_at, d.acknowledged_at, d.arrived_at)",
}

/** Takes dispatches one step further; the database refuses a step back (`dispatches_forward`). */
export function stepDispatches(
  tx: Queryable,
  { city, ids, to }: { city: string; ids: readonly number[]; to: keyof typeof STEP },
): Promise<DispatchRow[]> {
  return tx.query<DispatchRow>(
    `UPDATE dispatches d SET ${STEP[to]} WHERE d.city_code = $1 AND d.id = ANY($2::bigint[]) RETURNING ${DISPATCH_COLUMNS}`,
    [city, ids],
  )
}

/** Ends an incident. Nothing where it is outside what this person decides over. */
export async function closeIncident(
  tx: Queryable,
  { city, id, outcome }: { city: string; id: number; outcome: string },
): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE incidents SET status = 'closed', outcome = $3,
       closed_at = greatest(clock_timestamp(), reported_at, dispatched_at, arrived_at)
     WHERE city_code = $1 AND id = $2::bigint AND status IN ('new', 'dispatched', 'onScene') RETURNING id`,
    [city, id, outcome],
  )
  return rows.length > 0
}

export interface HandoverRow {
  id: number
  from_squad_id: number | null
  to_squad_id: number
  handed_at: Date
}

/** Squad by squad, in order. At most 200. */
export function handoversOf(db: Queryable, city: string, incidentId: number): Promise<HandoverRow[]> {
  return db.query<HandoverRow>(
    `SELECT id::float8 AS id, from_squad_id, to_squad_id, handed_at FROM handovers
     WHERE city_code = $1 AND incident_id = $2::bigint ORDER BY id LIMIT 200`,
    [city, incidentId],
  )
}

export async function insertHandover(
  tx: Queryable,
  {
    city,
    incident,
    fromSquadId,
    toSquadId,
  }: { city: string; incident: LiveIncidentRow; fromSquadId: number | null; toSquadId: number },
): Promise<HandoverRow> {
  const [row] = await tx.query<HandoverRow>(
    `INSERT INTO handovers (city_code, incident_id, from_squad_id, to_squad_id, cell_id, handed_at, synthetic)
     VALUES ($1, $2::bigint, $3::int, $4::int, $5::int, greatest(clock_timestamp(), $6::timestamptz), $7)
     RETURNING id::float8 AS id, from_squad_id, to_squad_id, handed_at`,
    [
      city,
      incident.id,
      fromSquadId,
      toSquadId,
      incident.cell_id,
      incident.reported_at.toISOString(),
      incident.synthetic,
    ],
  )
  return row
}

/** Incidents closed and units done in the `hours` before now, by unit: how much each has had to do. */
export async function workOfUnits(db: Queryable, city: string, hours: number): Promise<Map<number, number>> {
  const rows = await db.query<{ unit_id: number; n: number }>(
    `SELECT unit_id, count(*)::int AS n FROM dispatches
     WHERE city_code = $1 AND state IN ('onScene', 'done') AND assigned_at >= now() - make_interval(hours => $2::int)
     GROUP BY unit_id`,
    [city, hours],
  )
  return new Map(rows.map(({ unit_id, n }) => [unit_id, n]))
}
