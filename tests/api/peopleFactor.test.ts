import { createOTP } from '@better-auth/utils/otp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { STANDARD_RULES } from '../../api/people/rules.ts'
import { grant } from '../factories/people.ts'
import { databaseKinds } from '../setup/database.ts'
import { address, PASSWORD, PeopleServer } from './peopleServer.ts'

const STEP_SECONDS = 30

interface Enrolled {
  cookie: string
  secret: Uint8Array
  backupCodes: string[]
}

describe.each(databaseKinds())('the second factor on %s', (kind) => {
  let server: PeopleServer

  beforeAll(async () => {
    server = await PeopleServer.open(kind)
    await server.person('post-system', [grant('systemAdmin')])
    await server.person('post-security', [grant('securityAdmin')])
  })
  afterAll(() => server?.close())

  const post = (path: string, body: unknown, cookie: string) =>
    server.post(`/api/auth/two-factor/${path}`, body, { cookie })

  /** The code of now, or of a step before or after: the library takes these too, and none is taken twice. */
  async function codeOf(secret: Uint8Array, steps = 0): Promise<string> {
    const counter = Math.floor(Date.now() / 1000 / STEP_SECONDS) + steps
    return createOTP(new TextDecoder().decode(secret)).hotp(counter)
  }

  /** Base32 without padding, as authenticator apps read it. */
  function secretOf(uri: string): Uint8Array {
    const letters = new URL(uri).searchParams.get('secret') ?? ''
    const bits = [...letters]
      .map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
      .join('')
    return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2))
  }

  async function enrol(userName: string): Promise<Enrolled> {
    const before = await server.cookieOf(userName)
    const shown = await post('enable', { password: PASSWORD }, before)
    expect(shown.status).toBe(200)
    const { totpURI, backupCodes } = shown.body as { totpURI: string; backupCodes: string[] }
    expect(totpURI).toMatch(/^otpauth:\/\/totp\/GridWall:/)
    expect(backupCodes).toHaveLength(10)
    const secret = secretOf(totpURI)
    const verified = await post('verify-totp', { code: await codeOf(secret, -1) }, before)
    expect(verified.status).toBe(200)
    return { cookie: verified.cookie || before, secret, backupCodes }
  }

  /** The right password, and the cookie of somebody who owes the code. */
  async function challenge(userName: string): Promise<string> {
    const answer = await server.signIn(userName, PASSWORD, address())
    expect({ status: answer.status, body: answer.body }).toMatchObject({
      status: 200,
      body: { twoFactorRedirect: true },
    })
    return answer.cookie
  }

  const me = async (cookie: string) => (await server.ask(cookie, 'session.me')).status

  test('is asked for at every sign-in, and the password alone opens nothing', async () => {
    const id = await server.person('post-factor')
    const { secret, cookie } = await enrol('post-factor')
    expect((await server.ask(cookie, 'session.me')).data).toMatchObject({
      twoFactor: { enabled: true, required: false },
    })
    expect((await server.audit('factor.enable')).at(-1)).toMatchObject({
      userName: 'post-factor',
      target: id,
    })

    const owing = await challenge('post-factor')
    expect(await me(owing)).toBe(401)
    expect((await server.send('/api/auth/get-session', { cookie: owing })).body).toBeNull()
    expect((await post('verify-totp', { code: '000000' }, owing)).status).toBe(401)
    const opened = await post('verify-totp', { code: await codeOf(secret) }, owing)
    expect(opened.status).toBe(200)
    expect(await me(opened.cookie)).toBe(200)
    const said = (await server.audit('session.open')).filter(({ userName }) => userName === 'post-factor')
    expect(said.map(({ detail }) => detail.method)).toEqual(['password', 'totp'])
    const renewed = (await server.audit('session.renew')).filter(({ userName }) => userName === 'post-factor')
    expect(renewed).toHaveLength(1)
  })

  test('no code is taken twice, and no device is ever trusted to go without', async () => {
    await server.person('post-replay')
    const { secret } = await enrol('post-replay')
    const code = await codeOf(secret)
    const first = await post('verify-totp', { code, trustDevice: true }, await challenge('post-replay'))
    expect(first.status).toBe(200)
    expect(first.cookie).not.toContain('trust_device')
    const again = await post('verify-totp', { code }, await challenge('post-replay'))
    expect({ status: again.status, body: again.body }).toMatchObject({
      status: 401,
      body: { code: 'INVALID_CODE' },
    })
    const next = await post('verify-totp', { code: await codeOf(secret, 1) }, await challenge('post-replay'))
    expect(next.status).toBe(200)
  })

  test('two who offer one code at once are not both let in', async () => {
    await server.person('post-race')
    const { secret } = await enrol('post-race')
    const code = await codeOf(secret)
    const owing = [await challenge('post-race'), await challenge('post-race'), await challenge('post-race')]
    const answers = await Promise.all(owing.map((cookie) => post('verify-totp', { code }, cookie)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  test('guessing codes makes the account wait as guessing passwords does', async () => {
    await server.person('post-guessed')
    const { secret } = await enrol('post-guessed')
    let guesses = 0
    let status = 401
    while (status === 401 && guesses < 20) {
      const owing = await server.signIn('post-guessed', PASSWORD, address())
      if (owing.status === 429) break
      const answer = await post('verify-totp', { code: String(guesses).padStart(6, '0') }, owing.cookie)
      status = answer.status
      guesses += 1
    }
    expect(guesses).toBe(5)
    const refused = await server.signIn('post-guessed', PASSWORD, address())
    expect(refused.status).toBe(429)
    server.clock.forward(60_000)
    const opened = await post('verify-totp', { code: await codeOf(secret) }, await challenge('post-guessed'))
    expect(opened.status).toBe(200)
  })

  test('a backup code opens once', async () => {
    await server.person('post-backup')
    const { backupCodes } = await enrol('post-backup')
    const [code] = backupCodes
    const opened = await post(
      'verify-backup-code',
      { code, disableSession: true },
      await challenge('post-backup'),
    )
    expect(opened.status).toBe(200)
    expect(await me(opened.cookie)).toBe(200)
    expect((await post('verify-backup-code', { code }, await challenge('post-backup'))).status).toBe(401)
    // New ones replace the others.
    const renewed = await post('generate-backup-codes', { password: PASSWORD }, opened.cookie)
    const { backupCodes: newer } = renewed.body as { backupCodes: string[] }
    expect(
      (await post('verify-backup-code', { code: backupCodes[1] }, await challenge('post-backup'))).status,
    ).toBe(401)
    expect(
      (await post('verify-backup-code', { code: newer[1] }, await challenge('post-backup'))).status,
    ).toBe(200)
    const [{ text }] = await server.database.query<{ text: string }>(
      "SELECT string_agg(t::text, ' ') AS text FROM two_factors t",
    )
    for (const each of [...backupCodes, ...newer]) expect(text).not.toContain(each)
  })

  test('a role may demand one: nothing is answered before it is set up, and it cannot be taken off', async () => {
    await server.person('post-planning', [grant('planner', 'shuifu')])
    const security = await server.cookieOf('post-security')
    const rules = { ...STANDARD_RULES, secondFactorRoles: ['planner'] }
    expect((await server.change(security, 'rules.set', rules)).status).toBe(200)
    const cookie = await server.cookieOf('post-planning')
    expect((await server.ask(cookie, 'session.me')).data).toMatchObject({
      twoFactor: { enabled: false, required: true },
    })
    expect((await server.ask(cookie, 'cities.list')).error).toMatchObject({
      data: { code: 'FORBIDDEN', reason: 'twoFactor' },
    })
    const enrolled = await enrol('post-planning')
    expect((await server.ask(enrolled.cookie, 'cities.list')).status).toBe(200)
    expect((await post('disable', { password: PASSWORD }, enrolled.cookie)).body).toMatchObject({
      code: 'SECOND_FACTOR_REQUIRED',
    })
    expect((await server.change(security, 'rules.set', STANDARD_RULES)).status).toBe(200)
    expect((await post('disable', { password: PASSWORD }, enrolled.cookie)).status).toBe(200)
    expect((await server.audit('factor.disable')).at(-1)).toMatchObject({ userName: 'post-planning' })
    expect((await server.signIn('post-planning', PASSWORD)).body).not.toMatchObject({
      twoFactorRedirect: true,
    })
  })

  test('an administrator of accounts takes a lost one away', async () => {
    const id = await server.person('post-lost')
    const { cookie } = await enrol('post-lost')
    const system = await server.cookieOf('post-system')
    expect((await server.change(system, 'people.resetTwoFactor', { id })).status).toBe(200)
    expect(await me(cookie)).toBe(401)
    const back = await server.signIn('post-lost', PASSWORD)
    expect(await me(back.cookie)).toBe(200)
    expect((await server.audit('factor.reset')).at(-1)).toMatchObject({
      userName: 'post-system',
      target: id,
      detail: { had: true },
    })
  })

  test('without the password nobody sets one up', async () => {
    await server.person('post-unlocked')
    const cookie = await server.cookieOf('post-unlocked')
    expect((await post('enable', { password: 'wrong' }, cookie)).status).toBe(400)
    expect((await post('enable', {}, cookie)).status).toBe(400)
    expect((await post('verify-totp', { code: '123456' }, cookie)).status).toBe(400)
  })
})
