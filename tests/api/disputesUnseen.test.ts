import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RIGHTS_OF } from '../../api/roles.ts'
import { appRouter } from '../../api/router.ts'
import { PROCEDURES, type Subject } from '../factories/accessMatrix.ts'
import { createSource } from '../factories/ingestSources.ts'
import { grant } from '../factories/people.ts'
import { databaseKinds } from '../setup/database.ts'
import { openTestServer, type TestServer } from './http.ts'

// What disputes there are makes no difference to any answer but those of the fixed tables of disputes: everything else
// may be subtracted from everything else at will. Whoever keeps sources or reads the audit counts what comes in, whatever
// it is; they see no data (api/roles.ts).

const ROLES = ['planner', 'leader'] as const
const DATA_RIGHTS = new Set<string>(ROLES.flatMap((role) => RIGHTS_OF[role]))
const WINDOW = { from: '2020-01-01', to: '2027-01-01' }
const MONTH = { from: '2026-10-20', to: '2026-11-19' }

/** The server's clock in answers; replayed fixes are kept for so long before it. */
const NO_CLOCK = { at: undefined, fixesFrom: undefined }

interface Asked {
  path: string
  input: object
}

/** Every query of data, as the matrix of access asks it, and the sides of counts that it leaves out. */
async function questions(subject: Subject): Promise<Asked[]> {
  const procedures = appRouter._def.procedures as unknown as Record<string, { _def: { type: string } }>
  const asked: Asked[] = []
  for (const [path, { takes, questions: each = [] }] of Object.entries(PROCEDURES)) {
    if (procedures[path]._def.type !== 'query' || takes === 'signedIn' || takes.includes('disputes')) continue
    if (!takes.some((right) => DATA_RIGHTS.has(right))) continue
    for (const { input, about } of each) {
      if (about !== 'dispute') asked.push({ path, input: (await input?.(subject)) ?? {} })
    }
  }
  const { city, areaId } = subject
  const measures = ['closedInTime', 'medianHandling', 'resolvedLevel']
  for (const version of ['2018', '2025'])
    for (const level of ['city', 'district', 'squad', 'township', 'village', 'grid', 'microGrid'])
      if (version === '2025' || ['city', 'township', 'village', 'grid'].includes(level))
        asked.push({
          path: 'aggregates.byArea',
          input: {
            city,
            level,
            version,
            ...MONTH,
            measures,
            compareTo: 'previousYear',
            packed: level === 'microGrid',
          },
        })
  for (const bucket of ['hour', 'day', 'week', 'month', 'hourOfWeek'])
    asked.push({
      path: 'aggregates.series',
      input: { city, bucket, ...MONTH, compareTo: { from: '2026-09-20', to: '2026-10-20' } },
    })
  asked.push({ path: 'aggregates.byKind', input: { city, areaId, ...WINDOW, hoursOfWeek: [0, 20, 167] } })
  for (const method of ['moran', 'kde', 'nearRepeat'])
    asked.push({
      path: 'aggregates.hotspots',
      input: { city, level: 'village', method, permutations: 99, ...MONTH },
    })
  return asked
}

// On one database: what both show of disputes is compared in tests/db.
describe.each(databaseKinds().slice(-1))('a city with other disputes on %s', (kind) => {
  let http: TestServer
  let token: string
  let cookie: string
  let asked: Asked[]
  let disputeKinds: string[]
  /** Where an incident lies, [lng, lat]. */
  let places: [number, number][]

  beforeAll(async () => {
    http = await openTestServer(kind)
    const { database } = http.api
    token = await createSource(database, 'ingest:110', 'incidents')
    cookie = (await http.signIn(ROLES.map((role) => grant(role)))).cookie
    const [found] = await database.query<{
      area: number
      incidents: number[]
      cameras: number[]
      kinds: string[]
    }>(
      `SELECT (SELECT min(id) FROM areas WHERE level = 'township' AND version = '2025') AS area,
         (SELECT array_agg(id::int) FROM (SELECT i.id FROM incidents i JOIN kinds k ON (k.city_code, k.code) = (i.city_code, i.kind)
           WHERE NOT k.dispute AND NOT k.sensitive ORDER BY i.id LIMIT 4) t) AS incidents,
         (SELECT array_agg(id) FROM (SELECT id FROM cameras ORDER BY id LIMIT 2) t) AS cameras,
         (SELECT array_agg(code ORDER BY code) FROM kinds WHERE city_code = 'shuifu' AND dispute) AS kinds`,
    )
    disputeKinds = found.kinds
    const points = await database.query<{ lng: number; lat: number }>(
      "SELECT ST_X(label_point) AS lng, ST_Y(label_point) AS lat FROM areas WHERE level = 'microGrid' ORDER BY id LIMIT 40",
    )
    places = points.map(({ lng, lat }) => [lng, lat])
    const [a, b, c, d] = found.incidents
    const unused = async () => ''
    asked = await questions({
      city: 'shuifu',
      areaId: found.area,
      incidents: { shared: { publicOrder: a, governance: b }, other: { publicOrder: c, governance: d } },
      cameras: { shared: found.cameras[0], other: found.cameras[1] },
      point: places[0],
      dispute: 0,
      person: unused,
      session: unused,
      kiosk: unused,
    })
  })
  afterAll(() => http?.close())

  async function ask({ path, input }: Asked): Promise<{ result?: { data: object } }> {
    const answer = await http.get(`/trpc/${path}?input=${encodeURIComponent(JSON.stringify(input))}`, {
      cookie,
      'x-gridwall-purpose': 'inspection',
    })
    return (await answer.json()) as { result?: { data: object } }
  }

  /** Every answer, without the instant at which it was given. */
  async function askAll(): Promise<Record<string, string>> {
    const answers: Record<string, string> = {}
    for (const question of asked) {
      const { result, ...rest } = await ask(question)
      const data = result && { ...result.data, ...NO_CLOCK }
      answers[`${question.path} ${JSON.stringify(question.input)}`] = JSON.stringify({ data, ...rest })
    }
    const days = await http.get('/bundles/days/shuifu.bin', { cookie, 'accept-encoding': 'identity' })
    expect(days.status).toBe(200)
    answers.days = `${days.headers.get('etag')} ${Buffer.from(await days.arrayBuffer()).toString('base64')}`
    return answers
  }

  const send = async (items: object[]) => {
    const answer = await http.post('/ingest/incidents', items, { authorization: `Bearer ${token}` })
    return (await answer.json()) as { accepted: number; changed: number }
  }
  const item = (id: string, code: string, [lng, lat]: [number, number], minutesAgo: number) => ({
    id,
    kind: code,
    lng,
    lat,
    reportedAt: new Date(Date.now() - 60_000 * minutesAgo).toISOString(),
  })

  test('gives the same answers to every question but those about disputes', async () => {
    const before = await askAll()
    const refused = Object.values(before).filter((answer) => answer.includes('"error":{'))
    expect(refused.length).toBeLessThan(10)
    expect(asked.length).toBeGreaterThan(50)

    const { database } = http.api
    // One after another as a register would, and one batch.
    expect(await send([item('d', disputeKinds[0], places[0], 0)])).toMatchObject({ accepted: 1 })
    const many = places.map((place, i) =>
      item(`d${i}`, disputeKinds[i % disputeKinds.length], place, i < 10 ? i : 9_000 * i),
    )
    expect(await send(many)).toMatchObject({ accepted: many.length })
    // Closed, moved, of another kind, merged, gone: as much as may happen to rows.
    await database.script(`
      UPDATE incidents SET status = 'closed', closed_at = reported_at + interval '1 hour' WHERE id < 0 AND id % 5 = 0;
      UPDATE incidents SET geom = ST_Translate(geom, 0.001, 0.001) WHERE id < 0 AND id % 5 = -1;
      UPDATE incidents SET kind = '${disputeKinds[0]}' WHERE id < 0 AND id % 5 = -2;
      UPDATE incidents SET duplicate_of = (SELECT max(id) FROM incidents WHERE id < 0) WHERE id < -10 AND id % 5 = -3;
      DELETE FROM incidents WHERE id < 0 AND id % 5 = -4`)
    // The health of sources is written every second.
    await expect
      .poll(async () => (await database.query("SELECT accepted FROM sources WHERE code = 'ingest:110'"))[0])
      .toEqual({ accepted: many.length + 1 })
    expect(await askAll()).toEqual(before)
  })

  test('numbers what comes in, counts it and tells of it as if they were not there', async () => {
    const total = async () => {
      const { result } = await ask({
        path: 'aggregates.byArea',
        input: { city: 'shuifu', level: 'city', from: '2020-01-01', to: '2099-01-01' },
      })
      return (result?.data as { totals: { count: number } } | undefined)?.totals.count ?? 0
    }
    const numberOf = async (id: string) =>
      (
        await http.api.database.query<{ id: number }>(
          'SELECT id::int AS id FROM incidents WHERE source_id = $1',
          [id],
        )
      )[0].id
    const held = await total()
    expect(await send([item('one', '020000', places[0], 1)])).toMatchObject({ accepted: 1 })
    await expect.poll(total).toBe(held + 1)
    const disputes = places.slice(0, 7).map((place, i) => item(`e${i}`, disputeKinds[0], place, 1))
    expect(await send([...disputes, item('two', '020000', places[1], 1)])).toMatchObject({ accepted: 8 })
    await expect.poll(total).toBe(held + 2)
    expect(await numberOf('two')).toBe((await numberOf('one')) + 1)
  })
})
