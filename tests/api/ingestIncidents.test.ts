import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSource } from '../factories/ingestSources.ts'
import { databaseKinds } from '../setup/database.ts'
import { openTestServer, type TestServer } from './http.ts'

interface Answer {
  accepted: number
  changed: number
  unchanged: number
  rejected: { index: number; id: string | null; reason: string }[]
}

const MINUTE = 60_000
const START = Date.parse('2026-11-22T01:00:00Z')
const at = (minutes: number) => new Date(START + minutes * MINUTE).toISOString()
const item = (id: string, more: object = {}) => ({
  id,
  kind: '020000',
  lng: 104.405,
  lat: 28.505,
  reportedAt: at(0),
  ...more,
})

describe.each(databaseKinds())('incidents that come in live on %s', (kind) => {
  let http: TestServer
  let token: string

  beforeAll(async () => {
    http = await openTestServer(kind)
    token = await createSource(http.api.database, 'ingest:110', 'incidents')
  })
  afterAll(() => http?.close())

  const send = (body: unknown, bearer = token) =>
    http.post('/ingest/incidents', body, { authorization: `Bearer ${bearer}` })
  const told = async (body: unknown, bearer = token): Promise<Answer> =>
    (await (await send(body, bearer)).json()) as Answer
  const rowsOf = (source: string) =>
    http.api.database.query<Record<string, unknown>>(
      `SELECT source_id, kind, level, channel, status, reported_at, dispatched_at, arrived_at, closed_at, due_at, outcome, cell_id,
         geom, attributes, synthetic, told_at FROM incidents WHERE source = $1 ORDER BY source_id`,
      [source],
    )

  test('one is kept with its micro-grid, told of live, counted and audited; again it changes nothing', async () => {
    const { database } = http.api
    const answer = await send(item('first', { text: '广场打架，联系 13812345678' }))
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({ accepted: 1, changed: 0, unchanged: 0, rejected: [] })
    const [row] = await database.query<Record<string, unknown>>(
      `SELECT i.id::int AS id, i.kind, i.level, i.channel, i.status, i.synthetic, i.attributes ->> 'text' AS text,
         a.level AS area, ST_Contains(a.geom, i.geom) AS inside
       FROM incidents i JOIN areas a ON a.city_code = i.city_code AND a.id = i.cell_id WHERE source_id = 'first'`,
    )
    expect(row).toMatchObject({
      kind: '020000',
      level: 4,
      channel: '110',
      status: 'new',
      synthetic: true,
      area: 'microGrid',
      inside: true,
    })
    expect(row.text).toBe('广场打架，联系 〔电话已删除〕')
    expect(
      await database.query(
        `SELECT user_name, kind, rows::int AS rows, address FROM audit WHERE action = 'incidents.ingest'`,
      ),
    ).toEqual([{ user_name: 'ingest:110', kind: 'system', rows: 1, address: '127.0.0.1' }])
    expect(await told(item('first', { text: '广场打架，联系 13812345678' }))).toEqual({
      accepted: 0,
      changed: 0,
      unchanged: 1,
      rejected: [],
    })
    expect(
      await database.query(`SELECT count(*)::int AS n FROM audit WHERE action = 'incidents.ingest'`),
    ).toEqual([{ n: 1 }])
  })

  test('the good ones of a batch are kept; each of the others is told what was expected and what came', async () => {
    const answer = await told([
      item('good-1'),
      item('no kind', { kind: '999999' }),
      item('swapped', { lng: 28.505, lat: 104.405 }),
      item('swapped by a little', { lng: 28.605, lat: 84.4 }),
      item('late', { dispatchedAt: at(-5) }),
      item('ahead', { reportedAt: new Date(Date.now() + 3_600_000).toISOString() }),
      item('odd', { place: 'square' }),
      { id: 'nothing' },
      7,
      item('good-2'),
    ])
    expect(answer).toMatchObject({ accepted: 3, changed: 0, unchanged: 0 })
    const reasons = Object.fromEntries(
      answer.rejected.map(({ index, id, reason }) => [`${index} ${id}`, reason]),
    )
    expect(Object.keys(reasons)).toEqual([
      '1 no kind',
      '2 swapped',
      '4 late',
      '5 ahead',
      '6 odd',
      '7 nothing',
      '8 null',
    ])
    expect(reasons['1 no kind']).toBe('kind: expected the code of a kind of shuifu, got "999999"')
    expect(reasons['2 swapped']).toBe('lat: expected a latitude from -90 to 90 degrees, got 104.405')
    expect(reasons['4 late']).toContain(
      `expected dispatchedAt at or after reportedAt (${at(0)}), got ${at(-5)}`,
    )
    expect(reasons['5 ahead']).toMatch(/^reportedAt: expected an instant that is not ahead of/)
    expect(reasons['6 odd']).toContain('got "place"')
    expect(reasons['7 nothing']).toContain('kind: expected the code of a kind such as "020000", got nothing')
    expect(reasons['8 null']).toContain('expected an object {…}, got 7')
    const none = await send([item('bad', { kind: 'x' })])
    expect(none.status).toBe(400)
    expect((await none.json()) as Answer).toMatchObject({ accepted: 0, rejected: [{ index: 0, id: 'bad' }] })
  })
})
