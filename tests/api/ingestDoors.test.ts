import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createSource } from '../factories/ingestSources.ts'
import { grant } from '../factories/people.ts'
import { databaseKinds } from '../setup/database.ts'
import { garbage } from '../setup/zodArbitrary.ts'
import { openTestServer, type TestServer } from './http.ts'

const MINUTE = 60_000
const REFUSED = 'Expected a token that holds.'
const item = (id: string, more: object = {}) => ({
  id,
  kind: '020000',
  lng: 104.405,
  lat: 28.505,
  reportedAt: '2026-11-22T01:00:00Z',
  ...more,
})

interface Issued {
  token: string
  keyName: string | null
}

/** Who is let in at the doors for machines, how tokens come and go, and what leaves a trace. */
describe.each(databaseKinds())('doors for machines on %s', (kind) => {
  let http: TestServer
  let admin: string

  beforeAll(async () => {
    http = await openTestServer(kind, { limitFactor: 1 })
    admin = (await http.signIn([grant('systemAdmin')])).cookie
  })
  afterAll(() => http?.close())

  const send = (body: unknown, token: string) =>
    http.post('/ingest/incidents', body, { authorization: `Bearer ${token}` })
  const ask = async <T>(path: string, input: object): Promise<T> => {
    const answer = await http.post(`/trpc/${path}`, input, { cookie: admin })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return ((await answer.json()) as { result: { data: T } }).result.data
  }
  const listed = async <T>(path: string, input?: object): Promise<T> => {
    const query = input ? `?input=${encodeURIComponent(JSON.stringify(input))}` : ''
    const answer = await http.get(`/trpc/${path}${query}`, { cookie: admin })
    return ((await answer.json()) as { result: { data: T } }).result.data
  }
  const create = (code: string, more: object = {}) =>
    ask<Issued>('sources.create', { city: 'shuifu', code, kind: 'incidents', name: '接处警', ...more })

  test('a token is made, replaced with an overlap, and withdrawn; all that do not hold sound alike', async () => {
    const { token } = await create('ingest:desk')
    expect(token).toMatch(/^[\w-]{43}$/)
    expect((await send(item('a'), token)).status).toBe(200)
    const second = await ask<Issued>('sources.rotate', {
      city: 'shuifu',
      code: 'ingest:desk',
      overlapHours: 1,
    })
    expect((await send(item('b'), token)).status).toBe(200)
    expect((await send(item('c'), second.token)).status).toBe(200)
    const third = await ask<Issued>('sources.rotate', {
      city: '530681',
      code: 'ingest:desk',
      overlapHours: 0,
    })
    const revoked = await send(item('d'), token)
    const replaced = await send(item('d'), second.token)
    expect((await send(item('d'), third.token)).status).toBe(200)
    // One that ran out by itself.
    const { token: over } = await create('ingest:over')
    await http.api.database.query(
      "UPDATE ingest_tokens SET expires_at = now() - interval '1 second' WHERE source_code = 'ingest:over'",
    )
    const expired = await send(item('e'), over)
    const unknown = await send(item('e'), 'A'.repeat(43))
    const none = await http.post('/ingest/incidents', item('e'))
    const texts = new Set<string>()
    for (const answer of [revoked, replaced, expired, unknown, none]) {
      expect(answer.status).toBe(401)
      texts.add(await answer.text())
    }
    expect(texts.size).toBe(1)
    expect([...texts][0]).toContain(REFUSED)
    await ask('sources.revoke', { city: 'shuifu', code: 'ingest:desk' })
    expect((await send(item('f'), third.token)).status).toBe(401)
    // Gone for good, with its name.
    const again = await http.post(
      '/trpc/sources.rotate',
      { city: 'shuifu', code: 'ingest:desk' },
      { cookie: admin },
    )
    expect(again.status).toBe(404)
    const rows = await http.api.database.query<{ source_id: string }>(
      "SELECT source_id FROM incidents WHERE source = 'ingest:desk' ORDER BY source_id",
    )
    expect(rows.map(({ source_id }) => source_id)).toEqual(['a', 'b', 'c', 'd'])
  })

  test('no token stands in the database, the audit or the log', async () => {
    const logged: unknown[] = []
    const spies = (['log', 'warn', 'error'] as const).map((name) =>
      vi.spyOn(console, name).mockImplementation((...words) => void logged.push(...words)),
    )
    const { token } = await create('ingest:secret')
    const beacon = await ask<{ token: string }>('devices.issue', { city: 'shuifu', unitId: 2 })
    for (const each of [token, beacon.token]) {
      await http.get(`/ingest/positions?id=${each}&lat=x&lon=y`)
      await http.get(`/ingest/nowhere?id=${each}`)
      await http.get(`/ingest/positions?id=${each}&lat=%ff`)
    }
    // A failure of ours, too: what the log says of it must not name who asked.
    await http.api.database.script('ALTER TABLE unit_positions RENAME TO unit_positions_away')
    const failed = await http.get(`/ingest/positions?id=${beacon.token}&lat=28.5&lon=104.4`)
    await http.api.database.script('ALTER TABLE unit_positions_away RENAME TO unit_positions')
    expect(failed.status).toBe(500)
    for (const spy of spies) spy.mockRestore()
    expect(logged.length).toBeGreaterThan(0)
    const said = logged
      .map((each) => (each instanceof Error ? `${each.stack} ${JSON.stringify(each)}` : String(each)))
      .join()
    const [{ dump }] = await http.api.database.query<{ dump: string }>(
      `SELECT (SELECT string_agg(a::text, ' ') FROM audit a) || (SELECT string_agg(s::text, ' ') FROM sources s)
         || (SELECT string_agg(d::text, ' ') FROM devices d) || (SELECT string_agg(t::text, ' ') FROM ingest_tokens t) AS dump`,
    )
    for (const each of [token, beacon.token]) {
      expect(said).not.toContain(each)
      expect(dump).not.toContain(each)
      expect(dump).not.toContain(Buffer.from(each).toString('hex'))
    }
    expect(dump).toContain('device.issue')
  })

  test('a token opens its own door only, and none of the pages’', async () => {
    const { token } = await create('ingest:narrow')
    for (const path of ['/ingest/positions', '/ingest/duties']) {
      const answer = await http.post(path, {}, { authorization: `Bearer ${token}` })
      expect(answer.status).toBe(403)
      expect(await answer.text()).toContain('This token brings incidents')
    }
    expect((await http.get('/trpc/cities.list', { authorization: `Bearer ${token}` })).status).toBe(401)
    expect((await http.get(`/ingest/incidents?id=${token}`)).status).toBe(401)
    const head = await fetch(`${http.server.url}/ingest/positions?id=${token}&lat=1&lon=1`, {
      method: 'HEAD',
    })
    expect(head.status).toBe(401)
    // A session is no token.
    expect((await http.post('/ingest/incidents', item('x'), { cookie: admin })).status).toBe(401)
    // Pages of others reach none of it.
    const foreign = await http.post('/ingest/incidents', item('x'), {
      authorization: `Bearer ${token}`,
      origin: 'https://elsewhere.example',
    })
    expect(foreign.status).toBe(403)
  })

  test('each source has its own rate, and says when to come again', async () => {
    const { token } = await create('ingest:slow', { ratePerSecond: 0.5 })
    const other = await create('ingest:quick')
    const statuses: number[] = []
    for (let n = 0; n < 7; n++) statuses.push((await send(item(`n${n}`), token)).status)
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429])
    const answer = await send(item('n9'), token)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    expect((await send(item('n9'), other.token)).status).toBe(200)
  })

  test('a database that takes nothing is said to, and the same again is taken', async () => {
    const { token } = await create('ingest:full')
    const { database } = http.api
    await database.script(`CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
      CREATE TRIGGER no_room BEFORE INSERT ON incidents FOR EACH ROW WHEN (NEW.source = 'ingest:full') EXECUTE FUNCTION no_room()`)
    const refused = await send(item('full'), token)
    expect(refused.status).toBe(503)
    expect(refused.headers.get('retry-after')).toBe('5')
    expect(await refused.text()).toContain('The database takes nothing at the moment')
    await database.script('DROP FUNCTION no_room CASCADE')
    expect(await (await send(item('full'), token)).json()).toMatchObject({ accepted: 1, rejected: [] })
  })

  test('the page shows how a source is', async () => {
    const { token } = await create('ingest:health', { expectedEveryS: 3600 })
    await send([item('h1'), item('h2', { kind: 'none 13812345678' })], token)
    type Listed = { sources: { code: string; state: string; accepted: number; lastError: string | null }[] }
    const find = async () =>
      (await listed<Listed>('sources.list')).sources.find(({ code }) => code === 'ingest:health')
    await expect.poll(find).toMatchObject({ state: 'live', accepted: 1, rejected: 1 })
    expect((await find())?.lastError).toContain(
      'expected the code of a kind of shuifu, got "none 〔电话已删除〕"',
    )
    await ask('sources.change', {
      city: 'shuifu',
      code: 'ingest:health',
      name: '接处警二',
      nameEn: 'Desk two',
      expectedEveryS: 1,
    })
    await http.api.database.query(
      "UPDATE sources SET last_seen_at = now() - interval '1 minute' WHERE code = 'ingest:health'",
    )
    expect(await find()).toMatchObject({ name: '接处警二', nameEn: 'Desk two', state: 'silent' })
  })

  test('one beacon a unit: issued, replaced, lost, and never another unit’s', async () => {
    const position = (token: string) => http.get(`/ingest/positions?id=${token}&lat=28.505&lon=104.405`)
    const first = await ask<{ token: string; callSign: string }>('devices.issue', {
      city: 'shuifu',
      unitId: 1,
    })
    expect(first.callSign).toBe('T1')
    expect((await position(first.token)).status).toBe(202)
    const second = await ask<{ token: string }>('devices.issue', { city: 'shuifu', unitId: 1 })
    expect((await position(first.token)).status).toBe(401)
    expect((await position(second.token)).status).toBe(202)
    const third = await ask<{ token: string }>('devices.rotate', {
      city: 'shuifu',
      unitId: 1,
      overlapHours: 2,
    })
    expect((await position(second.token)).status).toBe(202)
    expect((await position(third.token)).status).toBe(202)
    type Units = { units: { unitId: number; beacon: { state: string; tokens: number } | null }[] }
    const units = (await listed<Units>('devices.list', { city: 'shuifu' })).units
    expect(units.find(({ unitId }) => unitId === 1)?.beacon).toMatchObject({ state: 'offDuty', tokens: 2 })
    expect(units.find(({ unitId }) => unitId === 5)?.beacon).toBeNull()
    // The city was written anew, and the number means another unit.
    const { database } = http.api
    await database.query("UPDATE units SET call_sign = 'T1 before' WHERE id = 1")
    // As when a city is written: tokens are looked up anew.
    await database.query("SELECT pg_notify('sources', '')")
    await expect.poll(async () => (await position(third.token)).status).toBe(401)
    await database.query("UPDATE units SET call_sign = 'T1' WHERE id = 1")
    expect((await position(third.token)).status).toBe(202)
    await ask('devices.revoke', { city: 'shuifu', unitId: 1 })
    expect((await position(third.token)).status).toBe(401)
  })

  test('short messages are signed, taken once, and lie where their grid is', async () => {
    const { keyName, token: secret } = await create('ingest:96885', {
      kind: 'sms',
      channel: 'unknown',
      defaultKind: '060000',
    })
    const { database, ground } = http.api
    const grid = ground.areas.find(({ level, version }) => level === 'grid' && version === '2025')
    const text = JSON.stringify([
      { id: 'sms-1', grid: grid?.code, text: '路灯不亮，请回电 13912345678' },
      { id: 'sms-2', grid: 'nowhere', text: '…' },
      { id: 'sms-3', text: '…' },
    ])
    const at = (offset = 0) => String(Math.floor(Date.now() / 1000) + offset)
    const signed = (body: string, timestamp: string, key = secret) =>
      `sha256=${createHmac('sha256', key).update(`${timestamp}.${body}`).digest('hex')}`
    const post = (body: string, timestamp: string, signature: string, key = keyName) =>
      http.post(`/ingest/sms?key=${key}`, body, {
        'x-gridwall-timestamp': timestamp,
        'x-gridwall-signature': signature,
      })
    const now = at()
    const first = await post(text, now, signed(text, now))
    expect(first.status).toBe(200)
    const answer = (await first.json()) as { accepted: number; rejected: { reason: string }[] }
    expect(answer.accepted).toBe(1)
    expect(answer.rejected.map(({ reason }) => reason)).toEqual([
      'grid: expected the code of an area of shuifu, got "nowhere"',
      'expected lng and lat, or grid, got none of them',
    ])
    const [row] = await database.query<Record<string, unknown>>(
      `SELECT i.kind, i.attributes ->> 'text' AS text, g.code FROM incidents i
       JOIN cell_areas c ON c.city_code = i.city_code AND c.cell_id = i.cell_id
       JOIN areas g ON g.city_code = c.city_code AND g.id = c.area_id AND g.level = 'grid' AND g.version = '2025'
       WHERE i.source = 'ingest:96885'`,
    )
    expect(row).toEqual({ kind: '060000', text: '路灯不亮，请回电 〔电话已删除〕', code: grid?.code })
    const replayed = await post(text, now, signed(text, now))
    expect(replayed.status).toBe(409)
    // Signed anew it is a message that is known.
    const later = at(1)
    expect(await (await post(text, later, signed(text, later))).json()).toMatchObject({
      accepted: 0,
      unchanged: 1,
    })
    const old = at(-6 * 60)
    for (const [body, timestamp, signature, key] of [
      [text, old, signed(text, old), keyName],
      [`${text} `, now, signed(text, now), keyName],
      [text, at(2), signed(text, now), keyName],
      [text, now, signed(text, now, 'another'), keyName],
      [text, now, 'sha256=00', keyName],
      [text, now, signed(text, now), 'nobody'],
    ] as const) {
      const refused = await post(body, timestamp, signature, key)
      expect(refused.status).toBe(401)
      expect(await refused.text()).toContain('Expected a signature that holds.')
    }
    // The secret itself lets nobody in.
    expect((await send(item('x'), secret)).status).toBe(401)
    expect(await database.query("SELECT id FROM incidents WHERE source = 'ingest:96885'")).toHaveLength(1)
  })

  test('people report inside their jurisdiction, of kinds they know', async () => {
    const { api } = http
    const squads = api.ground.areas.filter(({ level }) => level === 'squad')
    const inside = api.ground.areas.find(
      ({ level, squadId }) => level === 'microGrid' && squadId === squads[0].id,
    )
    const outside = api.ground.areas.find(
      ({ level, squadId }) => level === 'microGrid' && squadId === squads[1].id,
    )
    if (!inside || !outside) throw new Error('The toy city has no micro-grids.')
    const officer = await api.person([grant('officer', 'shuifu', squads[0].id)])
    const [lng, lat] = inside.labelPoint
    const told = await officer.caller.incidents.report({
      city: 'shuifu',
      kind: '020000',
      lng,
      lat,
      level: 3,
      text: '打架，报警人 13812345678',
    })
    expect(told).toMatchObject({ cellId: inside.id, scrubbed: ['phone'] })
    expect(await officer.caller.incidents.get({ city: 'shuifu', id: told.id })).toMatchObject({
      kind: '020000',
      level: 3,
      status: 'new',
      source: 'report',
      channel: 'patrol',
      synthetic: true,
    })
    const [audited] = await api.database.query<{ action: string; target: string }>(
      'SELECT action, target FROM audit WHERE person_id = $1 ORDER BY id LIMIT 1',
      [officer.viewer.userId],
    )
    expect(audited).toEqual({ action: 'incidents.report', target: String(told.id) })
    const report = (place: readonly [number, number], kindCode: string, who = officer) =>
      who.caller.incidents.report({ city: 'shuifu', kind: kindCode, lng: place[0], lat: place[1] })
    await expect(report(outside.labelPoint, '020000')).rejects.toThrow('Expected a place inside the areas')
    await expect(report([100, 20], '020000')).rejects.toThrow('Expected a place inside the areas')
    await expect(report(inside.labelPoint, '999999')).rejects.toThrow('expected the code of a kind of shuifu')
    const [{ code: dispute }] = await api.database.query<{ code: string }>(
      "SELECT code FROM kinds WHERE city_code = 'shuifu' AND dispute ORDER BY code LIMIT 1",
    )
    await expect(report(inside.labelPoint, dispute)).rejects.toThrow('disputes are not reported here')
    // Of public order, which a grid worker does not know.
    const gridWorker = await api.person([grant('gridWorker', 'shuifu', squads[0].id)])
    await expect(report(inside.labelPoint, '020000', gridWorker)).rejects.toThrow(
      'expected the code of a kind',
    )
    await expect(report(inside.labelPoint, '020000', await api.person([grant('leader')]))).rejects.toThrow(
      'incidents.report',
    )
  })

  test('whatever is sent to the doors is answered in bounds', async () => {
    const rate = { ratePerSecond: 1_000 }
    const tokens = {
      incidents: await createSource(http.api.database, `ingest:fuzz-i-${kind}`, 'incidents', rate),
      positions: await createSource(http.api.database, `ingest:fuzz-p-${kind}`, 'positions', rate),
      duties: await createSource(http.api.database, `ingest:fuzz-d-${kind}`, 'duties', rate),
      sms: 'none',
    }
    const now = new Date(Date.now() - MINUTE).toISOString()
    const field = (...likely: unknown[]) =>
      fc.oneof({ weight: 14, arbitrary: fc.constantFrom(...likely) }, garbage)
    const place = { lng: field(104.405, 28.5, 0), lat: field(28.505, 104.4, 0) }
    const items = {
      incidents: fc.record(
        {
          id: field('f1', 'f2', '\ud800'),
          kind: field('020000', '010000'),
          ...place,
          reportedAt: field('2026-11-22T01:00:00Z', now),
          dispatchedAt: field('2026-11-22T01:02:00Z'),
          status: field('new', 'closed'),
          crs: field('GCJ-02', 'EPSG:4326'),
          text: field('\ud800', '…', '\0'),
          odd: garbage,
        },
        { requiredKeys: ['id', 'kind', 'lng', 'lat', 'reportedAt'] },
      ),
      positions: fc.record(
        {
          unit: field(1, 'T2', 99, '\udfff'),
          ...place,
          at: field(now, '1970-01-01T00:00:00Z'),
          headingDeg: field(0, 360),
        },
        { requiredKeys: ['unit', 'lng', 'lat', 'at'] },
      ),
      duties: fc.record({ unit: field(1, 'T2', 99, '\udfff'), state: field('on', 'off'), at: field(now) }),
      sms: fc.record({ id: field('s1'), text: field('…') }),
    }
    const query = fc.record(
      {
        lat: field('28.505', '1e3'),
        lon: field('104.405', 'NaN'),
        timestamp: field('1763773200', '1763773200000', '-1', '9e99', now),
        speed: field('3', '-1', 'fast'),
        bearing: field('90', '400'),
      },
      { requiredKeys: [] },
    )
    const asked = fc.constantFrom('incidents', 'positions', 'duties', 'sms').chain((door) =>
      fc.record({
        door: fc.constant(door),
        token: fc.oneof(
          { weight: 9, arbitrary: fc.constant(tokens[door]) },
          fc.constantFrom(...Object.values(tokens)),
        ),
        body: fc.oneof(
          { weight: 3, arbitrary: items[door] },
          { weight: 3, arbitrary: fc.array<unknown>(items[door], { maxLength: 4 }) },
          garbage,
        ),
      }),
    )
    const answered = new Map<number, number>()
    await fc.assert(
      fc.asyncProperty(
        asked,
        fc.constantFrom('POST', 'POST', 'POST', 'GET'),
        query,
        async ({ door, token, body }, method, more) => {
          const search = new URLSearchParams(
            Object.entries(more).map(([name, value]) => [name, String(value).toWellFormed()]),
          )
          if (method === 'GET') search.set('id', token)
          const answer = await fetch(`${http.server.url}/ingest/${door}?${search}`, {
            method,
            headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
            body: method === 'POST' ? (JSON.stringify(body) ?? 'null') : undefined,
          })
          const text = await answer.text()
          if (answer.status >= 500)
            expect({ door, body: JSON.stringify(body), search: String(search), text }).toBeNull()
          expect(text).not.toMatch(/\n\s+at |node_modules|SQLSTATE|syntax error at|relation "/)
          expect(text).not.toContain(token === 'none' ? '\0' : token)
          answered.set(answer.status, (answered.get(answer.status) ?? 0) + 1)
        },
      ),
      { numRuns: 150, seed: 7, endOnFailure: true },
    )
    expect(answered.get(200) ?? 0).toBeGreaterThan(3)
    expect(answered.get(400) ?? 0).toBeGreaterThan(5)
    expect((await http.get('/healthz')).status).toBe(200)
  })
})
