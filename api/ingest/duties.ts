import type { Database } from '../../db/client.ts'
import { asServer, ingestAs } from '../../db/ingesting.ts'
import { insertAudit, systemActor } from '../../db/queries/audit.ts'
import { liveUnits } from '../../db/queries/dispatchUnits.ts'
import { endDuties, insertDuties, lockDuties, namedUnits } from '../../db/queries/ingestDuties.ts'
import { appendEvents } from '../../db/queries/liveEvents.ts'
import type { Bearer } from './bearers.ts'
import { type DutyStatement, dutyChanges } from './dutyTimes.ts'
import { AHEAD_MS, type Arrival } from './incidents.ts'
import { type DutyItem, type Rejected, readDutyItems } from './items.ts'

/** What came of a batch of duties: how many changed when a unit is on duty, and how many said what was known. */
export interface DutiesAnswer {
  changed: number
  unchanged: number
  rejected: Rejected[]
}

const DIGITS = /^\d{1,9}$/

/**
 * Takes in when units go on and off duty, of a source of kind `duties`: in one transaction with the units' new states for
 * the live picture and an audit row; when this answers it is durable.
 * @throws TokenRefused when the token no longer holds.
 */
export async function ingestDuties(
  database: Database,
  bearer: Bearer,
  body: readonly unknown[],
  { now, address }: Arrival,
): Promise<DutiesAnswer> {
  const { source } = bearer
  if (source === null) throw new Error('Duties come from a source.')
  const { items, rejected } = readDutyItems(body)
  const timely = items.filter(({ index, item }) => {
    if (Date.parse(item.at) <= now.getTime() + AHEAD_MS) return true
    const reason = `at: expected an instant that is not ahead of ${now.toISOString()}, got ${item.at}`
    rejected.push({ index, id: String(item.unit), reason })
    return false
  })
  const answer: DutiesAnswer = { changed: 0, unchanged: 0, rejected }
  if (timely.length > 0) {
    await ingestAs(database, bearer.tokenId, async (tx) => {
      // It may run twice (ingestAs).
      Object.assign(answer, { changed: 0, unchanged: 0, rejected: [...rejected] })
      const byUnit = await statementsByUnit(tx, bearer.city, timely, answer.rejected)
      if (byUnit.size === 0) return
      const since = new Date(Math.min(...timely.map(({ item }) => Date.parse(item.at))))
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
      if (begun.length > 0) await insertDuties(tx, { city: bearer.city, synthetic: bearer.synthetic }, begun)
      await insertAudit(
        tx,
        { ...systemActor(source), address },
        {
          action: 'duties.ingest',
          city: bearer.city,
          target: source,
          rows: answer.changed,
          detail: { units: changedUnits.length, rejected: answer.rejected.length },
        },
      )
      await asServer(tx)
      const units = await liveUnits(tx, bearer.city, changedUnits)
      await appendEvents(
        tx,
        units.map((unit) => ({
          city: bearer.city,
          topic: 'unit',
          cellId: null,
          kind: null,
          unitId: unit.id,
          message: { topic: 'unit', unit },
        })),
      )
    })
  }
  answer.rejected.sort((a, b) => a.index - b.index)
  return answer
}

/** Statements by the id of their unit, in the order of ids; those of no unit of the city are rejected. */
async function statementsByUnit(
  tx: Parameters<typeof namedUnits>[0],
  city: string,
  items: readonly { index: number; item: DutyItem }[],
  rejected: Rejected[],
): Promise<Map<number, DutyStatement[]>> {
  const names = items.map(({ item }) => item.unit)
  const units = await namedUnits(tx, city, {
    ids: names.map(Number).filter((id) => Number.isInteger(id) && DIGITS.test(String(id))),
    callSigns: names.filter((name) => typeof name === 'string'),
  })
  const ids = new Map<string, number>()
  for (const { id, call_sign } of units.toReversed()) ids.set(call_sign, id)
  for (const { id } of units) ids.set(String(id), id)
  const byUnit = new Map<number, DutyStatement[]>()
  for (const { index, item } of items) {
    const id = ids.get(String(item.unit))
    if (id === undefined) {
      const reason = `unit: expected the id or the call sign of a unit of ${city}, got ${JSON.stringify(item.unit)}`
      rejected.push({ index, id: String(item.unit), reason })
      continue
    }
    const statement = { index, state: item.state, at: new Date(item.at) }
    byUnit.set(id, [...(byUnit.get(id) ?? []), statement])
  }
  return new Map([...byUnit].sort(([a], [b]) => a - b))
}
