import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROLES } from '../../api/access.ts'
import { ensureAccounts } from '../../api/people/firstAccounts.ts'
import { startServer } from '../../api/server.ts'
import { databaseKinds } from '../setup/database.ts'
import { ADMIN_PASSWORD, address, MINUTE, PeopleServer } from './peopleServer.ts'

describe.each(databaseKinds())('the first accounts on %s', (kind) => {
  let server: PeopleServer

  beforeAll(async () => {
    server = await PeopleServer.open(kind)
  })
  afterAll(() => server?.close())

  test('a password by the environment need not be changed, one that was made must', async () => {
    const given = await server.cookieOf('admin', ADMIN_PASSWORD)
    expect((await server.ask(given, 'session.me')).data).toMatchObject({ mustChangePassword: false })

    await server.database.query("DELETE FROM users WHERE username = 'admin'")
    const { firstPassword } = await ensureAccounts(server.database, {})
    const made = await server.cookieOf('admin', firstPassword ?? '')
    expect((await server.ask(made, 'session.me')).data).toMatchObject({
      mustChangePassword: true,
      roles: expect.arrayContaining(['systemAdmin', 'planner', 'leader']),
    })
  })

  test('whoever runs the machine gets in again: password, wait, second factor and being disabled are mended', async () => {
    await ensureAccounts(server.database, { adminPassword: ADMIN_PASSWORD })
    const old = await server.cookieOf('admin', ADMIN_PASSWORD)
    const [{ id }] = await server.database.query<{ id: string }>(
      "SELECT id FROM users WHERE username = 'admin'",
    )
    await server.database.query(
      'UPDATE users SET disabled_at = now(), two_factor_enabled = true WHERE id = $1',
      [id],
    )
    await server.database.query(
      "INSERT INTO two_factors (id, user_id, secret, backup_codes, verified) VALUES ('lost', $1, 'x', 'x', true)",
      [id],
    )
    for (let failure = 0; failure < 5; failure++) await server.signIn('admin', 'wrong')
    expect((await server.signIn('admin', 'Lighthouse-3-Ferry')).status).toBe(429)

    await ensureAccounts(server.database, { adminPassword: 'Lighthouse-3-Ferry' })
    const back = await server.signIn('admin', 'Lighthouse-3-Ferry')
    expect({ status: back.status, body: back.body }).not.toMatchObject({ body: { twoFactorRedirect: true } })
    expect((await server.ask(back.cookie, 'session.me')).data).toMatchObject({ mustChangePassword: false })
    expect((await server.ask(old, 'session.me')).status).toBe(401)
    expect((await server.signIn('admin', ADMIN_PASSWORD)).status).toBe(401)
    expect((await server.audit('person.recover')).at(-1)).toMatchObject({
      userName: 'server',
      kind: 'system',
      target: id,
    })

    // Given again it changes nothing, and ends nobody's session.
    const before = (await server.audit()).length
    await ensureAccounts(server.database, { adminPassword: 'Lighthouse-3-Ferry' })
    expect((await server.audit()).length).toBe(before)
    expect((await server.ask(back.cookie, 'session.me')).status).toBe(200)
    // A second factor that was set up is not taken off by a start with the password of today.
    await server.database.query('UPDATE users SET two_factor_enabled = true WHERE id = $1', [id])
    await ensureAccounts(server.database, { adminPassword: 'Lighthouse-3-Ferry' })
    expect(
      await server.database.query('SELECT two_factor_enabled AS still FROM users WHERE id = $1', [id]),
    ).toEqual([{ still: true }])
    // Nor is it by one they have had, which may have been left in the environment.
    await ensureAccounts(server.database, { adminPassword: ADMIN_PASSWORD })
    expect((await server.signIn('admin', ADMIN_PASSWORD)).body).toMatchObject({ twoFactorRedirect: true })
    await server.database.query('UPDATE users SET two_factor_enabled = false WHERE id = $1', [id])
  })

  test('whoever runs the machine lets in again whom nobody else can', async () => {
    const id = await server.person('post-guard', [{ role: 'securityAdmin', city: null, areaId: null }])
    const old = await server.cookieOf('post-guard')
    const { recovered } = await ensureAccounts(server.database, { recoverUser: 'Post-Guard' })
    expect((await server.ask(old, 'session.me')).status).toBe(401)
    const cookie = await server.cookieOf('post-guard', recovered?.password)
    expect((await server.ask(cookie, 'session.me')).data).toMatchObject({
      mustChangePassword: true,
      roles: ['securityAdmin'],
    })
    expect((await server.audit('person.recover')).at(-1)).toMatchObject({ target: id, kind: 'system' })
    expect((await ensureAccounts(server.database, { recoverUser: 'nobody' })).recovered).toBeUndefined()
  })

  test('an installation from before there were grants gets them at its next start, and only then', async () => {
    await server.database.query('DELETE FROM grants')
    await ensureAccounts(server.database, {})
    const roles = () =>
      server.database.query(
        "SELECT role FROM grants JOIN users u ON u.id = person_id WHERE u.username = 'admin' ORDER BY role",
      )
    expect(await roles()).toEqual([{ role: 'leader' }, { role: 'planner' }, { role: 'systemAdmin' }])
    await server.database.query("DELETE FROM grants WHERE role = 'leader'")
    await ensureAccounts(server.database, {})
    expect(await roles()).toEqual([{ role: 'planner' }, { role: 'systemAdmin' }])
  })

  test('servers that start together make one administrator', async () => {
    await server.database.query('DELETE FROM users')
    const made = await Promise.all([1, 2, 3].map(() => ensureAccounts(server.database, {})))
    expect(made.filter(({ firstPassword }) => firstPassword !== undefined)).toHaveLength(1)
    expect(await server.database.query('SELECT 1 FROM users')).toHaveLength(1)
  })

  test('demo accounts are made where they are asked for, one a role, once, and go with the demonstration', async () => {
    expect((await ensureAccounts(server.database, {})).demoAccounts).toEqual([])
    const { demoAccounts } = await ensureAccounts(server.database, { demo: true })
    expect(demoAccounts.map(({ userName }) => userName)).toEqual(
      ROLES.map((role) => `demo-${role.toLowerCase()}`),
    )
    expect(new Set(demoAccounts.map(({ password }) => password)).size).toBe(ROLES.length)
    expect((await ensureAccounts(server.database, { demo: true })).demoAccounts).toEqual([])
    for (const role of ['gridWorker', 'securityAdmin'] as const) {
      const account = demoAccounts.find(({ userName }) => userName === `demo-${role.toLowerCase()}`)
      const cookie = await server.cookieOf(account?.userName ?? '', account?.password)
      expect((await server.ask(cookie, 'session.me')).data).toMatchObject({ roles: [role] })
    }
    const said = JSON.stringify(await server.audit('person.create'))
    for (const { password } of demoAccounts) expect(said).not.toContain(password)

    const [{ userName, password }] = demoAccounts
    const cookie = await server.cookieOf(userName, password)
    await ensureAccounts(server.database, {})
    await expect.poll(async () => (await server.ask(cookie, 'session.me')).status).toBe(401)
    expect((await server.signIn(userName, password, address())).status).toBe(401)
    expect(await server.database.query("SELECT username FROM users WHERE username LIKE 'demo-%'")).toEqual([])
    expect(await server.audit('person.remove')).toHaveLength(ROLES.length)
    const again = (await ensureAccounts(server.database, { demo: true })).demoAccounts
    expect(again).toHaveLength(ROLES.length)
    expect((await server.signIn(again[0].userName, again[0].password, address())).status).toBe(200)
  })

  test('a second server knows the waits and sessions of the first', async () => {
    await server.person('post-nodes')
    const { server: first, database, clock } = server
    const second = await startServer({
      database,
      host: '127.0.0.1',
      port: 0,
      dataDir: database.dataDir,
      webDir: database.dataDir,
      limitFactor: 0,
      now: clock.now,
    })
    const cookie = await server.cookieOf('post-nodes')
    const ask = async (url: string) => (await fetch(`${url}/trpc/session.me`, { headers: { cookie } })).status
    expect([await ask(first.url), await ask(second.url)]).toEqual([200, 200])
    for (let failure = 0; failure < 5; failure++) await server.signIn('post-nodes', 'wrong')
    const elsewhere = await fetch(`${second.url}/api/auth/sign-in/username`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'post-nodes', password: 'wrong' }),
    })
    expect(elsewhere.status).toBe(429)
    clock.forward(31 * MINUTE)
    expect([await ask(first.url), await ask(second.url)]).toEqual([401, 401])
    await second.close()
  })
})
