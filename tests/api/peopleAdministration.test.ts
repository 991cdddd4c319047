import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RULE_RANGES, STANDARD_RULES } from '../../api/people/rules.ts'
import { changeAs } from '../../db/viewing.ts'
import { grant } from '../factories/people.ts'
import { databaseKinds } from '../setup/database.ts'
import { ADMIN_PASSWORD, address, DAY, HOUR, PASSWORD, PeopleServer } from './peopleServer.ts'

describe.each(databaseKinds())('administration on %s', (kind) => {
  let server: PeopleServer
  const ids: Record<string, string> = {}
  const cookies: Record<string, string> = {}

  beforeAll(async () => {
    server = await PeopleServer.open(kind)
    cookies.admin = await server.cookieOf('admin', ADMIN_PASSWORD)
    for (const name of ['officer', 'security', 'audit', 'system'])
      ids[name] = await server.person(`post-${name}`)
  })
  afterAll(() => server?.close())

  const change = (who: string, path: string, input: unknown) => server.change(cookies[who], path, input)
  const FORBIDDEN = { error: { data: { code: 'FORBIDDEN' } } }
  const BAD_REQUEST = { error: { data: { code: 'BAD_REQUEST' } } }
  const whole = (role: string) => ({ role, city: null, areaId: null })

  test('the first start makes an administrator who also plans and leads', async () => {
    expect((await server.ask(cookies.admin, 'session.me')).data).toMatchObject({
      roles: expect.arrayContaining(['systemAdmin', 'planner', 'leader']),
    })
    expect((await server.audit('grants.set'))[0]).toMatchObject({ userName: 'server', kind: 'system' })
  })

  test('while there is no security administrator, a system administrator appoints the first, and the first of the audit', async () => {
    const refused = [
      [{ personId: ids.officer, grants: [whole('officer')] }],
      [{ personId: ids.security, grants: [whole('securityAdmin'), whole('officer')] }],
      [{ personId: ids.system, grants: [whole('systemAdmin')] }],
    ]
    for (const [input] of refused) expect(await change('admin', 'grants.set', input)).toMatchObject(FORBIDDEN)

    expect(
      await change('admin', 'grants.set', { personId: ids.audit, grants: [whole('auditAdmin')] }),
    ).toMatchObject({ status: 200 })
    expect(
      await change('admin', 'grants.set', { personId: ids.security, grants: [whole('securityAdmin')] }),
    ).toMatchObject({
      status: 200,
      data: { given: ['securityAdmin * *'], taken: [] },
    })
    // From now on they do it.
    expect(
      await change('admin', 'grants.set', { personId: ids.system, grants: [whole('auditAdmin')] }),
    ).toMatchObject(FORBIDDEN)
    cookies.security = await server.cookieOf('post-security')
    cookies.audit = await server.cookieOf('post-audit')
    expect(
      await change('security', 'grants.set', { personId: ids.system, grants: [whole('systemAdmin')] }),
    ).toMatchObject({ status: 200 })
    cookies.system = await server.cookieOf('post-system')
    expect(
      (await server.audit('grants.set')).slice(1).map(({ userName, target }) => [userName, target]),
    ).toEqual([
      ['admin', ids.audit],
      ['admin', ids.security],
      ['post-security', ids.system],
    ])
  })

  test.each([
    ['people.list', ['system', 'security']],
    ['sessions.list', ['system']],
    ['grants.list', ['system', 'security']],
    ['grants.places', ['system', 'security']],
    ['kiosks.list', ['security']],
    ['rules.get', ['security']],
  ])('%s is answered to %j alone', async (path, allowed) => {
    for (const who of ['system', 'security', 'audit']) {
      const { status } = await server.ask(cookies[who], path)
      expect({ who, status }).toEqual({ who, status: allowed.includes(who) ? 200 : 403 })
    }
  })

  test('none of the three does the part of another', async () => {
    const { officer } = ids
    for (const [who, path, input] of [
      ['security', 'people.create', { userName: 'post-x', name: 'x' }],
      ['security', 'people.resetPassword', { id: officer }],
      ['security', 'people.disable', { id: officer }],
      ['system', 'grants.set', { personId: officer, grants: [whole('officer')] }],
      ['system', 'kiosks.create', { name: 'x', city: 'shuifu', days: 1 }],
      ['system', 'rules.set', STANDARD_RULES],
      ['audit', 'people.create', { userName: 'post-x', name: 'x' }],
      ['audit', 'grants.set', { personId: officer, grants: [whole('officer')] }],
      ['system', 'people.resetPassword', { id: ids.security }],
      ['system', 'people.resetTwoFactor', { id: ids.audit }],
      ['system', 'people.disable', { id: ids.security }],
      ['system', 'people.unlock', { id: ids.audit }],
    ] as const) {
      expect(await change(who, path, input), `${who} ${path}`).toMatchObject(FORBIDDEN)
    }
  })

  test('the database refuses the same, whatever the server asks it', async () => {
    const as = (id: string, statement: string, params: unknown[]) =>
      changeAs(server.database, { id }, (tx) => tx.query(`${statement} RETURNING 1`, params))
    const reset = "UPDATE accounts SET password = 'x' WHERE user_id = $1"
    expect(await as(ids.system, reset, [ids.security])).toEqual([])
    expect(await as(ids.system, reset, [ids.system])).toEqual([])
    expect(await as(ids.security, reset, [ids.officer])).toEqual([])
    expect(await as(ids.officer, reset, [ids.system])).toEqual([])
    expect(await as(ids.officer, 'UPDATE users SET disabled_at = now() WHERE id = $1', [ids.system])).toEqual(
      [],
    )
    const rules = "INSERT INTO account_rules (rules) VALUES ('{}')"
    await expect(as(ids.system, rules, [])).rejects.toThrow(/row-level security/)
    await expect(
      as(ids.security, "INSERT INTO users (id, name, email, kind) VALUES ('made', 'made', 'made', $1)", [
        'person',
      ]),
    ).rejects.toThrow(/row-level security/)
    for (const secret of [
      'SELECT token FROM sessions',
      'SELECT secret FROM two_factors',
      'SELECT token_hash FROM kiosks',
      'SELECT hash FROM password_history',
      'SELECT password FROM accounts',
      "UPDATE users SET username = 'other'",
      'UPDATE users SET password_changed_at = now()',
      "UPDATE accounts SET account_id = 'other'",
      'DELETE FROM accounts',
    ]) {
      await expect(
        changeAs(server.database, { id: ids.system }, (tx) => tx.query(secret)),
        secret,
      ).rejects.toThrow(/permission denied/)
    }
    // Whoever could tie an account to another system's would sign in as it.
    await expect(
      as(
        ids.system,
        "INSERT INTO accounts (id, user_id, account_id, provider_id, password) VALUES ('tied', $1, 'theirs', 'oidc', NULL)",
        [ids.officer],
      ),
    ).rejects.toThrow(/row-level security/)
    // Left as they were.
    expect((await server.signIn('post-security', PASSWORD)).status).toBe(200)
  })

  test('what stands between a password and its rights is as much a secret of the account', async () => {
    const write = (who: string, whom: string, what: string) =>
      changeAs(server.database, { id: ids[who] }, (tx) =>
        tx.query(`UPDATE users SET ${what} WHERE id = $1 RETURNING 1`, [ids[whom]]),
      )
    const own = (what: string, whom: string) =>
      server.database.query(`UPDATE users SET ${what} WHERE id = $1`, [ids[whom]])
    for (const whom of ['audit', 'officer'])
      await own('two_factor_enabled = true, must_change_password = true', whom)
    for (const [who, whom, what] of [
      ['security', 'audit', 'two_factor_enabled = false'],
      ['security', 'audit', 'must_change_password = false'],
      ['system', 'officer', 'must_change_password = false'],
    ])
      await expect(write(who, whom, what), `${who} ${whom} ${what}`).rejects.toThrow(/not yours to reset/)
    expect(await write('system', 'officer', 'two_factor_enabled = false')).toHaveLength(1)
    await expect(write('system', 'officer', 'two_factor_enabled = true')).rejects.toThrow(
      /not yours to reset/,
    )
    for (const whom of ['audit', 'officer'])
      await own('two_factor_enabled = false, must_change_password = false', whom)
  })

  test('whoever was reset is told by whom and when, and when the account was signed in with before', async () => {
    const id = await server.person('post-absent')
    const lately = async (cookie: string) => (await server.ask(cookie, 'session.lately')).data
    await server.signIn('post-absent', PASSWORD, '10.9.9.8')
    const { cookie } = await server.signIn('post-absent', PASSWORD, '10.9.9.9')
    expect(await lately(cookie)).toMatchObject({ resets: [], signInBefore: { address: '10.9.9.8' } })
    const given = (await change('system', 'people.resetPassword', { id })).data as { password: string }
    expect(await change('system', 'people.resetTwoFactor', { id })).toMatchObject({ status: 200 })
    // Nobody is signed in with it now; somebody was.
    const people = (await server.ask(cookies.system, 'people.list')).data as { id: string }[]
    expect(people.find((each) => each.id === id)).toMatchObject({
      sessions: 0,
      lastSeenAt: expect.stringMatching(/Z$/),
    })
    // Also while the made password is still to be changed, and also after it was.
    const back = await server.signIn('post-absent', given.password, '10.9.9.7')
    const told = {
      resets: [
        { what: 'factor', by: 'systemAdmin' },
        { what: 'password', by: 'systemAdmin' },
      ],
      signInBefore: { address: '10.9.9.9' },
    }
    expect(await lately(back.cookie)).toMatchObject(told)
    const changed = await server.post(
      '/api/auth/change-password',
      { currentPassword: given.password, newPassword: 'Harbour-8-Lantern' },
      { cookie: back.cookie },
    )
    expect(await lately(changed.cookie || back.cookie)).toMatchObject(told)
    expect(await lately(cookies.system)).toMatchObject({ resets: [] })
  })

  test('nobody alone becomes a guard: it takes one who takes the role away and another who resets', async () => {
    ids.auditor = await server.person('post-auditor')
    ids.second = await server.person('post-second-security', [grant('securityAdmin')])
    const watch = (grants: object[]) => change('security', 'grants.set', { personId: ids.auditor, grants })
    expect(await watch([whole('auditor')])).toMatchObject({ status: 200 })
    const reset = "UPDATE accounts SET password = 'x' WHERE user_id = $1 RETURNING 1"
    for (const who of ['system', 'security'])
      for (const whom of ['auditor', 'audit', 'second']) {
        const id = ids[whom]
        for (const path of ['people.resetPassword', 'people.resetTwoFactor'])
          expect(await change(who, path, { id }), `${who} ${path} ${whom}`).toMatchObject(FORBIDDEN)
        const rows = changeAs(server.database, { id: ids[who] }, (tx) => tx.query(reset, [id]))
        expect(await rows, `${who} ${whom}`).toEqual([])
      }
    expect(await change('system', 'people.disable', { id: ids.auditor })).toMatchObject(FORBIDDEN)
    expect(await watch([])).toMatchObject({ status: 200 })
    expect(await change('security', 'people.resetPassword', { id: ids.auditor })).toMatchObject(FORBIDDEN)
    const given = (await change('system', 'people.resetPassword', { id: ids.auditor })).data
    expect(await watch([whole('auditor')])).toMatchObject({ status: 200 })
    expect((await server.signIn('post-auditor', PASSWORD)).status).toBe(401)
    expect((await server.signIn('post-auditor', (given as { password: string }).password)).status).toBe(200)
    await server.database.query('DELETE FROM users WHERE id = $1', [ids.second])
  })

  test('nobody changes their own roles or resets their own account', async () => {
    expect(
      await change('security', 'grants.set', { personId: ids.security, grants: [whole('leader')] }),
    ).toMatchObject(FORBIDDEN)
    for (const path of ['resetPassword', 'resetTwoFactor', 'disable', 'enable', 'unlock']) {
      expect(await change('system', `people.${path}`, { id: ids.system }), path).toMatchObject(BAD_REQUEST)
    }
  })

  test.each([
    [
      'two administrators in one',
      [
        ['systemAdmin', null, null],
        ['securityAdmin', null, null],
      ],
    ],
    [
      'an auditor who administers the audit',
      [
        ['auditor', null, null],
        ['auditAdmin', null, null],
      ],
    ],
    ['an administrator of a city', [['securityAdmin', 'shuifu', null]]],
    ['a city that is not there', [['officer', 'nowhere', null]]],
    ['an area that is not there', [['officer', 'shuifu', 999_999]]],
    ['an area without its city', [['officer', null, 1]]],
    ['a role that is not there', [['king', null, null]]],
  ])('a grant is refused: %s', async (_name, grants) => {
    const input = {
      personId: ids.officer,
      grants: grants.map(([role, city, areaId]) => ({ role, city, areaId })),
    }
    expect(await change('security', 'grants.set', input)).toMatchObject(BAD_REQUEST)
  })

  test('grants are given by real areas, listed with who gave them, and hold at once', async () => {
    const squad = server.ground.areas.find(({ level }) => level === 'squad')
    const places = (await server.ask(cookies.security, 'grants.places')).data as Place[]
    expect(places.map(({ code }) => code)).toEqual(['shuifu'])
    const [{ areas, levels }] = places
    for (const column of Object.values(areas)) expect(column).toHaveLength(areas.id.length)
    const at = areas.code.indexOf(squad?.code ?? '')
    expect(levels[areas.level[at]].level).toBe('squad')
    const cookie = await server.cookieOf('post-officer')
    expect((await server.ask(cookie, 'session.me')).data).toMatchObject({ cities: [] })

    const grants = [{ role: 'officer', city: '530681', areaId: areas.id[at] }]
    expect(await change('security', 'grants.set', { personId: ids.officer, grants })).toMatchObject({
      status: 200,
    })
    await expect
      .poll(async () => (await server.ask(cookie, 'session.me')).data)
      .toMatchObject({
        roles: ['officer'],
        cities: [{ code: 'shuifu', whole: false, areaIds: [areas.id[at]] }],
      })
    const listed = (await server.ask(cookies.system, 'grants.list', { personId: ids.officer })).data
    expect(listed).toMatchObject([
      {
        userName: 'post-officer',
        grants: [
          {
            role: 'officer',
            city: 'shuifu',
            areaId: areas.id[at],
            createdBy: 'post-security',
            inForce: true,
          },
        ],
      },
    ])
    expect(await change('security', 'grants.set', { personId: ids.officer, grants: [] })).toMatchObject({
      data: { given: [], taken: [`officer shuifu ${areas.id[at]}`] },
    })
  })

  test('somebody who runs accounts is always left', async () => {
    expect(await change('system', 'people.disable', { id: await adminId() })).toMatchObject({ status: 200 })
    await expect.poll(async () => (await server.ask(cookies.admin, 'session.me')).status).toBe(401)
    expect(await change('security', 'grants.set', { personId: ids.system, grants: [] })).toMatchObject({
      error: { data: { code: 'CONFLICT' } },
    })
    expect(await change('system', 'people.enable', { id: await adminId() })).toMatchObject({ status: 200 })
    cookies.admin = await server.cookieOf('admin', ADMIN_PASSWORD)
    // Two who put each other out at once: one stays.
    const [first, second] = await Promise.all([
      change('system', 'people.disable', { id: await adminId() }),
      change('admin', 'people.disable', { id: ids.system }),
    ])
    expect([first.status, second.status].filter((status) => status === 200)).toHaveLength(1)
    const [{ left }] = await server.database.query<{ left: number }>(
      "SELECT count(*)::int AS left FROM grants_in_force WHERE role = 'systemAdmin'",
    )
    expect(left).toBe(1)
    await server.database.query('UPDATE users SET disabled_at = NULL')
    cookies.admin = await server.cookieOf('admin', ADMIN_PASSWORD)
    cookies.system = await server.cookieOf('post-system')
  })

  async function adminId(): Promise<string> {
    const people = (await server.ask(cookies.security, 'people.list')).data as {
      id: string
      userName: string
    }[]
    return people.find(({ userName }) => userName === 'admin')?.id ?? ''
  }

  test('accounts: made, renamed, disabled, enabled, reset, unlocked; each in the audit, no password in any', async () => {
    const made = await change('system', 'people.create', { userName: 'Post-New', name: '新岗位' })
    const { id, password } = made.data as { id: string; password: string }
    expect(await change('system', 'people.create', { userName: 'post-new', name: '又一个' })).toMatchObject({
      error: { data: { code: 'CONFLICT' } },
    })
    expect(await change('system', 'people.rename', { id, name: '指挥中心一号台' })).toMatchObject({
      status: 200,
    })
    for (let failure = 0; failure < 5; failure++) await server.signIn('post-new', 'wrong')
    const listed = async () =>
      ((await server.ask(cookies.system, 'people.list')).data as { id: string }[]).find(
        (person) => person.id === id,
      )
    expect(await listed()).toMatchObject({
      userName: 'post-new',
      name: '指挥中心一号台',
      mustChangePassword: true,
      disabledAt: null,
      lockedUntil: new Date(server.clock.now().getTime() + 60_000).toISOString(),
      roles: [],
      sessions: 0,
      twoFactor: false,
    })
    expect((await server.signIn('post-new', password)).status).toBe(429)
    expect(await change('system', 'people.unlock', { id })).toMatchObject({ status: 200 })
    expect(await listed()).toMatchObject({ lockedUntil: null })
    const cookie = await server.cookieOf('post-new', password)
    expect(await change('system', 'people.disable', { id })).toMatchObject({ status: 200 })
    expect((await server.ask(cookie, 'session.me')).status).toBe(401)
    expect((await server.signIn('post-new', password)).status).toBe(403)
    expect(await change('system', 'people.enable', { id })).toMatchObject({ status: 200 })
    const reset = await change('system', 'people.resetPassword', { id })
    const { password: second } = reset.data as { password: string }
    expect((await server.signIn('post-new', password)).status).toBe(401)
    expect((await server.signIn('post-new', second)).status).toBe(200)

    const said = (await server.audit()).filter(({ target }) => target === id)
    expect(said.map(({ action }) => action)).toEqual([
      'person.create',
      'person.rename',
      'account.unlock',
      'person.disable',
      'person.enable',
      'password.reset',
    ])
    for (const secret of [password, second]) expect(JSON.stringify(said)).not.toContain(secret)
    expect(await change('system', 'people.rename', { id: 'nobody', name: 'x' })).toMatchObject({
      error: { data: { code: 'NOT_FOUND' } },
    })
  })

  test.each([
    ['a telephone number', { userName: 'post-a', name: '值班 13812345678' }],
    ['an ID number as a user name', { userName: '530681199001011234', name: '岗位' }],
    ['an empty name', { userName: 'post-a', name: '  ' }],
    ['a name with a break', { userName: 'post-a', name: 'a\nb' }],
    ['a user name with a blank', { userName: 'post a', name: 'x' }],
    ['a user name that is too short', { userName: 'ab', name: 'x' }],
    ['a password of its own', { userName: 'post-a', name: 'x', password: 'Kettle-4-Lantern' }],
  ])('no account is made: %s', async (_name, input) => {
    expect(await change('system', 'people.create', input)).toMatchObject(BAD_REQUEST)
  })

  test('rules are set within their ranges, all of them at once, and the audit says what changed', async () => {
    const { data } = await server.ask(cookies.security, 'rules.get')
    expect(data).toMatchObject({ rules: STANDARD_RULES, defaults: STANDARD_RULES, ranges: RULE_RANGES })
    for (const [name, [least, most]] of Object.entries(RULE_RANGES)) {
      for (const value of [least - 1, most + 1, least + 0.5, '10', null]) {
        expect(await change('security', 'rules.set', { ...STANDARD_RULES, [name]: value })).toMatchObject(
          BAD_REQUEST,
        )
      }
      const { [name]: _left, ...others } = { ...STANDARD_RULES } as Record<string, unknown>
      expect(await change('security', 'rules.set', others)).toMatchObject(BAD_REQUEST)
    }
    const changed = {
      ...STANDARD_RULES,
      passwordLength: 14,
      secondFactorRoles: ['leader', 'planner', 'leader'],
    }
    expect(await change('security', 'rules.set', changed)).toMatchObject({ status: 200 })
    expect((await server.send('/api/offers')).body).toEqual({
      oidc: null,
      timeZone: 'Asia/Shanghai',
      password: { minLength: 14, classes: 3, history: 5, maxAgeDays: 90 },
    })
    expect((await server.audit('rules.set')).at(-1)).toMatchObject({
      userName: 'post-security',
      detail: { changed: { passwordLength: [10, 14], secondFactorRoles: [[], ['leader', 'planner']] } },
    })
    expect(await change('security', 'rules.set', STANDARD_RULES)).toMatchObject({ status: 200 })
  })

  test('a screen is let in by its token, sees counts of its place, and is put out', async () => {
    const made = await change('security', 'kiosks.create', { name: '大厅屏', city: 'shuifu', days: 30 })
    const { id, token, url } = made.data as { id: string; token: string; url: string }
    expect(url).toBe(`/wall#kiosk=${token}`)
    const kept = JSON.stringify(await server.database.query('SELECT k::text FROM kiosks k'))
    const said = JSON.stringify(await server.audit())
    expect(kept + said).not.toContain(token)

    const opened = await server.post('/api/kiosk', { token })
    expect(opened.headers.get('set-cookie')).toMatch(/HttpOnly/)
    expect(JSON.stringify(opened.body)).not.toMatch(/session_token|"token"/)
    const me = (await server.ask(opened.cookie, 'session.me')).data
    expect(me).toMatchObject({
      kind: 'kiosk',
      name: '大厅屏',
      roles: ['wall'],
      idleMinutes: null,
      cities: [{ code: 'shuifu' }],
    })
    // It stands untouched for days.
    server.clock.forward(20 * DAY)
    expect((await server.ask(opened.cookie, 'session.me')).status).toBe(200)
    // Nothing one by one, nothing of administration, nothing of an account.
    expect((await server.ask(opened.cookie, 'people.list')).status).toBe(403)
    expect((await server.ask(opened.cookie, 'sessions.mine')).status).toBe(403)
    expect(
      (
        await server.post(
          '/api/auth/change-password',
          { currentPassword: 'x', newPassword: 'Anvil-5-Meadow' },
          { cookie: opened.cookie },
        )
      ).status,
    ).toBe(400)
    expect(
      (await server.post('/api/auth/two-factor/enable', { password: 'x' }, { cookie: opened.cookie })).status,
    ).toBe(400)

    // A second screen by the same link: both are in, counted, and listed each by itself.
    const second = await server.post('/api/kiosk', { token })
    expect((await server.ask(opened.cookie, 'session.me')).status).toBe(200)
    expect((await server.ask(second.cookie, 'session.me')).status).toBe(200)
    cookies.system = await server.cookieOf('post-system')
    const listed = (await server.ask(cookies.system, 'sessions.list', {})).data as {
      id: string
      kind: string
    }[]
    const both = listed.filter(({ kind }) => kind === 'kiosk')
    expect(both).toHaveLength(2)
    // Whoever has the link puts no other screen of it out.
    for (const session of both) {
      const answer = await server.post(
        '/trpc/sessions.revokeMine',
        { id: session.id },
        { cookie: second.cookie },
      )
      expect(answer.status).toBe(403)
    }
    expect((await server.ask(opened.cookie, 'session.me')).status).toBe(200)

    cookies.security = await server.cookieOf('post-security')
    const screens = async () => (await server.ask(cookies.security, 'kiosks.list')).data
    expect(await screens()).toMatchObject([
      {
        id,
        name: '大厅屏',
        city: 'shuifu',
        areaId: null,
        createdBy: 'post-security',
        revokedAt: null,
        screens: 2,
      },
    ])
    // A link that goes round does not let everybody in: the oldest screen of too many goes dark.
    for (let more = 0; more < 15; more++) {
      server.clock.forward(1000)
      await server.post('/api/kiosk', { token })
    }
    expect(await screens()).toMatchObject([{ screens: 16 }])
    expect((await server.audit('session.expire')).at(-1)).toMatchObject({
      kind: 'kiosk',
      detail: { reason: 'tooMany', allowed: 16 },
    })
    expect(await change('security', 'kiosks.revoke', { id })).toMatchObject({ status: 200 })
    expect((await server.ask(opened.cookie, 'session.me')).status).toBe(401)
    expect((await server.ask(second.cookie, 'session.me')).status).toBe(401)
    expect(await screens()).toMatchObject([{ id, screens: 0 }])
    expect((await server.post('/api/kiosk', { token })).body).toMatchObject({ code: 'INVALID_KIOSK' })
    expect(await change('security', 'kiosks.revoke', { id })).toMatchObject({
      error: { data: { code: 'NOT_FOUND' } },
    })
  })

  test('a screen goes dark when its time is over', async () => {
    const made = await change('security', 'kiosks.create', { name: '临时屏', city: 'shuifu', days: 1 })
    const { token } = made.data as { token: string }
    const { cookie } = await server.post('/api/kiosk', { token })
    server.clock.forward(DAY - HOUR)
    expect((await server.ask(cookie, 'session.me')).status).toBe(200)
    server.clock.forward(HOUR)
    expect((await server.ask(cookie, 'session.me')).status).toBe(401)
    expect((await server.post('/api/kiosk', { token })).status).toBe(401)
  })

  test.each([
    ['no token', {}, 400],
    ['a list', [], 400],
    ['a wrong one', { token: 'x'.repeat(43) }, 401],
    ['one that is no text', { token: { $ne: null } }, 400],
    ['a very long one', { token: 'x'.repeat(5000) }, 400],
  ])('a screen with %s stays out', async (_name, body, status) => {
    const answer = await server.post('/api/kiosk', body)
    expect({ status: answer.status, cookie: answer.cookie }).toEqual({ status, cookie: '' })
  })

  test('whoever tries tokens has to wait', async () => {
    const from = address()
    for (let guess = 0; guess < 50; guess++) {
      expect((await server.post('/api/kiosk', { token: `guess-${guess}` }, { address: from })).status).toBe(
        401,
      )
    }
    const answer = await server.post('/api/kiosk', { token: 'guess' }, { address: from })
    expect({ status: answer.status, wait: answer.headers.get('retry-after') }).toEqual({
      status: 429,
      wait: '60',
    })
  })
})

interface Place {
  code: string
  levels: { level: string }[]
  areas: { id: number[]; code: string[]; level: number[] }
}
