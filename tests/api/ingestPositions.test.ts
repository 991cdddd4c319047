import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { fromWgs84 } from '../../geodata/crs.ts'
import { createBeacon, createSource } from '../factories/ingestSources.ts'
import { databaseKinds } from '../setup/database.ts'
import { openTestServer, type TestServer } from './http.ts'

const MINUTE = 60_000
/** Whole seconds, so that both forms of an instant mean the same. */
const NOW = Math.floor(Date.now() / 1000) * 1000
const at = (minutesAgo: number) => new Date(NOW - minutesAgo * MINUTE).toISOString()

describe.each(databaseKinds())('positions and duties that come in live on %s', (kind) => {
  let http: TestServer
  let beacon: string
  let gateway: string
  let roster: string

  beforeAll(async () => {
    http = await openTestServer(kind)
    const { database } = http.api
    beacon = await createBeacon(database, 1)
    gateway = await createSource(database, 'ingest:gps', 'positions')
    roster = await createSource(database, 'ingest:roster', 'duties')
  })
  afterAll(() => http?.close())
  beforeEach(() =>
    http.api.database.script(`
      DELETE FROM unit_positions; DELETE FROM unit_duties;
      INSERT INTO unit_duties (city_code, unit_id, started_at, synthetic)
        SELECT 'shuifu', n, '${at(60)}', true FROM generate_series(1, 3) n`),
  )

  const fixes = () =>
    http.api.database.query<Record<string, unknown>>(
      `SELECT unit_id, fixed_at, round(ST_X(geom)::numeric, 6)::float8 AS lng, round(ST_Y(geom)::numeric, 6)::float8 AS lat,
         round(speed_ms::numeric, 2)::float8 AS speed, heading_deg AS heading, cell_id IS NOT NULL AS placed, synthetic
       FROM unit_positions ORDER BY unit_id, fixed_at`,
    )
  const told = () =>
    http.api.database.query<{ unit: number; at: string }>(
      `SELECT unit_id AS unit, message -> 'fix' ->> 'at' AS at FROM (
         SELECT unit_id, message::jsonb AS message, topic FROM live_events UNION ALL
         SELECT unit_id, message::jsonb, topic FROM live_waiting) e
       WHERE topic = 'position' AND message -> 'fix' ->> 'at' IS NOT NULL ORDER BY 2`,
    )
  const osmAnd = (query: Record<string, string | number>, method = 'GET') =>
    fetch(
      `${http.server.url}/ingest/positions?${new URLSearchParams(Object.entries(query).map(([k, v]) => [k, String(v)]))}`,
      {
        method,
      },
    )
  const bring = (body: unknown, token = gateway) =>
    http.post('/ingest/positions', body, { authorization: `Bearer ${token}` })
  const duty = (body: unknown) => http.post('/ingest/duties', body, { authorization: `Bearer ${roster}` })

  test('a phone is a beacon: the query form by GET and POST, seconds, milliseconds and words, knots', async () => {
    const place = { id: beacon, lat: 28.505, lon: 104.405 }
    const first = await osmAnd({
      ...place,
      timestamp: (NOW - 3 * MINUTE) / 1000,
      speed: 10,
      bearing: 90.5,
      altitude: 300,
      batt: 80,
    })
    expect([first.status, await first.json()]).toEqual([
      200,
      { accepted: 1, unchanged: 0, offDuty: 0, rejected: [] },
    ])
    const posted = await osmAnd({ ...place, timestamp: NOW - 2 * MINUTE, speed: -1, bearing: '' }, 'POST')
    expect(posted.status).toBe(200)
    expect((await osmAnd({ ...place, timestamp: at(1) })).status).toBe(200)
    expect((await osmAnd(place)).status).toBe(200)
    const rows = await fixes()
    expect(rows).toHaveLength(4)
    expect(rows[0]).toMatchObject({
      unit_id: 1,
      lng: 104.405,
      lat: 28.505,
      speed: 5.14,
      heading: 90.5,
      placed: true,
      synthetic: true,
    })
    expect(rows[1]).toMatchObject({ fixed_at: new Date(at(2)), speed: null, heading: null })
  })

  test('the same as a form, with the token in it or in the query; one name twice is refused', async () => {
    const form = (fields: string, query = '') =>
      fetch(`${http.server.url}/ingest/positions${query}`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: fields,
      })
    const place = `lat=28.505&lon=104.405&timestamp=${(NOW - 2 * MINUTE) / 1000}&speed=10&bearing=90`
    expect((await form(`id=${beacon}&${place}`)).status).toBe(200)
    expect((await form(place, `?id=${beacon}`)).status).toBe(200)
    expect(await fixes()).toMatchObject([{ unit_id: 1, lng: 104.405, lat: 28.505, speed: 5.14, heading: 90 }])
    expect((await form(`id=nobody&${place}`)).status).toBe(401)
    expect((await form(`id=${beacon}&${place}&lat=1`)).status).toBe(400)
    const elsewhere = await fetch(`${http.server.url}/ingest/duties`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: `Bearer ${roster}` },
      body: 'unit=1&state=on',
    })
    expect(elsewhere.status).toBe(415)
  })

  test('Traccar’s JSON names the token in the body', async () => {
    const body = (token: string) => ({
      location: {
        timestamp: at(1),
        coords: { latitude: 28.505, longitude: 104.405, accuracy: 5, speed: 3.5, heading: -1, altitude: 300 },
        is_moving: true,
        battery: { level: 0.9, is_charging: false },
      },
      device_id: token,
    })
    expect((await http.post('/ingest/positions', body(beacon))).status).toBe(200)
    expect(await fixes()).toMatchObject([{ unit_id: 1, speed: 3.5, heading: null }])
    const stranger = await http.post('/ingest/positions', body('nobody'))
    expect(stranger.status).toBe(401)
    expect((await http.post('/ingest/positions', { device_id: beacon })).status).toBe(401)
  })

  test('off duty nothing is stored and nobody is told', async () => {
    for (const ago of [90, 61]) {
      const answer = await osmAnd({ id: beacon, lat: 28.505, lon: 104.405, timestamp: at(ago) })
      expect([answer.status, await answer.json()]).toEqual([
        202,
        { accepted: 0, unchanged: 0, offDuty: 1, rejected: [], dropped: 'offDuty' },
      ])
    }
    await duty({ unit: 1, state: 'off', at: at(10) })
    expect((await osmAnd({ id: beacon, lat: 28.505, lon: 104.405, timestamp: at(5) })).status).toBe(202)
    expect(await fixes()).toEqual([])
    // Late, of the duty that has ended: kept, but no place where the unit is now.
    expect((await osmAnd({ id: beacon, lat: 28.505, lon: 104.405, timestamp: at(20) })).status).toBe(200)
    expect(await fixes()).toHaveLength(1)
    const instants = (await told()).map((fix) => Date.parse(fix.at))
    for (const ago of [90, 61, 5, 20]) expect(instants).not.toContain(Date.parse(at(ago)))
    // It turns out to have ended earlier.
    await duty({ unit: 'T1', state: 'off', at: at(30) })
    expect(await fixes()).toEqual([])
  })

  test('a gateway brings many units; each fault says what was expected and what came', async () => {
    const answer = await bring([
      { unit: 1, lng: 104.405, lat: 28.505, at: at(5) },
      { unit: 'T2', lng: 104.405, lat: 28.505, at: at(5), headingDeg: 360, speedMs: 12 },
      { unit: 99, lng: 104.405, lat: 28.505, at: at(5) },
      { unit: 4, lng: 104.405, lat: 28.505, at: at(5) },
      { unit: 1, lng: 0, lat: 0, at: at(4) },
      { unit: 1, lng: 104.405, lat: 28.505, at: at(-10) },
      { unit: 1, lng: 104.405, lat: 28.505, at: at(31 * 24 * 60) },
      { lng: 104.405, lat: 28.505, at: at(4) },
      { unit: 1, lng: 104.405, at: at(4) },
    ])
    const body = (await answer.json()) as { rejected: { index: number; reason: string }[] }
    expect(body).toMatchObject({ accepted: 2, unchanged: 0, offDuty: 1 })
    expect(body.rejected.map(({ index, reason }) => `${index} ${reason.slice(0, 70)}`)).toEqual([
      '2 unit: expected the id or the call sign of a unit of shuifu, got "99"',
      '4 expected a position, got 0, 0',
      expect.stringMatching(/^5 at: expected an instant that is not ahead of/),
      expect.stringMatching(/^6 at: expected an instant of the last 30 days, got/),
      '7 unit: expected the id or the call sign of a unit, got nothing',
      '8 lat: expected a latitude from -90 to 90 degrees, got nothing',
    ])
    expect(await fixes()).toMatchObject([{ unit_id: 1 }, { unit_id: 2, heading: 0, speed: 12 }])
  })

  test('a beacon speaks for its own unit only', async () => {
    const answer = await bring({ unit: 2, lng: 104.405, lat: 28.505, at: at(5) }, beacon)
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain('expected the one this token is the beacon of')
    expect(await fixes()).toEqual([])
  })

  test('a token that was withdrawn is refused as such, also while a server still remembers it', async () => {
    const place = { id: await createBeacon(http.api.database, 2), lat: 28.505, lon: 104.405 }
    expect((await osmAnd(place)).status).toBe(200)
    await http.api.database.script(`
      ALTER TABLE ingest_tokens DISABLE TRIGGER sources_changed;
      UPDATE ingest_tokens SET revoked_at = now() WHERE unit_id = 2;
      ALTER TABLE ingest_tokens ENABLE TRIGGER sources_changed`)
    expect((await osmAnd(place)).status).toBe(401)
  })

  test('positions in GCJ-02 end where they are', async () => {
    const [lng, lat] = fromWgs84([104.405, 28.505], 'GCJ-02')
    await bring({ unit: 1, lng, lat, crs: 'GCJ-02', at: at(5) })
    const token = await createSource(http.api.database, `ingest:gcj-${kind}`, 'positions', { crs: 'GCJ-02' })
    await bring({ unit: 2, lng, lat, at: at(5) }, token)
    expect(await fixes()).toMatchObject([
      { unit_id: 1, lng: 104.405, lat: 28.505 },
      { unit_id: 2, lng: 104.405, lat: 28.505 },
    ])
  })

  test('the newest of a unit is told, not what comes late', async () => {
    const before = (await told()).length
    for (const ago of [20, 10, 15, 10]) await bring({ unit: 3, lng: 104.405, lat: 28.505, at: at(ago) })
    await bring([7, 9, 8].map((ago) => ({ unit: 3, lng: 104.406, lat: 28.505, at: at(ago) })))
    expect((await told()).slice(before).map(({ unit, at }) => [unit, at])).toEqual([
      [3, at(20)],
      [3, at(10)],
      [3, at(7)],
    ])
    expect(await fixes()).toHaveLength(6)
  })

  test('any order and any doubling of a batch leaves the same rows', async () => {
    const sent = fc.array(
      fc.record({
        unit: fc.integer({ min: 1, max: 4 }),
        ago: fc.integer({ min: 1, max: 70 }),
      }),
      { minLength: 1, maxLength: 12 },
    )
    const itemOf = ({ unit, ago }: { unit: number; ago: number }) => ({
      unit,
      lng: 104.3 + unit / 100,
      lat: 28.42 + ago / 1000,
      at: at(ago),
    })
    await fc.assert(
      fc.asyncProperty(
        sent.chain((items) =>
          fc.tuple(
            fc.constant(items),
            fc.shuffledSubarray([...items, ...items], { minLength: items.length * 2 }),
            fc.integer({ min: 1, max: 5 }),
          ),
        ),
        async ([items, shuffled, size]) => {
          const { database } = http.api
          await database.query('DELETE FROM unit_positions')
          await bring(items.map(itemOf))
          const once = await fixes()
          await database.query('DELETE FROM unit_positions')
          for (let from = 0; from < shuffled.length; from += size) {
            await bring(shuffled.slice(from, from + size).map(itemOf))
          }
          expect(await fixes()).toEqual(once)
          const known = new Set(
            items.filter(({ unit, ago }) => unit < 4 && ago <= 60).map(({ unit, ago }) => `${unit} ${ago}`),
          )
          expect(once).toHaveLength(known.size)
        },
      ),
      { numRuns: 12, seed: 7 },
    )
  })

  test('duties begin and end, once; the live picture and the audit are told', async () => {
    const { database } = http.api
    const answer = await duty([
      { unit: 'T4', state: 'on', at: at(30) },
      { unit: 4, state: 'on', at: at(20) },
      { unit: 1, state: 'off', at: at(15) },
      { unit: 77, state: 'on', at: at(15) },
      { unit: 2, state: 'away', at: at(15) },
    ])
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({
      changed: 2,
      unchanged: 1,
      rejected: [
        { index: 3, reason: 'unit: expected the id or the call sign of a unit of shuifu, got 77' },
        { index: 4, reason: 'state: expected "on" or "off", got "away"' },
      ],
    })
    expect(
      await database.query(
        'SELECT unit_id, started_at, ended_at FROM unit_duties WHERE unit_id IN (1, 4) ORDER BY unit_id',
      ),
    ).toEqual([
      { unit_id: 1, started_at: new Date(at(60)), ended_at: new Date(at(15)) },
      { unit_id: 4, started_at: new Date(at(30)), ended_at: null },
    ])
    expect(await (await duty({ unit: 4, state: 'on', at: at(30) })).json()).toMatchObject({
      changed: 0,
      unchanged: 1,
    })
    const audited = await database.query<{ rows: number }>(
      `SELECT rows::int AS rows FROM audit WHERE action = 'duties.ingest' ORDER BY id DESC LIMIT 1`,
    )
    expect(audited).toEqual([{ rows: 2 }])
    const units = await database.query<{ unit: number; state: string }>(
      `SELECT unit_id AS unit, message -> 'unit' ->> 'state' AS state FROM (
         SELECT unit_id, message::jsonb AS message, topic FROM live_events UNION ALL
         SELECT unit_id, message::jsonb, topic FROM live_waiting) e WHERE topic = 'unit' AND unit_id IN (1, 4) ORDER BY 1, 2`,
    )
    expect(units).toContainEqual({ unit: 4, state: 'free' })
    expect(units).toContainEqual({ unit: 1, state: 'offDuty' })
  })
})
