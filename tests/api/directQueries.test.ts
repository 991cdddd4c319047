import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { grant } from '../factories/people.ts'
import { databaseKinds } from '../setup/database.ts'
import { PeopleServer } from './peopleServer.ts'

type Input = Record<string, unknown>
interface Answer {
  result?: { data: { count: (number | null)[]; totals: { count: number | null }; countedAt: string } }
  error?: { message: string; data: { code: string; httpStatus: number } }
}

const window = { city: 'shuifu', from: '2025-01-01', to: '2026-01-01' }
const byArea = { ...window, level: 'microGrid' }
const series = { ...window, bucket: 'month' }

describe.each(databaseKinds())('questions for counts by HTTP on %s', (kind) => {
  let server: PeopleServer
  const cookies = new Map<string, string>()

  beforeAll(async () => {
    server = await PeopleServer.open(kind)
    const areaOf = (level: string, index = 0) =>
      server.ground.areas.filter((area) => area.version === '2025' && area.level === level)[index].id
    const people = {
      planner: [grant('planner')],
      // As the planner sees it.
      leader: [grant('leader', 'shuifu')],
      squad: [grant('officer', 'shuifu', areaOf('squad'))],
      otherSquad: [grant('officer', 'shuifu', areaOf('squad', 1))],
      village: [grant('gridWorker', 'shuifu', areaOf('village'))],
      department: [grant('department', 'shuifu')],
      auditor: [grant('auditor')],
    }
    for (const [name, grants] of Object.entries(people)) {
      await server.person(name, grants)
      cookies.set(name, await server.cookieOf(name))
    }
  })
  afterAll(() => server?.close())

  async function get(name: string, paths: string, query: string, headers: Record<string, string> = {}) {
    const {
      status,
      body,
      headers: sent,
    } = await server.send(`/trpc/${paths}?${query}`, {
      cookie: cookies.get(name),
      headers: { 'accept-encoding': 'br', ...headers },
    })
    return { status, body: body as Answer | Answer[], headers: sent }
  }
  const encoded = (input: unknown) => `input=${encodeURIComponent(JSON.stringify(input))}`
  /** Left to tRPC's own adapter: an empty `batch` is no batch. */
  const byAdapter = (name: string, path: string, input: Input) => get(name, path, `${encoded(input)}&batch=`)
  const directly = (name: string, path: string, input: Input) => get(name, path, encoded(input))
  const withoutInstant = (body: unknown): unknown =>
    JSON.parse(JSON.stringify(body, (key, value: unknown) => (key === 'countedAt' ? '' : value)))

  test('say what tRPC’s adapter says, one by one and in a batch, for everybody', async () => {
    for (const name of cookies.keys()) {
      const questions: [string, Input][] = [
        ['aggregates.byArea', byArea],
        ['aggregates.byArea', { ...byArea, packed: true, compareTo: 'previousYear' }],
        ['aggregates.byArea', { ...byArea, measures: ['closedInTime'] }],
        ['aggregates.byKind', { ...window, kinds: ['010000'] }],
        ['aggregates.series', series],
        ['disputes.offers', { city: 'shuifu' }],
        // Wrong in every way.
        ['aggregates.byArea', { ...byArea, level: 'street' }],
        ['aggregates.byArea', { ...byArea, within: 999_999 }],
        ['aggregates.byKind', { ...window, misspelt: 1 }],
        ['aggregates.series', { city: 'nowhere' }],
        ['aggregates.series', {}],
      ]
      for (const [path, input] of questions) {
        const expected = await byAdapter(name, path, input)
        // The second is out of memory where the first may be kept.
        for (let time = 0; time < 2; time++) {
          const answer = await directly(name, path, input)
          expect(answer.status).toBe(expected.status)
          expect(withoutInstant(answer.body)).toEqual(withoutInstant(expected.body))
          for (const header of ['content-type', 'content-encoding', 'cache-control', 'vary'])
            expect(answer.headers.get(header)).toBe(expected.headers.get(header))
        }
      }
      const good = questions.slice(0, 5)
      const paths = good.map(([path]) => path).join(',')
      const inputs = Object.fromEntries(good.map(([, input], place) => [place, input]))
      const singles = await Promise.all(good.map(([path, input]) => directly(name, path, input)))
      const batch = await get(name, paths, `batch=1&${encoded(inputs)}`)
      if (singles.every(({ status }) => status === 200)) expect(batch.status).toBe(200)
      const withoutPath = (answers: unknown) =>
        JSON.parse(JSON.stringify(answers, (key, value: unknown) => (key === 'stack' ? undefined : value)))
      expect(withoutInstant(withoutPath(batch.body))).toEqual(withoutInstant(singles.map(({ body }) => body)))
    }
  })

  test('are kept for whoever sees the same, and nobody else is ever answered with them', async () => {
    const ask = async (name: string) => {
      const { status, body } = await directly(name, 'aggregates.byArea', byArea)
      return JSON.stringify([status, withoutInstant(body)])
    }
    const alone = new Map<string, string>()
    for (const name of cookies.keys()) {
      alone.set(
        name,
        JSON.stringify([
          (await byAdapter(name, 'aggregates.byArea', byArea)).status,
          withoutInstant((await byAdapter(name, 'aggregates.byArea', byArea)).body),
        ]),
      )
    }
    const names = Array.from({ length: 5 }, () => [...cookies.keys()]).flat()
    const answers = await Promise.all(names.map(ask))
    expect(answers).toEqual(names.map((name) => alone.get(name)))
    expect(alone.get('leader')).toBe(alone.get('planner'))
    expect(new Set(alone.values()).size).toBe(alone.size - 1)
  })

  test('count what was written since, and follow rights at once', async () => {
    const total = async (name: string) => {
      const { status, body } = await directly(name, 'aggregates.byArea', byArea)
      return status === 200 && !Array.isArray(body) ? body.result?.data.totals.count : status
    }
    const before = Number(await total('planner'))
    expect(await total('planner')).toBe(before)
    await server.database.query(
      `INSERT INTO incidents (city_code, source, source_id, kind, reported_at, status, cell_id, geom, synthetic)
       SELECT city_code, 'late', 'late', kind, '2025-06-01T00:00:00Z', 'recorded', cell_id, geom, true
       FROM incidents WHERE kind = '010100' AND cell_id IS NOT NULL LIMIT 1`,
    )
    await expect.poll(() => total('planner')).toBe(before + 1)
    expect(await total('leader')).toBe(before + 1)
    await server.database.query(
      `DELETE FROM grants WHERE person_id = (SELECT id FROM users WHERE username = 'leader')`,
    )
    await expect.poll(() => total('leader')).toBe(404)
    expect(await total('planner')).toBe(before + 1)
  })
})
