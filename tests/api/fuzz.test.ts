import fc, { type Arbitrary } from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Grant, PURPOSES, RIGHTS_OF, type Right } from '../../api/access.ts'
import { AUTH_PATHS } from '../../api/auth.ts'
import { appRouter } from '../../api/router.ts'
import type { Meta } from '../../api/trpc.ts'
import { grant } from '../factories/people.ts'
import { databaseKinds } from '../setup/database.ts'
import { arbitraryOf, garbage, type LikelyValues } from '../setup/zodArbitrary.ts'
import { openTestServer, PASSWORD, type TestServer } from './http.ts'

/** Stands in rows that only some may see, so that one search of an answer finds what leaked. */
const OUTSIDE = 'canary-outside'
const INSIDE = 'canary-inside'
/** No answer is longer, in characters: of the toy city even the longest is a hundredth. */
const LONGEST_ANSWER = 4_000_000

interface Procedure {
  path: string
  type: 'query' | 'mutation' | 'subscription'
  right: Meta['right']
  input: Arbitrary<unknown>
}

interface Actor {
  name: string
  cookie: string
  grants: readonly Grant[]
}

/** Taken from the router itself: a procedure added later is covered without a word here. */
function proceduresOf(likely: LikelyValues): Procedure[] {
  const procedures: object = appRouter._def.procedures
  return Object.entries(procedures).map(([path, { _def }]) => ({
    path,
    type: _def.type,
    right: _def.meta.right,
    input: fc.oneof(
      {
        weight: 8,
        arbitrary: fc
          .tuple(...(_def.inputs ?? []).map((schema: unknown) => arbitraryOf(schema, likely)))
          .map((parts) => Object.assign({}, ...parts.filter((part) => typeof part === 'object'))),
      },
      { weight: 1, arbitrary: garbage },
    ),
  }))
}

// GRIDWALL_RUNS=3000 looks longer.
const RUNS = Number(process.env.GRIDWALL_RUNS ?? 900)

describe.each(databaseKinds())('whatever anybody sends on %s', (kind) => {
  let http: TestServer
  let actors: Actor[]
  let likely: LikelyValues
  let hiddenIncidents: Set<number>

  beforeAll(async () => {
    http = await openTestServer(kind)
    const { ground } = http.api
    const village = ground.areas.find(({ level }) => level === 'village')
    if (!village) throw new Error('The toy city has no village.')
    const cells = new Set(
      ground.cells.filter(({ areaIds }) => areaIds.includes(village.id)).map(({ id }) => id),
    )
    const inside = [...cells].join()
    const { query } = http.api.database
    for (const [table, column] of [
      ['incidents', 'outcome'],
      ['cameras', 'type'],
    ]) {
      await query(
        `UPDATE ${table} SET ${column} = CASE WHEN cell_id IN (${inside}) THEN '${INSIDE}' ELSE '${OUTSIDE}' END`,
      )
    }
    const hidden = await query<{ id: number }>(
      `SELECT id::int FROM incidents WHERE cell_id IS NULL OR cell_id NOT IN (${inside})`,
    )
    hiddenIncidents = new Set(hidden.map(({ id }) => id))
    const people: [string, Grant[]][] = [
      ['a wall', [grant('wall', 'shuifu')]],
      ['an officer of a village', [grant('officer', 'shuifu', village.id)]],
      ['a grid worker of a village', [grant('gridWorker', 'shuifu', village.id)]],
      ['a department', [grant('department', 'shuifu')]],
      ['a leader', [grant('leader')]],
      ['a planner', [grant('planner')]],
      ['an auditor', [grant('auditor')]],
      ['a system administrator', [grant('systemAdmin')]],
      ['a security administrator', [grant('securityAdmin')]],
      ['an audit administrator', [grant('auditAdmin')]],
      ['somebody without a role', []],
    ]
    actors = [{ name: 'a stranger', cookie: '', grants: [] }]
    for (const [name, grants] of people) {
      actors.push({ name, grants, cookie: (await http.signIn(grants)).cookie })
    }
    likely = {
      city: ['shuifu', '530681'],
      version: ['2025', '2018'],
      level: ['grid', 'village', 'squad', 'microGrid', 'nowhere'],
      from: ['2025-01-01', '2025-06-01T00:00:00Z'],
      to: ['2026-02-01', '2026-06-01T00:00:00+08:00'],
      areaId: [1, village.id, ground.areas.length, ground.areas.length + 1],
      within: [1, village.id, ground.areas.length],
      id: [1, 2, 40, 'test-1', 'nobody'],
      bbox: [
        [104, 28, 105, 29],
        [104.3, 28.5, 104.5, 28.7],
      ],
      bucket: ['day', 'month', 'hourOfWeek'],
      limit: [1, 50],
      kinds: [['010000'], ['020000', '030000']],
      lng: [104.4],
      lat: [28.6],
      code: ['ingest:110'],
      name: ['一号台'],
      unitId: [1, 2],
      incidentId: [1, 2],
      eventId: ['0-0', '0'],
      // Long ones would let one question take seconds; what they answer is tested elsewhere.
      permutations: [99],
    }
  })
  afterAll(() => http?.close())

  /** Nobody sends what must not be sent: the checks that hold for every answer. */
  function checkAnswer(actor: Actor, answer: Response, body: string): void {
    expect(answer.status).toBeLessThan(500)
    expect(body.length).toBeLessThan(LONGEST_ANSWER)
    expect(body).not.toMatch(/\n\s+at |node_modules|\.ts:\d|SQLSTATE|syntax error at|relation "/)
    const roles = new Set(actor.grants.map(({ role }) => role))
    const seesPoints = ['officer', 'gridWorker', 'department', 'leader', 'planner'].some((role) =>
      [...roles].some((held) => held === role),
    )
    if (!seesPoints) expect(body).not.toContain('canary-')
    if (actor.grants.some(({ areaId }) => areaId !== null)) expect(body).not.toContain(OUTSIDE)
  }

  /** Ids of incidents in an answer of a procedure that shows them one by one. */
  function incidentIds(path: string, body: string): number[] {
    const data = JSON.parse(body)?.result?.data
    if (path === 'incidents.inView') return data?.id ?? []
    if (path === 'incidents.latest') return (data?.incidents ?? []).map(({ id }: { id: number }) => id)
    return path === 'incidents.get' && data ? [data.id] : []
  }

  const mayUse = ({ grants }: Actor, { right }: Procedure) =>
    right === 'signedIn' ||
    grants.some(({ role }) => right.some((each) => (RIGHTS_OF[role] as readonly Right[]).includes(each)))

  test('the canaries sing where they may', async () => {
    const officer = actors.find(({ name }) => name === 'an officer of a village')
    const planner = actors.find(({ name }) => name === 'a planner')
    const ask = async (actor: Actor | undefined, path: string, input: object) =>
      (
        await http.get(
          `/trpc/${path}?input=${encodeURIComponent(JSON.stringify({ city: 'shuifu', ...input }))}`,
          {
            cookie: actor?.cookie ?? '',
          },
        )
      ).text()
    for (const [path, input] of [
      ['incidents.latest', { limit: 500 }],
      ['cameras.inView', { bbox: [100, 20, 110, 40] }],
    ] as const) {
      expect(await ask(officer, path, input)).toContain(INSIDE)
      expect(await ask(officer, path, input)).not.toContain(OUTSIDE)
      expect(await ask(planner, path, input)).toContain(OUTSIDE)
    }
  })

  test('every procedure answers everybody in bounds, and nobody gets what is not theirs', async () => {
    // A stream never ends: tests/api/live asks it.
    const procedures = proceduresOf(likely).filter(({ type }) => type !== 'subscription')
    expect(procedures.length).toBeGreaterThan(30)
    const answered = new Map<number, number>()
    const good = new Set<string>()
    const question = fc
      .constantFrom(...procedures)
      .chain((procedure) => fc.tuple(fc.constant(procedure), procedure.input))
    await fc.assert(
      fc.asyncProperty(
        question,
        fc.nat({ max: 11 }),
        fc.boolean(),
        fc.option(fc.constantFrom(...PURPOSES, 'curiosity'), { nil: undefined }),
        fc.boolean(),
        async ([procedure, input], drawn, batch, purpose, entitled) => {
          // Half of what is asked is asked by somebody who may: else little would be understood.
          const able = actors.findIndex((each) => mayUse(each, procedure))
          const who = entitled && able >= 0 ? able : drawn
          const actor = actors[who]
          const headers: Record<string, string> = { cookie: actor.cookie }
          if (purpose !== undefined) headers['x-gridwall-purpose'] = purpose
          const text = JSON.stringify(input) ?? 'null'
          const answer =
            procedure.type === 'mutation'
              ? await http.post(`/trpc/${procedure.path}`, text, headers)
              : batch
                ? await http.get(
                    `/trpc/${procedure.path},${procedure.path}?batch=1&input=${encodeURIComponent(`{"0":${text},"1":{}}`)}`,
                    headers,
                  )
                : await http.get(`/trpc/${procedure.path}?input=${encodeURIComponent(text)}`, headers)
          const body = await answer.text()
          const told = {
            who: actor.name,
            path: procedure.path,
            text: text.slice(0, 500),
            status: answer.status,
          }
          if (answer.status >= 500) expect({ ...told, body }).toMatchObject({ status: 200 })
          checkAnswer(actor, answer, body)
          const results = [JSON.parse(body)].flat()
          const gave = results.some((result) => result.result !== undefined)
          if (actor.cookie === '') expect({ ...told, gave }).toEqual({ ...told, gave: false })
          else if (!mayUse(actor, procedure)) expect({ ...told, gave }).toEqual({ ...told, gave: false })
          if (actor.grants.some(({ areaId }) => areaId !== null)) {
            for (const result of results) {
              for (const id of incidentIds(procedure.path, JSON.stringify(result))) {
                expect(hiddenIncidents.has(id)).toBe(false)
              }
            }
          }
          answered.set(answer.status, (answered.get(answer.status) ?? 0) + 1)
          if (gave) good.add(procedure.path)
          // Some questions end sessions, as they should: whoever asked signs in again.
          if (answer.status === 401 && actor.cookie !== '') actors[who] = await again(actor)
          if (
            /^(session|people|grants|rules)/.test(procedure.path) &&
            gave &&
            procedure.type === 'mutation'
          ) {
            actors[who] = await again(actor)
          }
        },
      ),
      { numRuns: RUNS, seed: 7, endOnFailure: true },
    )
    // Most of what is sent must be understood, or nothing was tried: good answers of a part of all procedures, many of which ask about things that must be there.
    expect(good.size).toBeGreaterThan(procedures.length * 0.4)
    expect(answered.get(200) ?? 0).toBeGreaterThan(50)
    expect((await http.get('/healthz')).status).toBe(200)
  })

  /** The same actor with a new account and a new session. */
  async function again(actor: Actor): Promise<Actor> {
    return { ...actor, cookie: (await http.signIn(actor.grants)).cookie }
  }

  test('every route answers everybody in bounds', async () => {
    const { bundles } = await http.api.caller.cities.get({ city: 'shuifu' })
    const urls = [...Object.values(bundles.areas), bundles.cameras, bundles.ground, bundles.days].filter(
      (url) => typeof url === 'string',
    )
    const paths = fc.oneof(
      fc.constantFrom(
        ...urls,
        ...[...AUTH_PATHS].map((path) => `/api/auth${path}`),
        '/api/kiosk',
        '/api/offers',
        '/healthz',
        '/',
        '/wall',
        '/admin',
        '/assets/app-0123abcd.js',
        '/trpc',
        '/trpc/',
        '/api/auth/',
        '/api/auth/sign-up/email',
        '/api/auth/update-user',
        '/api/auth/list-sessions',
      ),
      fc
        .tuple(
          fc.constantFrom(
            '/bundles/areas/',
            '/bundles/days/',
            '/bundles/cameras/',
            '/trpc/',
            '/api/auth/',
            '/',
          ),
          fc.string({ unit: 'binary', maxLength: 30 }),
        )
        .map(([start, rest]) => start + encodeURIComponent(rest.toWellFormed())),
    )
    const bodies = fc.oneof(
      fc.record({
        username: fc.oneof(fc.constantFrom('admin', 'test-1'), garbage),
        password: fc.oneof(fc.constant('wrong'), garbage),
        token: garbage,
        code: garbage,
      }),
      garbage,
    )
    await fc.assert(
      fc.asyncProperty(
        paths,
        fc.nat({ max: 11 }),
        fc.constantFrom('GET', 'POST', 'HEAD'),
        bodies,
        fc.dictionary(fc.constantFrom('from', 'to', 'callbackURL', 'error', 'state', 'x'), fc.string()),
        async (path, who, method, body, query) => {
          const actor = actors[who]
          const search = new URLSearchParams(
            Object.entries(query).map(([key, value]) => [key, value.toWellFormed()]),
          )
          const answer = await fetch(`${http.server.url}${path}?${search}`, {
            method,
            redirect: 'manual',
            headers: { cookie: actor.cookie, 'content-type': 'application/json' },
            body: method === 'POST' ? (JSON.stringify(body) ?? 'null') : undefined,
          })
          const text = await answer.text()
          if (answer.status >= 500) {
            expect({ path, method, body: JSON.stringify(body), text, who: actor.name }).toBeNull()
          }
          checkAnswer(actor, answer, text)
          const place = answer.headers.get('location')
          if (place !== null)
            expect(new URL(place, http.server.url).origin).toBe(new URL(http.server.url).origin)
          if (actor.cookie === '' && /^\/(trpc|bundles)\/./.test(path)) expect(answer.status).not.toBe(200)
          if (path.startsWith('/api/auth/')) actors[who] = actor.cookie === '' ? actor : await stillIn(actor)
        },
      ),
      { numRuns: RUNS / 3, seed: 7, endOnFailure: true },
    )
    expect((await http.get('/healthz')).status).toBe(200)
    const signIn = await http.post('/api/auth/sign-in/username', { username: 'admin', password: PASSWORD })
    expect([200, 429]).toContain(signIn.status)
  })

  async function stillIn(actor: Actor): Promise<Actor> {
    const answer = await http.get('/trpc/session.me', { cookie: actor.cookie })
    await answer.arrayBuffer()
    return answer.status === 401 ? again(actor) : actor
  }
})
