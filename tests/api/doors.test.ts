import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeCameras } from '../../geodata/cameraBundle.ts'
import { grant } from '../factories/people.ts'
import { databaseKinds } from '../setup/database.ts'
import { openTestServer, type TestServer } from './http.ts'

const city = 'shuifu'
const PURPOSE = 'x-gridwall-purpose'
const VIEW = { city, bbox: [104, 28, 105, 29], from: '2020-01-01', to: '2027-01-01' }

/** What the same question is answered over HTTP to people of different rights: status, headers and every byte. */
describe.each(databaseKinds())('doors of the server on %s', (kind) => {
  let http: TestServer
  let squad: number
  let otherSquad: number
  const cookies = new Map<string, string>()

  beforeAll(async () => {
    http = await openTestServer(kind)
    const squads = http.api.ground.areas.filter((area) => area.level === 'squad')
    ;[squad, otherSquad] = [squads[0].id, squads[2].id]
    for (const [name, grants] of [
      ['officer', [grant('officer', city, squad)]],
      ['colleague', [grant('squadLeader', city, squad)]],
      ['other officer', [grant('officer', city, otherSquad)]],
      ['leader', [grant('leader', city)]],
      ['gridWorker', [grant('gridWorker', city, squad)]],
      ['auditor', [grant('auditor')]],
      ['systemAdmin', [grant('systemAdmin')]],
      ['nobody', []],
    ] as const)
      cookies.set(name, (await http.signIn(grants)).cookie)
  })
  afterAll(() => http?.close())

  const ask = async (name: string, path: string, headers: Record<string, string> = {}) =>
    http.get(path, { cookie: cookies.get(name) ?? '', ...headers })
  const question = (path: string, input?: object) =>
    `/trpc/${path}${input ? `?input=${encodeURIComponent(JSON.stringify(input))}` : ''}`
  /** Everything of an answer that somebody could compare, with the names asked for left out. */
  const allOf = async (answer: Response, ...asked: (string | number)[]) => {
    let text = await answer.text()
    for (const each of asked) text = text.replaceAll(String(each), 'ASKED')
    const headers = [...answer.headers].filter(([name]) => !['date', 'content-length'].includes(name))
    return { status: answer.status, headers, text }
  }
  const bundlesOf = async (name: string) => {
    const answer = await ask(name, question('cities.get', { city }))
    const { result } = (await answer.json()) as {
      result: { data: { bundles: { cameras: string | null; ground: string; areas: Record<string, string> } } }
    }
    return result.data.bundles
  }
  const lookedAt = async (name: string) => {
    const me = (await (await ask(name, question('session.me'))).json()) as {
      result: { data: { userName: string } }
    }
    return http.api.database.query<{
      action: string
      purpose: string | null
      target: string | null
      address: string
      session_id: string
    }>(
      'SELECT action, purpose, target, address, session_id FROM audit WHERE user_name = $1 AND action NOT LIKE $2 ORDER BY id',
      [me.result.data.userName, 'session.%'],
    )
  }

  test('an incident or camera elsewhere and one that is not there are the same bytes', async () => {
    const [elsewhere] = await http.api.database.query<{ incident: number; camera: number }>(
      `SELECT (SELECT max(i.id)::int FROM incidents i JOIN kinds k ON k.city_code = i.city_code AND k.code = i.kind AND NOT k.dispute
               WHERE i.cell_id = ANY(cells)) AS incident, (SELECT max(id) FROM cameras WHERE cell_id = ANY(cells)) AS camera
       FROM (SELECT array_agg(cell_id) AS cells FROM cell_areas WHERE area_id = $1) other`,
      [otherSquad],
    )
    for (const [path, id] of [
      ['incidents.get', elsewhere.incident],
      ['cameras.get', elsewhere.camera],
    ] as const) {
      expect((await ask('other officer', question(path, { city, id }))).status).toBe(200)
      const there = await allOf(await ask('officer', question(path, { city, id })), id)
      const nowhere = await allOf(await ask('officer', question(path, { city, id: 987_654 })), 987_654)
      expect(there).toEqual(nowhere)
      expect(there.status).toBe(404)
    }
  })

  test('a city in which one holds nothing and one that is not there are the same bytes', async () => {
    for (const name of ['nobody', 'systemAdmin'])
      for (const path of [
        'cities.get',
        'areas.tree',
        'incidents.latest',
        'patrols.layout',
        'operations.overview',
      ]) {
        const real = await allOf(await ask(name, question(path, { city })), city)
        const none = await allOf(await ask(name, question(path, { city: 'nowhere' })), 'nowhere')
        expect(real).toEqual(none)
        expect(real.status).toBe(404)
      }
  })

  test('a purpose is asked for, taken, and must be one that there is', async () => {
    const refused = await ask('leader', question('incidents.inView', VIEW))
    expect(refused.status).toBe(403)
    const { error } = (await refused.json()) as { error: { message: string; data: object } }
    expect(error.data).toMatchObject({
      code: 'FORBIDDEN',
      reason: 'purpose',
      purposes: expect.arrayContaining(['briefing']),
    })
    expect(error.message).toContain('briefing')
    expect((await ask('leader', question('incidents.inView', VIEW), { [PURPOSE]: 'briefing' })).status).toBe(
      200,
    )
    for (const odd of ['curiosity', '', 'briefing, dispatch', 'BRIEFING']) {
      const answer = await ask('leader', question('incidents.inView', VIEW), { [PURPOSE]: odd })
      expect(answer.status).toBe(400)
      expect(await answer.text()).toContain('to be one of dispatch')
    }
    const [refusal, look] = await lookedAt('leader')
    expect(refusal).toMatchObject({ action: 'question.refuse', purpose: null })
    expect(look).toMatchObject({
      action: 'incidents.view',
      purpose: 'briefing',
      address: expect.stringContaining('127.0.0.1'),
    })
    expect(look.session_id.length).toBeGreaterThan(5)
  })

  test('a right that is not held is refused by name, whatever is asked about', async () => {
    for (const [name, path, input] of [
      ['auditor', 'incidents.inView', VIEW],
      ['auditor', 'operations.overview', { city }],
      ['gridWorker', 'patrols.layout', { city }],
      ['gridWorker', 'cameras.inView', { city, bbox: VIEW.bbox }],
    ] as const) {
      const answer = await ask(name, question(path, input))
      expect(answer.status).toBe(403)
      expect(await answer.json()).toMatchObject({ error: { data: { code: 'FORBIDDEN', reason: 'right' } } })
    }
  })

  test('files of cameras hold those of one’s own cells, and equal eyes get the same file', async () => {
    const [own, colleague, other, whole] = await Promise.all(
      ['officer', 'colleague', 'other officer', 'leader'].map(
        async (name) => (await bundlesOf(name)).cameras ?? '',
      ),
    )
    expect(colleague).toBe(own)
    expect(new Set([own, other, whole]).size).toBe(3)
    const answer = await ask('officer', own)
    expect(answer.status).toBe(200)
    const { id } = decodeCameras(new Uint8Array(await answer.arrayBuffer()))
    const expected = await http.api.database.query<{ id: number }>(
      `SELECT id FROM cameras WHERE cell_id IN (SELECT cell_id FROM cell_areas WHERE area_id = $1) ORDER BY id`,
      [squad],
    )
    expect([...id].sort((a, b) => a - b)).toEqual(expected.map((row) => row.id))
    expect(expected.length).toBeGreaterThan(10)
    expect((await ask('colleague', own)).status).toBe(200)
  })

  test('a file that is another’s and a name that is guessed are the same bytes', async () => {
    const guess = '/bundles/cameras/0123456789abcdef0123456789abcdef.bin'
    const own = (await bundlesOf('officer')).cameras ?? ''
    const whole = (await bundlesOf('leader')).cameras ?? ''
    for (const [name, url] of [
      ['officer', whole],
      ['other officer', own],
      ['leader', own],
      ['gridWorker', own],
      ['auditor', whole],
      ['systemAdmin', whole],
      ['nobody', own],
    ]) {
      const real = await allOf(await ask(name, url), url)
      expect(real).toEqual(await allOf(await ask(name, guess), guess))
      expect(real.status).toBe(404)
      // Not even whoever already holds it is told that it is there.
      const tag = `"${url.split('/').at(-1)}"`
      expect((await ask(name, url, { 'if-none-match': tag })).status).toBe(404)
    }
    const told = (await lookedAt('gridWorker')).filter(({ action }) => action === 'question.refuse')
    expect(told.map(({ target }) => target)).toEqual(
      expect.arrayContaining([own, guess].map((url) => url.split('/').at(-1))),
    )
    const { ground, areas } = await bundlesOf('auditor')
    for (const url of [ground, ...Object.values(areas)]) {
      expect((await ask('auditor', url)).status).toBe(200)
      expect((await ask('gridWorker', url)).status).toBe(200)
      for (const name of ['nobody', 'systemAdmin']) expect((await ask(name, url)).status).toBe(404)
    }
  })

  test('handing cameras over is a look, for a purpose where one is demanded, and asked for again each time', async () => {
    const url = (await bundlesOf('leader')).cameras ?? ''
    const before = (await lookedAt('leader')).length
    const refused = await ask('leader', url)
    expect(refused.status).toBe(403)
    expect(await refused.json()).toMatchObject({ error: { data: { reason: 'purpose' } } })
    const answer = await ask('leader', url, { [PURPOSE]: 'maintenance' })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('cache-control')).toBe('private, no-cache')
    const again = await ask('leader', url, {
      [PURPOSE]: 'inspection',
      'if-none-match': answer.headers.get('etag') ?? '',
    })
    expect(again.status).toBe(304)
    expect((await lookedAt('leader')).slice(before).map(({ action, purpose }) => [action, purpose])).toEqual([
      // What was refused is told too.
      ['question.refuse', null],
      ['cameras.bundle', 'maintenance'],
      ['cameras.bundle', 'inspection'],
    ])
    const own = await ask('officer', (await bundlesOf('officer')).cameras ?? '')
    expect(own.headers.get('cache-control')).toBe('private, max-age=31536000, immutable')
    expect((await lookedAt('officer')).map(({ action }) => action)).toContain('cameras.bundle')
  })

  test('a grant that is taken or given holds from the next question on', async () => {
    const { viewer, cookie } = await http.signIn([grant('officer', city, squad)])
    const status = async () => (await http.get(question('cities.get', { city }), { cookie })).status
    expect(await status()).toBe(200)
    await http.api.database.query('DELETE FROM grants WHERE person_id = $1', [viewer.userId])
    await expect.poll(status).toBe(404)
    await http.api.database.query("INSERT INTO grants (person_id, role, city_code) VALUES ($1, 'wall', $2)", [
      viewer.userId,
      city,
    ])
    await expect.poll(status).toBe(200)
    expect((await http.get(question('incidents.latest', { city }), { cookie })).status).toBe(403)
  })
})
