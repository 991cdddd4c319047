import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { appRouter } from '../../api/router.ts'
import { databaseKinds } from '../setup/database.ts'
import { cookiesOf, openTestServer, PASSWORD, type TestServer } from './http.ts'

/** Taken from the router itself: a procedure added later is covered without a word here. */
const PROCEDURES = Object.keys(appRouter._def.procedures)
const refused = {
  error: { message: 'Sign in first: this needs a session.', data: { code: 'UNAUTHORIZED', httpStatus: 401 } },
}

test('the router has the procedures of the contract', () => {
  expect(PROCEDURES).toEqual(
    expect.arrayContaining([
      'areas.tree',
      'areas.summary',
      'areas.locate',
      'incidents.inView',
      'incidents.get',
      'cameras.inView',
      'patrols.layout',
      'aggregates.byArea',
      'aggregates.series',
    ]),
  )
})

describe.each(databaseKinds())('who gets in on %s', (kind) => {
  let http: TestServer

  beforeAll(async () => {
    http = await openTestServer(kind)
  })
  afterAll(() => http?.close())

  test.each(PROCEDURES)('a stranger gets nothing from %s, with or without an input', async (path) => {
    const input = encodeURIComponent(JSON.stringify({ city: 'shuifu' }))
    for (const answer of [
      await http.get(`/trpc/${path}`),
      await http.get(`/trpc/${path}?input=${input}`),
      await http.get(
        `/trpc/${path}?batch=1&input=${encodeURIComponent(JSON.stringify({ 0: { city: 'shuifu' } }))}`,
      ),
      await http.post(`/trpc/${path}`, { city: 'shuifu' }),
    ]) {
      expect(answer.status).toBe(401)
      expect(await answer.json()).toMatchObject(refused)
    }
  })

  test.each(PROCEDURES)('%s refuses a stranger also when called without HTTP', async (path) => {
    const [noun, verb] = path.split('.')
    const procedures = http.api.stranger as unknown as Record<
      string,
      Record<string, (input: unknown) => Promise<unknown>>
    >
    await expect(procedures[noun][verb]({ city: 'shuifu' })).rejects.toThrow('Sign in first')
  })

  test.each([
    ['GET', '/bundles/areas/0123456789abcdef0123456789abcdef.bin'],
    ['GET', '/api/unknown'],
    ['GET', '/api'],
    ['GET', '/TRPC/cities.list'],
    ['GET', '/trpc'],
    ['GET', '/trpc/'],
    ['GET', '/trpc/unknown'],
    ['GET', '/metrics'],
    ['GET', '/tiles/areas/1/1/1.mvt'],
    ['GET', '/ogc/collections'],
    ['POST', '/ingest/nothing'],
    ['POST', '/'],
  ])('a stranger gets 401 for %s %s', async (method, path) => {
    const answer = await fetch(`${http.server.url}${path}`, { method })
    expect(answer.status).toBe(401)
    expect(await answer.json()).toMatchObject(refused)
  })

  test('a stranger gets no bundle that exists', async () => {
    const { bundles } = await http.api.caller.cities.get({ city: 'shuifu' })
    for (const url of [...Object.values(bundles.areas), bundles.cameras ?? '', bundles.ground]) {
      expect((await http.get(url)).status).toBe(401)
      expect((await http.get(url, { cookie: http.cookie })).status).toBe(200)
    }
  })

  test.each([
    '/../api/auth.ts',
    '/..%2f..%2fpackage.json',
    '/%2e%2e/%2e%2e/package.json',
    '/assets/../../secret',
    '/assets/%2e%2e/%2e%2e/package.json',
    '/.env',
    '/assets/.hidden',
    '//etc/passwd',
    '/assets/app-0123abcd.js%00.html',
  ])('no path leads out of the pages: %s', async (path) => {
    // fetch would tidy the path; the raw one is what an attacker sends.
    const { request } = await import('node:http')
    const { port } = new URL(http.server.url)
    const [status, body] = await new Promise<[number, string]>((resolve, reject) => {
      request({ host: '127.0.0.1', port, path }, (answer) => {
        let text = ''
        answer.setEncoding('utf8')
        answer.on('data', (part: string) => {
          text += part
        })
        answer.on('end', () => resolve([answer.statusCode ?? 0, text]))
      })
        .on('error', reject)
        .end()
    })
    expect(status).toBeLessThan(500)
    expect(body).not.toMatch(/root:|"dependencies"|betterAuth|BETTER_AUTH/)
  })

  test('whoever signs in can ask, and after signing out no more', async () => {
    const signedIn = await http.post('/api/auth/sign-in/username', { username: 'Admin', password: PASSWORD })
    expect(signedIn.status).toBe(200)
    const [header] = signedIn.headers.getSetCookie()
    expect(header).toMatch(/HttpOnly/)
    expect(header).toMatch(/SameSite=Strict/)
    const cookie = cookiesOf(signedIn)
    expect((await http.get('/trpc/cities.list', { cookie })).status).toBe(200)
    expect(await (await http.get('/api/auth/get-session', { cookie })).json()).toMatchObject({
      user: { username: 'admin' },
    })
    expect((await http.post('/api/auth/sign-out', {}, { cookie, origin: http.server.url })).status).toBe(200)
    expect((await http.get('/trpc/cities.list', { cookie })).status).toBe(401)
  })

  test.each([
    ['a wrong password', { username: 'admin', password: 'wrong horse battery' }, 401],
    ['an unknown name', { username: 'nobody', password: PASSWORD }, 401],
    ['no password', { username: 'admin' }, 400],
    ['an empty body', {}, 400],
    ['a list', [], 400],
    ['no JSON', '{"username": ', 400],
    ['a poisoned prototype', '{"__proto__": {"admin": true}, "username": "admin", "password": "x"}', 400],
    ['a name that is an object', { username: { $ne: null }, password: PASSWORD }, 400],
    ['a very long password', { username: 'admin', password: 'x'.repeat(5000) }, 400],
    ['SQL in the name', { username: "admin' OR '1'='1", password: PASSWORD }, 422],
  ])('%s does not get in', async (_name, body, status) => {
    const answer = await http.post('/api/auth/sign-in/username', body)
    expect(answer.status).toBe(status)
    expect(answer.headers.getSetCookie()).toEqual([])
  })

  test('guessing is slowed down by the address of the socket, whatever a client says its address is', async () => {
    const { request } = await import('node:http')
    const { port } = new URL(http.server.url)
    const attempt = (number: number) =>
      new Promise<number>((resolve, reject) => {
        const body = JSON.stringify({ username: 'a!', password: 'x' })
        const guess = request(
          {
            host: '127.0.0.1',
            port,
            // An address of its own, so that no other test is slowed down.
            localAddress: kind === 'pglite' ? '127.0.0.8' : '127.0.0.9',
            path: '/api/auth/sign-in/username',
            method: 'POST',
            headers: {
              'content-type': 'application/json',
              'content-length': body.length,
              'x-forwarded-for': `10.0.0.${number}`,
              'x-gridwall-address': `10.0.1.${number}`,
            },
          },
          (answer) => {
            answer.resume()
            answer.on('end', () => resolve(answer.statusCode ?? 0))
          },
        )
        guess.on('error', reject).end(body)
      })
    const statuses: number[] = []
    for (let number = 0; number < 70; number++) statuses.push(await attempt(number))
    expect(statuses.slice(0, 60).filter((status) => status === 429)).toEqual([])
    expect(statuses.slice(60)).toEqual(Array(10).fill(429))
  })

  test('a wrong password and an unknown name sound alike', async () => {
    const [wrong, unknown] = await Promise.all(
      ['admin', 'nobody'].map((username) =>
        http.post('/api/auth/sign-in/username', { username, password: 'wrong wrong' }),
      ),
    )
    expect(await wrong.text()).toBe(await unknown.text())
  })

  test('nobody signs themselves up, asks for names or resets a password', async () => {
    const [before] = await http.api.database.query<{ n: number }>('SELECT count(*)::int AS n FROM users')
    for (const path of [
      'sign-up/email',
      'sign-in/email',
      'is-username-available',
      'request-password-reset',
      'reset-password',
      'update-user',
      'delete-user',
      'ok',
      'error',
      'sign-in/../sign-up/email',
    ]) {
      const answer = await http.post(`/api/auth/${path}`, {
        name: 'x',
        email: 'x@example.org',
        username: 'intruder',
        password: PASSWORD,
      })
      expect(answer.status).toBe(404)
    }
    const [users] = await http.api.database.query<{ n: number }>('SELECT count(*)::int AS n FROM users')
    expect(users.n).toBe(before.n)
  })

  test('behind a proxy that speaks TLS the page of the same host signs in', async () => {
    const answer = await http.post(
      '/api/auth/sign-in/username',
      { username: 'admin', password: PASSWORD },
      { origin: http.server.url.replace('http:', 'https:'), cookie: http.cookie },
    )
    expect(answer.status).toBe(200)
  })

  test('a page of another origin cannot sign anybody in or out', async () => {
    const origin = 'http://evil.example'
    const signIn = await http.post(
      '/api/auth/sign-in/username',
      { username: 'admin', password: PASSWORD },
      { origin, cookie: http.cookie },
    )
    expect(signIn.status).toBe(403)
    expect((await http.post('/api/auth/sign-out', {}, { origin, cookie: http.cookie })).status).toBe(403)
    expect((await http.get('/trpc/cities.list', { cookie: http.cookie })).status).toBe(200)
  })

  test('a cookie with a changed signature or of an ended session is worth nothing', async () => {
    const forged = `${http.cookie.slice(0, -6)}AAAA%3D`
    expect((await http.get('/trpc/cities.list', { cookie: forged })).status).toBe(401)
    const second = cookiesOf(
      await http.post('/api/auth/sign-in/username', { username: 'admin', password: PASSWORD }),
    )
    expect((await http.get('/trpc/cities.list', { cookie: second })).status).toBe(200)
    await http.api.database.query(
      "UPDATE sessions SET expires_at = now() - interval '1 minute'  WHERE token = $1",
      [decodeURIComponent(second.split('=')[1]).split('.')[0]],
    )
    // The database tells the server, which has just remembered it.
    await expect
      .poll(async () => (await http.get('/trpc/cities.list', { cookie: second })).status, { timeout: 20_000 })
      .toBe(401)
  })
})
