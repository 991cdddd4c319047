import type { Queryable } from '../../db/client.ts'
import type { CityRow } from '../../db/queries/catalog.ts'
import {
  closeIncident,
  type DispatchRow,
  dispatchesOf,
  findDispatch,
  type HandoverRow,
  handoversOf,
  insertDispatches,
  insertHandover,
  openDispatches,
  standingIncident,
  stepDispatches,
  takeDispatchTurn,
} from '../../db/queries/dispatch.ts'
import { liveUnits, type UnitNow } from '../../db/queries/dispatchUnits.ts'
import { appendEvents } from '../../db/queries/liveEvents.ts'
import type { LiveIncidentRow } from '../../db/queries/liveSnapshot.ts'
import type { Access } from '../access.ts'
import { conflict, notFound } from '../refusal.ts'
import { dispatchEvent, incidentEvent, unitEvent } from './events.ts'

/**
 * Sending units and answering for them: each of these is one change in the transaction `tx` of the person who decides.
 * Whoever comes second gets a CONFLICT that says what has happened meanwhile, and has changed nothing.
 */

export interface Deciding {
  tx: Queryable
  city: CityRow
  access: Access
  /** The squad whose ground a cell is; null: none. */
  squadOfCell: (cellId: number | null) => number | null
}

/** What has become of an incident. */
export interface Decided {
  /** null where the person answers for the unit, not for the ground. */
  incident: LiveIncidentRow | null
  changed: DispatchRow[]
}

const WORD = {
  assigned: 'assigned',
  acknowledged: 'acknowledged',
  onScene: 'on scene',
  done: 'done',
  withdrawn: 'withdrawn',
} as const

function noIncident(city: string, id: number) {
  return notFound(`No incident ${id} in ${city} that units may be sent to.`)
}

function noDispatch(city: string, id: number) {
  return notFound(`No dispatch ${id} in ${city}.`)
}

/** The incident, in turn, if this person decides over its ground. */
async function decidedIncident(
  { tx, city, access }: Deciding,
  incidentId: number,
  unitIds: readonly number[],
): Promise<LiveIncidentRow> {
  if (!(await takeDispatchTurn(tx, { city: city.code, incidentId, unitIds })))
    throw noIncident(city.code, incidentId)
  const incident = await standingIncident(tx, city.code, incidentId)
  if (!incident || !access.seesCell('dispatch', incident.cell_id)) throw noIncident(city.code, incidentId)
  return incident
}

/** @throws CONFLICT for an incident that is over, or that came with no course of its own. */
function requireOpen({ id, status, closed_at }: LiveIncidentRow): void {
  if (status === 'closed')
    throw conflict(`Incident ${id} is closed${closed_at ? ` since ${closed_at.toISOString()}` : ''}.`)
  if (status === 'recorded') throw conflict(`Incident ${id} was recorded when it was over.`)
}

/** Says in the live stream what a change has made of an incident, of dispatches and of their units. */
async function tell(
  { tx, city }: Deciding,
  incidentId: number,
  changed: readonly DispatchRow[],
): Promise<Decided> {
  const incident = (await standingIncident(tx, city.code, incidentId)) ?? null
  const unitIds = [...new Set(changed.map(({ unit_id }) => unit_id))]
  const units = unitIds.length > 0 ? await liveUnits(tx, city.code, unitIds) : []
  await appendEvents(tx, [
    ...(incident ? [incidentEvent(city.code, incident)] : []),
    ...changed.map((row) => dispatchEvent(city.code, row)),
    ...units.map((unit) => unitEvent(city.code, unit)),
  ])
  return { incident, changed: [...changed] }
}

async function send(
  deciding: Deciding,
  incident: LiveIncidentRow,
  { unitIds, besides }: { unitIds: readonly number[]; besides: boolean },
): Promise<DispatchRow[]> {
  const { tx, city, access } = deciding
  requireOpen(incident)
  const units = await liveUnits(tx, city.code, unitIds)
  const mine = units.filter(({ squadId }) => access.seesArea('dispatch', squadId) !== 'none')
  const missing = unitIds.find((id) => !mine.some((unit) => unit.id === id))
  if (missing !== undefined) throw notFound(`No unit ${missing} in ${city.code} that may be sent.`)
  const open = await openDispatches(tx, city.code, unitIds)
  for (const unit of units) refuseBusy(unit, incident, open, besides)
  const sent = await insertDispatches(tx, {
    city: city.code,
    incident,
    units,
    besides: new Set(open.map(({ unit_id }) => unit_id)),
  })
  const unsent = units.find(({ id }) => !sent.some(({ unit_id }) => unit_id === id))
  if (unsent) throw conflict(`${unsent.callSign} was sent to an incident by somebody else just now.`)
  return sent
}

function refuseBusy(
  unit: UnitNow,
  incident: LiveIncidentRow,
  open: readonly DispatchRow[],
  besides: boolean,
): void {
  if (unit.state === 'offDuty') throw conflict(`${unit.callSign} is off duty.`)
  const own = open.filter(({ unit_id }) => unit_id === unit.id)
  const here = own.find(({ incident_id }) => incident_id === incident.id)
  if (here) {
    throw conflict(
      `${unit.callSign} was sent to incident ${incident.id} already, at ${here.assigned_at.toISOString()}: ${WORD[here.state]}.`,
    )
  }
  const elsewhere = own[0]
  if (elsewhere && !besides) {
    throw conflict(
      `${unit.callSign} is at incident ${elsewhere.incident_id} (${WORD[elsewhere.state]}, sent at ${elsewhere.assigned_at.toISOString()}): withdraw it there first, or say that it goes to both.`,
    )
  }
}

/** Sends units to an incident: all of them or none. @param besides Also units that are at another incident. */
export async function assign(
  deciding: Deciding,
  wanted: { incidentId: number; unitIds: readonly number[]; besides: boolean },
): Promise<Decided> {
  const unitIds = [...new Set(wanted.unitIds)].sort((a, b) => a - b)
  const incident = await decidedIncident(deciding, wanted.incidentId, unitIds)
  return tell(deciding, incident.id, await send(deciding, incident, { unitIds, besides: wanted.besides }))
}

const FROM = {
  acknowledged: ['assigned'],
  onScene: ['assigned', 'acknowledged'],
  done: ['onScene'],
  withdrawn: ['assigned', 'acknowledged', 'onScene'],
} as const satisfies Record<string, readonly DispatchRow['state'][]>

/** Takes one dispatch a step further: for a unit of one's squads, or on one's ground. */
export async function step(
  deciding: Deciding,
  { dispatchId, to }: { dispatchId: number; to: keyof typeof FROM },
): Promise<Decided> {
  const { tx, city, access } = deciding
  const right = to === 'withdrawn' ? 'dispatch' : 'respond'
  const seen = await findDispatch(tx, city.code, dispatchId)
  const mine =
    seen && (access.seesArea(right, seen.squad_id) !== 'none' || access.seesCell(right, seen.cell_id))
  if (!seen || !mine) throw noDispatch(city.code, dispatchId)
  await takeDispatchTurn(tx, {
    city: city.code,
    incidentId: seen.incident_id,
    unitIds: [seen.unit_id],
  })
  const row = await findDispatch(tx, city.code, dispatchId)
  if (!row) throw noDispatch(city.code, dispatchId)
  const from: readonly DispatchRow['state'][] = FROM[to]
  if (!from.includes(row.state)) {
    const since = row.ended_at ?? row.arrived_at ?? row.acknowledged_at ?? row.assigned_at
    throw conflict(
      `Dispatch ${row.id} is ${WORD[row.state]} since ${since.toISOString()}: it cannot become ${WORD[to]}.`,
    )
  }
  return tell(deciding, row.incident_id, await stepDispatches(tx, { city: city.code, ids: [row.id], to }))
}

/** The squad an incident is in charge of: the last it was handed to, else that of its ground. */
export function squadInCharge(
  handovers: readonly Pick<HandoverRow, 'to_squad_id'>[],
  ofGround: number | null,
): number | null {
  return handovers.at(-1)?.to_squad_id ?? ofGround
}

/**
 * Hands an incident to another squad. Units of other squads that are still on their way are withdrawn; those on scene stay
 * until they say they are done. Units of the new squad may be sent with it.
 * @param fromSquadId The squad that was seen to be in charge.
 */
export async function handOver(
  deciding: Deciding,
  wanted: {
    incidentId: number
    fromSquadId: number | null
    toSquadId: number
    unitIds: readonly number[]
  },
): Promise<Decided & { handover: HandoverRow }> {
  const { tx, city, squadOfCell } = deciding
  const unitIds = [...new Set(wanted.unitIds)].sort((a, b) => a - b)
  const incident = await decidedIncident(deciding, wanted.incidentId, unitIds)
  requireOpen(incident)
  const inCharge = squadInCharge(await handoversOf(tx, city.code, incident.id), squadOfCell(incident.cell_id))
  if (inCharge !== wanted.fromSquadId) {
    throw conflict(`Incident ${incident.id} was handed to squad ${inCharge} meanwhile.`)
  }
  if (inCharge === wanted.toSquadId)
    throw conflict(`Incident ${incident.id} is with squad ${inCharge} already.`)
  const handover = await insertHandover(tx, {
    city: city.code,
    incident,
    fromSquadId: inCharge,
    toSquadId: wanted.toSquadId,
  })
  const open = (await dispatchesOf(tx, city.code, incident.id)).filter(
    (row) => row.squad_id !== wanted.toSquadId && (row.state === 'assigned' || row.state === 'acknowledged'),
  )
  const withdrawn = await stepDispatches(tx, {
    city: city.code,
    ids: open.map(({ id }) => id),
    to: 'withdrawn',
  })
  const sent = unitIds.length > 0 ? await send(deciding, incident, { unitIds, besides: false }) : []
  return { ...(await tell(deciding, incident.id, [...withdrawn, ...sent])), handover }
}

/** Ends an incident with its outcome. Units on scene are done, those still on their way are withdrawn. */
export async function close(
  deciding: Deciding,
  wanted: { incidentId: number; outcome: string },
): Promise<Decided> {
  const { tx, city } = deciding
  const incident = await decidedIncident(deciding, wanted.incidentId, [])
  requireOpen(incident)
  const open = (await dispatchesOf(tx, city.code, incident.id)).filter(({ ended_at }) => ended_at === null)
  const idsOf = (rows: readonly DispatchRow[]) => rows.map(({ id }) => id)
  const done = await stepDispatches(tx, {
    city: city.code,
    ids: idsOf(open.filter(({ state }) => state === 'onScene')),
    to: 'done',
  })
  const closed = await closeIncident(tx, {
    city: city.code,
    id: incident.id,
    outcome: wanted.outcome,
  })
  if (!closed) throw noIncident(city.code, incident.id)
  const withdrawn = await stepDispatches(tx, {
    city: city.code,
    ids: idsOf(open.filter(({ state }) => state !== 'onScene')),
    to: 'withdrawn',
  })
  return tell(deciding, incident.id, [...done, ...withdrawn])
}
