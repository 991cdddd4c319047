import type { Database, Queryable } from '../../db/client.ts'
import { asServer, ingestAs } from '../../db/ingesting.ts'
import { insertAudit, systemActor } from '../../db/queries/audit.ts'
import { type DispatchRow, standingIncident } from '../../db/queries/dispatch.ts'
import { liveUnits } from '../../db/queries/dispatchUnits.ts'
import {
  insertTold,
  lastDispatches,
  type NamedIncident,
  namedIncidents,
  squadsOnDuty,
  stepTold,
  takeToldTurn,
} from '../../db/queries/ingestDispatches.ts'
import { appendEvents } from '../../db/queries/liveEvents.ts'
import { dispatchEvent, incidentEvent, unitEvent } from '../dispatch/events.ts'
import type { Bearer } from './bearers.ts'
import { dispatchChange } from './dispatchSteps.ts'
import type { Arrival } from './incidents.ts'
import { type DispatchItem, type Rejected, readDispatchItems } from './items.ts'
import { type StatementsAnswer, timely } from './statements.ts'
import { noUnit, unitIdsOf } from './unitNames.ts'

interface Told {
  index: number
  item: DispatchItem
  unitId: number
  incident: NamedIncident
}

/**
 * Takes in what a dispatch system of record says its units do at incidents (assigned, acknowledged, on scene, done,
 * withdrawn), with the instants it says, of a source of kind `duties`: in one transaction with what the live picture is told
 * and an audit row; when this answers it is durable. Told late or twice it changes nothing.
 * @throws TokenRefused when the token no longer holds.
 */
export async function ingestDispatches(
  database: Database,
  bearer: Bearer,
  body: readonly unknown[],
  { now, address }: Arrival,
): Promise<StatementsAnswer> {
  const { source, city } = bearer
  if (source === null) throw new Error('What units do comes from a source.')
  const read = readDispatchItems(body)
  const { rejected } = read
  const items = timely(read, now)
  const answer: StatementsAnswer = { changed: 0, unchanged: 0, rejected }
  if (items.length > 0) {
    await ingestAs(database, bearer.tokenId, async (tx) => {
      // It may run twice (ingestAs).
      Object.assign(answer, { changed: 0, unchanged: 0, rejected: [...rejected] })
      const told = await understood(tx, city, items, answer.rejected)
      const changed = await takeIn(tx, { city, source, synthetic: bearer.synthetic }, told, answer)
      if (changed.length === 0) return
      await insertAudit(
        tx,
        { ...systemActor(source), address },
        {
          action: 'dispatch.ingest',
          city,
          target: source,
          rows: changed.length,
          detail: {
            units: [...new Set(changed.map(({ unit_id }) => unit_id))].length,
            rejected: answer.rejected.length,
          },
        },
      )
      await asServer(tx)
      await tellDispatches(tx, city, changed)
    })
  }
  answer.rejected.sort((a, b) => a.index - b.index)
  return answer
}

/** Says in the live stream what has become of dispatches, of their incidents and of their units. As the server. */
export async function tellDispatches(
  tx: Queryable,
  city: string,
  changed: readonly DispatchRow[],
): Promise<void> {
  const incidents = []
  for (const id of new Set(changed.map(({ incident_id }) => incident_id))) {
    const row = await standingIncident(tx, city, id)
    if (row) incidents.push(row)
  }
  const units = await liveUnits(tx, city, [...new Set(changed.map(({ unit_id }) => unit_id))])
  await appendEvents(tx, [
    ...incidents.map((row) => incidentEvent(city, row)),
    ...changed.map((row) => dispatchEvent(city, row)),
    ...units.map((unit) => unitEvent(city, unit)),
  ])
}

/** The items with their units and incidents, oldest first; what names none is rejected. */
async function understood(
  tx: Queryable,
  city: string,
  items: readonly { index: number; item: DispatchItem }[],
  rejected: Rejected[],
): Promise<Told[]> {
  const unitOf = await unitIdsOf(
    tx,
    city,
    items.map(({ item }) => item.unit),
  )
  const found = new Map<number, NamedIncident[]>()
  const names = items.map(({ index, item }) => ({
    place: index,
    source: item.source ?? null,
    name: item.incident,
  }))
  for (const incident of await namedIncidents(tx, names))
    found.set(incident.place, [...(found.get(incident.place) ?? []), incident])
  return items
    .flatMap(({ index, item }) => {
      const refuse = (reason: string) => {
        rejected.push({ index, id: String(item.unit), reason })
        return []
      }
      const unitId = unitOf(item.unit)
      if (unitId === undefined) return refuse(noUnit(city, item.unit))
      const [incident, ...others] = found.get(index) ?? []
      if (!incident) {
        const of = item.source ? `the source ${JSON.stringify(item.source)}` : 'a source'
        return refuse(
          `incident: expected the id at its source of an incident that ${of} has told of, got ${JSON.stringify(item.incident)}`,
        )
      }
      if (others.length > 0) {
        return refuse(
          `source: expected which source calls an incident ${JSON.stringify(item.incident)}, since ${others.length + 1} do, got nothing`,
        )
      }
      return [{ index, item, unitId, incident }]
    })
    .sort((a, b) => Date.parse(a.item.at) - Date.parse(b.item.at) || a.index - b.index)
}

async function takeIn(
  tx: Queryable,
  { city, source, synthetic }: { city: string; source: string; synthetic: boolean },
  told: readonly Told[],
  answer: StatementsAnswer,
): Promise<DispatchRow[]> {
  if (told.length === 0) return []
  const pairs = {
    unitIds: [...new Set(told.map(({ unitId }) => unitId))],
    incidentIds: [...new Set(told.map(({ incident }) => incident.id))],
  }
  await takeToldTurn(tx, pairs.incidentIds, pairs.unitIds)
  const keyOf = (unitId: number, incidentId: number) => `${unitId} ${incidentId}`
  const last = new Map(
    (await lastDispatches(tx, city, pairs)).map((row) => [keyOf(row.unit_id, row.incident_id), row]),
  )
  const squads = await squadsOnDuty(tx, city, pairs.unitIds)
  const changed = new Map<number, DispatchRow>()
  for (const { index, item, unitId, incident } of told) {
    const key = keyOf(unitId, incident.id)
    const known = last.get(key)
    const at = new Date(item.at)
    const change = dispatchChange(known ? { state: known.state, endedAt: known.ended_at } : null, {
      state: item.state,
      at,
    })
    const refuse = (reason: string) => answer.rejected.push({ index, id: String(item.unit), reason })
    if (change === 'known') {
      answer.unchanged += 1
      continue
    }
    if (change === 'neverSent') {
      refuse(`state: expected a unit that was sent to the incident before, got ${item.state}`)
      continue
    }
    let row: DispatchRow | undefined = known
    if ('send' in change) {
      const squadId = squads.get(unitId)
      if (squadId === undefined) {
        refuse('unit: expected one that is on duty (tell that at /ingest/duties first), got one off duty')
        continue
      }
      const beside = [...last.values()].some(
        ({ unit_id, ended_at }) => unit_id === unitId && ended_at === null,
      )
      row = await insertTold(tx, {
        city,
        source,
        incident,
        unitId,
        squadId,
        state: change.send,
        at,
        beside,
        synthetic,
      })
    } else {
      for (const to of change.steps) if (row) row = await stepTold(tx, { city, id: row.id, to, at })
    }
    if (!row) throw new Error('expected the dispatch that was written')
    last.set(key, row)
    changed.set(row.id, row)
    answer.changed += 1
  }
  return [...changed.values()]
}
