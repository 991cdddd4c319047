import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Scenario, scenarioFile, scenarioFiles } from '../../api/drills/scenario.ts'
import { type DrillCourse, scoreDrill } from '../../api/drills/score.ts'
import { createCaller } from '../../api/router.ts'
import type { Database } from '../../db/client.ts'
import { placeOnWay } from '../../geodata/drillWay.ts'
import { kinds } from '../../geodata/kinds.ts'
import { databaseKinds } from '../setup/database.ts'
import { type Caller, openTestApi, type TestApi } from './setup.ts'

const MINUTE = 60_000
const START = Date.parse('2026-11-22T08:00:00Z')
const city = 'shuifu'

describe('scenarios', () => {
  test('of the installation are whole, and name kinds that there are', () => {
    const files = scenarioFiles()
    expect(files.map(({ code }) => code).sort()).toEqual(['festival-crowd', 'flood-road-closure'])
    const known = new Set(kinds.map(({ code, dispute }) => (dispute ? '' : code)))
    for (const { injects } of files) for (const { kind } of injects) expect(known).toContain(kind)
  })

  test('with an inject after the end, or two things of one name, are none', () => {
    const [file] = scenarioFiles()
    const [first, ...others] = file.injects
    expect(scenarioFile.safeParse(file).success).toBe(true)
    expect(scenarioFile.safeParse({ ...file, injects: [{ ...first, atMinute: file.minutes }] }).success).toBe(
      false,
    )
    expect(scenarioFile.safeParse({ ...file, injects: [first, first, ...others] }).success).toBe(false)
  })
})

describe('the score of a drill', () => {
  const words = { zh: '甲', en: 'a' }
  const scenario: Scenario = {
    code: 's',
    name: words,
    summary: words,
    minutes: 60,
    units: [],
    injects: [0, 20].map((atMinute, i) => ({
      code: `${i}`,
      atMinute,
      kind: '020100',
      level: 3,
      channel: '110',
      text: words,
      lng: 104,
      lat: 28,
      squad: null,
      expected: [{ code: `${i}a`, what: words, role: 'officer', withinMinutes: 10 }],
    })),
  }
  const course: DrillCourse = { scenario, startedAt: START, pace: 2, endsAt: START + 30 * MINUTE }
  const at = (minutes: number) => START + minutes * MINUTE
  const states = (responses: [string, number][], now: number) =>
    scoreDrill(
      course,
      responses.map(([expectation, minutes]) => ({
        expectation,
        unitNumber: null,
        respondedAt: at(minutes),
      })),
      at(now),
    ).expectations.map(({ code, state }) => `${code} ${state}`)

  test('goes by the pace: what takes ten minutes has five of the clock at twice the speed', () => {
    expect(states([], 0)).toEqual(['0a open'])
    expect(states([], 5)).toEqual(['0a open'])
    expect(states([], 5.1)).toEqual(['0a overdue'])
    expect(states([['0a', 5]], 6)).toEqual(['0a done'])
    // Within the second that clocks show.
    expect(states([['0a', 5 + 0.9 / 60]], 6)).toEqual(['0a done'])
    expect(states([['0a', 5 + 1.1 / 60]], 6)).toEqual(['0a late'])
    expect(states([['0a', 7]], 8)).toEqual(['0a late'])
    expect(states([['0a', 5]], 10)).toEqual(['0a done', '1a open'])
    expect(states([], 30)).toEqual(['0a missed', '1a missed'])
  })

  test('counts everything that was asked once, whatever was done and when', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(fc.constantFrom('0a', '1a', 'other'), fc.integer({ min: 0, max: 29 })), {
          selector: ([code]) => code,
        }),
        fc.integer({ min: 0, max: 40 }),
        (responses, now) => {
          const score = scoreDrill(
            course,
            responses.map(([expectation, minutes]) => ({
              expectation,
              unitNumber: null,
              respondedAt: at(minutes),
            })),
            at(now),
          )
          const open = score.expectations.filter(
            ({ state }) => state === 'open' || state === 'overdue',
          ).length
          expect(score.done + score.late + score.missed + open).toBe(score.asked)
          expect(now >= 30 && open > 0).toBe(false)
        },
      ),
    )
  })
})

describe.each(databaseKinds())('drills on %s', (kind) => {
  let api: TestApi
  let now = START
  const as = (viewer: TestApi['viewer']): Caller =>
    createCaller({ ...api.context, viewer, now: () => new Date(now) })
  let drilling: Caller

  beforeAll(async () => {
    api = await openTestApi(kind)
    drilling = as(api.viewer)
  })
  afterAll(() => api?.close())

  test('run from the first inject to the score sheet', async () => {
    now = START
    const offered = await drilling.drills.scenarios({ city })
    expect(offered.map(({ missing }) => missing)).toEqual([[], []])
    const { drillId } = await drilling.drills.start({ city, scenario: 'flood-road-closure', pace: 2 })
    const first = await drilling.drills.room({ city, drillId })
    expect(first.injects.map(({ code }) => code)).toEqual(['1'])
    expect(first.toCome).toBe(4)
    // What is to come is not told.
    expect(JSON.stringify(first)).not.toContain('约 10 辆车滞留')
    expect(first.injects[0].squad?.code).toMatch(/^530681D\dS\d$/)
    await expect(drilling.drills.respond({ city, drillId, expectation: '2a' })).rejects.toThrow(
      /"2a" is expected yet/,
    )

    now = START + MINUTE
    await drilling.drills.respond({ city, drillId, expectation: '1a', unitNumber: 0 })
    await expect(drilling.drills.respond({ city, drillId, expectation: '1a' })).rejects.toThrow(
      /recorded before/,
    )
    await expect(
      drilling.drills.respond({ city, drillId, expectation: '1b', unitNumber: 9 }),
    ).rejects.toThrow(/a unit of the drill, 0 to 3, got 9/)
    // Clicked by mistake, and again.
    await drilling.drills.respond({ city, drillId, expectation: '1b' })
    await drilling.drills.retract({ city, drillId, expectation: '1b' })
    await expect(drilling.drills.retract({ city, drillId, expectation: '1b' })).rejects.toThrow(
      /was not recorded/,
    )
    now = START + 6 * MINUTE
    await drilling.drills.respond({ city, drillId, expectation: '1b' })

    now = START + 13 * MINUTE
    const later = await drilling.drills.room({ city, drillId })
    expect(later.injects.map(({ code }) => code)).toEqual(['1', '2', '3', '4'])
    expect(
      later.injects[0].expected.map(({ state, tookS, unitNumber }) => [state, tookS, unitNumber]),
    ).toEqual([
      ['done', 60, 0],
      ['late', 360, null],
    ])
    expect(later.score).toEqual({ done: 1, late: 1, missed: 0, asked: 11 })

    await drilling.drills.end({ city, drillId })
    const over = await drilling.drills.room({ city, drillId })
    expect(over).toMatchObject({ over: true, score: { done: 1, late: 1, missed: 9, asked: 11 } })
    await expect(drilling.drills.end({ city, drillId })).rejects.toThrow(/is over/)
    await expect(drilling.drills.respond({ city, drillId, expectation: '2a' })).rejects.toThrow(/is over/)
    now = START + 3 * 60 * MINUTE
    const [listed] = await drilling.drills.list({ city })
    expect(listed).toMatchObject({
      id: drillId,
      over: true,
      score: { done: 1, late: 1, missed: 9, asked: 11 },
    })
  })

  test('units drive along roads to where they are sent, the same for everybody who looks', async () => {
    now = START
    const { drillId } = await drilling.drills.start({ city, scenario: 'festival-crowd', pace: 10 })
    const before = await drilling.drills.room({ city, drillId })
    expect(before.sends).toEqual([])
    const [unit] = before.units
    const [inject] = before.injects
    const { seconds } = await drilling.drills.send({ city, drillId, unitNumber: 0, inject: '1' })
    const [sent] = (await drilling.drills.room({ city, drillId })).sends
    expect(sent).toMatchObject({ unitNumber: 0, inject: '1', sentAt: new Date(START).toISOString() })
    const { way } = sent
    expect([way.lng[0], way.lat[0]]).toEqual([unit.lng, unit.lat].map((each) => expect.closeTo(each, 5)))
    expect(placeOnWay(way, seconds)).toEqual([inject.lng, inject.lat].map((each) => expect.closeTo(each, 5)))
    for (let i = 1; i < way.s.length; i++) expect(way.s[i]).toBeGreaterThanOrEqual(way.s[i - 1])
    // Sent back half-way, it begins where it is: half the seconds at ten times the pace.
    now = START + (seconds / 2 / 10) * 1000
    await drilling.drills.send({ city, drillId, unitNumber: 0, inject: '1' })
    const [again] = (await drilling.drills.room({ city, drillId })).sends
    const half = placeOnWay(way, seconds / 2)
    expect([again.way.lng[0], again.way.lat[0]]).toEqual(half.map((each) => expect.closeTo(each, 4)))
    await expect(drilling.drills.send({ city, drillId, unitNumber: 0, inject: '5' })).rejects.toThrow(
      /an inject that has come, one of/,
    )
    await expect(drilling.drills.send({ city, drillId, unitNumber: 9, inject: '1' })).rejects.toThrow(
      /a unit of the drill, 0 to 3, got 9/,
    )
    await drilling.drills.end({ city, drillId })
  })

  test('a scenario is brought, told all that is wrong with it, drilled and removed', async () => {
    now = START
    const file = await drilling.drills.scenario({ city, code: 'festival-crowd' })
    const bring = (scenario: unknown) => drilling.drills.importScenario({ city, scenario })
    await expect(bring(file)).rejects.toThrow(/no scenario of the installation has, got "festival-crowd"/)
    const [first, ...others] = file.injects
    await expect(
      bring({ ...file, code: 'own', minutes: 'long', injects: [{ ...first, level: 7 }, ...others] }),
    ).rejects.toThrow(/minutes: expected number.*got "long"\ninjects\.0\.level: .*got 7/)
    await expect(
      bring({ ...file, code: 'own', injects: [{ ...first, kind: 'nothing' }, ...others] }),
    ).rejects.toThrow(/injects\.0\.kind: expected the code of a kind of this city, got "nothing"/)
    await expect(bring({ ...file, code: 'own', name: { zh: '\0', en: 'a' } })).rejects.toThrow(
      /name\.zh: expected a text without NUL/,
    )
    await expect(bring('text')).rejects.toThrow(/scenario: expected object.*got "text"/)
    // Whoever reads Chinese is told in Chinese, rules of ours and of the schema alike.
    const inChinese = drilling.drills.importScenario({
      city,
      language: 'zh',
      scenario: { ...file, minutes: 'long', name: { zh: '\0', en: 'a' }, code: undefined },
    })
    await expect(inChinese).rejects.toThrow(
      /^code：期望 string，实际为 空缺\nname\.zh：应为不含空字符（NUL）的文字，实际为 .*\nminutes：期望 数字，实际为 "long"$/,
    )
    await bring({ ...file, code: 'own', summary: { zh: '联系 13812345678', en: 'half \ud800' } })
    expect((await drilling.drills.scenario({ city, code: 'own' })).summary.zh).not.toContain('13812345678')
    const { drillId } = await drilling.drills.start({ city, scenario: 'own', pace: 1 })
    await drilling.drills.removeScenario({ city, code: 'own' })
    expect((await drilling.drills.scenarios({ city })).map(({ own }) => own)).toEqual([false, false])
    await expect(drilling.drills.removeScenario({ city, code: 'own' })).rejects.toThrow(/No scenario "own"/)
    // What was begun keeps its copy.
    expect((await drilling.drills.room({ city, drillId })).injects).toHaveLength(1)
    await drilling.drills.end({ city, drillId })
  })

  test('are for who may dispatch', async () => {
    now = START
    const leader = await api.person([{ role: 'squadLeader', city, areaId: null }])
    const officer = await api.person([{ role: 'officer', city, areaId: null }])
    const { drillId } = await as(leader.viewer).drills.start({ city, scenario: 'festival-crowd', pace: 20 })
    await expect(as(officer.viewer).drills.room({ city, drillId })).rejects.toThrow(
      /takes the right "dispatch"/,
    )
    await expect(drilling.drills.start({ city, scenario: 'none' })).rejects.toThrow(
      /No scenario "none": expected one of/,
    )
    await expect(drilling.drills.room({ city, drillId: 123_456 })).rejects.toThrow(/No drill 123456/)
    const rows = await api.database.query<{ action: string }>(
      `SELECT DISTINCT action FROM audit WHERE action LIKE 'drills.%' ORDER BY action`,
    )
    expect(rows.map(({ action }) => action)).toEqual([
      'drills.end',
      'drills.import',
      'drills.remove',
      'drills.respond',
      'drills.retract',
      'drills.send',
      'drills.start',
    ])
  })

  test('change no row of any other table, and nothing anybody is told', async () => {
    now = START
    const before = { rows: await contents(api.database), told: await told(api.caller) }
    const { drillId } = await drilling.drills.start({ city, scenario: 'flood-road-closure', pace: 20 })
    now = START + MINUTE
    const room = await drilling.drills.room({ city, drillId })
    expect(room.injects.length).toBeGreaterThan(2)
    for (const inject of room.injects) {
      for (const { code } of inject.expected)
        await drilling.drills.respond({ city, drillId, expectation: code, unitNumber: 0 })
    }
    expect({ rows: await contents(api.database), told: await told(api.caller) }).toEqual(before)
    await drilling.drills.end({ city, drillId })
    // What is compared would tell of an incident.
    await api.database.query(
      `INSERT INTO incidents (city_code, source, source_id, kind, reported_at, status, geom, synthetic)
       SELECT city_code, 'test', 'drill', kind, reported_at, status, geom, true FROM incidents WHERE city_code = $1 AND kind LIKE '02%' LIMIT 1`,
      [city],
    )
    expect(await contentOf(api.database, 'incidents')).not.toBe(before.rows.incidents)
    expect(await contentOf(api.database, 'cube_changes')).not.toBe(before.rows.cube_changes)
  })
})

/** Every table but the drills' own and the audit, as a hash of its rows. */
async function contents(db: Database): Promise<Record<string, string>> {
  const tables = await db.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname !~ '^(drill|audit)'
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
     ORDER BY c.relname`,
  )
  expect(tables.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'incidents',
      'units',
      'unit_positions',
      'dispatches',
      'cube_planes',
      'live_events',
    ]),
  )
  const hashes: Record<string, string> = {}
  for (const { name } of tables) hashes[name] = await contentOf(db, name)
  return hashes
}

/** How many rows there are, and a sum of their hashes. */
async function contentOf(db: Database, table: string): Promise<string> {
  const [{ content }] = await db.query<{ content: string }>(
    `SELECT count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)), 0) AS content FROM "${table}" t`,
  )
  return content
}

/** What screens and exports are made of, its clocks aside. */
async function told(caller: Caller): Promise<unknown> {
  const window = { city, from: '2020-01-01', to: '2027-01-01' }
  const answers = [
    await caller.aggregates.byArea({ ...window, level: 'grid' }),
    await caller.aggregates.series({ ...window, bucket: 'month' }),
    await caller.aggregates.byKind(window),
    await caller.incidents.inView({ ...window, bbox: [100, 25, 110, 32], limit: 20_000 }),
    await caller.operations.overview({ city }),
    await caller.live.snapshot({ city }),
  ]
  return JSON.parse(
    JSON.stringify(answers, (name, value) => (name === 'at' || name === 'countedAt' ? undefined : value)),
  )
}
