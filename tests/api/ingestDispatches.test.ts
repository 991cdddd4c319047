import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { watchCity } from '../../api/dispatch/fenceKeeper.ts'
import { dispatchChange, TOLD_STATES } from '../../api/ingest/dispatchSteps.ts'
import { findCity } from '../../db/queries/catalog.ts'
import { addIncident, putOnDuty, type ToyIncident } from '../factories/dispatchCity.ts'
import { createSource } from '../factories/ingestSources.ts'
import { createPerson, grant } from '../factories/people.ts'
import { databaseKinds } from '../setup/database.ts'
import { openTestServer, type TestServer } from './http.ts'

describe('what a dispatch system tells', () => {
  test('only goes forward, whatever order it comes in', () => {
    fc.assert(
      fc.property(fc.constantFrom(...TOLD_STATES), fc.constantFrom(...TOLD_STATES), (first, second) => {
        const at = new Date()
        const begun = dispatchChange(null, { state: first, at })
        if (begun === 'neverSent') {
          expect(['done', 'withdrawn']).toContain(first)
          return
        }
        const state = first === 'enRoute' ? 'acknowledged' : first
        if (state === 'done' || state === 'withdrawn') return
        const next = dispatchChange({ state, endedAt: null }, { state: second, at })
        const order = ['assigned', 'acknowledged', 'onScene', 'done', 'withdrawn']
        const forward = order.indexOf(second === 'enRoute' ? 'acknowledged' : second) > order.indexOf(state)
        expect(next === 'known').toBe(!forward)
      }),
    )
  })
})

describe.each(databaseKinds())('a dispatch system of record on %s', (kind) => {
  const now = Math.floor(Date.now() / 1000) * 1000
  const at = (minutesAgo: number) => new Date(now - minutesAgo * 60_000).toISOString()
  let http: TestServer
  let token: string
  let incident: ToyIncident

  beforeAll(async () => {
    http = await openTestServer(kind)
    token = await createSource(http.api.database, 'ingest:cad', 'duties')
  })
  afterAll(() => http?.close())
  beforeEach(async () => {
    const { database } = http.api
    await database.script('DELETE FROM dispatches; DELETE FROM alerts; DELETE FROM unit_duties')
    await database.query(`DELETE FROM incidents WHERE source = 'test'`)
    await putOnDuty(database, [1, 2])
    const [{ cell }] = await database.query<{ cell: number }>(
      `SELECT id AS cell FROM areas WHERE city_code = 'shuifu' AND level = 'microGrid' ORDER BY id LIMIT 1`,
    )
    incident = await addIncident(database, cell, { sourceId: 'call-1' })
  })

  const tell = async (path: 'dispatches' | 'duties', body: unknown, bearer = token) => {
    const answer = await http.post(`/ingest/${path}`, body, { authorization: `Bearer ${bearer}` })
    return { status: answer.status, ...((await answer.json()) as object) }
  }
  const stage = (unit: number | string, state: string, minutesAgo: number, more: object = {}) => ({
    unit,
    incident: 'call-1',
    state,
    at: at(minutesAgo),
    ...more,
  })
  const rows = () =>
    http.api.database.query(
      `SELECT d.unit_id AS unit, d.state, d.assigned_at, d.acknowledged_at, d.arrived_at, d.ended_at, d.told_by,
         d.withdrawn_because AS because, i.status FROM dispatches d JOIN incidents i ON i.city_code = d.city_code AND i.id = d.incident_id
       ORDER BY d.unit_id, d.id`,
    )

  test('takes units from sent to done, once each, with the times it says; each fault by itself', async () => {
    expect(await tell('dispatches', stage('T1', 'assigned', 30))).toMatchObject({ status: 200, changed: 1 })
    expect(
      await tell('dispatches', [
        stage(1, 'onScene', 20),
        stage(1, 'enRoute', 29),
        stage(1, 'assigned', 30),
        stage(3, 'assigned', 30),
        stage(1, 'assigned', 30, { incident: 'call-9' }),
        stage(1, 'away', 30),
        stage(2, 'done', 10),
      ]),
    ).toMatchObject({
      status: 200,
      changed: 2,
      unchanged: 1,
      rejected: [
        { index: 3, reason: expect.stringContaining('off duty') },
        { index: 4, reason: expect.stringContaining('"call-9"') },
        { index: 5, reason: expect.stringContaining('expected one of assigned') },
        { index: 6, reason: expect.stringContaining('sent to the incident before') },
      ],
    })
    expect(await tell('dispatches', stage(1, 'done', 5, { source: 'test' }))).toMatchObject({ changed: 1 })
    expect(await tell('dispatches', stage(1, 'onScene', 20))).toMatchObject({ changed: 0, unchanged: 1 })
    expect(await rows()).toEqual([
      {
        unit: 1,
        state: 'done',
        assigned_at: new Date(at(30)),
        acknowledged_at: new Date(at(29)),
        arrived_at: new Date(at(20)),
        ended_at: new Date(at(5)),
        told_by: 'ingest:cad',
        because: null,
        status: 'onScene',
      },
    ])
    const [audited] = await http.api.database.query(
      `SELECT user_name, target FROM audit WHERE action = 'dispatch.ingest' ORDER BY id DESC LIMIT 1`,
    )
    expect(audited).toEqual({ user_name: 'ingest:cad', target: 'ingest:cad' })
  })

  test('is let in by no other token', async () => {
    const desk = await createSource(http.api.database, `ingest:desk-${now}`, 'incidents')
    expect((await tell('dispatches', stage(1, 'assigned', 3), desk)).status).toBe(403)
    expect((await tell('dispatches', stage(1, 'assigned', 3), 'nobody')).status).toBe(401)
  })

  test('a unit that goes off duty leaves nothing open: withdrawn with its reason, and an alert until somebody is sent', async () => {
    const { database } = http.api
    await tell('dispatches', [stage(1, 'onScene', 20), stage(2, 'assigned', 15)])
    expect(await tell('duties', { unit: 1, state: 'off', at: at(10) })).toMatchObject({ changed: 1 })
    expect(await rows()).toMatchObject([
      { unit: 1, state: 'withdrawn', because: 'offDuty', ended_at: new Date(at(10)) },
      { unit: 2, state: 'assigned', because: null },
    ])
    const open = () =>
      database.query(
        `SELECT kind, unit_id AS unit, incident_id::float8 AS incident FROM alerts WHERE cleared_at IS NULL`,
      )
    // The other one is still on its way.
    expect(await open()).toEqual([])
    await tell('duties', { unit: 2, state: 'off', at: at(9) })
    expect(await open()).toEqual([{ kind: 'leftIncident', unit: 2, incident: incident.id }])
    // It opens the incident, but to whoever sees none one by one.
    const left = async (role: 'officer' | 'wall') => {
      const viewer = await createPerson(database, [grant(role, 'shuifu')])
      const { alerts } = await http.api.as(viewer).alerts.list({ city: 'shuifu' })
      return alerts.find(({ kind: alert }) => alert === 'leftIncident')
    }
    expect(await left('officer')).toMatchObject({ incidentId: incident.id })
    expect(await left('wall')).toMatchObject({ incidentId: null })
    const told = await database.query(
      `SELECT count(*)::int AS n FROM (SELECT message::jsonb AS message, topic FROM live_events
         UNION ALL SELECT message::jsonb, topic FROM live_waiting) e
       WHERE topic = 'dispatch' AND message -> 'dispatch' ->> 'because' = 'offDuty'`,
    )
    expect(told).toEqual([{ n: 2 }])
    await putOnDuty(database, [3])
    await tell('dispatches', stage(3, 'assigned', 1))
    const city = await findCity(database, 'shuifu')
    if (!city) throw new Error('expected the toy city')
    await database.transaction((tx) => watchCity(tx, city, () => new Set(), new Date()))
    expect(await open()).toEqual([])
  })
})
