import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { madePassword } from '../../api/people/firstAccounts.ts'
import { passwordProblem } from '../../api/people/passwordRules.ts'
import { RULE_RANGES, rulesOf, STANDARD_RULES } from '../../api/people/rules.ts'
import { grant } from '../factories/people.ts'
import { databaseKinds } from '../setup/database.ts'
import { DAY, PASSWORD, PeopleServer } from './peopleServer.ts'

describe('password rules', () => {
  test.each([
    ['Ab3-x', 'PASSWORD_TOO_SHORT'],
    [`Ab3-${'x'.repeat(300)}`, 'PASSWORD_TOO_LONG'],
    ['kettleandlantern', 'PASSWORD_TOO_PLAIN'],
    ['kettleLantern', 'PASSWORD_TOO_PLAIN'],
    ['Zhihui-7-Kettle', 'PASSWORD_HAS_NAME'],
    ['Kettle-7-iuhihz', 'PASSWORD_HAS_NAME'],
    ['Password123!', 'PASSWORD_COMMON'],
    ['Admin@123456', 'PASSWORD_COMMON'],
    ['Woaini1314!!', 'PASSWORD_COMMON'],
    ['ShuiFu@530681', 'PASSWORD_COMMON'],
    ['1qaz@WSX3edc', 'PASSWORD_COMMON'],
    ['Gridwall2026!', 'PASSWORD_COMMON'],
    ['Aaaaaaaaaaaa1!', 'PASSWORD_COMMON'],
  ])('%s is refused: %s', (password, code) => {
    expect(passwordProblem(password, 'zhihui', STANDARD_RULES)?.code).toBe(code)
  })

  test.each(['Kettle-4-Lantern', 'Tq7#mvLp92xz', '指挥中心Xk4-水路'])('%s is taken', (password) => {
    expect(passwordProblem(password, 'zhihui', STANDARD_RULES)).toBeNull()
  })

  test('made passwords are taken by any rule', () => {
    const strictest = { ...STANDARD_RULES, passwordLength: 20, passwordClasses: 4 }
    for (let made = 0; made < 50; made++)
      expect(passwordProblem(madePassword(), 'zhihui', strictest)).toBeNull()
  })

  test('whatever is stored, rules are within their ranges', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.dictionary(fc.constantFrom(...Object.keys(RULE_RANGES)), fc.jsonValue()),
        (any, some) => {
          for (const stored of [any, some]) {
            const rules: Record<string, unknown> = { ...rulesOf(stored) }
            for (const [name, [least, most]] of Object.entries(RULE_RANGES)) {
              expect(rules[name]).toBeGreaterThanOrEqual(least)
              expect(rules[name]).toBeLessThanOrEqual(most)
            }
          }
        },
      ),
    )
  })
})

describe.each(databaseKinds())('passwords on %s', (kind) => {
  let server: PeopleServer

  beforeAll(async () => {
    server = await PeopleServer.open(kind)
    await server.person('post-system', [grant('systemAdmin')])
  })
  afterAll(() => server?.close())

  const change = (cookie: string, currentPassword: string, newPassword: string) =>
    server.post('/api/auth/change-password', { currentPassword, newPassword }, { cookie })

  test('a new one goes by the rules, is new, and ends every other session', async () => {
    const id = await server.person('post-change')
    const other = await server.cookieOf('post-change')
    const cookie = await server.cookieOf('post-change')
    for (const [next, code] of [
      ['short-1-A', 'PASSWORD_TOO_SHORT'],
      ['Post-Change-77', 'PASSWORD_HAS_NAME'],
      [PASSWORD, 'PASSWORD_REUSED'],
    ]) {
      const refused = await change(cookie, PASSWORD, next)
      expect({ status: refused.status, body: refused.body }).toMatchObject({ status: 400, body: { code } })
    }
    const changed = await change(cookie, PASSWORD, 'Anvil-5-Meadow')
    expect(changed.status).toBe(200)
    expect((await server.ask(changed.cookie, 'session.me')).status).toBe(200)
    for (const old of [other, cookie]) expect((await server.ask(old, 'session.me')).status).toBe(401)
    expect((await server.audit('password.change')).at(-1)).toMatchObject({
      userName: 'post-change',
      target: id,
    })
    expect((await server.signIn('post-change', PASSWORD)).status).toBe(401)

    // The old one is remembered, and the one of today too.
    for (const had of [PASSWORD, 'Anvil-5-Meadow']) {
      expect((await change(changed.cookie, 'Anvil-5-Meadow', had)).body).toMatchObject({
        code: 'PASSWORD_REUSED',
      })
    }
  })

  test('somebody at an open desk guesses the password of today no oftener than at the door', async () => {
    await server.person('post-desk')
    const cookie = await server.cookieOf('post-desk')
    for (let guess = 1; guess <= 5; guess++) {
      const answer = await change(cookie, `guess-${guess}`, 'Anvil-5-Meadow')
      expect(answer.body).toMatchObject({ code: 'INVALID_PASSWORD' })
    }
    expect((await change(cookie, PASSWORD, 'Anvil-5-Meadow')).status).toBe(429)
    expect((await server.signIn('post-desk', PASSWORD)).status).toBe(429)
  })

  test('one that somebody else made is changed before anything is answered', async () => {
    const system = await server.cookieOf('post-system')
    const made = await server.change(system, 'people.create', { userName: 'post-made', name: '新设岗位' })
    expect(made.status).toBe(200)
    const { id, password } = made.data as { id: string; password: string }
    await server.database.query('UPDATE users SET password_changed_at = $2 WHERE id = $1', [
      id,
      server.clock.now(),
    ])
    const cookie = await server.cookieOf('post-made', password)
    expect((await server.ask(cookie, 'session.me')).data).toMatchObject({ mustChangePassword: true })
    expect((await server.ask(cookie, 'sessions.mine')).error).toMatchObject({
      data: { code: 'FORBIDDEN', reason: 'changePassword' },
    })
    const changed = await change(cookie, password, 'Anvil-5-Meadow')
    expect((await server.ask(changed.cookie, 'session.me')).data).toMatchObject({ mustChangePassword: false })
    expect((await server.ask(changed.cookie, 'sessions.mine')).status).toBe(200)
  })

  test('one that is too old is changed before anything is answered', async () => {
    await server.person('post-aged')
    server.clock.forward(90 * DAY - 1)
    const before = await server.cookieOf('post-aged')
    expect((await server.ask(before, 'session.me')).data).toMatchObject({ mustChangePassword: false })
    server.clock.forward(1)
    const cookie = await server.cookieOf('post-aged')
    expect((await server.ask(cookie, 'session.me')).data).toMatchObject({ mustChangePassword: true })
    expect((await server.ask(cookie, 'sessions.mine')).error).toMatchObject({
      data: { reason: 'changePassword' },
    })
    server.clock.forward(-90 * DAY)
  })

  test('nothing of a password is ever written down but its hash', async () => {
    const tables = await server.database.query<{ name: string }>(
      "SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname IN ('users', 'accounts', 'sessions', 'password_history', 'sign_in_failures', 'audit', 'settings', 'verifications')",
    )
    expect(tables).toHaveLength(8)
    for (const { name } of tables) {
      const [{ text }] = await server.database.query<{ text: string }>(
        `SELECT coalesce(string_agg(t::text, ' '), '') AS text FROM ${name} t`,
      )
      for (const password of [PASSWORD, 'Anvil-5-Meadow']) expect(text).not.toContain(password)
    }
  })
})
