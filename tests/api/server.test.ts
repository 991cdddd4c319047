import { createTRPCClient, httpBatchLink, httpBatchStreamLink, TRPCClientError } from '@trpc/client'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AppRouter, appRouter } from '../../api/router.ts'
import { startServer } from '../../api/server.ts'
import { databaseKinds } from '../setup/database.ts'
import { openTestServer, PASSWORD, type TestServer } from './http.ts'

describe.each(databaseKinds())('the server on %s', (kind) => {
  let http: TestServer

  beforeAll(async () => {
    http = await openTestServer(kind)
  })
  afterAll(() => http?.close())

  const signedIn = () => ({ cookie: http.cookie })

  test('anybody may ask whether it is well', async () => {
    const answer = await http.get('/healthz')
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({ status: 'ok', database: kind, areas: http.api.ground.areas.length })
  })

  test.each([
    ['a batch', httpBatchLink],
    ['a streamed batch', httpBatchStreamLink],
  ])('the stock client gets its answers as %s', async (_name, link) => {
    const client = createTRPCClient<AppRouter>({
      links: [link({ url: `${http.server.url}/trpc`, headers: signedIn() })],
    })
    const [cities, summary, refused] = await Promise.all([
      client.cities.list.query(),
      client.areas.summary.query({ city: '530681' }),
      client.areas.summary.query({ city: 'nowhere' }).then(
        () => 'an answer',
        (error: unknown) => error,
      ),
    ])
    expect(cities.map((city) => city.code)).toEqual(['shuifu'])
    expect(summary.microGrid).toBe(480)
    expect(refused).toBeInstanceOf(TRPCClientError)
    expect(refused).toMatchObject({
      data: { code: 'NOT_FOUND', httpStatus: 404 },
      message: /No city "nowhere"/,
    })
  })

  test.each([
    ['a batch', httpBatchLink],
    ['a streamed batch', httpBatchStreamLink],
  ])('the stock client of a stranger learns from %s that it must sign in', async (_name, link) => {
    const client = createTRPCClient<AppRouter>({ links: [link({ url: `${http.server.url}/trpc` })] })
    const answers = await Promise.allSettled([client.cities.list.query(), client.cities.list.query()])
    for (const answer of answers) {
      expect(answer).toMatchObject({
        status: 'rejected',
        reason: { data: { code: 'UNAUTHORIZED', httpStatus: 401 } },
      })
    }
  })

  test('long answers are compressed', async () => {
    const path = `/trpc/areas.tree?input=${encodeURIComponent(JSON.stringify({ city: 'shuifu' }))}`
    for (const encoding of ['br', 'gzip']) {
      const answer = await http.get(path, { ...signedIn(), 'accept-encoding': encoding })
      expect(answer.headers.get('content-encoding')).toBe(encoding)
      expect(await answer.json()).toMatchObject({ result: { data: expect.any(Array) } })
    }
    expect(
      (await http.get(path, { ...signedIn(), 'accept-encoding': 'identity' })).headers.get(
        'content-encoding',
      ),
    ).toBeNull()
  })

  test('what a browser may do with an answer is kept narrow', async () => {
    for (const path of ['/', '/healthz', '/trpc/cities.list', '/api/auth/get-session']) {
      const { headers } = await http.get(path, signedIn())
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).not.toMatch(/unsafe|https?:|\*/)
      if (path === '/') expect(policy).toContain("script-src 'self';")
      expect(headers.get('permissions-policy')).toContain('geolocation=()')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('x-powered-by')).toBeNull()
      expect(headers.get('server')).toBeNull()
    }
  })

  test('each page has a nonce of its own, which only its style sheets need', async () => {
    const nonces = new Set<string>()
    for (const path of ['/', '/wall', '/wall']) {
      const answer = await http.get(path)
      const policy = answer.headers.get('content-security-policy') ?? ''
      const [, nonce = ''] = /style-src-elem 'self' 'nonce-([\w-]{20,})'/.exec(policy) ?? []
      expect(await answer.text()).toContain(`<meta property="csp-nonce" nonce="${nonce}">`)
      expect(policy.match(/nonce-/g)).toHaveLength(2)
      // A page kept by a browser and asked for again must not meet the policy of another.
      expect(answer.headers.get('etag')).toBeNull()
      nonces.add(nonce)
    }
    expect(nonces.size).toBe(3)
    expect((await http.get('/assets/app-0123abcd.js')).headers.get('content-security-policy')).not.toContain(
      'nonce',
    )
  })

  test('answers with data are not kept by any cache', async () => {
    expect((await http.get('/trpc/cities.list', signedIn())).headers.get('cache-control')).toBe('no-store')
    expect((await http.get('/trpc/cities.list')).headers.get('cache-control')).toBe('no-store')
    expect((await http.get('/api/auth/get-session', signedIn())).headers.get('cache-control')).toBe(
      'no-store',
    )
  })

  test.each(['/', '/wall', '/plan', '/brief/530681101', '/sign-in?next=%2Fwall'])(
    '%s is the page',
    async (path) => {
      const answer = await http.get(path)
      expect(answer.status).toBe(200)
      expect(answer.headers.get('content-type')).toMatch(/text\/html/)
      expect(answer.headers.get('cache-control')).toBe('no-cache')
      expect(await answer.text()).toContain('<div id="root">')
    },
  )

  test('what no page is called is a page that says so', async () => {
    for (const path of ['/wall~', '/a%20b', '/%3Cimg%3E']) {
      const answer = await http.get(path)
      expect(answer.status).toBe(404)
      expect(await answer.text()).toContain('<div id="root">')
    }
  })

  test('hashed files are kept for good, missing ones are missing', async () => {
    const answer = await http.get('/assets/app-0123abcd.js')
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toMatch(/javascript/)
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    for (const path of ['/assets/app-ffffffff.js', '/favicon.ico', '/assets/']) {
      expect((await http.get(path)).status).toBe(404)
    }
  })

  test('what the API does not know is a 404 in JSON for whoever is signed in', async () => {
    for (const path of [
      '/api/unknown',
      '/trpc/unknown',
      '/bundles/areas/x.bin',
      '/tiles/1/2/3.mvt',
      '/metrics',
    ]) {
      const answer = await http.get(path, signedIn())
      expect(answer.status).toBe(404)
      expect(answer.headers.get('content-type')).toMatch(/application\/json/)
    }
  })

  test('a body that is too large or no JSON is refused without a stack', async () => {
    const large = await http.post('/trpc/cities.list', { city: 'x'.repeat(2 * 1024 * 1024) }, signedIn())
    expect(large.status).toBe(413)
    const broken = await http.get('/trpc/areas.tree?input=%7Bbroken', signedIn())
    expect(broken.status).toBe(400)
    for (const answer of [large, broken])
      expect(await answer.text()).not.toMatch(/node_modules|\.ts:\d|\n\s+at /)
    const many = Array.from({ length: 60 }, () => 'cities.list').join(',')
    expect((await http.get(`/trpc/${many}?batch=1`, signedIn())).status).toBe(400)
  })

  test('no input brings the server down or makes it fail', async () => {
    // A stream answers in a form of its own, its refusals too: live/stream.test.ts.
    const known: object = appRouter._def.procedures
    const procedures = Object.entries(known)
      .filter(([, { _def }]) => _def.type !== 'subscription')
      .map(([name]) => name)
    const odd = fc.oneof(
      fc.constantFrom(
        'shuifu',
        '530681',
        'grid',
        'microGrid',
        '2025',
        '2018',
        '2026-01-01',
        '2026-02-01',
        '2026-01-01T00:00:00+23:00',
        '9999-12-31',
        '-000001-01-01T00:00:00Z',
        "'; DROP TABLE areas; --",
        '\u0000',
        '\ud800',
        '__proto__',
        'constructor',
      ),
      fc.constantFrom<unknown>(0, -1, 1, 2 ** 31, 2 ** 53, 1e308, 0.5, null, true, [], {}, [[]]),
      fc.constantFrom<unknown>(
        ['010000'],
        ['D01'],
        ['\u0000'],
        [104, 28, 105, 29],
        [-180, -90, 180, 90],
        [1, 2, 3],
        { from: '2025-01-01', to: '2025-02-01' },
        { from: '2025-01-01T00:00:00Z', to: '2025-02-01T00:00:00Z' },
        { reportedAt: '2026-01-01T00:00:00Z', id: 1 },
      ),
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.jsonValue({ maxDepth: 2 }),
    )
    const keys = [
      'level',
      'version',
      'within',
      'from',
      'to',
      'kinds',
      'compareTo',
      'areaId',
      'bucket',
      'bbox',
      'limit',
      'id',
      'before',
      'lng',
      'lat',
      'at',
      'category',
      'theme',
      'window',
      'withinM',
    ]
    const good = {
      city: fc.constantFrom<unknown>('shuifu', '530681'),
      level: fc.constantFrom<unknown>('grid', 'squad'),
      from: fc.constant<unknown>('2025-01-01'),
      to: fc.constant<unknown>('2026-02-01'),
      bucket: fc.constantFrom<unknown>('day', 'month'),
      bbox: fc.constant<unknown>([104, 28, 105, 29]),
      limit: fc.constant<unknown>(10),
      id: fc.constant<unknown>(1),
      areaId: fc.constant<unknown>(1),
      lng: fc.constant<unknown>(104.3),
      lat: fc.constant<unknown>(28.5),
    }
    const inputs = fc.oneof(
      fc
        .tuple(fc.record(good), fc.dictionary(fc.constantFrom(...keys), odd, { maxKeys: 2 }))
        .map(([base, change]): unknown => ({ ...base, ...change })),
      fc.dictionary(fc.constantFrom('city', ...keys), odd),
      odd,
    )
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...procedures),
        inputs,
        fc.boolean(),
        async (procedure, input, post) => {
          const text = JSON.stringify(input) ?? 'undefined'
          const answer = post
            ? await http.post(`/trpc/${procedure}`, text, signedIn())
            : await http.get(`/trpc/${procedure}?input=${encodeURIComponent(text)}`, signedIn())
          const body = await answer.text()
          expect({
            procedure,
            text,
            status: answer.status,
            body: answer.status < 500 ? '' : body,
          }).toMatchObject({ body: '' })
          expect(() => JSON.parse(body)).not.toThrow()
        },
      ),
      { numRuns: 400, seed: 7 },
    )
    expect((await http.get('/healthz')).status).toBe(200)
  })

  test('no path, method or header makes the server fail', async () => {
    const paths = fc.oneof(
      fc.webPath(),
      fc
        .constantFrom('/trpc/', '/bundles/areas/', '/api/auth/', '/assets/')
        .chain((start) =>
          fc
            .string({ unit: 'binary', maxLength: 40 })
            .map((rest) => start + encodeURIComponent(rest.toWellFormed())),
        ),
      fc.constantFrom(
        '/%',
        '/%zz',
        '/trpc/%ff',
        '/bundles/%00/%00',
        `/trpc/${'a'.repeat(6000)}`,
        `/${'x/'.repeat(2000)}`,
      ),
    )
    await fc.assert(
      fc.asyncProperty(
        paths,
        fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'),
        fc.constantFrom(
          'application/json',
          'text/plain',
          'multipart/form-data; boundary=x',
          'application/x-www-form-urlencoded',
          'x',
        ),
        fc.boolean(),
        async (path, method, contentType, known) => {
          const answer = await fetch(`${http.server.url}${path}`, {
            method,
            redirect: 'manual',
            headers: { 'content-type': contentType, ...(known ? signedIn() : {}) },
            body: method === 'GET' || method === 'HEAD' ? undefined : '{"a":',
          })
          await answer.arrayBuffer()
          expect({ path, method, contentType, status: answer.status < 500 }).toMatchObject({ status: true })
        },
      ),
      { numRuns: 300, seed: 7 },
    )
    expect((await http.get('/healthz')).status).toBe(200)
  })

  test.each([
    'a b',
    ':99999',
    '[::1',
    '',
    'evil.example@127.0.0.1',
    'evil.example/a',
    'evil.example?a',
    'evil.example#a',
    'evil.example\\\\a',
    '%',
    '\u00e4',
  ])('a Host header %j makes nothing fail', async (host) => {
    const { request } = await import('node:http')
    const { port } = new URL(http.server.url)
    for (const path of [
      '/',
      '/healthz',
      '/trpc/cities.list',
      '/api/auth/get-session',
      '/bundles/areas/x.bin',
    ]) {
      const status = await new Promise<number>((resolve, reject) => {
        request({ host: '127.0.0.1', port, path, headers: { host, ...signedIn() } }, (answer) => {
          answer.resume()
          answer.on('end', () => resolve(answer.statusCode ?? 0))
        })
          .on('error', reject)
          .end()
      })
      expect(status).toBeLessThan(500)
    }
  })

  test('the second start keeps the password, unless it is given another', async () => {
    const start = (adminPassword?: string) =>
      startServer({
        database: http.api.database,
        host: '127.0.0.1',
        port: 0,
        dataDir: http.api.database.dataDir,
        webDir: http.api.database.dataDir,
        adminPassword,
      })
    const statusOf = async (url: string, password: string) =>
      (
        await fetch(`${url}/api/auth/sign-in/username`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ username: 'admin', password }),
        })
      ).status
    const same = await start()
    expect(same.firstPassword).toBeUndefined()
    expect(await statusOf(same.url, PASSWORD)).toBe(200)
    // The key is kept too: a cookie of before still opens.
    expect((await fetch(`${same.url}/trpc/cities.list`, { headers: signedIn() })).status).toBe(200)
    await same.close()

    const changed = await start('another password')
    expect(changed.firstPassword).toBeUndefined()
    expect(await statusOf(changed.url, 'another password')).toBe(200)
    expect(await statusOf(changed.url, PASSWORD)).toBe(401)
    expect((await fetch(`${changed.url}/trpc/cities.list`, { headers: signedIn() })).status).toBe(401)
    await changed.close()

    const back = await start(PASSWORD)
    await back.close()
    await http.api.database.query('DELETE FROM users')
    const first = await start()
    expect(first.firstPassword).toMatch(/^[\w-]{16}-Gw7$/)
    expect(await statusOf(first.url, first.firstPassword ?? '')).toBe(200)
    await first.close()

    // As a kill between the account and its password leaves it.
    await http.api.database.query('DELETE FROM accounts')
    const mended = await start()
    expect(await statusOf(mended.url, mended.firstPassword ?? '')).toBe(200)
    await mended.close()
  })

  test('a port in use gets one sentence that says what to do', async () => {
    await expect(
      startServer({
        database: http.api.database,
        host: '127.0.0.1',
        port: Number(new URL(http.server.url).port),
        dataDir: http.api.database.dataDir,
        webDir: http.api.database.dataDir,
        adminPassword: PASSWORD,
      }),
    ).rejects.toThrow(/Port \d+ on 127\.0\.0\.1 is in use: choose another with PORT/)
  })
})
