import { createServer, type Socket } from 'node:net'
import { generateKeyPair } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startServer } from '../../api/server.ts'
import { grant } from '../factories/people.ts'
import { databaseKinds } from '../setup/database.ts'
import { freePort } from '../setup/postgresServer.ts'
import { Browser, CLIENT_ID, CLIENT_SECRET, openTestProvider, type TestProvider } from './oidcProvider.ts'
import { PASSWORD, PeopleServer } from './peopleServer.ts'

describe.each(databaseKinds())('sign-in by OpenID Connect on %s', (kind) => {
  let server: PeopleServer
  let provider: TestProvider

  async function open(createAccounts: boolean, port: number, answerMs?: number): Promise<PeopleServer> {
    return PeopleServer.open(kind, {
      port,
      publicUrl: `http://127.0.0.1:${port}`,
      oidc: {
        issuer: provider.issuer,
        clientId: CLIENT_ID,
        clientSecret: CLIENT_SECRET,
        clientAuth: 'basic',
        userNameClaim: 'preferred_username',
        name: '统一身份认证',
        createAccounts,
        answerMs,
      },
    })
  }

  beforeAll(async () => {
    const port = await freePort()
    provider = await openTestProvider(`http://127.0.0.1:${port}/api/auth/callback/oidc`)
    server = await open(false, port)
  })
  afterAll(async () => {
    await server?.close()
    await provider?.close()
  })
  beforeEach(() => {
    provider.tamper = undefined
    provider.refuses = false
    provider.silentAt = undefined
    provider.asked.length = 0
  })

  const url = (path: string) => `${server.server.url}${path}`
  const home = (at: string) => at.startsWith(server.server.url) && !at.includes('/api/auth/')
  const isCallback = (at: string) => at.includes('/api/auth/callback/')

  async function start(
    browser: Browser,
    body: object = { callbackURL: '/plan?theme=dark' },
  ): Promise<string | undefined> {
    const answer = await browser.fetch(url('/api/auth/sign-in/social'), {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: server.server.url },
      body: JSON.stringify({ provider: 'oidc', ...body }),
    })
    const { url: next } = (await answer.json()) as { url?: string }
    return next
  }

  /** The whole journey of somebody. @returns where the browser ends: a page of this server. */
  async function signIn(
    sub: string,
    userName: unknown,
    amr?: string[],
    browser = new Browser(),
  ): Promise<{ at: string; cookie: string; browser: Browser }> {
    provider.subject = { sub, claims: { preferred_username: userName, name: '张三' }, amr }
    const at = await browser.follow((await start(browser)) ?? '', home)
    return { at: at.slice(server.server.url.length), cookie: browser.cookieFor(url('/')), browser }
  }

  const me = (cookie: string) => server.ask(cookie, 'session.me')
  const refusals = async () => (await server.audit('session.refuse')).map(({ detail }) => detail.reason)

  test('somebody known here by name gets in, with PKCE, state and nonce, and comes back where they wanted to', async () => {
    const id = await server.person('post-oidc', [grant('officer', 'shuifu')])
    const { at, cookie } = await signIn('sub-1', 'Post-OIDC')
    expect(at).toBe('/plan?theme=dark')
    expect((await me(cookie)).data).toMatchObject({
      userName: 'post-oidc',
      name: 'post-oidc',
      roles: ['officer'],
    })
    const [asked] = provider.asked
    expect(asked.get('code_challenge_method')).toBe('S256')
    expect(asked.get('code_challenge')).toMatch(/^[\w-]{43}$/)
    expect(asked.get('state')).toMatch(/^[\w-]{20,}$/)
    expect(asked.get('nonce')).toMatch(/^[\w-]{20,}$/)
    expect((await server.audit('session.open')).at(-1)).toMatchObject({
      userName: 'post-oidc',
      detail: { method: 'oidc' },
    })
    // No token of the provider stays here, and no name of a person.
    const kept = await server.database.query(
      "SELECT provider_id, account_id, access_token, refresh_token, id_token FROM accounts WHERE user_id = $1 AND provider_id = 'oidc'",
      [id],
    )
    expect(kept).toEqual([
      { provider_id: 'oidc', account_id: 'sub-1', access_token: null, refresh_token: null, id_token: null },
    ])
    const [{ text }] = await server.database.query<{ text: string }>(
      "SELECT string_agg(u::text, ' ') AS text FROM users u",
    )
    expect(text).not.toContain('张三')
    // The second time is like the first.
    expect((await signIn('sub-1', 'post-oidc')).at).toBe('/plan?theme=dark')
  })

  test('nobody unknown gets in, and no account is made', async () => {
    const { at, cookie } = await signIn('sub-2', 'post-unknown')
    // The page that was asked for, in the theme it had.
    expect(at).toBe('/plan?theme=dark&error=signup_disabled')
    expect((await me(cookie)).status).toBe(401)
    expect(await server.database.query("SELECT 1 FROM users WHERE username = 'post-unknown'")).toEqual([])
    expect((await refusals()).at(-1)).toBe('signup_disabled')
  })

  test('nobody disabled gets in, whether or not they came before', async () => {
    for (const before of [true, false]) {
      const name = `post-gone-${before}`
      const id = await server.person(name)
      if (before) expect((await signIn(`sub-${name}`, name)).at).toBe('/plan?theme=dark')
      await server.database.query('UPDATE users SET disabled_at = now() WHERE id = $1', [id])
      await server.database.query('DELETE FROM sessions WHERE user_id = $1', [id])
      const { at, cookie } = await signIn(`sub-${name}`, name)
      expect(at).toContain('error=ACCOUNT_DISABLED')
      expect((await me(cookie)).status).toBe(401)
      expect(await server.database.query('SELECT 1 FROM sessions WHERE user_id = $1', [id])).toEqual([])
    }
  })

  test('whoever takes over a name at the provider does not take over the account', async () => {
    await server.person('post-renamed')
    expect((await signIn('sub-first', 'post-renamed')).at).toBe('/plan?theme=dark')
    const { at, cookie } = await signIn('sub-second', 'post-renamed')
    expect(at).toContain('error=ACCOUNT_LINKED')
    expect((await me(cookie)).status).toBe(401)
  })

  test.each([
    ['no name', undefined],
    ['a name that is a list', ['post-odd']],
    ['a name with an at', 'post@example.org'],
    ['an empty name', ''],
  ])('a provider that gives %s lets nobody in', async (_what, name) => {
    const { at, cookie } = await signIn('sub-odd', name)
    expect(at).toBe('/plan?theme=dark&error=email_not_found')
    expect((await me(cookie)).status).toBe(401)
  })

  test('an ID token that is not what was asked for lets nobody in', async () => {
    await server.person('post-token')
    const stranger = await generateKeyPair('RS256')
    const hour = 3600
    const attacks: [string, NonNullable<TestProvider['tamper']>][] = [
      ['a wrong nonce', (claims, sign) => sign({ ...claims, nonce: 'another' })],
      ['no nonce', ({ nonce: _nonce, ...claims }, sign) => sign(claims)],
      [
        'run out',
        (claims, sign) =>
          sign({ ...claims, iat: (claims.iat ?? 0) - 2 * hour, exp: (claims.iat ?? 0) - hour }),
      ],
      ['for somebody else', (claims, sign) => sign({ ...claims, aud: 'another' })],
      ['of somebody else', (claims, sign) => sign({ ...claims, iss: 'https://evil.example' })],
      ['signed by a stranger', (claims, sign) => sign(claims, stranger.privateKey)],
      ['of another person than the user info', (claims, sign) => sign({ ...claims, sub: 'another' })],
      ['none at all', async () => undefined],
      [
        'not signed',
        async (claims) =>
          `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`,
      ],
    ]
    for (const [name, tamper] of attacks) {
      provider.tamper = tamper
      const { at, cookie } = await signIn('sub-token', 'post-token')
      expect(at, name).toMatch(/^\/plan\?theme=dark&error=/)
      expect((await me(cookie)).status, name).toBe(401)
    }
    provider.tamper = (claims, sign) => sign(claims)
    expect((await signIn('sub-token', 'post-token')).at).toBe('/plan?theme=dark')
  })

  test('a callback counts in the browser that began, once, and nowhere else', async () => {
    await server.person('post-state')
    provider.subject = { sub: 'sub-state', claims: { preferred_username: 'post-state' } }
    const browser = new Browser()
    const callback = await browser.follow((await start(browser)) ?? '', isCallback)
    const other = new Browser()
    expect(await other.follow(callback, home)).toMatch(/[?&]error=/)
    expect((await me(other.cookieFor(url('/')))).status).toBe(401)

    const again = new Browser()
    const second = await again.follow((await start(again)) ?? '', isCallback)
    expect(await again.follow(second, home)).toBe(url('/plan?theme=dark'))
    expect(await again.follow(second, home)).toMatch(/[?&]error=/)
    const forged = new URL(second)
    forged.searchParams.set('state', 'x'.repeat(32))
    expect(await again.follow(forged.href, home)).toMatch(/[?&]error=/)
  })

  test('who is refused at the provider is told so here', async () => {
    provider.refuses = true
    const { at } = await signIn('sub-1', 'post-oidc')
    expect(at).toMatch(/^\/plan\?theme=dark&error=access_denied/)
  })

  test('nobody is sent to another place, and nothing else of better-auth is taken', async () => {
    await server.person('post-back')
    for (const callbackURL of [
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      'javascript:alert(1)',
    ]) {
      const browser = new Browser()
      provider.subject = { sub: 'sub-back', claims: { preferred_username: 'post-back' } }
      const next = await start(browser, { callbackURL, errorCallbackURL: callbackURL })
      // Refused at once, or back to the first page.
      if (next === undefined) continue
      const at = await browser.follow(next, home)
      expect({ callbackURL, at }).toEqual({ callbackURL, at: url('/') })
    }
    const post = (body: object) => server.post('/api/auth/sign-in/social', body)
    expect((await post({ provider: 'oidc', idToken: { token: 'x.y.z' } })).status).toBe(400)
    expect((await post({ provider: 'github' })).status).toBe(404)
    for (const path of [
      'link-social',
      'get-access-token',
      'refresh-token',
      'account-info',
      'unlink-account',
    ]) {
      expect((await server.post(`/api/auth/${path}`, {})).status).toBe(404)
    }
  })

  test('a second factor is asked for here, unless the provider has asked for one', async () => {
    const id = await server.person('post-both')
    await server.database.query('UPDATE users SET two_factor_enabled = true WHERE id = $1', [id])
    const owing = await signIn('sub-both', 'post-both', ['pwd'])
    expect(owing.at).toBe('/plan?theme=dark&twoFactor=1')
    expect((await me(owing.cookie)).status).toBe(401)
    expect(owing.cookie).toContain('two_factor=')
    expect(await server.database.query('SELECT 1 FROM sessions WHERE user_id = $1', [id])).toEqual([])
    const strong = await signIn('sub-both', 'post-both', ['pwd', 'otp', 'mfa'])
    expect(strong.at).toBe('/plan?theme=dark')
    expect((await server.audit('session.open')).at(-1)).toMatchObject({
      userName: 'post-both',
      detail: { method: 'oidcStrong' },
    })
  })

  test('the page offers it, and a password goes on opening', async () => {
    expect((await server.send('/api/offers')).body).toMatchObject({ oidc: { name: '统一身份认证' } })
    expect((await server.signIn('post-oidc', PASSWORD)).status).toBe(200)
  })

  test('a provider that does not answer holds up nobody, and is asked again', async () => {
    const silent = createServer(() => undefined)
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const address = silent.address()
    const providerPort = typeof address === 'object' && address ? address.port : 0
    const sockets = new Set<Socket>()
    silent.on('connection', (socket) => sockets.add(socket))
    const port = await freePort()
    const origin = `http://127.0.0.1:${port}`
    const { database, clock } = server
    const other = await startServer({
      database,
      host: '127.0.0.1',
      port,
      dataDir: database.dataDir,
      webDir: database.dataDir,
      limitFactor: 0,
      now: clock.now,
      oidc: {
        issuer: `http://127.0.0.1:${providerPort}`,
        clientId: CLIENT_ID,
        clientSecret: CLIENT_SECRET,
        clientAuth: 'basic',
        userNameClaim: 'preferred_username',
        name: 'x',
        createAccounts: false,
      },
    })
    const post = async (path: string, body: object) => {
      const answer = await fetch(`${origin}/api/auth/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin },
        body: JSON.stringify(body),
      })
      return { status: answer.status, body: (await answer.json()) as { url?: string } }
    }
    expect((await post('sign-in/username', { username: 'post-oidc', password: PASSWORD })).status).toBe(200)
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => silent.close(resolve))
    const begin = () => post('sign-in/social', { provider: 'oidc' })
    const nobodyThere = { status: 424, body: { code: 'PROVIDER_UNREACHABLE' } }
    expect(await begin()).toMatchObject(nobodyThere)
    const late = await openTestProvider(`${origin}/api/auth/callback/oidc`, { port: providerPort })
    expect((await begin()).body.url).toContain(`${late.issuer}/auth?`)
    // Also where it was there before, nobody is sent to a page that does not come.
    await late.close()
    expect(await begin()).toMatchObject(nobodyThere)
    await other.close()
  })

  test('where it is allowed, somebody unknown gets an account without any right', async () => {
    await server.close()
    server = await open(true, Number(new URL(server.server.url).port))
    const { at, cookie } = await signIn('sub-new', 'Post-New')
    expect(at).toBe('/plan?theme=dark')
    expect((await me(cookie)).data).toMatchObject({
      userName: 'post-new',
      name: 'post-new',
      roles: [],
      cities: [],
      rightsAnywhere: [],
    })
    expect((await server.ask(cookie, 'cities.list')).error).toMatchObject({ data: { code: 'FORBIDDEN' } })
  })
  test('a provider that falls silent once it has sent somebody back is not waited for without end', async () => {
    await server.close()
    server = await open(true, Number(new URL(server.server.url).port), 1000)
    for (const path of ['/token', '/me']) {
      provider.silentAt = path
      const { at, cookie } = await signIn('sub-silent', 'post-silent')
      expect(at).toMatch(/^\/plan\?theme=dark&error=(invalid_code|unable_to_get_user_info)$/)
      expect((await me(cookie)).status).toBe(401)
      expect((await server.audit('session.refuse')).at(-1)).toMatchObject({ detail: { method: 'oidc' } })
    }
    expect(await server.audit('session.open')).toEqual([])
  })
})
