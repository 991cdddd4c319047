import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { STANDARD_RULES } from '../../api/people/rules.ts'
import { grant } from '../factories/people.ts'
import { databaseKinds } from '../setup/database.ts'
import { address, DAY, HOUR, MINUTE, PASSWORD, PeopleServer } from './peopleServer.ts'

describe.each(databaseKinds())('signing in on %s', (kind) => {
  let server: PeopleServer

  beforeAll(async () => {
    server = await PeopleServer.open(kind)
  })
  afterAll(() => server?.close())
  beforeEach(async () => {
    await server.database.query('DELETE FROM sign_in_failures')
    await server.database.query('DELETE FROM account_rules')
  })

  test('answers carry no token: it stands in the cookie alone', async () => {
    await server.person('post-token')
    const signedIn = await server.signIn('post-token', PASSWORD)
    expect(signedIn.status).toBe(200)
    const [, token] = /session_token=([^.]+)/.exec(signedIn.cookie) ?? []
    const session = await server.send('/api/auth/get-session', { cookie: signedIn.cookie })
    const mine = await server.ask(signedIn.cookie, 'sessions.mine')
    expect(session.body).toMatchObject({ user: { username: 'post-token' } })
    for (const body of [signedIn.body, session.body, mine.data]) {
      expect(JSON.stringify(body)).not.toContain(token)
    }
    expect(signedIn.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Strict/)
  })

  test('the audit says who came, from where, and who left', async () => {
    await server.person('post-coming', [grant('officer', 'shuifu')])
    const from = address()
    const { cookie } = await server.signIn('post-coming', PASSWORD, from)
    await server.post('/api/auth/sign-out', {}, { cookie })
    const rows = await server.database.query(
      "SELECT action, user_name, kind, roles, address, detail ->> 'method' AS method FROM audit WHERE user_name = 'post-coming' ORDER BY id",
    )
    expect(rows).toEqual([
      {
        action: 'session.open',
        user_name: 'post-coming',
        kind: 'person',
        roles: ['officer'],
        address: from,
        method: 'password',
      },
      {
        action: 'session.close',
        user_name: 'post-coming',
        kind: 'person',
        roles: ['officer'],
        address: '10.0.0.1',
        method: null,
      },
    ])
    expect((await server.ask(cookie, 'session.me')).status).toBe(401)
  })

  test('a session and its row in the audit are one: where the audit cannot be written nobody is let in', async () => {
    const id = await server.person('post-unheard')
    const sessions = () => server.database.query('SELECT 1 FROM sessions WHERE user_id = $1', [id])
    await server.database.query(
      "ALTER TABLE audit ADD CONSTRAINT deaf CHECK (user_name <> 'post-unheard') NOT VALID",
    )
    try {
      expect((await server.signIn('post-unheard', PASSWORD, address())).status).toBe(500)
      expect(await sessions()).toEqual([])
    } finally {
      await server.database.query('ALTER TABLE audit DROP CONSTRAINT deaf')
    }
    expect((await server.signIn('post-unheard', PASSWORD, address())).status).toBe(200)
    expect(await sessions()).toHaveLength(1)
  })

  test('a wrong password and an unknown name sound alike, also while they have to wait', async () => {
    await server.person('post-alike')
    for (let attempt = 1; attempt <= 7; attempt++) {
      const [wrong, unknown] = [
        await server.signIn('post-alike', 'wrong', address()),
        await server.signIn('post-nobody', 'wrong', address()),
      ]
      expect(wrong.status).toBe(attempt <= 5 ? 401 : 429)
      expect({ status: unknown.status, body: unknown.body }).toEqual({
        status: wrong.status,
        body: wrong.body,
      })
      expect(unknown.headers.get('retry-after')).toBe(wrong.headers.get('retry-after'))
    }
  })

  test('after five failures an account waits a minute, then twice as long each time, and is told how long', async () => {
    await server.person('post-waiting')
    const attempt = (password: string) => server.signIn('post-waiting', password, address())
    for (let failure = 1; failure <= 5; failure++) expect((await attempt('wrong')).status).toBe(401)

    const right = await attempt(PASSWORD)
    expect(right.status).toBe(429)
    expect(right.headers.get('retry-after')).toBe('60')
    expect(right.body).toMatchObject({ code: 'TOO_MANY_FAILURES', retryAfterSeconds: 60 })
    expect(right.cookie).toBe('')

    server.clock.forward(59_000)
    expect((await attempt(PASSWORD)).status).toBe(429)
    server.clock.forward(1_000)
    expect((await attempt('wrong')).status).toBe(401)
    expect((await attempt(PASSWORD)).headers.get('retry-after')).toBe('120')
    server.clock.forward(2 * MINUTE)
    expect((await attempt('wrong')).status).toBe(401)
    expect((await attempt(PASSWORD)).headers.get('retry-after')).toBe('240')
    server.clock.forward(4 * MINUTE)
    expect((await attempt(PASSWORD)).status).toBe(200)
    // It begins anew.
    for (let failure = 1; failure <= 5; failure++) expect((await attempt('wrong')).status).toBe(401)
    expect((await attempt(PASSWORD)).headers.get('retry-after')).toBe('60')

    const locks = (await server.audit('account.lock')).filter(({ userName }) => userName === 'post-waiting')
    expect(locks.map(({ detail }) => detail.failures)).toEqual([5, 6, 7, 5])
    const refusals = (await server.audit('session.refuse')).filter(
      ({ userName }) => userName === 'post-waiting',
    )
    expect(refusals).toHaveLength(12)
  })

  test('no wait is longer than an hour, and after a quiet day it begins anew', async () => {
    await server.person('post-longest')
    const attempt = (password: string) => server.signIn('post-longest', password, address())
    for (let failure = 1; failure <= 16; failure++) {
      expect((await attempt('wrong')).status).toBe(401)
      if (failure >= 5) server.clock.forward(HOUR)
    }
    await attempt('wrong')
    expect((await attempt(PASSWORD)).headers.get('retry-after')).toBe('3600')
    server.clock.forward(DAY + 2 * HOUR)
    await attempt('wrong')
    expect((await attempt(PASSWORD)).status).toBe(200)
  })

  test('of many guesses at once no more are tried than one after the other', async () => {
    await server.person('post-flooded')
    const guesses = await Promise.all(
      Array.from({ length: 30 }, () => server.signIn('post-flooded', 'wrong', address())),
    )
    expect(guesses.filter(({ status }) => status === 401)).toHaveLength(5)
    expect(guesses.filter(({ status }) => status === 429)).toHaveLength(25)
  })

  /** Fewer than fifty, so that a test need not try fifty. */
  const strictAddresses = () =>
    server.database.query(
      'INSERT INTO account_rules (rules) VALUES ($1) ON CONFLICT (single) DO UPDATE SET rules = excluded.rules',
      [{ ...STANDARD_RULES, addressFailures: 10 }],
    )

  test('an address that tries many names has to wait too, others do not', async () => {
    await strictAddresses()
    await server.person('post-office')
    const from = address()
    for (let guess = 0; guess < 10; guess++) {
      expect((await server.signIn(`name-${guess}`, 'wrong', from)).status).toBe(401)
    }
    expect((await server.signIn('post-office', PASSWORD, from)).status).toBe(429)
    expect((await server.signIn('post-office', PASSWORD, address())).status).toBe(200)
    server.clock.forward(MINUTE)
    expect((await server.signIn('post-office', PASSWORD, from)).status).toBe(200)
  })

  test('getting in with one account does not wash off what the address has failed', async () => {
    await strictAddresses()
    await server.person('post-own')
    const from = address()
    for (let guess = 0; guess < 7; guess++) await server.signIn(`other-${guess}`, 'wrong', from)
    expect((await server.signIn('post-own', PASSWORD, from)).status).toBe(200)
    for (let guess = 7; guess < 10; guess++) await server.signIn(`other-${guess}`, 'wrong', from)
    expect((await server.signIn('post-own', PASSWORD, from)).status).toBe(429)
  })

  test('failures are kept for names that nobody has, without the names', async () => {
    await server.signIn('my-secret-typed-wrong', 'wrong', address())
    const kept = JSON.stringify(await server.database.query('SELECT * FROM sign_in_failures'))
    const said = JSON.stringify(await server.database.query('SELECT user_name, detail, target FROM audit'))
    expect(kept).toContain('account:')
    expect(kept + said).not.toContain('my-secret-typed-wrong')
  })

  test('who is disabled is told so only with the right password, and gets no session', async () => {
    const id = await server.person('post-disabled')
    const { cookie } = await server.signIn('post-disabled', PASSWORD)
    await server.database.query('UPDATE users SET disabled_at = now() WHERE id = $1', [id])
    await expect.poll(async () => (await server.ask(cookie, 'session.me')).status).toBe(401)
    const right = await server.signIn('post-disabled', PASSWORD)
    expect({ status: right.status, cookie: right.cookie }).toEqual({ status: 403, cookie: '' })
    expect(right.body).toMatchObject({ code: 'ACCOUNT_DISABLED' })
    expect((await server.signIn('post-disabled', 'wrong')).body).toEqual(
      (await server.signIn('post-nobody-2', 'wrong')).body,
    )
    expect(await server.database.query('SELECT 1 FROM sessions WHERE user_id = $1', [id])).toEqual([])
  })

  test('neither a kiosk nor an account without a password signs in by one', async () => {
    await server.database.query(
      "INSERT INTO users (id, name, email, username, kind) VALUES ('no-password', 'no-password', 'x@gridwall.invalid', 'no-password', 'person')",
    )
    const answer = await server.signIn('no-password', 'undefined', address())
    const unknown = await server.signIn('post-nobody-3', 'undefined', address())
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 401, body: unknown.body })
  })
})
