import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RIGHTS_OF } from '../../api/roles.ts'
import { appRouter } from '../../api/router.ts'
import { PROCEDURES, type Subject } from '../factories/accessMatrix.ts'
import { createSource } from '../factories/ingestSources.ts'
import { grant } from '../factories/people.ts'
import { databaseKinds } from '../setup/database.ts'
import { openTestServer, type TestServer } from './http.ts'

// Rows that somebody does not see make no difference to any answer they get: answers may be subtracted from one another at
// will. Disputes are in the fixed tables of disputes and nowhere else. Whoever keeps sources or reads the audit counts what
// comes in, whatever it is; they see no data (api/roles.ts).

const ROLES = ['planner', 'leader'] as const
const DATA_RIGHTS = new Set<string>(ROLES.flatMap((role) => RIGHTS_OF[role]))
const WINDOW = { from: '2020-01-01', to: '2027-01-01' }
const MONTH = { from: '2026-10-20', to: '2026-11-19' }

/** The server's clock in answers; replayed fixes are kept for so long before it. */
const NO_CLOCK = { at: undefined, fixesFrom: undefined }
/** That something came in somewhere in the city, everybody in it is told: as-of, numbers of events and feeds are the city's. */
const NO_PULSE = { ...NO_CLOCK, countedAt: undefined, eventId: undefined, feeds: undefined }

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
describe.each(databaseKinds().slice(-1))('rows that are not seen on %s', (kind) => {
  let http: TestServer
  let token: string
  /** Who may see everything, and who sees governance alone. */
  let cookie: string
  let clerk: string
  let asked: Asked[]
  let kinds: Record<'dispute' | 'publicOrder', string[]>
  /** Where an incident lies, [lng, lat]. */
  let places: [number, number][]

  beforeAll(async () => {
    http = await openTestServer(kind)
    const { database } = http.api
    token = await createSource(database, 'ingest:110', 'incidents')
    cookie = (await http.signIn(ROLES.map((role) => grant(role)))).cookie
    clerk = (await http.signIn([grant('centreClerk'), grant('gridWorker')])).cookie
    const [found] = await database.query<{
      area: number
      incidents: number[]
      cameras: number[]
      dispute: string[]
      publicOrder: string[]
    }>(
      `SELECT (SELECT min(id) FROM areas WHERE level = 'township' AND version = '2025') AS area,
         (SELECT array_agg(id::int) FROM (SELECT i.id FROM incidents i JOIN kinds k ON (k.city_code, k.code) = (i.city_code, i.kind)
           WHERE NOT k.dispute AND NOT k.sensitive ORDER BY i.id LIMIT 4) t) AS incidents,
         (SELECT array_agg(id) FROM (SELECT id FROM cameras ORDER BY id LIMIT 2) t) AS cameras,
         (SELECT array_agg(code ORDER BY code) FROM kinds WHERE city_code = 'shuifu' AND dispute) AS dispute,
         (SELECT array_agg(code ORDER BY code) FROM kinds WHERE city_code = 'shuifu' AND public_order) AS "publicOrder"`,
    )
    kinds = found
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

  async function ask(
    { path, input }: Asked,
    as: string,
  ): Promise<{ result?: { data: { totals?: { count: number } } } }> {
    const answer = await http.get(`/trpc/${path}?input=${encodeURIComponent(JSON.stringify(input))}`, {
      cookie: as,
      'x-gridwall-purpose': 'inspection',
    })
    return (await answer.json()) as { result?: { data: object } }
  }

  async function askAll(as: string, without: object): Promise<Record<string, string>> {
    const answers: Record<string, string> = {}
    for (const question of asked) {
      const { result, ...rest } = await ask(question, as)
      const data = result && { ...result.data, ...without }
      answers[`${question.path} ${JSON.stringify(question.input)}`] = JSON.stringify({ data, ...rest })
    }
    const days = await http.get('/bundles/days/shuifu.bin', { cookie: as, 'accept-encoding': 'identity' })
    expect(days.status).toBe(200)
    answers.days = Buffer.from(await days.arrayBuffer()).toString('base64')
    return answers
  }

  const send = async (items: object[]) => {
    const answer = await http.post('/ingest/incidents', items, { authorization: `Bearer ${token}` })
    expect(await answer.json()).toMatchObject({ accepted: items.length })
  }
  const item = (id: string, kind: string, [lng, lat]: [number, number], minutesAgo: number) => ({
    id,
    kind,
    lng,
    lat,
    reportedAt: new Date(Date.now() - 60_000 * minutesAgo).toISOString(),
  })

  /** Incidents of these kinds come, one and many; then as much happens to them as may happen to rows. */
  async function stir(name: string, of: readonly string[], minutesAgo = 0): Promise<void> {
    const { database } = http.api
    const accepted = async () =>
      Number((await database.query<{ accepted: number }>('SELECT accepted FROM sources'))[0].accepted)
    const before = await accepted()
    await send([item(`${name} 0`, of[0], places[0], minutesAgo)])
    const many = places.map((place, i) =>
      item(`${name} ${i + 1}`, of[i % of.length], place, minutesAgo + (i < 10 ? i : 9_000 * i)),
    )
    await send(many)
    const rows = (rest: number) => `WHERE source_id LIKE '${name} %' AND abs(id) % 5 = ${rest}`
    await database.script(`
      UPDATE incidents SET status = 'closed', closed_at = reported_at + interval '1 hour' ${rows(0)};
      UPDATE incidents SET geom = ST_Translate(geom, 0.001, 0.001) ${rows(1)};
      UPDATE incidents SET kind = '${of[0]}' ${rows(2)};
      UPDATE incidents SET duplicate_of = (SELECT max(id) FROM incidents ${rows(0)}) ${rows(3)};
      DELETE FROM incidents ${rows(4)}`)
    // The health of sources is written every second.
    await expect.poll(accepted).toBe(before + 1 + many.length)
  }

  test('disputes change no answer but those about disputes', async () => {
    const before = await askAll(cookie, NO_CLOCK)
    expect(asked.length).toBeGreaterThan(50)
    expect(Object.values(before).filter((answer) => answer.includes('"error":{')).length).toBeLessThan(10)
    await stir('dispute', kinds.dispute)
    expect(await askAll(cookie, NO_CLOCK)).toEqual(before)
  })

  test('what is public order changes no answer for who sees governance, but that something came', async () => {
    const before = await askAll(clerk, NO_PULSE)
    // Late ones: what is new moves as-of, and with it every window that ends there.
    await stir('order', kinds.publicOrder, 3 * 1440)
    expect(await askAll(clerk, NO_PULSE)).toEqual(before)
  })

  test('disputes leave no gap in the numbers of what comes after them', async () => {
    const total = async () => {
      const window = { from: '2020-01-01', to: '2099-01-01' }
      const { result } = await ask(
        { path: 'aggregates.byArea', input: { city: 'shuifu', level: 'city', ...window } },
        cookie,
      )
      return result?.data.totals?.count ?? 0
    }
    const numberOf = async (id: string) =>
      (
        await http.api.database.query<{ id: number }>(
          'SELECT id::int AS id FROM incidents WHERE source_id = $1',
          [id],
        )
      )[0].id
    const held = await total()
    await send([item('one', '020000', places[0], 1)])
    await expect.poll(total).toBe(held + 1)
    await send([
      ...places.slice(0, 7).map((place, i) => item(`between ${i}`, kinds.dispute[0], place, 1)),
      item('two', '020000', places[1], 1),
    ])
    await expect.poll(total).toBe(held + 2)
    expect(await numberOf('two')).toBe((await numberOf('one')) + 1)
  })
})
