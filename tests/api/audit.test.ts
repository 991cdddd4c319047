import { existsSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Grant } from '../../api/access.ts'
import { headsPath } from '../../db/audit/heads.ts'
import { viewAs } from '../../db/viewing.ts'
import { tamper } from '../factories/auditTrail.ts'
import { grant } from '../factories/people.ts'
import { databaseKinds } from '../setup/database.ts'
import { openTestServer, type TestServer } from './http.ts'

const CITY = 'shuifu'
const WINDOW = { from: '2020-01-01T00:00:00Z', to: '2199-01-01T00:00:00Z' }
const BOX: [number, number, number, number] = [103, 27, 106, 30]

interface ListedRow {
  id: number
  at: string
  personId: string | null
  userName: string
  kind: string
  roles: string[]
  address: string | null
  action: string
  target: string | null
  rows: number | null
  city: string | null
  areaId: number | null
  box: number[] | null
  purpose: string | null
  detail: Record<string, unknown>
  seq: number | null
}

describe.each(databaseKinds())('the audit through HTTP on %s', (kind) => {
  let http: TestServer
  const cookies: Record<string, string> = {}
  const ids: Record<string, string> = {}

  const PEOPLE: Record<string, Grant[]> = {
    planner: [grant('planner', CITY)],
    leader: [grant('leader', CITY)],
    auditor: [grant('auditor')],
    cityAuditor: [grant('auditor', CITY)],
    foreignAuditor: [grant('auditor', CITY, 1)],
    systemAdmin: [grant('systemAdmin')],
    securityAdmin: [grant('securityAdmin')],
    auditAdmin: [grant('auditAdmin')],
  }

  beforeAll(async () => {
    http = await openTestServer(kind)
    for (const [name, grants] of Object.entries(PEOPLE)) {
      const { viewer, cookie } = await http.signIn(grants)
      cookies[name] = cookie
      ids[name] = viewer.userId
    }
  })
  afterAll(() => http?.close())

  async function ask(who: string, path: string, input: unknown, headers: Record<string, string> = {}) {
    const answer = await http.get(`/trpc/${path}?input=${encodeURIComponent(JSON.stringify(input))}`, {
      cookie: cookies[who],
      ...headers,
    })
    return { status: answer.status, body: await answer.json() }
  }

  async function tell(who: string, path: string, input: unknown) {
    const answer = await http.post(`/trpc/${path}`, input, { cookie: cookies[who], origin: http.server.url })
    return { status: answer.status, body: await answer.json() }
  }

  async function list(who: string, filter: object = {}): Promise<{ rows: ListedRow[]; next: string | null }> {
    const { status, body } = await ask(who, 'audit.list', { ...WINDOW, ...filter })
    expect(body).toHaveProperty('result')
    expect(status).toBe(200)
    return body.result.data
  }

  const look = (who: string, headers: Record<string, string> = {}) =>
    ask(who, 'incidents.inView', { city: CITY, bbox: BOX, from: '2020-01-01', to: '2100-01-01' }, headers)

  test.each(['planner', 'leader', 'systemAdmin', 'securityAdmin'])(
    '%s reads nothing of the audit',
    async (who) => {
      for (const [path, input] of [
        ['audit.list', WINDOW],
        ['audit.people', WINDOW],
        ['audit.status', {}],
        ['audit.where', { ...WINDOW, city: CITY, level: 'township' }],
      ] as const) {
        const { status, body } = await ask(who, path, input)
        // A city of which they see nothing sounds like none.
        expect([403, 404]).toContain(status)
        expect(JSON.stringify(body)).not.toContain('incidents.view')
      }
      for (const path of ['audit.verify', 'audit.retain', 'audit.export']) {
        expect((await tell(who, path, path === 'audit.export' ? { ...WINDOW, rows: 1 } : {})).status).toBe(
          403,
        )
      }
    },
  )

  test('an auditor reads and verifies nothing away; the keeper of the audit does both', async () => {
    expect((await ask('auditor', 'audit.status', {})).status).toBe(200)
    expect((await tell('auditor', 'audit.verify', {})).status).toBe(403)
    expect((await tell('auditor', 'audit.retain', {})).status).toBe(403)
    expect((await ask('auditAdmin', 'audit.status', {})).status).toBe(200)
    expect((await tell('auditAdmin', 'audit.verify', {})).status).toBe(200)
    expect((await tell('auditAdmin', 'audit.retain', {})).status).toBe(200)
  })

  test('a look is told: who, with which roles, from where, at what, when, why, and is sealed within seconds', async () => {
    const began = Date.now()
    expect((await look('leader')).status).toBe(403)
    const { status, body } = await look('leader', { 'x-gridwall-purpose': 'briefing' })
    expect(status).toBe(200)
    const shown = body.result.data.id.length
    expect(shown).toBeGreaterThan(0)
    const own = await list('auditor', { person: ids.leader, action: 'incidents' })
    expect(own.rows).toHaveLength(1)
    expect(own.rows[0]).toMatchObject({
      personId: ids.leader,
      userName: ids.leader,
      kind: 'person',
      roles: ['leader'],
      address: '127.0.0.1',
      action: 'incidents.view',
      rows: shown,
      city: CITY,
      box: BOX,
      purpose: 'briefing',
    })
    expect(Date.parse(own.rows[0].at)).toBeGreaterThanOrEqual(began - 60_000)
    await expect
      .poll(async () => (await list('auditor', { person: ids.leader, action: 'incidents' })).rows[0].seq, {
        timeout: 60_000,
        interval: 500,
      })
      .toBeGreaterThan(0)
    expect((await list('auditor', { purpose: 'briefing' })).rows.map((row) => row.id)).toContain(
      own.rows[0].id,
    )
    expect((await list('auditor', { purpose: 'dispatch' })).rows).toEqual([])
  })

  test('looking at the audit is told too, and pages go on without a gap', async () => {
    for (let n = 0; n < 7; n++) await list('auditor')
    const seen: number[] = []
    let before: string | null = ''
    const all = await list('auditAdmin', { person: ids.auditor, limit: 500 })
    expect(all.rows.filter((row) => row.action === 'audit.list').length).toBeGreaterThanOrEqual(7)
    while (before !== null) {
      const page: { rows: ListedRow[]; next: string | null } = await list('auditAdmin', {
        person: ids.auditor,
        limit: 3,
        ...(before && { before }),
      })
      seen.push(...page.rows.map((row) => row.id))
      before = page.next
    }
    expect(seen).toEqual(all.rows.map((row) => row.id))
    expect([...seen].sort((a, b) => b - a)).toEqual(seen)
  })

  test('an auditor of one city reads what is about that city, and nothing else', async () => {
    await look('planner')
    const { rows } = await list('cityAuditor', { limit: 500 })
    expect(rows.length).toBeGreaterThan(0)
    // Besides the row the question itself leaves, which is about no city.
    expect(rows.filter((row) => row.city !== CITY)).toEqual([])
    expect((await list('foreignAuditor')).rows).toEqual([])
  })

  test('people of a window, the most active first', async () => {
    const { body } = await ask('auditor', 'audit.people', WINDOW)
    const people: { personId: string; rows: number }[] = body.result.data
    expect(people.map((person) => person.personId)).toEqual(
      expect.arrayContaining([ids.planner, ids.leader, ids.auditor]),
    )
    expect(people.map((person) => person.rows)).toEqual(
      people.map((person) => person.rows).sort((a, b) => b - a),
    )
  })

  test('where people looked: boxes by the areas they hold, areas by the ground they share', async () => {
    const database = http.api.database
    await look('planner')
    const { body } = await ask('auditor', 'audit.where', {
      ...WINDOW,
      city: CITY,
      level: 'township',
      person: ids.planner,
      action: 'incidents',
    })
    const answer = body.result.data
    const townships = await database.query<{ id: number }>(
      "SELECT id FROM areas WHERE city_code = $1 AND level = 'township' AND version = $2 ORDER BY id",
      [CITY, answer.version],
    )
    // The box holds the whole city.
    const [{ n }] = await database.query<{ n: number }>(
      "SELECT count(*)::int AS n FROM audit WHERE person_id = $1 AND action = 'incidents.view'",
      [ids.planner],
    )
    expect(answer.areaId).toEqual(townships.map((area) => area.id))
    expect(answer.looks).toEqual(townships.map(() => n))
    expect(answer.people).toEqual(townships.map(() => 1))
    expect(answer).toMatchObject({ counted: n, total: n, wholeCity: 0 })
    expect(answer.boxes[0]).toMatchObject({ box: BOX, userName: ids.planner, action: 'incidents.view' })

    // A look at one incident is about an area; a small box about the one that holds its middle.
    const [incident] = await database.query<{ id: number; cell: number; lng: number; lat: number }>(
      `SELECT i.id, i.cell_id AS cell, ST_X(i.geom) AS lng, ST_Y(i.geom) AS lat FROM incidents i
       JOIN kinds k ON k.city_code = i.city_code AND k.code = i.kind AND NOT k.dispute AND NOT k.sensitive
       WHERE i.city_code = $1 AND i.cell_id IS NOT NULL ORDER BY i.id LIMIT 1`,
      [CITY],
    )
    const [township] = await database.query<{ id: number }>(
      "SELECT area_id AS id FROM cell_areas WHERE city_code = $1 AND version = $2 AND level = 'township' AND cell_id = $3",
      [CITY, answer.version, incident.cell],
    )
    expect((await ask('planner', 'incidents.get', { city: CITY, id: incident.id })).status).toBe(200)
    const tiny = [incident.lng - 1e-7, incident.lat - 1e-7, incident.lng + 1e-7, incident.lat + 1e-7]
    await ask('planner', 'incidents.inView', { city: CITY, bbox: tiny, from: '2020-01-01', to: '2100-01-01' })
    const again = (
      await ask('auditor', 'audit.where', {
        ...WINDOW,
        city: CITY,
        level: 'township',
        person: ids.planner,
        action: 'incidents',
      })
    ).body.result.data
    expect(again.looks).toEqual(townships.map(({ id }) => n + (id === township.id ? 2 : 0)))
  })

  test('a file that leaves has the number of its row', async () => {
    const filter = { kinds: ['020000'], from: '2026-11-01', note: '13912345678' }
    const { status, body } = await tell('planner', 'exports.note', {
      city: CITY,
      what: 'incidents.csv',
      rows: 12,
      filter,
    })
    expect(status).toBe(200)
    const { number, at, userName } = body.result.data
    const [row] = (await list('auditor', { action: 'exports.note' })).rows
    expect(row).toMatchObject({ id: number, at, userName, target: 'incidents.csv', rows: 12, city: CITY })
    // What somebody typed may hold what leads to a person.
    expect(JSON.stringify(row.detail)).not.toContain('13912345678')
    expect(row.detail).toMatchObject({ filter: { kinds: ['020000'], from: '2026-11-01' } })
    expect(
      (await tell('auditor', 'exports.note', { city: CITY, what: 'incidents.csv', rows: 1 })).status,
    ).toBe(403)
    expect((await tell('planner', 'exports.note', { city: CITY, what: '../../etc', rows: 1 })).status).toBe(
      400,
    )
  })

  test('an answer whose audit row cannot be written is not given', async () => {
    const database = http.api.database
    const failing = async (work: () => Promise<void>) => {
      await database.script(
        "ALTER TABLE audit ADD CONSTRAINT full_disk CHECK (action NOT IN ('incidents.view', 'cameras.view', 'exports.note')) NOT VALID",
      )
      try {
        await work()
      } finally {
        await database.script('ALTER TABLE audit DROP CONSTRAINT full_disk')
      }
    }
    await failing(async () => {
      const { status, body } = await look('planner')
      expect(status).toBe(500)
      expect(body).not.toHaveProperty('result')
      expect(JSON.stringify(body)).not.toContain('full_disk')
      expect((await ask('planner', 'cameras.inView', { city: CITY, bbox: BOX })).status).toBe(500)
      expect(
        (await tell('planner', 'exports.note', { city: CITY, what: 'incidents.csv', rows: 1 })).status,
      ).toBe(500)
    })
    expect((await look('planner')).status).toBe(200)
  })

  test('retention keeps half a year whoever asks for less, is told, and the rest verifies', async () => {
    const database = http.api.database
    expect((await tell('auditAdmin', 'audit.retain', { days: 182 })).status).toBe(400)
    expect((await tell('auditAdmin', 'audit.retain', { days: 183.5 })).status).toBe(400)
    const before = (await list('auditor', { limit: 500, to: '2199-01-01T00:00:00Z' })).rows.length
    const answer = await tell('auditAdmin', 'audit.retain', { days: 200 })
    expect(answer.body.result.data).toEqual({ days: 200, removed: 0, through: null })
    expect((await list('auditor', { limit: 500 })).rows.length).toBeGreaterThanOrEqual(before)
    expect((await ask('auditor', 'audit.status', {})).body.result.data).toMatchObject({
      keepDays: 200,
      leastKeepDays: 183,
    })
    const [row] = (await list('auditor', { action: 'audit.retain' })).rows
    expect(row).toMatchObject({ personId: ids.auditAdmin, rows: 0, detail: { days: 200 } })
    const verified = await tell('auditAdmin', 'audit.verify', {})
    expect(verified.body.result.data.report).toMatchObject({ faults: [], faultCount: 0 })
    expect(await database.query("SELECT value FROM settings WHERE name = 'auditKeepDays'")).toEqual([
      { value: 200 },
    ])
  })

  test('under row-level security nobody writes for another, nor sees what is not theirs, nor changes anything', async () => {
    const database = http.api.database
    const columns = 'person_id, user_name, kind, roles, action'
    const row = (person: string | null, personKind: string) =>
      [
        `INSERT INTO audit (${columns}) VALUES ($1, 'x', '${personKind}', '{}', 'test.forge')`,
        [person],
      ] as const
    const as = async (id: string, text: string, params: readonly unknown[] = []) => {
      const viewing = viewAs(database, { id }, 'counts')
      try {
        const rows = await viewing.rows.query(text, [...params])
        await viewing.end()
        return rows
      } finally {
        await viewing.abandon()
      }
    }
    await expect(as(ids.planner, ...row(ids.leader, 'person'))).rejects.toThrow(/row-level security/)
    await expect(as(ids.planner, ...row(null, 'system'))).rejects.toThrow(/row-level security/)
    await expect(
      as(
        ids.planner,
        `INSERT INTO audit (at, ${columns}) VALUES (now(), $1, 'x', 'person', '{}', 'test.forge')`,
        [ids.planner],
      ),
    ).rejects.toThrow(/permission denied/)
    await as(ids.planner, ...row(ids.planner, 'person'))
    expect(await as(ids.planner, 'SELECT id FROM audit')).toEqual([])
    expect(await as(ids.securityAdmin, 'SELECT id FROM audit')).toEqual([])
    expect(await as(ids.systemAdmin, 'SELECT seq FROM audit_links')).toEqual([])
    expect((await as(ids.auditor, 'SELECT id FROM audit')).length).toBeGreaterThan(10)
    for (const [id, statement] of [
      [ids.auditAdmin, 'SELECT audit_retain(200)'],
      [ids.auditAdmin, 'SELECT audit_keep(200)'],
      [ids.planner, "INSERT INTO audit_links VALUES (1000000, 1000000, 'x', 'x')"],
    ] as const) {
      await expect(as(id, statement)).rejects.toThrow(/permission denied/)
    }
  })

  test('start and daily retention of the server are told as its own', async () => {
    const { rows } = await list('auditor', { action: 'server' })
    expect(rows[0]).toMatchObject({
      action: 'server.start',
      kind: 'system',
      personId: null,
      userName: 'server',
    })
    expect(
      (await list('auditor', { action: 'audit.retain', limit: 500 })).rows.some(
        (row) => row.kind === 'system',
      ),
    ).toBe(true)
  })

  test.each([
    ['audit.list', { ...WINDOW, limit: 501 }],
    ['audit.list', { ...WINDOW, before: '1;DROP TABLE audit' }],
    ['audit.list', { ...WINDOW, person: "x' OR 1=1" }],
    ['audit.list', { ...WINDOW, action: '%' }],
    ['audit.list', { ...WINDOW, nonsense: 1 }],
    ['audit.list', { from: 'yesterday', to: WINDOW.to }],
    ['audit.where', { ...WINDOW, city: CITY, level: 'nowhere' }],
  ])('%s refuses %j', async (path, input) => {
    expect((await ask('auditor', path, input)).status).toBe(400)
  })

  test('somebody who touched the database is found by the page', async () => {
    const database = http.api.database
    const [{ id }] = await database.query<{ id: number }>(
      'SELECT id FROM audit_links ORDER BY seq LIMIT 1 OFFSET 3',
    )
    await tamper(database, `UPDATE audit SET user_name = 'nobody' WHERE id = ${id}`)
    const { body } = await tell('auditAdmin', 'audit.verify', {})
    expect(body.result.data.report.faults).toMatchObject([{ what: 'edited', id, seq: 4 }])
    const status = await ask('auditor', 'audit.status', {})
    expect(status.body.result.data).toMatchObject({
      heads: { agrees: true },
      verification: { running: null, report: { faultCount: 1 } },
    })
    const path = headsPath(database.dataDir)
    expect(existsSync(path)).toBe(true)
    expect(readFileSync(path, 'utf8')).toMatch(/^1 \d+ \S+Z [0-9a-f]{64}\n/)
  })
})
