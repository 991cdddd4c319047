import { TRPCError } from '@trpc/server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Family, Grant, Role } from '../../api/access.ts'
import { ForbiddenReason } from '../../api/refusal.ts'
import { appRouter } from '../../api/router.ts'
import { createPerson, grant, withPurpose } from '../factories/people.ts'
import { databaseKinds } from '../setup/database.ts'
import { type Caller, openTestApi, type TestApi } from './setup.ts'

const city = 'shuifu'
const BOX: [number, number, number, number] = [104, 28, 105, 29]
const ALWAYS = { city, from: '2020-01-01', to: '2027-01-01' }
const MONTH = { from: '2026-10-23T06:32:00Z', to: '2026-11-22T06:32:00Z' }
const MISSING = 987_654

test('every procedure says which right it takes', () => {
  const procedures: Record<string, unknown> = appRouter._def.procedures
  for (const [path, procedure] of Object.entries(procedures)) {
    const { meta } = (procedure as { _def: { meta?: { right?: unknown } } })._def
    expect(meta?.right, path).toBeDefined()
    if (meta?.right !== 'signedIn') expect(meta?.right, path).not.toEqual([])
  }
})

/** What came of a question that was refused: code, words, and what the words are about. */
async function refusalOf(answer: Promise<unknown>) {
  const error = await answer.then(
    () => new Error('It was answered.'),
    (problem: unknown) => problem,
  )
  if (!(error instanceof TRPCError)) throw error
  const { cause } = error
  return {
    code: error.code,
    message: error.message,
    data: cause instanceof ForbiddenReason ? cause.data : null,
  }
}

describe.each(databaseKinds())('what each role gets on %s', (kind) => {
  let api: TestApi
  const people = new Map<string, Caller>()
  const as = (name: string): Caller => {
    const caller = people.get(name)
    if (!caller) throw new Error(`There is no ${name}.`)
    return caller
  }
  const ids = new Map<string, number>()
  const areaOf = (name: string): number => ids.get(name) ?? 0

  beforeAll(async () => {
    api = await openTestApi(kind)
    const first = (level: string, at = 0) => {
      const found = api.ground.areas.filter((area) => area.version === '2025' && area.level === level)[at]
      if (!found) throw new Error(`The toy city has no ${level}.`)
      return found.id
    }
    ids.set('squad', first('squad'))
    ids.set('other squad', first('squad', 2))
    ids.set('village', first('village'))
    ids.set('other village', first('village', 29))
    ids.set('township', first('township'))
    await api.database.query(
      `INSERT INTO cities (code, name_zh, name_en, time_zone, synthetic, as_of, current_version, origin)
       VALUES ('elsewhere', '别处', 'Elsewhere', 'Asia/Shanghai', true, now(), '2025', '{}')`,
    )
    const squad = areaOf('squad')
    const made: [string, Grant[]][] = [
      ['officer', [grant('officer', city, squad)]],
      ['gridWorker', [grant('gridWorker', city, areaOf('village'))]],
      ['both', [grant('officer', city, squad), grant('gridWorker', city, areaOf('other village'))]],
      ['centreClerk', [grant('centreClerk', city, areaOf('township'))]],
      ['department', [grant('department', city, areaOf('township'))]],
      ['leader', [grant('leader', city)]],
      ['wall', [grant('wall', city)]],
      ['auditor', [grant('auditor')]],
      ['planner', [grant('planner')]],
      ['nobody', []],
      ['officer elsewhere', [grant('officer', 'elsewhere')]],
      ...(['systemAdmin', 'securityAdmin'] as const).map((role: Role): [string, Grant[]] => [
        role,
        [grant(role)],
      ]),
      ['auditAdmin', [grant('auditAdmin')]],
    ]
    for (const [name, grants] of made) {
      const viewer = await createPerson(api.database, grants, { kind: name === 'wall' ? 'kiosk' : 'person' })
      people.set(name, api.as(viewer))
      people.set(`${name} on inspection`, api.as(withPurpose(viewer, 'inspection')))
    }
  })
  afterAll(() => api?.close())

  const cellsOf = async (...areas: string[]): Promise<number[]> =>
    (
      await api.database.query<{ cell_id: number }>(
        'SELECT DISTINCT cell_id FROM cell_areas WHERE city_code = $1 AND area_id = ANY($2::int[])',
        [city, areas.map(areaOf)],
      )
    ).map((row) => row.cell_id)
  /** Incidents of some families in some cells, asked for as the owner of the rows. */
  const incidentsIn = async (
    cells: number[],
    families: Family[],
    window: { from: string; to: string } = ALWAYS,
  ) =>
    (
      await api.database.query<{ id: number }>(
        `SELECT i.id::int AS id FROM incidents i JOIN kinds k ON k.city_code = i.city_code AND k.code = i.kind
         WHERE i.city_code = $1 AND i.cell_id = ANY($2::int[]) AND NOT k.dispute AND i.duplicate_of IS NULL
           AND CASE WHEN k.public_order THEN 'publicOrder' ELSE 'governance' END = ANY($3::text[])
           AND i.reported_at >= $4::timestamptz AND i.reported_at < $5::timestamptz ORDER BY i.id`,
        [city, cells, families, window.from, window.to],
      )
    ).map((row) => row.id)
  const camerasIn = async (cells: number[]) =>
    (
      await api.database.query<{ id: number }>(
        'SELECT id FROM cameras WHERE city_code = $1 AND cell_id = ANY($2::int[]) ORDER BY id',
        [city, cells],
      )
    ).map((row) => row.id)
  const both: Family[] = ['governance', 'publicOrder']
  const sorted = (list: readonly number[]) => [...list].sort((a, b) => a - b)
  const kindOf = async (publicOrder: boolean) => {
    const [row] = await api.database.query<{ code: string }>(
      'SELECT code FROM kinds WHERE city_code = $1 AND NOT dispute AND public_order = $2 ORDER BY sort LIMIT 1',
      [city, publicOrder],
    )
    return row.code
  }

  describe('incidents', () => {
    const inView = (name: string, more: object = {}) =>
      as(name).incidents.inView({ ...ALWAYS, bbox: BOX, limit: 20_000, ...more })

    test('officers see those of their squad, grid workers those of governance in their village, and both the union', async () => {
      const squad = await incidentsIn(await cellsOf('squad'), both)
      expect(squad.length).toBeGreaterThan(100)
      expect(sorted((await inView('officer')).id)).toEqual(squad)
      const village = await incidentsIn(await cellsOf('village'), ['governance'])
      expect(village.length).toBeGreaterThan(0)
      const seen = await inView('gridWorker')
      expect(sorted(seen.id)).toEqual(village)
      expect(seen.total).toBe(village.length)
      const other = await incidentsIn(await cellsOf('other village'), ['governance'])
      expect(sorted((await inView('both')).id)).toEqual(sorted([...new Set([...squad, ...other])]))
      expect((await inView('planner')).total).toBe(
        (await api.caller.incidents.inView({ ...ALWAYS, bbox: BOX })).total,
      )
    })

    test('what is left out is counted inside the jurisdiction alone', async () => {
      const squad = await incidentsIn(await cellsOf('squad'), both)
      expect(await inView('officer', { limit: 3 })).toMatchObject({ truncated: true, total: squad.length })
    })

    test('page after page the list ends where the jurisdiction does', async () => {
      const seen: number[] = []
      let before: { reportedAt: string; id: number } | undefined
      do {
        const page = await as('both').incidents.latest({ city, limit: 200, before })
        seen.push(...page.incidents.map(({ id }) => id))
        before = page.next ?? undefined
      } while (before)
      const expected = await incidentsIn(await cellsOf('squad'), both)
      expected.push(...(await incidentsIn(await cellsOf('other village'), ['governance'])))
      expect(sorted(seen)).toEqual(sorted([...new Set(expected)]))
    })

    test('one that lies elsewhere, is of another family, is a dispute or is not there: one answer', async () => {
      const [inside] = await incidentsIn(await cellsOf('squad'), ['publicOrder'])
      const outside = (await incidentsIn(await cellsOf('other squad'), both))[0]
      const [dispute] = await api.database.query<{ id: number }>(
        `SELECT i.id::int AS id FROM incidents i JOIN kinds k ON k.city_code = i.city_code AND k.code = i.kind
         WHERE i.city_code = $1 AND k.dispute AND i.cell_id = ANY($2::int[]) LIMIT 1`,
        [city, await cellsOf('squad')],
      )
      const [nowhere] = await api.database.query<{ id: number }>(
        `SELECT i.id::int AS id FROM incidents i JOIN kinds k ON k.city_code = i.city_code AND k.code = i.kind
         WHERE i.city_code = $1 AND NOT k.dispute AND i.cell_id IS NULL LIMIT 1`,
        [city],
      )
      expect((await as('officer').incidents.get({ city, id: inside })).id).toBe(inside)
      const words = async (id: number) => {
        const { message, ...rest } = await refusalOf(as('officer').incidents.get({ city, id }))
        return { ...rest, message: message.replace(String(id), 'ID') }
      }
      const missing = await words(MISSING)
      expect(missing).toMatchObject({ code: 'NOT_FOUND', data: null })
      for (const id of [outside, dispute.id, nowhere.id]) expect(await words(id)).toEqual(missing)
      const [police] = await incidentsIn(await cellsOf('village'), ['publicOrder'])
      const { message } = await refusalOf(as('gridWorker').incidents.get({ city, id: police }))
      expect(message.replace(String(police), 'ID')).toBe(missing.message)
    })

    test('a kind that is not seen sounds like one that does not exist', async () => {
      const police = await kindOf(true)
      const words = async (code: string) =>
        (await refusalOf(inView('gridWorker', { kinds: [code] }))).message.replace(code, 'CODE')
      expect(await words(police)).toBe(await words('000000'))
      expect(await words(police)).toMatch(/^kinds: expected codes/)
      expect(await words('D01')).toBe(await words('000000'))
      const { kinds } = await as('gridWorker').cities.get({ city })
      for (const { code } of kinds)
        expect((await inView('gridWorker', { kinds: [code] })).total).toBeGreaterThanOrEqual(0)
    })

    test.each(['wall', 'auditor'])('%s gets none, whichever is asked for', async (name) => {
      const answers = [
        inView(name),
        as(name).incidents.get({ city, id: 1 }),
        as(name).incidents.get({ city, id: MISSING }),
        as(name).incidents.latest({ city }),
      ]
      for (const refusal of await Promise.all(answers.map(refusalOf)))
        expect(refusal).toMatchObject({ code: 'FORBIDDEN', data: { reason: 'right' } })
    })

    test.each(['leader', 'department'])('%s says what for', async (name) => {
      const answers = [
        inView(name),
        as(name).incidents.get({ city, id: MISSING }),
        as(name).incidents.latest({ city }),
      ]
      for (const { code, data, message } of await Promise.all(answers.map(refusalOf))) {
        expect(code).toBe('FORBIDDEN')
        expect(data).toEqual({
          reason: 'purpose',
          purposes: expect.arrayContaining(['inspection', 'dispatch']),
        })
        for (const purpose of data?.purposes ?? []) expect(message).toContain(purpose)
      }
      const answer = await inView(`${name} on inspection`)
      const expected =
        name === 'leader'
          ? (await api.caller.incidents.inView({ ...ALWAYS, bbox: BOX })).total
          : (await incidentsIn(await cellsOf('township'), ['governance'])).length
      expect(answer.total).toBe(expected)
    })
  })

  describe('cities', () => {
    test('whoever holds nothing in a city is told what whoever asks for no city is told', async () => {
      const words = async (name: string, code: string) => {
        const { message, ...rest } = await refusalOf(as(name).cities.get({ city: code }))
        return { ...rest, message: message.replace(code, 'CITY') }
      }
      for (const name of ['nobody', 'officer elsewhere', 'systemAdmin', 'securityAdmin']) {
        expect(await words(name, city)).toEqual(await words(name, 'nowhere'))
        expect(await words(name, city)).toMatchObject({ code: 'NOT_FOUND', data: null })
        expect(await words(name, '530681')).toEqual(await words(name, '999999'))
      }
    })

    test('the list holds the cities of one’s grants', async () => {
      const listed = async (name: string) => (await as(name).cities.list()).map(({ code }) => code)
      expect(await listed('planner')).toEqual(['shuifu', 'elsewhere'])
      expect(await listed('officer')).toEqual(['shuifu'])
      expect(await listed('officer elsewhere')).toEqual(['elsewhere'])
      expect(await listed('auditor')).toEqual(['shuifu', 'elsewhere'])
      for (const name of ['nobody', 'systemAdmin', 'securityAdmin'])
        expect(await refusalOf(as(name).cities.list())).toMatchObject({ code: 'FORBIDDEN' })
    })

    test('only kinds that are seen are named', async () => {
      const families = async (name: string) => {
        const { kinds } = await as(name).cities.get({ city })
        return [...new Set(kinds.map(({ dispute, family }) => (dispute ? 'dispute' : family)))].sort()
      }
      expect(await families('planner')).toEqual(['governance', 'publicOrder'])
      expect(await families('leader')).toEqual(['dispute', 'governance', 'publicOrder'])
      expect(await families('gridWorker')).toEqual(['governance'])
      expect(await families('centreClerk')).toEqual(['dispute', 'governance'])
      expect(await families('auditor')).toEqual([])
    })

    test('files of cameras and days are named to those who may see them', async () => {
      const files = async (name: string) => {
        const { bundles } = await as(name).cities.get({ city })
        return [bundles.cameras !== null, bundles.days !== null, bundles.ground !== null]
      }
      expect(await files('officer')).toEqual([true, true, true])
      expect(await files('wall')).toEqual([false, true, true])
      expect(await files('gridWorker')).toEqual([false, true, true])
      expect(await files('auditor')).toEqual([false, false, true])
    })

    test('published figures are for whoever sees a city', async () => {
      expect((await as('auditor').facts.cited()).length).toBeGreaterThan(0)
      for (const name of ['nobody', 'systemAdmin', 'securityAdmin'])
        expect(await refusalOf(as(name).facts.cited())).toMatchObject({ code: 'FORBIDDEN' })
    })
  })

  describe('areas', () => {
    test('geography is the whole city’s for everybody with a role in it', async () => {
      const all = await as('planner').areas.tree({ city })
      for (const name of ['officer', 'gridWorker', 'auditor', 'wall']) {
        expect(await as(name).areas.tree({ city })).toEqual(all)
        expect(await as(name).areas.summary({ city })).toEqual(await as('planner').areas.summary({ city }))
        expect((await as(name).areas.locate({ city, lng: 104.3, lat: 28.5 })).length).toBe(7)
      }
    })

    test('numbers of an area follow the jurisdiction, what lies there does not', async () => {
      const facts = (name: string, area: string) => as(name).areas.facts({ city, areaId: areaOf(area) })
      const [own, others] = [await facts('officer', 'squad'), await facts('officer', 'other squad')]
      expect(own.cameras).toEqual((await facts('planner', 'squad')).cameras)
      expect(own.partial).toBe(false)
      expect(others.cameras).toBeNull()
      const { cameras: _, partial: __, places, ...rest } = await facts('planner', 'other squad')
      expect(others).toMatchObject({ ...rest, places: places.filter(({ category }) => category !== 'post') })
      expect(others.places.length).toBeLessThan(places.length)
      expect(own.places).toEqual((await facts('planner', 'squad')).places)
      const tree = await as('officer').areas.tree({ city })
      const whole = tree.find(({ level }) => level === 'city')
      const seen = await as('officer').areas.facts({ city, areaId: whole?.id ?? 0 })
      expect(seen.partial).toBe(true)
      expect(seen.cameras?.total).toBe((await camerasIn(await cellsOf('squad'))).length)
      expect((await facts('gridWorker', 'village')).cameras).toBeNull()
      expect((await facts('planner', 'squad')).partial).toBeUndefined()
    })
  })

  describe('cameras', () => {
    test('officers see those of their squad one by one, and another’s like none at all', async () => {
      const own = await camerasIn(await cellsOf('squad'))
      const answer = await as('officer').cameras.inView({ city, bbox: BOX })
      expect(answer.id).toEqual(own)
      expect(await as('officer').cameras.inView({ city, bbox: BOX, limit: 2 })).toMatchObject({
        total: own.length,
        truncated: true,
      })
      expect((await as('officer').cameras.get({ city, id: own[0] })).id).toBe(own[0])
      const [other] = await camerasIn(await cellsOf('other squad'))
      const words = async (id: number) => {
        const { message, ...rest } = await refusalOf(as('officer').cameras.get({ city, id }))
        return { ...rest, message: message.replace(String(id), 'ID') }
      }
      expect(await words(other)).toEqual(await words(MISSING))
      expect(await words(other)).toMatchObject({ code: 'NOT_FOUND' })
    })

    test('others see none, or say what for', async () => {
      for (const name of ['wall', 'gridWorker', 'centreClerk', 'auditor'])
        expect(await refusalOf(as(name).cameras.inView({ city, bbox: BOX }))).toMatchObject({
          code: 'FORBIDDEN',
          data: { reason: 'right' },
        })
      expect(await refusalOf(as('leader').cameras.get({ city, id: 1 }))).toMatchObject({
        data: { reason: 'purpose' },
      })
      expect((await as('leader on inspection').cameras.inView({ city, bbox: BOX })).total).toBe(300)
    })
  })

  describe('patrols, places and figures', () => {
    test('the layout holds the squads that overlap the jurisdiction, and their strength', async () => {
      const layout = await as('officer').patrols.layout({ city })
      const squads = layout.districts.flatMap((district) => district.squads)
      expect(squads.map(({ areaId }) => areaId)).toEqual([areaOf('squad')])
      expect(squads[0].units).toHaveLength(1)
      expect(squads[0].routes).toHaveLength(1)
      expect(layout.strength).toBe(squads[0].strength)
      expect(squads[0].incidents30d).toBe((await incidentsIn(await cellsOf('squad'), both, MONTH)).length)
      expect(squads[0].partial).toBe(false)
      expect(layout.districts[0].partial).toBe(true)
      expect(layout.districts[0].incidents30d).toBe(squads[0].incidents30d)
      // The wall shows layout and strengths of all.
      const wall = await as('wall').patrols.layout({ city })
      expect(wall).toEqual(await as('planner').patrols.layout({ city }))
      expect(wall.districts[0].partial).toBeUndefined()
      for (const name of ['gridWorker', 'department', 'auditor'])
        expect(await refusalOf(as(name).patrols.layout({ city }))).toMatchObject({ code: 'FORBIDDEN' })
    })

    test('a squad that only overlaps is named with the incidents of the part that is seen', async () => {
      const shared = await createPerson(api.database, [grant('officer', city, areaOf('village'))])
      const squads = (await api.as(shared).patrols.layout({ city })).districts.flatMap(
        (district) => district.squads,
      )
      const cells = await cellsOf('village')
      const expected = await api.database.query<{ area_id: number }>(
        `SELECT DISTINCT area_id FROM cell_areas WHERE city_code = $1 AND version = '2025' AND level = 'squad' AND cell_id = ANY($2::int[]) ORDER BY 1`,
        [city, cells],
      )
      expect(sorted(squads.map(({ areaId }) => areaId))).toEqual(expected.map((row) => row.area_id))
      expect(squads.reduce((sum, { incidents30d }) => sum + incidents30d, 0)).toBe(
        (await incidentsIn(cells, both, MONTH)).length,
      )
      expect(squads.every(({ partial }) => partial === true)).toBe(true)
    })

    test('places are geography but for the posts of squads', async () => {
      const all = await as('planner').places.list({ city })
      const posts = all.places.filter(({ category }) => category === 'post')
      const listed = async (name: string) => {
        const { places, total } = await as(name).places.list({ city })
        expect(total).toBe(places.length)
        const own = places.filter(({ category }) => category === 'post')
        expect(places.length - own.length).toBe(all.places.length - posts.length)
        return own.map(({ areaId }) => areaId)
      }
      expect(posts).toHaveLength(6)
      expect(await listed('officer')).toEqual([areaOf('squad')])
      expect(await listed('wall')).toHaveLength(6)
      expect(await listed('gridWorker')).toEqual([])
      expect(await as('officer').places.list({ city, category: 'post' })).toMatchObject({
        total: 1,
        truncated: false,
      })
    })

    test('figures count what is seen and say which families', async () => {
      const cells = await cellsOf('squad')
      const overview = await as('officer').operations.overview({ city })
      expect(overview.families).toEqual(both)
      expect(overview.handling.reported).toBe((await incidentsIn(cells, both, MONTH)).length)
      expect(overview.cameras?.total).toBe((await camerasIn(cells)).length)
      expect(overview.days.cameras?.at(-1)).toBe(overview.cameras?.total)
      expect(overview.roster?.squadId).toEqual([areaOf('squad')])
      const worker = await as('gridWorker').operations.overview({ city })
      expect(worker).toMatchObject({ families: ['governance'], roster: null, cameras: null })
      expect(worker.days).toMatchObject({ cameras: null, camerasOffline: null })
      expect(worker.handling.reported).toBe(
        (await incidentsIn(await cellsOf('village'), ['governance'], MONTH)).length,
      )
      expect(await as('wall').operations.overview({ city })).toEqual(
        await as('planner').operations.overview({ city }),
      )
      expect(await refusalOf(as('auditor').operations.overview({ city }))).toMatchObject({
        code: 'FORBIDDEN',
      })
    })

    test('handling of an area outside sounds like that of none; of one that overlaps it is cut and says so', async () => {
      const handling = (areaId: number) => as('officer').operations.handling({ city, ...MONTH, areaId })
      const words = async (areaId: number) => {
        const { message, ...rest } = await refusalOf(handling(areaId))
        return { ...rest, message: message.replace(String(areaId), 'ID') }
      }
      expect(await words(areaOf('other squad'))).toEqual(await words(MISSING))
      const squad = (await incidentsIn(await cellsOf('squad'), both, MONTH)).length
      const own = await handling(areaOf('squad'))
      expect(own).toMatchObject({ partial: false, families: both, now: { reported: squad } })
      const whole = (await as('officer').areas.tree({ city })).find(({ level }) => level === 'city')
      expect(await handling(whole?.id ?? 0)).toMatchObject({ partial: true, now: { reported: squad } })
      expect(await as('officer').operations.handling({ city, ...MONTH })).toMatchObject({ partial: true })
    })

    test('squads are those that overlap, with what may be counted of them', async () => {
      const answer = await as('officer').operations.squads({ city })
      const all = await as('planner').operations.squads({ city })
      expect(answer.squadId).toEqual([areaOf('squad')])
      const at = all.squadId.indexOf(areaOf('squad'))
      expect(answer.incidents).toEqual([all.incidents[at]])
      expect(answer.incidentsNearRoutes).toEqual([all.incidentsNearRoutes[at]])
      expect(answer.strength).toEqual([all.strength[at]])
      expect(answer.partial).toEqual([false])
      expect(all.partial).toBeUndefined()
    })
  })

  describe('session.me', () => {
    test('says what one may, where, and for what', async () => {
      expect(await as('officer').session.me()).toMatchObject({
        kind: 'person',
        roles: ['officer'],
        cities: [{ code: city, whole: false, areaIds: [areaOf('squad')], purposeNeeded: [] }],
        mustChangePassword: false,
      })
      const leader = await as('leader').session.me()
      expect(leader.cities).toEqual([
        {
          code: city,
          rights: expect.arrayContaining(['disputes', 'points.publicOrder', 'export']),
          purposeNeeded: ['points.governance', 'points.publicOrder', 'cameras.points'],
          limited: [],
          whole: true,
          areaIds: [],
        },
      ])
      expect((await as('both').session.me()).cities[0].limited).toContain('points.publicOrder')
      expect(await as('nobody').session.me()).toMatchObject({ roles: [], rightsAnywhere: [], cities: [] })
      expect(await as('systemAdmin').session.me()).toMatchObject({
        rightsAnywhere: ['sources', 'people'],
        cities: [],
      })
      expect((await as('wall').session.me()).kind).toBe('kiosk')
    })

    test('is the one thing answered while a password or a second factor is to be set', async () => {
      const grants = [grant('planner')]
      const changing = await api.person(grants, { mustChangePassword: true })
      const enrolling = await api.person(grants, { twoFactor: { enabled: false, required: true } })
      expect((await changing.caller.session.me()).mustChangePassword).toBe(true)
      expect((await enrolling.caller.session.me()).twoFactor).toEqual({ enabled: false, required: true })
      for (const [{ caller }, reason] of [
        [changing, 'changePassword'],
        [enrolling, 'twoFactor'],
      ] as const) {
        const answers = [
          caller.cities.list(),
          caller.areas.tree({ city }),
          caller.incidents.latest({ city }),
          caller.facts.cited(),
        ]
        for (const refusal of await Promise.all(answers.map(refusalOf)))
          expect(refusal).toMatchObject({ code: 'FORBIDDEN', data: { reason } })
      }
    })
  })

  describe('the audit', () => {
    interface Row {
      action: string
      target: string | null
      rows: number | null
      area_id: number | null
      box: number[] | null
      purpose: string | null
      city_code: string | null
    }
    const entriesOf = (userId: string) =>
      api.database.query<Row>(
        `SELECT action, target, rows::int AS rows, area_id, purpose, city_code,
           CASE WHEN box IS NOT NULL THEN ARRAY[ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box)] END AS box
         FROM audit WHERE person_id = $1 ORDER BY id`,
        [userId],
      )

    test('every look at single things is an entry with its place, number and purpose; a count is none', async () => {
      const { viewer } = await api.person([grant('leader', city, areaOf('squad'))])
      const caller = api.as(withPurpose(viewer, 'inspection'))
      const points = await caller.incidents.inView({ ...ALWAYS, bbox: BOX })
      const page = await caller.incidents.latest({ city, limit: 7 })
      const one = await caller.incidents.get({ city, id: points.id[0] })
      const seen = await caller.cameras.inView({ city, bbox: BOX })
      await caller.cameras.get({ city, id: seen.id[0] })
      await caller.operations.overview({ city })
      await caller.patrols.layout({ city })
      await caller.cities.get({ city })
      await refusalOf(caller.incidents.get({ city, id: MISSING }))
      const entries = await entriesOf(viewer.userId)
      expect(entries.map(({ action }) => action)).toEqual([
        'incidents.view',
        'incidents.list',
        'incidents.read',
        'cameras.view',
        'cameras.read',
        'question.refuse',
      ])
      for (const entry of entries) expect(entry).toMatchObject({ purpose: 'inspection', city_code: city })
      const [view, list, read, cameras, camera] = entries
      expect(view).toMatchObject({ box: BOX, rows: points.id.length })
      expect(list).toMatchObject({ rows: page.incidents.length })
      const smallest = one.areas.findLast(({ hierarchy }) => hierarchy === 'administration')
      expect(read).toMatchObject({ target: String(one.id), rows: 1, area_id: smallest?.id })
      expect(smallest?.level).toBe('microGrid')
      expect(cameras).toMatchObject({ box: BOX, rows: seen.id.length })
      expect(camera).toMatchObject({ target: String(seen.id[0]), rows: 1 })
    })

    test('without its entry there is no answer', async () => {
      const { viewer, caller } = await api.person([grant('planner')])
      await api.database.script(`
        CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no space left'; END $$;
        CREATE TRIGGER full_disk BEFORE INSERT ON audit FOR EACH ROW WHEN (NEW.person_id = '${viewer.userId}') EXECUTE FUNCTION full_disk();`)
      try {
        await expect(caller.incidents.inView({ ...ALWAYS, bbox: BOX })).rejects.toThrow('no space left')
        await expect(caller.cameras.get({ city, id: 1 })).rejects.toThrow('no space left')
        // What is no look needs none.
        expect((await caller.patrols.layout({ city })).districts).toHaveLength(3)
      } finally {
        await api.database.script('DROP TRIGGER full_disk ON audit; DROP FUNCTION full_disk();')
      }
      expect((await caller.incidents.inView({ ...ALWAYS, bbox: BOX })).total).toBeGreaterThan(0)
      expect(await entriesOf(viewer.userId)).toHaveLength(1)
    })
  })

  test('the database decides again: a grant that is gone shows nothing, whatever the server still remembers', async () => {
    const { viewer, caller } = await api.person([grant('officer', city, areaOf('squad'))])
    expect((await caller.incidents.inView({ ...ALWAYS, bbox: BOX })).total).toBeGreaterThan(0)
    await api.database.query('DELETE FROM grants WHERE person_id = $1', [viewer.userId])
    expect((await caller.incidents.inView({ ...ALWAYS, bbox: BOX })).total).toBe(0)
    expect((await caller.cameras.inView({ city, bbox: BOX })).total).toBe(0)
    // And wider grants than the account holds open nothing.
    const wide = api.as({ ...viewer, grants: [grant('planner')] })
    expect((await wide.incidents.inView({ ...ALWAYS, bbox: BOX })).total).toBe(0)
    expect((await wide.operations.overview({ city })).handling.reported).toBe(0)
  })
})
