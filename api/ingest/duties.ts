import type { Database, Queryable } from '../../db/client.ts'
import { asServer, ingestAs } from '../../db/ingesting.ts'
import { insertAudit, systemActor } from '../../db/queries/audit.ts'
import { type DispatchRow, openDispatches } from '../../db/queries/dispatch.ts'
import { liveUnits } from '../../db/queries/dispatchUnits.ts'
import { takeToldTurn, withdrawOffDuty } from '../../db/queries/ingestDispatches.ts'
import { endDuties, insertDuties, lockDuties } from '../../db/queries/ingestDuties.ts'
import { appendEvents } from '../../db/queries/liveEvents.ts'
import { unitEvent } from '../dispatch/events.ts'
import { alertOfLeft } from '../dispatch/leftIncidents.ts'
import type { Bearer } from './bearers.ts'
import { tellDispatches } from './dispatches.ts'
import { type DutyStatement, dutyChanges } from './dutyTimes.ts'
import type { Arrival } from './incidents.ts'
import { type DutyItem, type Rejected, readDutyItems } from './items.ts'
import { type StatementsAnswer, timely } from './statements.ts'
import { noUnit, unitIdsOf } from './unitNames.ts'

/**
 * Takes in when units go on and off duty, of a source of kind `duties`: in one transaction with the units' new states for
 * the live picture and an audit row; when this answers it is durable. What a unit that goes off duty is still sent to is
 * withdrawn, with an alert where nobody else is at the incident.
 * @throws TokenRefused when the token no longer holds.
 */
export async function ingestDuties(
  database: Database,
  bearer: Bearer,
  body: readonly unknown[],
  { now, address }: Arrival,
): Promise<StatementsAnswer> {
  const { source } = bearer
  if (source === null) throw new Error('Duties come from a source.')
  const read = readDutyItems(body)
  const { rejected } = read
  const items = timely(read, now)
  const answer: StatementsAnswer = { changed: 0, unchanged: 0, rejected }
  if (items.length > 0) {
    await ingestAs(database, bearer.tokenId, async (tx) => {
      // It may run twice (ingestAs).
      Object.assign(answer, { changed: 0, unchanged: 0, rejected: [...rejected] })
      const byUnit = await statementsByUnit(tx, bearer.city, items, answer.rejected)
      if (byUnit.size === 0) return
      await takeTurns(tx, bearer.city, byUnit)
      const since = new Date(Math.min(...items.map(({ item }) => Date.parse(item.at))))
      const known = await lockDuties(tx, bearer.city, [...byUnit.keys()], since)
      const begun = []
      const ended = []
      const changedUnits: number[] = []
      for (const [unitId, statements] of byUnit) {
        const changes = dutyChanges(
          known.filter(({ unit_id }) => unit_id === unitId),
          statements,
        )
        begun.push(...changes.begun.map((duty) => ({ ...duty, unit_id: unitId })))
        ended.push(...changes.ended)
        answer.changed += changes.changed
        answer.unchanged += changes.unchanged
        answer.rejected.push(...changes.rejected.map((each) => ({ ...each, id: String(unitId) })))
        if (changes.changed > 0) changedUnits.push(unitId)
      }
      if (changedUnits.length === 0) return
      // Ends first: what begins then does not overlap.
      if (ended.length > 0) await endDuties(tx, bearer.city, ended)
      const withdrawn: DispatchRow[] = []
      // A unit whose next duty is told with it goes on.
      for (const { unit_id, ended_at } of ended)
        if (ended_at !== null && !begun.some((duty) => duty.unit_id === unit_id && duty.ended_at === null))
          withdrawn.push(...(await withdrawOffDuty(tx, { city: bearer.city, unitId: unit_id, at: ended_at })))
      if (begun.length > 0) await insertDuties(tx, { city: bearer.city, synthetic: bearer.synthetic }, begun)
      await insertAudit(
        tx,
        { ...systemActor(source), address },
        {
          action: 'duties.ingest',
          city: bearer.city,
          target: source,
          rows: answer.changed,
          detail: {
            units: changedUnits.length,
            rejected: answer.rejected.length,
            ...(withdrawn.length > 0 && { withdrawn: withdrawn.map(({ id }) => id) }),
          },
        },
      )
      await asServer(tx)
      if (withdrawn.length > 0) {
        await tellDispatches(tx, bearer.city, withdrawn)
        await alertOfLeft(tx, bearer.city, withdrawn, now)
      }
      const units = await liveUnits(tx, bearer.city, changedUnits)
      await appendEvents(
        tx,
        units.map((unit) => unitEvent(bearer.city, unit)),
      )
    })
  }
  answer.rejected.sort((a, b) => a.index - b.index)
  return answer
}

/** Statements by the id of their unit, in the order of ids; those of no unit of the city are rejected. */
async function statementsByUnit(
  tx: Queryable,
  city: string,
  items: readonly { index: number; item: DutyItem }[],
  rejected: Rejected[],
): Promise<Map<number, DutyStatement[]>> {
  const unitOf = await unitIdsOf(
    tx,
    city,
    items.map(({ item }) => item.unit),
  )
  const byUnit = new Map<number, DutyStatement[]>()
  for (const { index, item } of items) {
    const id = unitOf(item.unit)
    if (id === undefined) {
      const reason = noUnit(city, item.unit)
      rejected.push({ index, id: String(item.unit), reason })
      continue
    }
    const statement = { index, state: item.state, at: new Date(item.at) }
    byUnit.set(id, [...(byUnit.get(id) ?? []), statement])
  }
  return new Map([...byUnit].sort(([a], [b]) => a - b))
}

/** Incidents before units before duties, as everybody else takes them who changes what units are sent to. */
async function takeTurns(
  tx: Queryable,
  city: string,
  byUnit: ReadonlyMap<number, readonly DutyStatement[]>,
): Promise<void> {
  const leaving = [...byUnit].filter(([, all]) => all.some(({ state }) => state === 'off')).map(([id]) => id)
  if (leaving.length === 0) return
  const sent = await openDispatches(tx, city, leaving)
  if (sent.length > 0)
    await takeToldTurn(tx, [...new Set(sent.map(({ incident_id }) => incident_id))], leaving)
}
