import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tokenHash } from '../../api/ingest/tokens.ts'
import { ingestAs } from '../../db/ingesting.ts'
import { findBearer } from '../../db/queries/ingestTokens.ts'
import { fromWgs84 } from '../../geodata/crs.ts'
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

  test('stages only go forward, each at its first time; a correction of place or kind is taken', async () => {
    await told(item('course', { level: 2 }))
    expect(await told(item('course', { dispatchedAt: at(2) }))).toMatchObject({ changed: 1 })
    expect(await told(item('course', { dispatchedAt: at(2), arrivedAt: at(9) }))).toMatchObject({
      changed: 1,
    })
    // An older statement that comes late takes nothing back.
    expect(await told(item('course', { kind: '030000' }))).toMatchObject({ unchanged: 1 })
    expect(
      await told(item('course', { kind: '030000', lng: 104.415, updatedAt: at(12), outcome: 'assisted' })),
    ).toMatchObject({ changed: 1 })
    const answer = await told(item('course', { lng: 104.415, closedAt: at(20), status: 'dispatched' }))
    expect(answer).toMatchObject({ changed: 1, rejected: [] })
    const [row] = (await rowsOf('ingest:110')).filter(({ source_id }) => source_id === 'course')
    expect(row).toMatchObject({
      kind: '020000',
      level: 2,
      status: 'closed',
      dispatched_at: new Date(at(2)),
      arrived_at: new Date(at(9)),
      closed_at: new Date(at(20)),
      outcome: 'assisted',
    })
  })

  test('positions in GCJ-02 end where they are, and in the same micro-grid', async () => {
    const [lng, lat] = fromWgs84([104.405, 28.505], 'GCJ-02')
    await told([item('datum'), item('gcj', { lng, lat, crs: 'GCJ-02' })])
    const [datum, gcj] = (await rowsOf('ingest:110')).filter(({ source_id }) =>
      ['datum', 'gcj'].includes(String(source_id)),
    )
    expect({ ...gcj, source_id: 'datum' }).toEqual(datum)
  })

  test('any order and any doubling of statements leaves the same rows', async () => {
    let round = 0
    // The course of an incident: what is known at each of its moments, each statement with all that came before.
    const course = fc.record({
      id: fc.integer({ min: 1, max: 3 }),
      steps: fc.array(fc.constantFrom('dispatchedAt', 'arrivedAt', 'closedAt'), { maxLength: 3 }),
      corrections: fc.array(
        fc.record({ kind: fc.constantFrom('020000', '030000'), east: fc.integer({ min: 0, max: 9 }) }),
        {
          minLength: 1,
          maxLength: 3,
        },
      ),
    })
    const statementsOf = ({
      id,
      steps,
      corrections,
    }: typeof course extends fc.Arbitrary<infer T> ? T : never) => {
      const order = ['dispatchedAt', 'arrivedAt', 'closedAt'].filter((step) =>
        steps.some((each) => each === step),
      )
      return corrections.flatMap(({ kind, east }, nth) =>
        [...order.keys(), order.length].map((known) =>
          item(`i${id}`, {
            kind,
            lng: 104.405 + east / 1000,
            level: 1 + (east % 4),
            // No two statements of one incident are from the same moment.
            updatedAt: at(100 * nth + 10 * known + id / 10),
            ...Object.fromEntries(order.slice(0, known).map((step, n) => [step, at(n + 1)])),
          }),
        ),
      )
    }
    await fc.assert(
      fc.asyncProperty(
        fc
          .uniqueArray(course, { minLength: 1, maxLength: 3, selector: ({ id }) => id })
          .map((courses) => courses.flatMap(statementsOf))
          .chain((statements) =>
            fc.tuple(
              fc.constant(statements),
              fc.shuffledSubarray([...statements, ...statements], { minLength: statements.length * 2 }),
              fc.integer({ min: 1, max: 9 }),
            ),
          ),
        async ([statements, shuffled, size]) => {
          round += 1
          const [first, second] = await Promise.all(
            ['a', 'b'].map(async (letter) => {
              const source = `ingest:${kind}-${letter}${round}`
              return { source, token: await createSource(http.api.database, source, 'incidents') }
            }),
          )
          await told(statements, first.token)
          for (let from = 0; from < shuffled.length; from += size) {
            const answer = await told(shuffled.slice(from, from + size), second.token)
            expect(answer.rejected).toEqual([])
          }
          const once = await rowsOf(first.source)
          expect(await rowsOf(second.source)).toEqual(once)
          expect(once).toHaveLength(new Set(statements.map(({ id }) => id)).size)
        },
      ),
      { numRuns: 10, seed: 7 },
    )
  })

  test('requests that bring the same at once leave one row of each', async () => {
    const token = await createSource(http.api.database, `ingest:race-${kind}`, 'incidents')
    const batch = Array.from({ length: 50 }, (_, n) => item(`race-${n}`))
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, n) => told(n % 2 === 0 ? batch : batch.toReversed(), token)),
    )
    expect(answers.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(50)
    expect(answers.reduce((sum, { unchanged }) => sum + unchanged, 0)).toBe(250)
    expect(await rowsOf(`ingest:race-${kind}`)).toHaveLength(50)
  })

  test('an id that could be a number of a person is kept as its hash, and stays one', async () => {
    await told([item('13812345678', { level: 1 }), item('13812345678', { level: 2 })])
    const [row] = (await rowsOf('ingest:110')).filter(({ source_id }) => String(source_id).startsWith('#'))
    expect(row).toMatchObject({ level: 2 })
    expect(await told(item('13812345678', { level: 2 }))).toMatchObject({ unchanged: 1 })
  })

  test('what is answered is on the disk, however the other writers of the database commit', async () => {
    const { database } = http.api
    const bearer = await findBearer(database, tokenHash(token))
    const shown = await ingestAs(database, bearer?.id ?? 0, (tx) => tx.query('SHOW synchronous_commit'))
    expect(shown).toEqual([{ synchronous_commit: 'on' }])
  })

  test('a dispute is kept and told to nobody', async () => {
    const { database } = http.api
    const [{ code }] = await database.query<{ code: string }>(
      "SELECT code FROM kinds WHERE city_code = 'shuifu' AND dispute ORDER BY code LIMIT 1",
    )
    const count = async () =>
      (
        await database.query<{ n: number }>(
          'SELECT ((SELECT count(*) FROM live_events) + (SELECT count(*) FROM live_waiting))::int AS n',
        )
      )[0].n
    const before = await count()
    expect(await told(item('dispute', { kind: code }))).toMatchObject({ accepted: 1 })
    expect(await count()).toBe(before)
    expect(await told(item('no dispute'))).toMatchObject({ accepted: 1 })
    expect(await count()).toBe(before + 1)
  })
})
