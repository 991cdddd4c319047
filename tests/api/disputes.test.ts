import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TOY_AS_OF } from '../factories/toyCity.ts'
import { databaseKinds } from '../setup/database.ts'
import { openTestApi, type TestApi } from './setup.ts'

const WHOLE = [104, 28, 105, 29] as [number, number, number, number]
/** Labour and wages: no sensitive type. */
const PLAIN = ['D08']
/** Marriage and family. */
const SENSITIVE = ['D01']
const YEAR = { city: 'shuifu', from: '2025-11-22', to: '2026-11-22' }
const MONTH = { city: 'shuifu', from: '2026-10-01', to: '2026-11-01' }

describe.each(databaseKinds())('disputes on %s', (kind) => {
  let api: TestApi

  beforeAll(async () => {
    api = await openTestApi(kind)
    for (const code of [...PLAIN, ...SENSITIVE])
      expect(api.things.kinds.map((entry) => entry.code)).toContain(code)
  })
  afterAll(() => api?.close())

  const areaOf = (level: string) => {
    const found = api.ground.areas.find((area) => area.version === '2025' && area.level === level)
    if (!found) throw new Error(`The toy ground has no ${level}.`)
    return found.id
  }

  test.each(['city', 'township', 'village', 'grid', 'district', 'squad'])(
    'a year of disputes may be counted by %s',
    async (level) => {
      const answer = await api.caller.aggregates.byArea({ ...YEAR, level, kinds: PLAIN })
      const expected = api.things.incidents.filter(
        (incident) =>
          incident.kind.startsWith('D08') &&
          incident.attributes.caseSource !== 'centre' &&
          incident.reportedAt >= Date.parse(answer.from) &&
          incident.reportedAt < Date.parse(answer.to),
      )
      expect(expected.length).toBeGreaterThan(0)
      expect(answer.totals.count + (answer.totals.outside ?? 0)).toBe(expected.length)
    },
  )

  test('each register of disputes is counted alone, the platform unless another is named', async () => {
    const disputes = api.things.incidents.filter((incident) => incident.kind.startsWith('D08'))
    const ofCentre = disputes.filter(({ attributes }) => attributes.caseSource === 'centre').length
    const ofPlatform = disputes.length - ofCentre
    expect(Math.min(ofCentre, ofPlatform)).toBeGreaterThan(0)
    const whole = { city: 'shuifu', from: '2023-01-01', to: '2027-01-01', kinds: PLAIN }
    const countOf = async (caseSource: 'platform' | 'centre') =>
      (await api.caller.aggregates.byKind({ ...whole, caseSource })).totals.count
    expect(await countOf('centre')).toBe(ofCentre)
    expect(await countOf('platform')).toBe(ofPlatform)
    const answer = await api.caller.aggregates.byArea({ ...whole, level: 'township' })
    expect(answer.caseSource).toBe('platform')
    expect(answer.totals.count + (answer.totals.outside ?? 0)).toBe(ofPlatform)
  })

  test('nobody can count disputes by micro-grid', async () => {
    await expect(api.caller.aggregates.byArea({ ...YEAR, level: 'microGrid', kinds: PLAIN })).rejects.toThrow(
      /disputes are only counted at "grid" level and above, got "microGrid"/,
    )
  })

  test('nobody can count disputes inside one micro-grid by any way', async () => {
    const areaId = areaOf('microGrid')
    const refused = /only counted at "grid" level and above/
    await expect(api.caller.aggregates.byKind({ ...YEAR, areaId, kinds: PLAIN })).rejects.toThrow(refused)
    await expect(
      api.caller.aggregates.byArea({ ...YEAR, level: 'grid', within: areaId, kinds: PLAIN }),
    ).rejects.toThrow(refused)
  })

  test('nobody can count disputes over less than a year, in the window or in the one compared with', async () => {
    const refused = /only counted over 365 days or more, got 31 days/
    await expect(api.caller.aggregates.byArea({ ...MONTH, level: 'city', kinds: PLAIN })).rejects.toThrow(
      refused,
    )
    await expect(api.caller.aggregates.byKind({ ...MONTH, kinds: PLAIN })).rejects.toThrow(refused)
    const compareTo = { from: MONTH.from, to: MONTH.to }
    await expect(
      api.caller.aggregates.byArea({ ...YEAR, level: 'city', kinds: PLAIN, compareTo }),
    ).rejects.toThrow(/compareTo: disputes are only counted over 365 days/)
    await expect(api.caller.aggregates.byKind({ ...YEAR, kinds: PLAIN, compareTo })).rejects.toThrow(
      /compareTo: disputes are only counted over 365 days/,
    )
  })

  test.each(['village', 'grid', 'microGrid', 'squad'])(
    'nobody can count sensitive disputes by %s',
    async (level) => {
      await expect(api.caller.aggregates.byArea({ ...YEAR, level, kinds: SENSITIVE })).rejects.toThrow(
        /are sensitive .* only counted at "(township|district)" level and above/,
      )
      await expect(
        api.caller.aggregates.byKind({ ...YEAR, areaId: areaOf(level), kinds: SENSITIVE }),
      ).rejects.toThrow(/are sensitive/)
    },
  )

  test('a parent kind carries the rule of its sensitive sub-kinds', async () => {
    // Medical disputes are partly sensitive: all of them together less the others would give the sensitive ones away.
    await expect(
      api.caller.aggregates.byArea({ ...YEAR, level: 'grid', kinds: ['D05', 'D08'] }),
    ).rejects.toThrow(/are sensitive/)
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
    const missing = 987_654_321
    const messageOf = (id: number) =>
      api.caller.incidents.get({ city: 'shuifu', id }).then(
        () => 'an answer',
        (error: Error) => error.message.replace(String(id), 'X'),
      )
    expect(await messageOf(dispute.id)).toBe(await messageOf(missing))
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

  test('a part of an area is no way to fewer than a grid', async () => {
    // A city-wide level cut by a squad would count disputes in pieces of townships.
    const cut = api.ground.areas.filter((area) => area.version === '2025' && area.level === 'squad')
    const answers = await Promise.allSettled(
      cut.map((squad) =>
        api.caller.aggregates.byArea({ ...YEAR, level: 'township', within: squad.id, kinds: PLAIN }),
      ),
    )
    for (const answer of answers) {
      if (answer.status === 'rejected')
        expect(String(answer.reason)).toMatch(/not counted in parts of an area/)
    }
    expect(answers.some((answer) => answer.status === 'rejected')).toBe(true)
  })
})
