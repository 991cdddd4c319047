import diagnostics from 'node:diagnostics_channel'
import { TRPCError } from '@trpc/server'
import { hashPassword } from 'better-auth/crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Grant } from '../../api/access.ts'
import type { Viewer } from '../../api/context.ts'
import { ForbiddenReason } from '../../api/refusal.ts'
import { PURPOSE_DEMANDED } from '../../api/roles.ts'
import { appRouter } from '../../api/router.ts'
import { isTold, type Meta } from '../../api/trpc.ts'
import { setPassword } from '../../db/queries/people.ts'
import { decodeCameras } from '../../geodata/cameraBundle.ts'
import { decodeDayCube } from '../../geodata/dayCube.ts'
import {
  ADMINISTRATORS,
  type Expected,
  filesOf,
  HOLDERS,
  isTraced,
  type Jurisdiction,
  type Line,
  type Outcome,
  outcomeOf,
  PROCEDURES,
  type Question,
  ROUTES,
  type Subject,
} from '../factories/accessMatrix.ts'
import { createPerson, withPurpose } from '../factories/people.ts'
import { type AllRows, readAllRows, rowsExpected } from '../factories/seenRows.ts'
import { databaseKinds } from '../setup/database.ts'
import { cookiesOf, openTestServer, PASSWORD, type TestServer } from './http.ts'

interface Registered {
  method: string | string[]
  url: string
}

/** The routes of a server while it is made, as fastify itself announces them. */
async function withRoutes<T>(make: () => Promise<T>): Promise<{ made: T; routes: Registered[] }> {
  const routes: Registered[] = []
  const listen = (message: unknown) => {
    const { fastify } = message as {
      fastify: { addHook(name: 'onRoute', hook: (route: Registered) => void): void }
    }
    fastify.addHook('onRoute', ({ method, url }) => {
      routes.push({ method, url })
    })
  }
  diagnostics.subscribe('fastify.initialization', listen)
  try {
    return { made: await make(), routes }
  } finally {
    diagnostics.unsubscribe('fastify.initialization', listen)
  }
}

interface Procedure {
  _def: { type: 'query' | 'mutation' | 'subscription'; meta?: Meta }
}
const procedures = appRouter._def.procedures as unknown as Record<string, Procedure>

test('every procedure has its line, and says itself what its line says', () => {
  expect(Object.keys(procedures).sort()).toEqual(Object.keys(PROCEDURES).sort())
  for (const [path, { _def }] of Object.entries(procedures)) {
    const { takes, anywhere } = PROCEDURES[path]
    expect({ path, right: _def.meta?.right, anywhere: _def.meta?.anywhere ?? false }).toEqual({
      path,
      right: takes,
      anywhere: anywhere ?? false,
    })
  }
})

/** Names that only a row carries which may be hidden: found anywhere in an answer, the row was shown. */
const CANARY = /canary\/(\w+)\/([\w-]+:\d+|\d+)/g
const CAMERA_CODE = /\b\d{20}\b/g

const otherCity = 'elsewhere'

const CHANGED_BY_ADMINISTRATION = [
  ...['users', 'accounts', 'sessions', 'grants', 'kiosks', 'account_rules', 'settings', 'sources', 'devices'],
  ...['ingest_tokens', 'drills', 'drill_scenarios', 'audit_anchors'],
]

interface Holder {
  role: Viewer['grants'][number]['role']
  where: Jurisdiction
  viewer: Viewer
  expected: Expected
}

// One database is enough here: that both show the same rows is compared row by row in tests/db/access.test.ts.
describe.each(databaseKinds().slice(-1))('everybody at every door on %s', (kind) => {
  let http: TestServer
  let routes: Registered[]
  let subject: Subject
  let holders: Holder[]
  let codeOfCamera: Map<string, string>
  /** Few enough to sign in: whoever differs at the doors of HTTP. */
  const visitors: { holder: Holder; cookie: string }[] = []

  async function prepare(): Promise<void> {
    const { database } = http.api
    const city = 'shuifu'
    await database.script(`
      UPDATE incidents SET source_id = 'canary/incidents/' || id;
      UPDATE units SET call_sign = 'canary/units/' || city_code || ':' || id;
      UPDATE patrol_routes SET name_zh = 'canary/patrol_routes/' || city_code || ':' || id;
      UPDATE places SET name_zh = 'canary/places/' || city_code || ':' || id WHERE category = 'post';
      INSERT INTO cities (code, name_zh, name_en, time_zone, synthetic, as_of, current_version, origin)
        SELECT '${otherCity}', '别处', 'Elsewhere', time_zone, true, as_of, current_version, '{}' FROM cities WHERE code = 'shuifu';
      ANALYZE`)
    const all = await readAllRows(database)
    const places = await placesOf(all, city)
    const inCells = (rows: AllRows['incidents'], cells: Set<number>, publicOrder: boolean, dispute = false) =>
      Number(
        rows.find(
          (row) =>
            row.cell !== null &&
            cells.has(row.cell) &&
            row.dispute === dispute &&
            (dispute || row.publicOrder === publicOrder),
        )?.name,
      )
    const cameraIn = (cells: Set<number>) =>
      Number(all.cameras.find(({ cell }) => cell !== null && cells.has(cell))?.name.split(':')[1])
    const area = all.cells.get(`${city}:${places.subject}`) ?? new Set<number>()
    const overlap = all.cells.get(`${city}:${places.overlapping[0]}`) ?? new Set<number>()
    const shared = new Set([...area].filter((cell) => overlap.has(cell)))
    const other = new Set([...area].filter((cell) => !overlap.has(cell)))
    const [point] = await database.query<{ lng: number; lat: number }>(
      'SELECT ST_X(label_point) AS lng, ST_Y(label_point) AS lat FROM areas WHERE city_code = $1 AND id = $2',
      [city, Math.min(...shared)],
    )
    let made = 0
    subject = {
      city,
      areaId: places.subject,
      incidents: {
        shared: {
          publicOrder: inCells(all.incidents, shared, true),
          governance: inCells(all.incidents, shared, false),
        },
        other: {
          publicOrder: inCells(all.incidents, other, true),
          governance: inCells(all.incidents, other, false),
        },
      },
      cameras: { shared: cameraIn(shared), other: cameraIn(other) },
      point: [point.lng, point.lat],
      dispute: inCells(all.incidents, shared, false, true),
      person: async () => (await createPerson(database, [])).userId,
      async session() {
        made += 1
        const { userId } = await createPerson(database, [])
        await database.query(
          `INSERT INTO sessions (id, user_id, token, expires_at) VALUES ($1, $2, $1, now() + interval '1 hour')`,
          [`session-${made}`, userId],
        )
        return `session-${made}`
      },
      kiosk: async () =>
        (await createPerson(database, [{ role: 'wall', city, areaId: null }], { kind: 'kiosk' })).userId,
    }
    expect(Object.values(subject.incidents).flatMap((each) => Object.values(each))).not.toContain(Number.NaN)
    expect([...Object.values(subject.cameras), subject.dispute]).not.toContain(Number.NaN)

    const grantsOf = (role: Grant['role'], where: Jurisdiction): Grant[] => {
      if (where === 'everywhere') return [{ role, city: null, areaId: null }]
      if (where === 'elsewhere') return [{ role, city: otherCity, areaId: null }]
      if (where === 'city') return [{ role, city, areaId: null }]
      return places[where].map((areaId) => ({ role, city, areaId }))
    }
    holders = []
    for (const { role, where } of HOLDERS) {
      const grants = grantsOf(role, where)
      const counts = rowsExpected(all, grants, 'counts')
      const points = rowsExpected(all, grants, 'points', { purpose: true })
      const cellOfIncident = new Map(all.incidents.map(({ name, cell }) => [name, cell]))
      const cellOfCamera = new Map(all.cameras.map(({ name, cell }) => [name, cell]))
      const within = (names: string[], cells: Map<string, number | null>) =>
        names.filter((name) => area.has(cells.get(name) ?? -1)).length
      holders.push({
        role,
        where,
        viewer: await createPerson(database, grants, { kind: role === 'wall' ? 'kiosk' : 'person' }),
        expected: {
          counts,
          points,
          inArea: {
            incidents: within(counts.incidents, cellOfIncident),
            cameras: within(counts.cameras, cellOfCamera),
          },
        },
      })
    }
    const codes = await database.query<{ code: string; name: string }>(
      "SELECT trim(code) AS code, city_code || ':' || id AS name FROM cameras",
    )
    codeOfCamera = new Map(codes.map(({ code, name }) => [code, name]))
  }

  /** A township; a district that holds it and more; villages that lie in it and beside it; a squad with nothing of it. */
  async function placesOf(all: AllRows, city: string) {
    const rows = await http.api.database.query<{ id: number; level: string }>(
      "SELECT id, level FROM areas WHERE city_code = $1 AND version = '2025' ORDER BY id",
      [city],
    )
    const cells = (id: number) => all.cells.get(`${city}:${id}`) ?? new Set<number>()
    const of = (level: string) => rows.filter((row) => row.level === level).map(({ id }) => id)
    const holds = (outer: number, inner: number) =>
      cells(outer).size > cells(inner).size && [...cells(inner)].every((cell) => cells(outer).has(cell))
    const subject = of('township').find((id) => of('district').some((outer) => holds(outer, id))) ?? 0
    const inside = of('district').find((outer) => holds(outer, subject))
    const own = cells(subject)
    const share = (id: number) => [...cells(id)].filter((cell) => own.has(cell)).length
    const isPart = (id: number) => share(id) > 0 && share(id) < own.size
    const part = of('village').find(isPart)
    const apart = of('village').findLast((id) => share(id) === 0)
    const outside = of('squad').find((id) => share(id) === 0)
    if (!inside || !part || !apart || !outside) throw new Error('The toy city has not all of these areas.')
    return { subject, inside: [inside], overlapping: [part, apart], outside: [outside] }
  }

  beforeAll(async () => {
    const { made, routes: registered } = await withRoutes(() => openTestServer(kind))
    http = made
    routes = registered
    await prepare()
    await signIn()
  })
  afterAll(() => http?.close())

  async function signIn(): Promise<void> {
    const hash = await hashPassword(PASSWORD)
    for (const holder of holders) {
      if (
        !ADMINISTRATORS.includes(holder.role) &&
        !['city', 'overlapping', 'elsewhere'].includes(holder.where)
      )
        continue
      if (holder.viewer.kind === 'kiosk') continue
      const { userId, userName } = holder.viewer
      await setPassword(http.api.database, userId, hash, false)
      const answer = await http.post('/api/auth/sign-in/username', { username: userName, password: PASSWORD })
      expect(answer.status).toBe(200)
      visitors.push({ holder, cookie: cookiesOf(answer) })
    }
  }

  /** What a procedure answers, or how it refuses. */
  async function ask(
    viewer: Viewer | null,
    path: string,
    input: unknown,
  ): Promise<[Outcome | string, unknown]> {
    const [noun, verb] = path.split('.')
    const caller = (viewer ? http.api.as(viewer) : http.api.stranger) as unknown as Record<
      string,
      Record<string, (input: unknown) => Promise<unknown>>
    >
    try {
      return ['answer', await caller[noun][verb](input)]
    } catch (error) {
      if (!(error instanceof TRPCError)) throw error
      if (error.cause instanceof ForbiddenReason) return [error.cause.data.reason, error.message]
      return [error.code, error.message]
    }
  }

  /** Fails when an answer shows a row that its asker may not see. */
  function refuseCanaries(answer: unknown, { expected }: Holder, what: string, names?: Line['names']): void {
    const text = JSON.stringify(answer) ?? ''
    for (const [, table, name] of text.matchAll(CANARY)) {
      if (table === names) continue
      const rows = table === 'incidents' ? expected.points.incidents : expected.counts[table as 'units']
      expect(rows.includes(name), `${what} shows ${table} ${name}`).toBe(true)
    }
    for (const [code] of text.matchAll(CAMERA_CODE)) {
      const name = codeOfCamera.get(code)
      if (name) expect(expected.points.cameras.includes(name), `${what} shows camera ${name}`).toBe(true)
    }
  }

  async function askAs(holder: Holder, path: string, line: Line, question: Question): Promise<void> {
    const { role, where, viewer, expected } = holder
    const demands = (PURPOSE_DEMANDED[role] ?? []).length > 0
    for (const purpose of demands ? [false, true] : [false]) {
      const what = `${path} ${question.name ?? ''} as ${role} ${where}${purpose ? ' for a purpose' : ''}`
      const input = await question.input?.(subject)
      const [outcome, answer] = await ask(withPurpose(viewer, purpose ? 'inspection' : null), path, input)
      const due = outcomeOf(line, question, { role, where, purpose })
      if (due === 'refused') expect(outcome, what).toMatch(/^(right|FORBIDDEN|NOT_FOUND)$/)
      else
        expect({ what, outcome, answer: outcome === due ? null : answer }).toEqual({
          what,
          outcome: due,
          answer: null,
        })
      if (outcome !== 'answer') continue
      refuseCanaries(answer, holder, what, line.names)
      if (!question.shows) continue
      const [seen, shown] = question.shows(answer as never, expected, role)
      expect(seen, what).toEqual(shown)
    }
  }

  test.each(Object.keys(PROCEDURES))('%s', async (path) => {
    const line = PROCEDURES[path]
    const outcomes = new Set<string>()
    for (const question of line.questions ?? [{}]) {
      for (const holder of holders) await askAs(holder, path, line, question)
      const input = await question.input?.(subject)
      const nobody = await createPerson(http.api.database, [])
      outcomes.add((await ask(null, path, input))[0])
      const [outcome] = await ask(nobody, path, input)
      expect(outcome, `${path} as nobody`).toBe(
        line.takes === 'signedIn' ? (question.otherwise ?? 'answer') : line.anywhere ? 'right' : 'NOT_FOUND',
      )
    }
    // To a stranger all doors look alike.
    expect([...outcomes]).toEqual(['UNAUTHORIZED'])
  })

  /** Somebody whom a question is answered. */
  function answered(line: Line, question: Question): Holder | undefined {
    const may = holders.filter(
      ({ role, where }) =>
        ['everywhere', 'city'].includes(where) &&
        outcomeOf(line, question, { role, where, purpose: true }) === 'answer',
    )
    // Whoever sees things one by one, where that makes a difference.
    return may.find(({ role }) => role === 'planner') ?? may[0]
  }

  /** What an account left in the audit, and all that administration may change. */
  const tracesOf = async ({ userId }: Viewer) =>
    (
      await http.api.database.query<{ action: string }>(
        'SELECT action FROM audit WHERE person_id = $1 ORDER BY id',
        [userId],
      )
    ).map(({ action }) => action)
  async function changeable(): Promise<string> {
    const digests = CHANGED_BY_ADMINISTRATION.map(
      (table) => `(SELECT md5(string_agg(t::text, ' ' ORDER BY t::text)) FROM ${table} t)`,
    )
    const [row] = await http.api.database.query<{ all: string }>(
      `SELECT array_to_string(ARRAY[${digests.join()}], ' ', '-') AS all`,
    )
    return row.all
  }

  test('changes, exports and looks at single things stand in the audit with their answer; neither comes without the other', async () => {
    // Whoever comes from here has their entry refused as the transaction commits.
    const DOOMED = '192.0.2.66'
    await http.api.database.script(`
      CREATE FUNCTION doomed() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''doomed''; END';
      CREATE CONSTRAINT TRIGGER doomed AFTER INSERT ON audit DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
        WHEN (NEW.address = '${DOOMED}') EXECUTE FUNCTION doomed()`)
    const told: string[] = []
    const due: string[] = []
    for (const [path, line] of Object.entries(PROCEDURES)) {
      const question = (line.questions ?? [{}]).find((each) => answered(line, each))
      const holder = question && answered(line, question)
      if (!question || !holder) continue
      const viewer = withPurpose(holder.viewer, 'inspection')
      const input = async () => await question.input?.(subject)
      const before = await tracesOf(viewer)
      expect((await ask(viewer, path, await input()))[0], path).toBe('answer')
      const traces = (await tracesOf(viewer)).slice(before.length)
      if (isTraced(path, line, procedures[path]._def.type)) due.push(path)
      if (traces.length === 0) continue
      told.push(path)
      const again = await input()
      const [whole, held] = [await changeable(), await tracesOf(viewer)]
      const [outcome] = await ask({ ...viewer, address: DOOMED }, path, again)
      expect([path, outcome]).toEqual([path, 'INTERNAL_SERVER_ERROR'])
      expect(await tracesOf(viewer), path).toEqual(held)
      expect(await changeable(), path).toBe(whole)
    }
    expect(told).toEqual(due)
    expect(told.length).toBeGreaterThan(30)
  })

  test('a refusal of a change, an export, a look at single things or of administration stands in the audit', async () => {
    const cases = new Set<string>()
    for (const [path, line] of Object.entries(PROCEDURES)) {
      const { type, meta } = procedures[path]._def
      const question = (line.questions ?? [{}])[0]
      const refused = holders.filter(
        ({ role, where }) =>
          ['everywhere', 'city'].includes(where) &&
          /^(right|purpose)$/.test(outcomeOf(line, question, { role, where, purpose: false })),
      )
      // One for each reason.
      for (const reason of ['right', 'purpose']) {
        const like = refused.find(
          ({ role, where }) => outcomeOf(line, question, { role, where, purpose: false }) === reason,
        )
        if (!like || !meta) continue
        const { grants, kind } = like.viewer
        const viewer = await createPerson(http.api.database, grants, { kind })
        expect((await ask(viewer, path, await question.input?.(subject)))[0], path).toBe(reason)
        const told = isTold(type, meta)
        const rows = await http.api.database.query<{ action: string; detail: object }>(
          'SELECT action, detail FROM audit WHERE person_id = $1',
          [viewer.userId],
        )
        expect([path, rows]).toEqual([
          path,
          told ? [{ action: 'question.refuse', detail: { procedure: path, reason } }] : [],
        ])
        cases.add(`${type} ${reason} ${told}`)
      }
    }
    expect([...cases].sort()).toEqual([
      'mutation purpose true',
      'mutation right true',
      'query purpose true',
      'query right false',
      'query right true',
      'subscription right true',
    ])
  })

  test('a city of which somebody sees nothing and one that is not there get the same words', async () => {
    const nobody = await createPerson(http.api.database, [])
    for (const [path, line] of Object.entries(PROCEDURES)) {
      if (line.takes === 'signedIn' || line.anywhere) continue
      for (const question of line.questions ?? []) {
        const input = await question.input?.(subject)
        const [real, none] = await Promise.all([
          ask(nobody, path, input),
          ask(nobody, path, { ...input, city: 'nowhere' }),
        ])
        expect([real[0], String(real[1]).replaceAll('"shuifu"', '"?"')], path).toEqual([
          none[0],
          String(none[1]).replaceAll('"nowhere"', '"?"'),
        ])
      }
    }
  })

  test('every route has its line', () => {
    const registered = routes
      .filter(({ method }) => method !== 'HEAD')
      .map(({ method, url }) => `${[method].flat().join()} ${url}`)
    expect(registered.sort()).toEqual(Object.keys(ROUTES).sort())
  })

  describe('over HTTP', () => {
    const get = (path: string, cookie?: string) =>
      http.get(path, {
        ...(cookie && { cookie, 'x-gridwall-purpose': 'inspection' }),
        'accept-encoding': 'identity',
      })

    test('open ones answer a stranger, all others ask who it is', async () => {
      const urls: Record<string, string> = {
        'GET /healthz': '/healthz',
        'GET,POST /api/auth/*': '/api/auth/get-session',
        'GET /api/offers': '/api/offers',
        'GET /*': '/',
        'GET /bundles/days/:name': '/bundles/days/shuifu.bin',
        'GET /bundles/:folder/:name': '/bundles/cameras/0000.bin',
        'GET,HEAD,TRACE,DELETE,OPTIONS,PATCH,PUT,POST,QUERY /trpc/:path': '/trpc/session.me',
        'GET /trpc/live.subscribe': '/trpc/live.subscribe',
      }
      for (const [route, door] of Object.entries(ROUTES)) {
        if (route === 'POST /api/kiosk') {
          // A token that is none opens nothing, for whoever sends it.
          const answers = await Promise.all(
            [undefined, visitors[0].cookie].map((cookie) =>
              http.post('/api/kiosk', { token: 'x'.repeat(43) }, cookie ? { cookie } : {}),
            ),
          )
          for (const answer of answers) {
            expect(answer.ok).toBe(false)
            expect(answer.headers.getSetCookie()).toEqual([])
          }
          continue
        }
        if (door === 'token') {
          // No session is a token.
          const url = route.slice(route.indexOf(' ') + 1)
          for (const cookie of [undefined, visitors[0].cookie])
            expect((await http.post(url, {}, cookie ? { cookie } : {})).status, route).toBe(401)
          continue
        }
        expect((await get(urls[route])).status, route).toBe(door === 'open' ? 200 : 401)
      }
      // What no route serves tells a stranger nothing either.
      expect((await get('/tiles/incidents/1/1/1.mvt')).status).toBe(401)
      expect((await get('/bundles/areas/nothing.bin')).status).toBe(401)
    })

    test('open ones answer everybody the same', async () => {
      for (const path of ['/healthz', '/api/offers']) {
        const words = await (await get(path)).text()
        for (const { cookie } of visitors) expect(await (await get(path, cookie)).text()).toBe(words)
      }
    })

    test('procedures know who asks', async () => {
      for (const { holder, cookie } of visitors) {
        const answer = await get('/trpc/session.me', cookie)
        expect(answer.status).toBe(200)
        expect(await answer.json()).toMatchObject({
          result: { data: { userName: holder.viewer.userName, roles: [holder.role] } },
        })
      }
    })

    test('files of the map, of cameras and of days are given to whoever may see what is in them', async () => {
      const bundlesFor = async (cookie: string) => {
        const input = encodeURIComponent(JSON.stringify({ city: subject.city }))
        const answer = await get(`/trpc/cities.get?input=${input}`, cookie)
        if (!answer.ok) return undefined
        const { result } = (await answer.json()) as {
          result: {
            data: {
              bundles: {
                areas: Record<string, string>
                ground: string
                cameras: string | null
                days: string | null
              }
            }
          }
        }
        return result.data.bundles
      }
      const known = await Promise.all(
        visitors.map(async ({ holder, cookie }) => ({ holder, cookie, bundles: await bundlesFor(cookie) })),
      )
      const planner = known.find(({ holder }) => holder.role === 'planner' && holder.where === 'city')
      if (!planner?.bundles) throw new Error('A planner of the city sees no files.')
      const mapFiles = [planner.bundles.ground, ...Object.values(planner.bundles.areas)]
      const cameraFiles = new Map(
        known.flatMap(({ holder, bundles }) =>
          bundles?.cameras ? [[bundles.cameras, holder.expected.points.cameras.join()]] : [],
        ),
      )
      // The whole city's, and that of the overlapping area.
      expect(cameraFiles.size).toBe(2)

      for (const { holder, cookie, bundles } of known) {
        const what = `${holder.role} ${holder.where}`
        const given = filesOf(holder)
        expect(Boolean(bundles), what).toBe(given.map)
        expect(Boolean(bundles?.cameras), what).toBe(given.cameras)
        expect(Boolean(bundles?.days), what).toBe(given.days)
        for (const url of mapFiles)
          expect((await get(url, cookie)).status, `${url} ${what}`).toBe(given.map ? 200 : 404)
        for (const url of cameraFiles.keys()) {
          const answer = await get(url, cookie)
          const own = given.cameras && url === bundles?.cameras
          expect(answer.status, `${url} ${what}`).toBe(own ? 200 : 404)
          if (!own) continue
          const { id } = decodeCameras(new Uint8Array(await answer.arrayBuffer()))
          expect(Array.from(id, (each) => `${subject.city}:${each}`).sort(), what).toEqual(
            holder.expected.points.cameras,
          )
        }
        const days = await get(`/bundles/days/${subject.city}.bin`, cookie)
        expect(days.status, what).toBe(given.days ? 200 : 404)
        if (given.days) {
          const cube = decodeDayCube(new Uint8Array(await days.arrayBuffer()))
          expect(
            cube.count.reduce((sum, n) => sum + n, 0),
            what,
          ).toBe(holder.expected.counts.incidents.length)
        }
        // Of another city, and of none.
        const elsewhere = await get(`/bundles/days/${otherCity}.bin`, cookie)
        if (holder.where !== 'elsewhere' && !ADMINISTRATORS.includes(holder.role))
          expect(elsewhere.status, what).toBe(404)
        expect((await get('/bundles/days/nowhere.bin', cookie)).status).toBe(404)
      }
    })

    test('a file of cameras that is seen for a purpose only is not given without one', async () => {
      for (const { holder, cookie } of visitors) {
        if (!PURPOSE_DEMANDED[holder.role]?.includes('cameras.points') || holder.where === 'elsewhere')
          continue
        const input = encodeURIComponent(JSON.stringify({ city: subject.city }))
        const { result } = (await (await get(`/trpc/cities.get?input=${input}`, cookie)).json()) as {
          result: { data: { bundles: { cameras: string } } }
        }
        const url = result.data.bundles.cameras
        expect((await http.get(url, { cookie })).status).toBe(403)
        expect((await get(url, cookie)).status).toBe(200)
      }
    })
  })
})
