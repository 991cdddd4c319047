import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kinds } from '../../geodata/kinds.ts'
import { TOY_AS_OF } from '../factories/toyCity.ts'
import { databaseKinds } from '../setup/database.ts'
import { openTestApi, type TestApi } from './setup.ts'

const WHOLE = [104, 28, 105, 29] as [number, number, number, number]
/** Every type of the first level. */
const DISPUTES = kinds.filter((kind) => kind.dispute && kind.parentCode === null).map((kind) => kind.code)
/** Finance and lending: no sensitive type. */
const PLAIN = ['D08']
/** Marriage and family. */
const SENSITIVE = ['D01']
const YEAR = { city: 'shuifu', from: '2025-01-01', to: '2026-01-01' }
const MONTH = { city: 'shuifu', from: '2026-09-01', to: '2026-10-01' }

describe.each(databaseKinds())('disputes on %s', (kind) => {
  let api: TestApi

  beforeAll(async () => {
    api = await openTestApi(kind)
  })
  afterAll(() => api?.close())

  const areaOf = (level: string, version = '2025') => {
    const found = api.ground.areas.find((area) => area.version === version && area.level === level)
    if (!found) throw new Error(`The toy ground has no ${level}.`)
    return found.id
  }
  /** Disputes of the platform's register with a place, in a window and of some kinds. */
  const platform = (window: { from: string; to: string }, isKind = (code: string) => code.startsWith('D')) =>
    api.things.incidents.filter(
      (incident) =>
        isKind(incident.kind) &&
        incident.attributes.caseSource !== 'centre' &&
        Number(incident.sourceId) % 50 !== 0 &&
        incident.reportedAt >= Date.parse(window.from) &&
        incident.reportedAt < Date.parse(window.to),
    )

  test.each(['city', 'township', 'village', 'grid'])(
    'a year of disputes by %s: what is shown is right, none is below five, and with the hidden ones it is all of them',
    async (level) => {
      const answer = await api.caller.aggregates.byArea({ ...YEAR, level, kinds: DISPUTES })
      const expected = platform(answer)
      expect(expected.length).toBeGreaterThan(300)
      expect(answer.totals.count).toBe(expected.length)
      const shown = answer.count.filter((count) => count !== null)
      expect(Math.min(...shown)).toBeGreaterThanOrEqual(5)
      expect(answer.suppressed).toEqual(answer.count.map((count) => count === null))
      expect(answer.totals.hidden).toEqual({
        areas: answer.count.length - shown.length,
        count: expected.length - shown.reduce((sum, count) => sum + count, 0),
      })
      expect(answer.areaId).toEqual([...answer.areaId].sort((a, b) => a - b))
      const cells = await api.database.query<{ cell_id: number; area_id: number }>(
        `SELECT cell_id, area_id FROM cell_areas WHERE version = '2025' AND level = $1`,
        [level],
      )
      const areaOfCell = new Map(cells.map((row) => [row.cell_id, row.area_id]))
      for (const [i, count] of answer.count.entries()) {
        const truth = expected.filter(
          ({ cellId }) => cellId !== null && areaOfCell.get(cellId) === answer.areaId[i],
        )
        if (count !== null) expect(count).toBe(truth.length)
        else expect(truth.length).toBeLessThan(30)
      }
    },
  )

  test('within an area only its parts are answered, with its own total', async () => {
    const within = areaOf('township')
    const whole = await api.caller.aggregates.byArea({ ...YEAR, level: 'village', kinds: DISPUTES })
    const part = await api.caller.aggregates.byArea({ ...YEAR, level: 'village', kinds: DISPUTES, within })
    const townships = await api.caller.aggregates.byArea({ ...YEAR, level: 'township', kinds: DISPUTES })
    expect(part.totals.count).toBe(townships.count[townships.areaId.indexOf(within)])
    expect(part.areaId.length).toBeLessThan(whole.areaId.length)
    part.areaId.forEach((id, i) => {
      expect(part.count[i]).toBe(whole.count[whole.areaId.indexOf(id)])
    })
  })

  test('each register of disputes is counted alone, the platform unless another is named', async () => {
    const sum = async (caseSource?: 'platform' | 'centre') =>
      (await api.caller.aggregates.byKind({ ...YEAR, kinds: DISPUTES, caseSource })).totals.count
    const all = api.things.incidents.filter(
      ({ kind, sourceId, reportedAt }) =>
        kind.startsWith('D') &&
        Number(sourceId) % 50 !== 0 &&
        reportedAt >= Date.parse('2024-12-31T16:00:00Z') &&
        reportedAt < Date.parse('2025-12-31T16:00:00Z'),
    )
    const ofCentre = all.filter(({ attributes }) => attributes.caseSource === 'centre').length
    expect(ofCentre).toBeGreaterThan(0)
    expect(await sum('centre')).toBe(ofCentre)
    expect(await sum()).toBe(all.length - ofCentre)
    expect(await sum('platform')).toBe(all.length - ofCentre)
    // A register of people: never below the township.
    await expect(
      api.caller.aggregates.byArea({ ...YEAR, level: 'village', kinds: DISPUTES, caseSource: 'family' }),
    ).rejects.toThrow(/register "family" are only counted by "city" and "township", got "village"/)
  })

  test('merged duplicates are counted once', async () => {
    const count = async () =>
      (await api.caller.aggregates.byKind({ ...YEAR, kinds: DISPUTES })).totals.count ?? 0
    const before = await count()
    const [first, second] = platform({ from: '2025-02-01', to: '2025-12-01' })
    const merge = (other: string | null) =>
      api.database.query(
        `UPDATE incidents SET duplicate_of = (SELECT id FROM incidents WHERE city_code = 'shuifu' AND source_id = $2)
         WHERE city_code = 'shuifu' AND source_id = $1`,
        [first.sourceId, other],
      )
    await merge(second.sourceId)
    expect(await count()).toBe(before - 1)
    await merge(null)
    expect(await count()).toBe(before)
  })

  test.each(['microGrid', 'district', 'squad'])('nobody can count disputes by %s', async (level) => {
    const refused = new RegExp(`are only counted by "city", "township", "village" and "grid", got "${level}"`)
    await expect(api.caller.aggregates.byArea({ ...YEAR, level, kinds: DISPUTES })).rejects.toThrow(refused)
    const elsewhere = new RegExp(
      `only counted in areas of "city", "township", "village" and "grid" of the boundaries in force, got one of "${level}"`,
    )
    const areaId = areaOf(level)
    await expect(api.caller.aggregates.byKind({ ...YEAR, areaId, kinds: DISPUTES })).rejects.toThrow(
      elsewhere,
    )
    await expect(
      api.caller.aggregates.byArea({ ...YEAR, level: 'grid', within: areaId, kinds: DISPUTES }),
    ).rejects.toThrow(elsewhere)
    await expect(api.caller.disputes.series({ city: 'shuifu', areaId })).rejects.toThrow(elsewhere)
  })

  test('nobody can count disputes in boundaries that are no longer in force', async () => {
    await expect(
      api.caller.aggregates.byArea({ ...YEAR, level: 'village', version: '2018', kinds: DISPUTES }),
    ).rejects.toThrow(/only counted in the boundaries in force, "2025", got "2018"/)
    const areaId = areaOf('village', '2018')
    await expect(api.caller.aggregates.byKind({ ...YEAR, areaId, kinds: DISPUTES })).rejects.toThrow(
      /boundaries in force/,
    )
  })

  test('a window that is not offered is refused with those that are, and the nearest', async () => {
    const ask = (window: { from: string; to: string }, level: string) =>
      api.caller.aggregates.byArea({ city: 'shuifu', ...window, level, kinds: DISPUTES })
    await expect(ask(MONTH, 'township')).rejects.toThrow(
      /only counted over whole quarters from "2023-10-01" to "2026-10-01" here, got 2026-09-01 to 2026-10-01;.* The nearest: {"from":"2026-07-01","to":"2026-10-01"}/,
    )
    await expect(ask({ from: '2025-01-02', to: '2026-01-02' }, 'village')).rejects.toThrow(
      /whole years from "2023-01-01" to "2026-01-01" here.* The nearest: {"from":"2025-01-01","to":"2026-01-01"}/,
    )
    await expect(ask({ from: '2025-01-01', to: '2026-01-01T00:00:00Z' }, 'grid')).rejects.toThrow(
      /whole blocks of three years .* or whole years/,
    )
    // October 2026 ended three weeks ago, November has not.
    expect((await ask({ from: '2026-10-01', to: '2026-11-01' }, 'city')).totals.count).toBeGreaterThan(0)
    await expect(ask({ from: '2026-11-01', to: '2026-12-01' }, 'city')).rejects.toThrow(
      /to "2026-11-01" here/,
    )
  })

  test('the window compared with obeys the same rule', async () => {
    const ask = (compareTo: 'previousPeriod' | 'previousYear' | { from: string; to: string }) =>
      api.caller.aggregates.byArea({
        city: 'shuifu',
        from: '2026-04-01',
        to: '2026-07-01',
        level: 'township',
        kinds: DISPUTES,
        compareTo,
      })
    await expect(ask({ from: '2026-01-02', to: '2026-04-02' })).rejects.toThrow(
      /^compareTo: .*whole quarters/,
    )
    // The quarter before has a day less: whole periods are compared, not equal numbers of days.
    const before = await ask('previousPeriod')
    expect(before.compareFrom).toBe('2025-12-31T16:00:00.000Z')
    expect(before.compareTo).toBe('2026-03-31T16:00:00.000Z')
    expect(before.totals.compareCount).toBe(
      platform({ from: '2025-12-31T16:00:00Z', to: '2026-03-31T16:00:00Z' }).length,
    )
    expect((await ask('previousYear')).compareFrom).toBe('2025-03-31T16:00:00.000Z')
    // What lies before the data is not compared with.
    const first = await api.caller.aggregates.byKind({
      city: 'shuifu',
      from: '2023-11-01',
      to: '2024-11-01',
      kinds: DISPUTES,
      compareTo: 'previousYear',
    })
    expect(first.compareCount).toBeUndefined()
    expect(first.compareFrom).toBeUndefined()
  })

  test.each(['village', 'grid'])('nobody can count types of disputes by %s', async (level) => {
    for (const kinds of [PLAIN, SENSITIVE, [...PLAIN, ...SENSITIVE]]) {
      await expect(api.caller.aggregates.byArea({ ...YEAR, level, kinds })).rejects.toThrow(
        /types of disputes of the register "platform" are only counted by "city" and "township"/,
      )
      await expect(api.caller.aggregates.byKind({ ...YEAR, areaId: areaOf(level), kinds })).rejects.toThrow(
        /types of disputes .* are only counted by/,
      )
    }
    const answer = await api.caller.aggregates.byKind({ ...YEAR, areaId: areaOf(level), kinds: DISPUTES })
    expect(answer.kind).toEqual([])
  })

  test('types are those of the first level, by the year, and none is below ten', async () => {
    const answer = await api.caller.aggregates.byKind({ ...YEAR, kinds: DISPUTES })
    expect([...answer.kind].sort()).toEqual([...DISPUTES].sort())
    for (const [i, type] of answer.kind.entries()) {
      const truth = platform({ from: '2024-12-31T16:00:00Z', to: '2025-12-31T16:00:00Z' }, (code) =>
        code.startsWith(type),
      ).length
      if (answer.count[i] !== null) expect(answer.count[i]).toBe(truth)
      expect(answer.count[i] ?? 10).toBeGreaterThanOrEqual(10)
    }
    await expect(api.caller.aggregates.byKind({ ...YEAR, kinds: ['D0801'] })).rejects.toThrow(
      /got a part of "D08"; sub-types could point at a household/,
    )
    const quarter = { city: 'shuifu', from: '2025-01-01', to: '2025-04-01' }
    expect((await api.caller.aggregates.byKind({ ...quarter, kinds: DISPUTES })).kind).toEqual([])
    await expect(api.caller.aggregates.byKind({ ...quarter, kinds: PLAIN })).rejects.toThrow(/whole years/)
  })

  test('hours of the week and measures would cut counts into parts: refused', async () => {
    const ask = { ...YEAR, level: 'city', kinds: DISPUTES }
    await expect(api.caller.aggregates.byArea({ ...ask, hoursOfWeek: [0] })).rejects.toThrow(/^hoursOfWeek: /)
    await expect(api.caller.aggregates.byArea({ ...ask, measures: ['closedInTime'] })).rejects.toThrow(
      /^measures: /,
    )
    await expect(
      api.caller.aggregates.byKind({ ...YEAR, kinds: DISPUTES, hoursOfWeek: [0] }),
    ).rejects.toThrow(/^hoursOfWeek: /)
  })

  test('every offer is answered', async () => {
    const [{ register, offers }] = await api.caller.disputes.offers({ city: 'shuifu' })
    expect(register).toBe('platform')
    expect(new Set(offers.map((offer) => offer.level))).toEqual(
      new Set([null, 'city', 'township', 'village', 'grid']),
    )
    for (const { level, types, from, to } of offers) {
      const kinds = types ? PLAIN : DISPUTES
      const answer =
        level === null
          ? await api.caller.aggregates.byKind({ city: 'shuifu', from, to, kinds })
          : await api.caller.aggregates.byArea({ city: 'shuifu', level, from, to, kinds })
      expect(answer.caseSource).toBe('platform')
    }
  })

  test('the series of an area is told in the periods of its level', async () => {
    const city = await api.caller.disputes.series({ city: 'shuifu' })
    expect(city.period).toBe('month')
    expect(city.count).toHaveLength(city.from.length)
    expect(city.to.at(-1)).toBe('2026-11-01')
    const township = await api.caller.disputes.series({ city: 'shuifu', areaId: areaOf('township') })
    expect(township.period).toBe('quarter')
    expect(township.to.at(-1)).toBe('2026-10-01')
    for (const count of [...city.count, ...township.count]) expect(count ?? 5).toBeGreaterThanOrEqual(5)
  })

  test('disputes and other kinds are never in one count', async () => {
    const kinds = [...PLAIN, '010000']
    const refused = /disputes are never mixed with other kinds/
    await expect(api.caller.aggregates.byArea({ ...YEAR, level: 'city', kinds })).rejects.toThrow(refused)
    await expect(api.caller.aggregates.byKind({ ...YEAR, kinds })).rejects.toThrow(refused)
    await expect(api.caller.incidents.latest({ city: 'shuifu', kinds })).rejects.toThrow(refused)
  })

  test('without a choice of kinds disputes are not counted', async () => {
    const answer = await api.caller.aggregates.byKind(YEAR)
    expect(answer.kind.length).toBeGreaterThan(0)
    expect(answer.kind.filter((code) => code.startsWith('D'))).toEqual([])
  })

  test('disputes have no series, no points and no feed', async () => {
    await expect(api.caller.aggregates.series({ ...YEAR, bucket: 'month', kinds: PLAIN })).rejects.toThrow(
      /disputes are not counted by hour, day, week or month/,
    )
    await expect(api.caller.incidents.inView({ ...YEAR, bbox: WHOLE, kinds: PLAIN })).rejects.toThrow(
      /disputes are never shown as points/,
    )
    await expect(api.caller.incidents.latest({ city: 'shuifu', kinds: PLAIN })).rejects.toThrow(
      /disputes are never shown one by one/,
    )
  })

  test('a dispute sounds like an incident that does not exist', async () => {
    const [dispute] = await api.database.query<{ id: number }>(
      `SELECT id FROM incidents WHERE city_code = 'shuifu' AND kind LIKE 'D%' LIMIT 1`,
    )
    // As those have that were written before disputes had numbers of their own.
    const [older] = await api.database.query<{ id: number }>(
      `UPDATE incidents SET id = 987654320 WHERE city_code = 'shuifu' AND id = (SELECT id FROM incidents
         WHERE city_code = 'shuifu' AND kind LIKE 'D%' AND id <> $1 LIMIT 1) RETURNING id`,
      [dispute.id],
    )
    const missing = 987_654_321
    const messageOf = (id: number) =>
      api.caller.incidents.get({ city: 'shuifu', id }).then(
        () => 'an answer',
        (error: Error) => error.message.replace(String(id), 'X'),
      )
    expect(await messageOf(older.id)).toBe(await messageOf(missing))
    expect(await messageOf(dispute.id)).toBe(await messageOf(-missing))
    expect(await messageOf(missing)).toMatch(/No incident X/)
  })

  test('no point, feed or default count ever holds a dispute', async () => {
    const view = await api.caller.incidents.inView({
      city: 'shuifu',
      bbox: WHOLE,
      from: '2020-01-01',
      to: '2027-01-01',
      limit: 20_000,
    })
    expect(view.truncated).toBe(false)
    expect(view.kinds.filter((code) => code.startsWith('D'))).toEqual([])
    const plain = api.things.incidents.filter((incident) => !incident.kind.startsWith('D'))
    expect(view.total).toBe(plain.length)
    const feed = await api.caller.incidents.latest({ city: 'shuifu', limit: 500 })
    expect(feed.incidents.filter((incident) => incident.kind.startsWith('D'))).toEqual([])
    expect(TOY_AS_OF.toISOString()).toBe(feed.asOf)
  })
})
