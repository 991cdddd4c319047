import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { networkOf } from '../../api/hardening/requestLimits.ts'
import { createSource } from '../factories/ingestSources.ts'
import { rawRequest } from '../setup/rawRequest.ts'
import { openTestServer, PASSWORD, type TestServer } from './http.ts'

let http: TestServer
beforeAll(async () => {
  http = await openTestServer('pglite')
})
afterAll(() => http?.close())

const signedIn = () => ({ cookie: http.cookie })
const inShape = (code: string, httpStatus: number) => ({
  error: { message: expect.any(String), code: expect.any(Number), data: { code, httpStatus } },
})
/** What fetch would not send. */
const raw = (head: string, body = '') =>
  rawRequest(http.server.url, `${head}\r\nhost: x\r\nconnection: close\r\n\r\n${body}`)

describe('a page of another origin', () => {
  const foreign: Record<string, string>[] = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site', origin: 'null' },
    { origin: 'null' },
    { origin: 'http://evil.example' },
    { origin: 'http://127.0.0.1' },
    { origin: 'http://127.0.0.1.evil.example' },
  ]

  test.each(foreign)('changes nothing and reads nothing with %j', async (headers) => {
    for (const path of ['/trpc/cities.list', '/api/auth/sign-out', '/api/kiosk', '/api/unknown', '/']) {
      const answer = await http.post(path, {}, { ...signedIn(), ...headers })
      expect(answer.status).toBe(403)
      expect(await answer.json()).toEqual(inShape('FORBIDDEN', 403))
    }
    for (const path of ['/trpc/cities.list', '/bundles/areas/x.bin', '/api/auth/get-session']) {
      expect((await http.get(path, { ...signedIn(), ...headers })).status).toBe(403)
    }
    expect((await http.get('/trpc/cities.list', signedIn())).status).toBe(200)
  })

  test('may link to a page here, and send people back here', async () => {
    expect((await http.get('/wall', { 'sec-fetch-site': 'cross-site' })).status).toBe(200)
    // fetch writes a Sec-Fetch-Mode of its own.
    const opened = (kind: string) =>
      raw(
        `GET /api/auth/get-session HTTP/1.1\r\nsec-fetch-site: cross-site\r\nsec-fetch-mode: navigate\r\nsec-fetch-dest: ${kind}`,
      )
    expect(await opened('document')).toMatch(/^HTTP\/1\.1 200 /)
    expect(await opened('iframe')).toMatch(/^HTTP\/1\.1 403 /)
  })

  test('its own pages, and whoever is no browser, may', async () => {
    const { host } = new URL(http.server.url)
    const own: Record<string, string>[] = [
      {},
      { 'sec-fetch-site': 'same-origin' },
      { origin: `http://${host}` },
      { origin: `https://${host}`, 'sec-fetch-site': 'same-origin' },
    ]
    for (const headers of own) {
      const signIn = { username: 'admin', password: PASSWORD }
      expect((await http.post('/api/auth/sign-in/username', signIn, headers)).status).toBe(200)
      expect((await http.get('/trpc/cities.list', { ...signedIn(), ...headers })).status).toBe(200)
    }
    expect((await http.get('/healthz', { 'sec-fetch-site': 'none' })).status).toBe(200)
  })

  test('no change is made by GET', async () => {
    const { appRouter } = await import('../../api/router.ts')
    const procedures: object = appRouter._def.procedures
    for (const [path, procedure] of Object.entries(procedures)) {
      if (procedure._def.type !== 'mutation') continue
      const answer = await http.get(`/trpc/${path}?input=%7B%7D`, signedIn())
      expect({ path, status: answer.status }).toEqual({ path, status: 405 })
    }
  })
})

describe('what no client of ours sends', () => {
  test.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'LOCK'])(
    '%s is no method here',
    async (method) => {
      for (const path of ['/', '/trpc/cities.list', '/api/auth/sign-out', '/assets/app-0123abcd.js']) {
        const answer = await raw(`${method} ${path} HTTP/1.1`)
        expect(answer).toMatch(/^HTTP\/1\.1 (405|400) /)
        expect(answer).not.toMatch(/access-control-allow|\n\s+at /i)
        if (answer.startsWith('HTTP/1.1 405')) expect(answer).toMatch(/allow: GET, HEAD, POST/)
      }
    },
  )

  test('HEAD answers like GET, without a body', async () => {
    for (const path of ['/', '/healthz', '/assets/app-0123abcd.js']) {
      const answer = await fetch(`${http.server.url}${path}`, { method: 'HEAD' })
      expect({ path, status: answer.status }).toEqual({ path, status: 200 })
      expect(await answer.text()).toBe('')
    }
  })

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/octet-stream',
    'application/jsonx',
    'text/json',
    '',
  ])('a body of the type "%s" is refused', async (type) => {
    const body = JSON.stringify({ username: 'admin', password: PASSWORD })
    for (const path of ['/api/auth/sign-in/username', '/trpc/cities.list', '/api/kiosk']) {
      const answer = await fetch(`${http.server.url}${path}`, {
        method: 'POST',
        headers: { ...signedIn(), 'content-type': type },
        body: Buffer.from(body),
      })
      expect(answer.status).toBe(415)
      expect(await answer.json()).toEqual(inShape('UNSUPPORTED_MEDIA_TYPE', 415))
    }
  })

  test('a compressed body is not unpacked', async () => {
    const { gzipSync } = await import('node:zlib')
    const answer = await fetch(`${http.server.url}/trpc/cities.list`, {
      method: 'POST',
      headers: { ...signedIn(), 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: gzipSync(`"${'0'.repeat(5_000_000)}"`),
    })
    expect(answer.status).toBe(415)
  })

  test.each([
    ['/trpc/cities.list?input=1&input=2', 400],
    ['/trpc/cities.list?batch=1&batch=1', 400],
    ['/trpc/cities.list?input=%00', 400],
    ['/trpc/cities.list?input=%ff', 400],
    ['/trpc/cities.list?input=%e0%80%80', 400],
    ['/trpc/cities.list?input=%', 400],
    ['/trpc/%00', 400],
    ['/bundles/areas/%00.bin', 400],
    ['/%', 400],
    ['/%zz', 400],
    [`/trpc/cities.list?input=${'x'.repeat(9_000)}`, 414],
    [`/${'x'.repeat(9_000)}`, 414],
  ])('the address %s is answered with %i', async (path, status) => {
    const answer = await http.get(path, signedIn())
    expect(answer.status).toBe(status)
    expect(await answer.json()).toMatchObject({ error: { data: { httpStatus: status } } })
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  test.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400],
    [
      'two lengths',
      'POST /trpc/x HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}',
      400,
    ],
    [
      'a length beside chunks',
      'POST /trpc/x HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['a line folded into the next', 'GET / HTTP/1.1\r\nhost: x\r\na: b\r\n c\r\n\r\n', 400],
    ['a bare line feed in a header', 'GET / HTTP/1.1\r\nhost: x\r\na: b\nc: d\r\n\r\n', 400],
    ['a header of 20 kB', `GET / HTTP/1.1\r\nhost: x\r\na: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400],
  ])('%s is refused in our own words', async (_name, text, status) => {
    const answer = await rawRequest(http.server.url, text)
    expect(answer.split('\r\n')[0]).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(answer).not.toMatch(/\n\s+at |node_modules/)
  })

  test('headers that trickle in are not waited for', async () => {
    const started = Date.now()
    const answer = await rawRequest(http.server.url, 'GET / HTTP/1.1\r\nhost: x\r\na: ')
    expect(answer).toMatch(/^HTTP\/1\.1 408 /)
    expect(answer).toContain('"code":"TIMEOUT"')
    // Not the time itself: that this side did not close is enough, and that it was the server's doing.
    expect(Date.now()).toBeGreaterThan(started)
  })
})

describe('paths that lead out', () => {
  const secrets = /root:|BEGIN |"dependencies"|session|PG_VERSION/
  test.each([
    '/../package.json',
    '/../../../../../../etc/passwd',
    '/..%2f..%2f..%2f..%2f..%2fetc%2fpasswd',
    '/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd',
    '/..%5c..%5cetc%5cpasswd',
    '/..\\..\\etc\\passwd',
    '/assets/../../secret',
    '/assets/..%2f..%2fpackage.json',
    '/assets/%2e%2e/%2e%2e/auth.secret',
    '//etc/passwd',
    '/%2fetc%2fpasswd',
    '/assets//etc/passwd',
    '/.env',
    '/.git/config',
    '/assets/.git/config',
    '/bundles/areas/..%2f..%2fauth.secret',
    '/bundles/../auth.secret',
    '/bundles/..%2f../auth.secret/x.bin',
    '/bundles/areas/%2fetc%2fpasswd',
    '/bundles/days/..%2f..%2f.bin',
    '/assets/app-0123abcd.js%00.css',
    '/index.html/../../package.json',
    '/file:///etc/passwd',
    '/assets/....//....//etc/passwd',
  ])('%s leads nowhere', async (path) => {
    const answer = await raw(`GET ${path} HTTP/1.1\r\ncookie: ${http.cookie}`)
    const [head, body = ''] = answer.split('\r\n\r\n', 2)
    expect(head).toMatch(/^HTTP\/1\.1 (200|400|403|404) /)
    // A path without a dot is a page of ours, which then says that it knows nothing there.
    if (/content-type: text\/html/i.test(head)) expect(body).toContain('<div id="root">')
    else expect(body).not.toMatch(secrets)
  })
})

describe('JSON that reaches for prototypes', () => {
  test.each([
    '{"__proto__":{"polluted":true}}',
    '{"\\u005f_proto__":{"polluted":true}}',
    '{"constructor":{"prototype":{"polluted":true}}}',
    '{"city":{"__proto__":{"polluted":true}}}',
    '{"city":"toy","filter":{"__proto__":{"polluted":true}}}',
    '{"0":{"__proto__":{"polluted":true}}}',
    '{"username":"admin","password":"x","__proto__":{"polluted":true}}',
    '[{"__proto__":{"polluted":true}}]',
  ])('%s changes no prototype', async (body) => {
    const { appRouter } = await import('../../api/router.ts')
    const paths = [
      ...Object.keys(appRouter._def.procedures).map((path) => `/trpc/${path}`),
      '/trpc/cities.list,areas.tree?batch=1',
      '/api/auth/sign-in/username',
      '/api/kiosk',
    ]
    for (const path of paths) {
      const answer = await http.post(path, body, signedIn())
      await answer.arrayBuffer()
      expect({ path, ok: answer.status < 500 }).toEqual({ path, ok: true })
    }
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
    expect(Reflect.get(() => 0, 'polluted')).toBeUndefined()
  })
})

describe('names that reach for prototypes, beside JSON bodies', () => {
  const unpolluted = () => {
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
    expect(Reflect.get(() => 0, 'polluted')).toBeUndefined()
    expect(Reflect.get([], 'polluted')).toBeUndefined()
  }

  test('in what machines bring change none, and are no fields of an item', async () => {
    const { database } = http.api
    for (const kind of ['incidents', 'positions', 'duties'] as const) {
      const token = await createSource(database, `ingest:poison-${kind}`, kind)
      const doors = kind === 'duties' ? ['duties', 'dispatches'] : [kind]
      for (const door of doors) {
        for (const body of [
          '{"__proto__":{"polluted":true},"unit":1}',
          '{"constructor":{"prototype":{"polluted":true}},"unit":1}',
          '[{"\\u005f_proto__":{"polluted":true}}]',
          '{"location":{"coords":{"__proto__":{"polluted":true}}},"device_id":"x"}',
        ]) {
          const answer = await http.post(`/ingest/${door}`, body, { authorization: `Bearer ${token}` })
          expect({ door, body, status: answer.status }).toEqual({ door, body, status: 400 })
        }
      }
      if (kind !== 'positions') continue
      const fields = 'lat=28.6&lon=104.4&__proto__=x&__proto__[polluted]=1&constructor.prototype.polluted=1'
      const answer = await http.get(`/ingest/positions?id=${token}&${fields}`)
      expect(answer.status).toBeLessThan(500)
      const form = await http.post(`/ingest/positions?id=${token}`, fields, {
        'content-type': 'application/x-www-form-urlencoded',
      })
      expect(form.status).toBeLessThan(500)
    }
    unpolluted()
  })

  test('in addresses change none', async () => {
    for (const input of [
      '{"city":"shuifu","__proto__":{"polluted":true}}',
      '{"city":"shuifu","constructor":{"prototype":{"polluted":true}}}',
      '{"__proto__":{"city":"shuifu"}}',
    ]) {
      const asked = encodeURIComponent(input)
      const batch = encodeURIComponent(`{"0":${input},"__proto__":${input}}`)
      for (const path of ['areas.summary', 'aggregates.byArea', 'drills.scenario']) {
        for (const address of [`${path}?input=${asked}`, `${path}?batch=1&input=${batch}`]) {
          expect((await http.get(`/trpc/${address}`, signedIn())).status, address).toBeLessThan(500)
        }
      }
      const stream = await http.get(`/trpc/live.subscribe?input=${asked}`, signedIn())
      expect(stream.status).toBeLessThan(500)
      // Where one began, it would go on for ever.
      await stream.body?.cancel()
    }
    for (const query of [
      '__proto__[polluted]=1',
      '__proto__.polluted=1',
      'constructor[prototype][polluted]=1',
    ]) {
      for (const path of ['/', '/healthz', '/api/auth/get-session', '/bundles/areas/x.bin']) {
        expect((await http.get(`${path}?${query}`, signedIn())).status, path).toBeLessThan(500)
      }
    }
    unpolluted()
  })
})

describe('requests without end', () => {
  let limited: TestServer
  beforeAll(async () => {
    limited = await openTestServer('pglite', { limitFactor: 0.05 })
  })
  afterAll(() => limited?.close())

  /** Asks until the answer is 429. */
  async function untilRefused(ask: () => Promise<Response>, most: number): Promise<Response> {
    for (let count = 0; count < most; count++) {
      const answer = await ask()
      if (answer.status === 429) return answer
      await answer.arrayBuffer()
    }
    throw new Error(`All of ${most} requests were answered.`)
  }

  test('a person, a stranger, whoever tries passwords, and whoever asks for files are each told to wait', async () => {
    const cookie = { cookie: limited.cookie }
    const asks: (() => Promise<Response>)[] = [
      () => limited.get('/trpc/cities.list'),
      () => limited.get('/trpc/cities.list', cookie),
      () => limited.post('/api/auth/sign-in/username', { username: 'nobody', password: 'wrong password' }),
      () => limited.get('/assets/app-0123abcd.js'),
    ]
    for (const ask of asks) {
      const answer = await untilRefused(ask, 1000)
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(await answer.json()).toEqual(inShape('TOO_MANY_REQUESTS', 429))
    }
  })

  test('a batch counts as its procedures', async () => {
    const { appRouter } = await import('../../api/router.ts')
    expect(Object.keys(appRouter._def.procedures)).toContain('cities.list')
    const fresh = await openTestServer('pglite', { limitFactor: 0.05 })
    try {
      // 30 points: two batches of twenty are too many, where two single questions are not.
      const batch = `/trpc/${Array.from({ length: 20 }, () => 'cities.list').join(',')}?batch=1&input=%7B%7D`
      const cookie = { cookie: fresh.cookie }
      expect((await fresh.get('/trpc/cities.list', cookie)).status).toBe(200)
      expect((await fresh.get(batch, cookie)).status).not.toBe(429)
      expect((await fresh.get(batch, cookie)).status).toBe(429)
    } finally {
      await fresh.close()
    }
  })

  test('one who asks too much takes nothing from another behind the same address', async () => {
    const { api } = limited
    await api.database.query("SELECT pg_notify('sessions', '')")
    await untilRefused(() => limited.get('/trpc/cities.list'), 1000)
    // A person is counted alone: strangers of the same address have used up only their own.
    await expect
      .poll(async () => (await limited.get('/trpc/cities.list', { cookie: limited.cookie })).status, {
        timeout: 30_000,
        interval: 500,
      })
      .toBe(200)
  })

  test('an address cannot be invented: X-Forwarded-For of whoever is no named proxy counts for nothing', async () => {
    await untilRefused(() => limited.get('/trpc/cities.list'), 1000)
    const answer = await limited.get('/trpc/cities.list', {
      'x-forwarded-for': '203.0.113.9',
      forwarded: 'for=203.0.113.9',
      'x-real-ip': '203.0.113.9',
    })
    expect([429, 401]).toContain(answer.status)
    const second = await untilRefused(
      () =>
        limited.get('/trpc/cities.list', {
          'x-forwarded-for': `203.0.113.${Math.floor(Math.random() * 250)}`,
        }),
      20,
    )
    expect(second.status).toBe(429)
  })

  test('a network of IPv6 counts as one', () => {
    expect(networkOf('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64')
    expect(networkOf('2001:0db8:1:2::9')).toBe('2001:db8:1:2::/64')
    expect(networkOf('::1')).toBe('0:0:0:0::/64')
    expect(networkOf('::ffff:192.0.2.1')).toBe('::ffff:192.0.2.1')
    expect(networkOf('192.0.2.1')).toBe('192.0.2.1')
  })
})

describe('behind a proxy that is named', () => {
  let proxied: TestServer
  beforeAll(async () => {
    proxied = await openTestServer('pglite', { trustedProxies: ['127.0.0.1'], limitFactor: 0.05 })
  })
  afterAll(() => proxied?.close())

  test('HSTS and Secure cookies where it says https, and only there', async () => {
    const signIn = (headers: Record<string, string>) =>
      proxied.post('/api/auth/sign-in/username', { username: 'admin', password: PASSWORD }, headers)
    const plain = await signIn({})
    expect(plain.status).toBe(200)
    expect(plain.headers.get('strict-transport-security')).toBeNull()
    expect(plain.headers.getSetCookie().join()).not.toMatch(/secure/i)
    const tls = await signIn({ 'x-forwarded-proto': 'https' })
    expect(tls.headers.get('strict-transport-security')).toBe('max-age=31536000')
    expect(tls.headers.getSetCookie().length).toBeGreaterThan(0)
    for (const cookie of tls.headers.getSetCookie()) expect(cookie).toMatch(/; Secure(;|$)/)
    expect(tls.headers.getSetCookie().join()).toMatch(/HttpOnly.*SameSite=Strict|SameSite=Strict.*HttpOnly/i)
  })

  test('each address that it names is counted for itself', async () => {
    const from = (address: string) => proxied.get('/trpc/cities.list', { 'x-forwarded-for': address })
    for (let count = 0; count < 5; count++) expect((await from('203.0.113.1')).status).toBe(401)
    await expect.poll(async () => (await from('203.0.113.1')).status, { interval: 1 }).toBe(429)
    expect((await from('203.0.113.2')).status).toBe(401)
    // What stands before the proxy's own entry is the client's invention.
    expect((await from('198.51.100.7, 203.0.113.1')).status).toBe(429)
  })

  test('whoever is not that proxy says https in vain', async () => {
    const answer = await http.get('/', { 'x-forwarded-proto': 'https' })
    expect(answer.headers.get('strict-transport-security')).toBeNull()
  })
})
