import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { STANDARD_RULES } from '../../api/people/rules.ts'
import { endOverSessions } from '../../api/people/sessionKeeper.ts'
import { grant } from '../factories/people.ts'
import { databaseKinds } from '../setup/database.ts'
import { HOUR, MINUTE, PASSWORD, PeopleServer } from './peopleServer.ts'

describe.each(databaseKinds())('sessions on %s', (kind) => {
  let server: PeopleServer
  let officer: string

  beforeAll(async () => {
    server = await PeopleServer.open(kind)
    officer = await server.person('post-watch', [grant('officer', 'shuifu')])
    await server.person('post-system', [grant('systemAdmin')])
    await server.person('post-security', [grant('securityAdmin')])
  })
  afterAll(() => server?.close())

  const me = async (cookie: string) => (await server.ask(cookie, 'session.me')).status
  const use = (cookie: string) => server.send('/api/auth/get-session', { cookie })

  test('a session that nobody uses ends, whatever a page keeps asking by itself', async () => {
    const cookie = await server.cookieOf('post-watch')
    for (let minute = 0; minute < 29; minute++) {
      server.clock.forward(MINUTE)
      expect(await me(cookie)).toBe(200)
    }
    server.clock.forward(MINUTE)
    expect(await me(cookie)).toBe(401)
    // Turned back, it does not come to life again.
    server.clock.forward(-10 * MINUTE)
    expect(await me(cookie)).toBe(401)
    expect((await server.audit('session.expire')).at(-1)).toMatchObject({
      userName: 'post-watch',
      detail: { reason: 'idle' },
    })
  })

  test('using it keeps it, but not for ever', async () => {
    const cookie = await server.cookieOf('post-watch')
    for (let hour = 0; hour < 11.75; hour += 0.25) {
      server.clock.forward(HOUR / 4)
      expect((await use(cookie)).body).toMatchObject({ user: { username: 'post-watch' } })
    }
    expect(await me(cookie)).toBe(200)
    server.clock.forward(HOUR / 4)
    expect(await me(cookie)).toBe(401)
    expect((await server.audit('session.expire')).at(-1)).toMatchObject({ detail: { reason: 'absolute' } })
  })

  test('no path of signing in takes a session that is over', async () => {
    for (const path of ['change-password', 'two-factor/enable', 'two-factor/generate-backup-codes']) {
      const cookie = await server.cookieOf('post-watch')
      server.clock.forward(31 * MINUTE)
      const answer = await server.post(
        `/api/auth/${path}`,
        { password: PASSWORD, currentPassword: PASSWORD, newPassword: 'Another-9-Harbour' },
        { cookie },
      )
      expect({ path, status: answer.status }).toEqual({ path, status: 401 })
    }
    const cookie = await server.cookieOf('post-watch')
    server.clock.forward(31 * MINUTE)
    expect((await use(cookie)).body).toBeNull()
  })

  test('session.me says when it ends', async () => {
    const cookie = await server.cookieOf('post-watch')
    expect((await server.ask(cookie, 'session.me')).data).toMatchObject({
      userName: 'post-watch',
      kind: 'person',
      roles: ['officer'],
      idleMinutes: 30,
      expiresAt: new Date(server.clock.now().getTime() + 12 * HOUR).toISOString(),
      mustChangePassword: false,
      twoFactor: { enabled: false, required: false },
    })
  })

  test('changed rules hold for sessions that are open', async () => {
    const security = await server.cookieOf('post-security')
    const cookie = await server.cookieOf('post-watch')
    server.clock.forward(6 * MINUTE)
    await use(security)
    expect(await me(cookie)).toBe(200)
    expect((await server.change(security, 'rules.set', { ...STANDARD_RULES, idleMinutes: 5 })).status).toBe(
      200,
    )
    await expect.poll(() => me(cookie)).toBe(401)
    expect((await server.change(security, 'rules.set', STANDARD_RULES)).status).toBe(200)
  })

  test('more sessions of an account than the rules allow: the oldest ends, and the audit says why', async () => {
    const security = await server.cookieOf('post-security')
    const allow = async (concurrentSessions: number) =>
      (await server.change(security, 'rules.set', { ...STANDARD_RULES, concurrentSessions })).status
    expect(await allow(21)).toBe(400)
    expect(await allow(2)).toBe(200)
    const cookies: string[] = []
    for (let opened = 0; opened < 3; opened++) {
      cookies.push(await server.cookieOf('post-watch'))
      server.clock.forward(1000)
    }
    await expect.poll(() => me(cookies[0])).toBe(401)
    expect(await Promise.all(cookies.slice(1).map(me))).toEqual([200, 200])
    expect((await server.audit('session.expire')).at(-1)).toMatchObject({
      userName: 'post-watch',
      detail: { reason: 'tooMany', allowed: 2 },
    })
    // Other accounts keep theirs, and without a number nobody loses one.
    expect(await me(security)).toBe(200)
    expect(await allow(0)).toBe(200)
    cookies.push(await server.cookieOf('post-watch'))
    expect(await Promise.all(cookies.slice(1).map(me))).toEqual([200, 200, 200])
  })

  test('an administrator of accounts sees all sessions and ends any; a person sees and ends their own', async () => {
    const system = await server.cookieOf('post-system')
    const [first, second] = [await server.cookieOf('post-watch'), await server.cookieOf('post-watch')]
    const list = (await server.ask(system, 'sessions.list', { personId: officer })).data as Listed[]
    expect(list.length).toBeGreaterThanOrEqual(2)
    expect(list.every(({ userName, current }) => userName === 'post-watch' && !current)).toBe(true)
    const everybody = (await server.ask(system, 'sessions.list')).data as Listed[]
    expect(new Set(everybody.map(({ userName }) => userName))).toContain('post-system')
    expect((await server.ask(first, 'sessions.list')).error).toMatchObject({ data: { code: 'FORBIDDEN' } })

    const own = ((await server.ask(first, 'sessions.mine')).data as Listed[]).filter(({ current }) => current)
    expect(own).toHaveLength(1)
    expect((await server.change(system, 'sessions.revoke', { id: own[0].id })).status).toBe(200)
    // Other connections hear of it a moment later.
    await expect.poll(() => me(first)).toBe(401)
    expect((await server.audit('session.revoke')).at(-1)).toMatchObject({
      userName: 'post-system',
      target: own[0].id,
      detail: { personId: officer },
    })
    expect((await server.change(system, 'sessions.revoke', { id: own[0].id })).error).toMatchObject({
      data: { code: 'NOT_FOUND' },
    })

    const mine = ((await server.ask(second, 'sessions.mine')).data as Listed[]).filter(
      ({ current }) => current,
    )
    const others = (await server.ask(system, 'sessions.mine')).data as Listed[]
    const stranger = await server.change(second, 'sessions.revokeMine', { id: others[0].id })
    expect(stranger.error).toMatchObject({ data: { code: 'NOT_FOUND' } })
    expect((await server.change(second, 'sessions.revokeMine', { id: mine[0].id })).status).toBe(200)
    await expect.poll(() => me(second)).toBe(401)
    expect(await me(system)).toBe(200)
  })

  test('what nobody asks for any more ends too, and the audit says so once', async () => {
    const [idle, used] = [await server.cookieOf('post-watch'), await server.cookieOf('post-watch')]
    server.clock.forward(20 * MINUTE)
    await use(used)
    server.clock.forward(11 * MINUTE)
    const sessions = () =>
      server.database
        .query('SELECT id FROM sessions WHERE user_id = $1', [officer])
        .then((rows) => rows.length)
    const ended = (await server.audit('session.expire')).length
    const open = await sessions()
    await Promise.all([1, 2].map(() => endOverSessions(server.database, server.clock.now())))
    expect(await sessions()).toBe(1)
    expect((await server.audit('session.expire')).length - ended).toBeGreaterThanOrEqual(open - 1)
    expect([await me(idle), await me(used)]).toEqual([401, 200])
    const after = (await server.audit('session.expire')).length
    await endOverSessions(server.database, server.clock.now())
    expect((await server.audit('session.expire')).length).toBe(after)
  })

  test('better-auth shows or ends sessions by no way of its own', async () => {
    const cookie = await server.cookieOf('post-watch')
    for (const path of ['list-sessions', 'revoke-sessions', 'revoke-session', 'revoke-other-sessions']) {
      expect((await server.post(`/api/auth/${path}`, { token: 'x' }, { cookie })).status).toBe(404)
      expect((await server.send(`/api/auth/${path}`, { cookie })).status).toBe(404)
    }
  })
})

interface Listed {
  id: string
  userName: string
  current: boolean
}
