/**
 * Fact by fact: what calibration.json asks of the demo city is counted from its rows, in SQL, over the whole city.
 * Each query answers one number `value`; a breakdown answers rows `part`, `value`.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CalibrationItem, readCalibration, readFacts } from '../geodata/facts.ts'
import { databaseKinds, openTestDatabase, type TestDatabase } from './setup/database.ts'

const { items, identities, notCalibrated } = readCalibration()

const year = (column: string, first: number) =>
  `${column} >= '${first}-01-01 00:00+08' AND ${column} < '${first + 1}-01-01 00:00+08'`
const in2023 = year('reported_at', 2023)
const in2024 = year('reported_at', 2024)
const in2025 = year('reported_at', 2025)
const sinceJuly = `reported_at >= '2025-07-01 00:00+08' AND reported_at < '2026-01-01 00:00+08'`
const source = (name: string) => `attributes->>'caseSource' = '${name}'`
const settled = `status = 'closed' AND outcome = 'mediated'`

const count = (from: string, where: string) =>
  `SELECT count(*) AS value FROM ${from} WHERE city_code = 'shuifu' AND (${where})`
const sum = (column: string, from: string, where = 'true') =>
  `SELECT sum(${column}) AS value FROM ${from} WHERE city_code = 'shuifu' AND (${where})`
const grouped = (part: string, from: string, where: string) =>
  `SELECT ${part} AS part, count(*) AS value FROM ${from} WHERE city_code = 'shuifu' AND (${where}) GROUP BY 1`
const change = (inGroup: string) => `
  SELECT 100.0 * (sum((${in2024})::int) - sum((${in2023})::int)) / sum((${in2023})::int) AS value
  FROM incidents WHERE city_code = 'shuifu' AND (${inGroup})`
const inKindGroup = (group: string) =>
  `kind IN (SELECT code FROM kinds WHERE city_code = 'shuifu' AND kind_group = '${group}')`
const areas = (level: string, version = '2025') =>
  count('areas', `level = '${level}' AND version = '${version}'`)
const resources = (kind: string) => count('resources', `kind = '${kind}'`)
const activities = (kind: string, where = 'true') => count('activities', `kind = '${kind}' AND ${where}`)
const centres = (level: string) =>
  count('places', `category = 'centre' AND level = '${level}' AND opened_on <= '2018-04-30'`)
const registered = (where: string) => count('cameras', `in_2018_register AND ${where}`)

interface Measure {
  value: string
  breakdown?: string
  /** Words of calibration.json → words of our rows. */
  words?: Record<string, string>
}

const measures: Record<string, Measure> = {
  'shuifu-2025-full-function-grids': { value: areas('grid') },
  'shuifu-2025-micro-grids': {
    value: `SELECT count(*) AS value FROM areas micro JOIN areas grid
      ON grid.city_code = micro.city_code AND grid.id = micro.parent_id AND grid.level = 'grid'
      WHERE micro.city_code = 'shuifu' AND micro.level = 'microGrid' AND micro.version = '2025'
        AND grid.version = '2025'`,
  },
  'shuifu-2018-grids': { value: areas('grid', '2018') },
  'shuifu-2018-grid-team-roles': { value: count('resources', `kind = 'gridTeamRole' AND version = '2018'`) },
  'shuifu-2025-grid-party-share': {
    value: `SELECT 100.0 * sum((attributes->>'partyMembers')::int) / sum(quantity) AS value
      FROM resources WHERE city_code = 'shuifu' AND kind = 'gridStaff' AND version = '2025'`,
  },
  'shuifu-2025-patrol-cities': { value: resources('patrolCommand') },
  'shuifu-2025-patrol-districts': { value: areas('district') },
  'shuifu-2025-patrol-squads': {
    value: `SELECT count(*) AS value FROM areas squad JOIN areas district
      ON district.city_code = squad.city_code AND district.id = squad.parent_id AND district.level = 'district'
      WHERE squad.city_code = 'shuifu' AND squad.level = 'squad'`,
  },
  'shuifu-2025-patrol-duties': { value: resources('duty') },
  'shuifu-2025-patrol-modes': { value: resources('serviceMode') },
  'shuifu-2025-visibility-goals': { value: resources('visibilityGoal') },
  'shuifu-2025-officers': { value: sum('strength', 'units') },
  'shuifu-2025-enforcement-checks': { value: activities('enforcementCheck') },
  'shuifu-2024-drills': { value: activities('drill', year('occurred_at', 2024)) },
  'shuifu-2025-returnee-disputes': {
    value: count('incidents', `${source('returnee')} AND ${in2025}`),
    breakdown: grouped(`attributes->>'category'`, 'incidents', `${source('returnee')} AND ${in2025}`),
  },
  'shuifu-2025-returnee-disputes-resolved': {
    value: count('incidents', `${source('returnee')} AND ${in2025} AND ${settled}`),
  },
  'shuifu-2025-centre-intake': {
    value: count('incidents', `${source('centre')} AND ${sinceJuly}`),
    breakdown: grouped(`status = 'closed'`, 'incidents', `${source('centre')} AND ${sinceJuly}`),
    words: { 已办结: 'true', 在办: 'false' },
  },
  'shuifu-2025-centre-closed': {
    value: count('incidents', `${source('centre')} AND ${sinceJuly} AND status = 'closed'`),
    breakdown: grouped('outcome', 'incidents', `${source('centre')} AND ${sinceJuly} AND status = 'closed'`),
    words: { 调解化解: 'mediated', 劳动仲裁: 'arbitrated' },
  },
  'shuifu-2025-centre-mediated': {
    value: count('incidents', `${source('centre')} AND ${sinceJuly} AND ${settled}`),
  },
  'shuifu-2025-centre-arbitrated': {
    value: count('incidents', `${source('centre')} AND ${sinceJuly} AND outcome = 'arbitrated'`),
  },
  'shuifu-2025-centre-open': {
    value: count('incidents', `${source('centre')} AND ${sinceJuly} AND closed_at IS NULL`),
  },
  'shuifu-2025-platform-disputes': { value: count('incidents', `${source('platform')} AND ${in2025}`) },
  'shuifu-2025-platform-disputes-settled': {
    value: count('incidents', `${source('platform')} AND ${in2025} AND ${settled}`),
  },
  'shuifu-2025-platform-success-rate': {
    value: `SELECT 100.0 * sum((${settled})::int) / count(*) AS value FROM incidents
      WHERE city_code = 'shuifu' AND ${source('platform')} AND ${in2025}`,
  },
  'shuifu-2025-family-disputes': {
    value: count('incidents', `${source('family')} AND kind LIKE 'D01%' AND ${in2025} AND ${settled}`),
  },
  'shuifu-2025-family-dispute-rate': {
    value: `SELECT 100.0 * sum((${settled})::int) / count(*) AS value FROM incidents
      WHERE city_code = 'shuifu' AND ${source('family')} AND ${in2025}`,
  },
  'shuifu-2025-prelitigation-mediated': {
    value: count(
      'incidents',
      `${source('prelitigation')} AND ${in2025} AND ${settled} AND (attributes->>'mediatedBeforeLitigation')::boolean`,
    ),
  },
  'shuifu-2025-prelitigation-share': {
    value: `SELECT 100.0 * sum((attributes->>'mediatedBeforeLitigation')::boolean::int) / count(*) AS value
      FROM incidents WHERE city_code = 'shuifu' AND ${source('prelitigation')} AND ${in2025}`,
  },
  'shuifu-2025-litigation-yoy': {
    value: `SELECT 100.0 * (sum((${in2025})::int) - sum((${in2024})::int)) / sum((${in2024})::int) AS value
      FROM incidents WHERE city_code = 'shuifu' AND ${source('litigation')}`,
  },
  'shuifu-2025-major-disputes-settled': { value: count('incidents', `${source('major')} AND ${settled}`) },
  'shuifu-2025-zero-litigation-villages': {
    value: `SELECT count(*) AS value FROM areas village
      WHERE city_code = 'shuifu' AND level = 'village' AND version = '2025' AND NOT EXISTS (
        SELECT FROM incidents JOIN cell_areas USING (city_code, cell_id)
        WHERE incidents.city_code = 'shuifu' AND area_id = village.id AND ${source('litigation')}
          AND reported_at >= '2025-01-01 00:00+08')`,
  },
  'shuifu-2025-care-disputes-zero': {
    value: `SELECT count(*) AS value FROM incidents JOIN cell_areas USING (city_code, cell_id)
      JOIN areas ON areas.city_code = cell_areas.city_code AND areas.id = area_id
      WHERE areas.city_code = 'shuifu' AND areas.code = '530681103202' AND areas.version = '2025'
        AND kind = 'D0102'`,
  },
  'shuifu-2024-public-order-incidents-yoy': { value: change(inKindGroup('publicOrder')) },
  'shuifu-2024-criminal-incidents-yoy': { value: change(inKindGroup('criminal')) },
  'shuifu-2024-project-public-order-cases-yoy': {
    value: change(`${inKindGroup('publicOrder')}
      AND cell_id IN (SELECT unnest(cell_ids) FROM projects WHERE city_code = 'shuifu')`),
  },
  'shuifu-2024-online-rumours': {
    value: count('incidents', `kind = '020800' AND reported_at >= '2024-01-01 00:00+08'`),
  },
  'shuifu-2025-major-projects': { value: count('projects', 'true') },
  'shuifu-2024-project-disputes': {
    value: count('incidents', `${source('project')} AND ${in2024} AND ${settled}`),
  },
  'shuifu-2025-resettled-households': { value: sum('resettled_households', 'projects') },
  'shuifu-2025-acquired-floor-area': { value: sum('floor_area_m2 / 10000', 'projects') },
  'shuifu-2025-acquired-land': { value: sum('land_mu', 'projects') },
  'shuifu-2018-centres-county': { value: centres('city') },
  'shuifu-2018-centres-town': { value: centres('township') },
  'shuifu-2018-centres-village': { value: centres('village') },
  'shuifu-2018-centres-total': {
    value: count('places', `category = 'centre' AND opened_on <= '2018-04-30'`),
    breakdown: grouped('level', 'places', `category = 'centre' AND opened_on <= '2018-04-30'`),
    words: { 县级: 'city', 镇办级: 'township', 社区村级: 'village' },
  },
  'shuifu-2018-service-halls': { value: count('places', `category = 'hall' AND opened_on <= '2018-04-30'`) },
  'shuifu-2025-cameras': { value: count('cameras', 'true') },
  'shuifu-2018-public-cameras': { value: registered(`ownership = 'public'`) },
  'shuifu-2018-social-cameras': { value: registered(`ownership = 'social'`) },
  'shuifu-2018-cameras-total': {
    value: registered('true'),
    breakdown: grouped('ownership', 'cameras', 'in_2018_register'),
    words: { 公建: 'public', 社会单位: 'social' },
  },
  'shuifu-2018-camera-social-units': {
    value: `SELECT count(DISTINCT owner_unit) AS value FROM cameras
      WHERE city_code = 'shuifu' AND in_2018_register AND ownership = 'social'`,
  },
  'shuifu-2018-system-users': { value: sum('quantity', 'resources', `kind = 'systemUsers'`) },
  'shuifu-2018-mobile-terminals': { value: sum('quantity', 'resources', `kind = 'mobileTerminals'`) },
  'shuifu-2025-risk-warnings': { value: activities('riskWarning') },
  'shuifu-2025-outreach-talks': { value: activities('outreachTalk') },
  'shuifu-2025-outreach-squads-professional': {
    value: count('resources', `kind = 'outreachSquad' AND attributes->>'profession' = 'professional'`),
  },
  'shuifu-2025-outreach-squads-volunteer': {
    value: count('resources', `kind = 'outreachSquad' AND attributes->>'profession' = 'volunteer'`),
  },
  'shuifu-2025-outreach-audience': { value: sum('quantity', 'activities', `kind = 'outreachTalk'`) },
  'shuifu-2025-grid-outreach-points': {
    value: `SELECT count(DISTINCT area_id) AS value FROM resources JOIN areas
      ON areas.city_code = resources.city_code AND areas.id = area_id AND level = 'grid'
      WHERE resources.city_code = 'shuifu' AND kind = 'outreachPoint'`,
  },
  'shuifu-2025-sector-outreach-sessions': {
    value: activities('sectorSession', year('occurred_at', 2025)),
  },
  'shuifu-2025-law-wise-trainings': { value: activities('lawWiseTraining') },
  'shuifu-2025-law-wise-people': { value: sum('quantity', 'resources', `kind = 'lawWisePeople'`) },
  'shuifu-2024-legal-posts': {
    value: sum('quantity', 'activities', `kind = 'legalPosts' AND ${year('occurred_at', 2024)}`),
  },
  'shuifu-2025-elders-room-mediators': {
    value: `SELECT sum(quantity) AS value FROM resources JOIN areas
      ON areas.city_code = resources.city_code AND areas.id = area_id AND areas.code = '530681001'
      WHERE resources.city_code = 'shuifu' AND kind = 'eldersRoom'`,
  },
  'shuifu-2024-devzone-legal-aid-workers': { value: sum('quantity', 'activities', `kind = 'legalAid'`) },
  'shuifu-2024-devzone-dispute-amount': { value: sum('quantity', 'activities', `kind = 'zoneDispute'`) },
  'shuifu-2025-governance-layers': {
    value: resources('governanceLayer'),
    breakdown: grouped('name_zh', 'resources', `kind = 'governanceLayer'`),
  },
  'shuifu-2025-governance-capabilities': {
    value: resources('governanceCapability'),
    breakdown: grouped('name_zh', 'resources', `kind = 'governanceCapability'`),
  },
  'shuifu-2025-power-list-levels': { value: resources('dutyListLevel') },
  'shuifu-2025-centre-levels': {
    value: `SELECT count(DISTINCT level) AS value FROM places WHERE city_code = 'shuifu' AND category = 'centre'`,
  },
}

const rounded = (value: number, { roundTo }: CalibrationItem) =>
  roundTo === null ? value : Number(value.toFixed(roundTo))

it('every target has a query, and every fact named is in the fact base', () => {
  expect(Object.keys(measures).sort()).toEqual(items.map(({ fact }) => fact).sort())
  const known = new Set(readFacts().map(({ id }) => id))
  for (const { fact } of [...items, ...notCalibrated]) expect(known, fact).toContain(fact)
})

describe.each(databaseKinds())('the demo city on %s reproduces', (kind) => {
  let db: TestDatabase
  const numberOf = async (sql: string): Promise<number> => {
    const [{ value }] = await db.query<{ value: string | number | null }>(sql)
    expect(value).not.toBeNull()
    return Number(value)
  }
  beforeAll(async () => {
    db = await openTestDatabase({ kind, seeded: true })
  })
  afterAll(() => db?.close())

  it.each(items)('$fact: $measure, $tolerance $target $unit', async (item) => {
    const { value, breakdown, words } = measures[item.fact]
    const found = await numberOf(value)
    if (item.tolerance === 'exact') expect(rounded(found, item)).toBe(item.target)
    else expect(found).toBeGreaterThanOrEqual(item.target)
    if (breakdown) {
      const rows = await db.query<{ part: string | boolean; value: string | number }>(breakdown)
      const parts = Object.fromEntries(rows.map((row) => [String(row.part), Number(row.value)]))
      const expected = Object.entries(item.breakdown ?? {}).map(([word, n]) => [words?.[word] ?? word, n])
      expect(parts).toEqual(Object.fromEntries(expected))
    }
  })

  it('20 to 29 disputes of key projects settled since 2024, as the print means', async () => {
    const found = await numberOf(
      count('incidents', `${source('project')} AND reported_at >= '2024-01-01 00:00+08' AND ${settled}`),
    )
    expect(found).toBeGreaterThanOrEqual(20)
    expect(found).toBeLessThanOrEqual(29)
  })

  it('525 or 526 civil disputes, of which 122 are 23.2 %', async () => {
    expect([525, 526]).toContain(
      await numberOf(count('incidents', `${source('prelitigation')} AND ${in2025}`)),
    )
  })

  it('the invented pairs behind percentages without printed counts', async () => {
    const pairs = await Promise.all(
      [
        inKindGroup('publicOrder'),
        inKindGroup('criminal'),
        `${inKindGroup('publicOrder')} AND cell_id IN (SELECT unnest(cell_ids) FROM projects WHERE city_code = 'shuifu')`,
      ].map(async (where) => ({
        before: await numberOf(count('incidents', `${where} AND ${in2023}`)),
        after: await numberOf(count('incidents', `${where} AND ${in2024}`)),
      })),
    )
    const litigation = {
      before: await numberOf(count('incidents', `${source('litigation')} AND ${in2024}`)),
      after: await numberOf(count('incidents', `${source('litigation')} AND ${in2025}`)),
    }
    const pairOf = (fact: string) => items.find((item) => item.fact === fact)?.feasiblePair
    expect([...pairs, litigation]).toEqual([
      pairOf('shuifu-2024-public-order-incidents-yoy'),
      pairOf('shuifu-2024-criminal-incidents-yoy'),
      pairOf('shuifu-2024-project-public-order-cases-yoy'),
      pairOf('shuifu-2025-litigation-yoy'),
    ])
  })

  const balances: Record<string, () => Promise<[number, number]>> = {
    'returnee categories': async () => {
      const rows = await db.query<{ value: string }>(
        measures['shuifu-2025-returnee-disputes'].breakdown ?? '',
      )
      const total = rows.reduce((all, row) => all + Number(row.value), 0)
      return [total, await numberOf(measures['shuifu-2025-returnee-disputes'].value)]
    },
    'returnee balance': async () => [
      (await numberOf(measures['shuifu-2025-returnee-disputes-resolved'].value)) +
        (await numberOf(count('incidents', `${source('returnee')} AND ${in2025} AND closed_at IS NULL`))),
      await numberOf(measures['shuifu-2025-returnee-disputes'].value),
    ],
    'centre closed': async () => [
      (await numberOf(measures['shuifu-2025-centre-mediated'].value)) +
        (await numberOf(measures['shuifu-2025-centre-arbitrated'].value)),
      await numberOf(measures['shuifu-2025-centre-closed'].value),
    ],
    'centre intake': async () => [
      (await numberOf(measures['shuifu-2025-centre-closed'].value)) +
        (await numberOf(measures['shuifu-2025-centre-open'].value)),
      await numberOf(measures['shuifu-2025-centre-intake'].value),
    ],
    'platform balance': async () => [
      (await numberOf(measures['shuifu-2025-platform-disputes-settled'].value)) +
        (await numberOf(count('incidents', `${source('platform')} AND ${in2025} AND closed_at IS NULL`))),
      await numberOf(measures['shuifu-2025-platform-disputes'].value),
    ],
    'centres by level': async () => [
      (await numberOf(centres('city'))) +
        (await numberOf(centres('township'))) +
        (await numberOf(centres('village'))),
      await numberOf(measures['shuifu-2018-centres-total'].value),
    ],
    'cameras 2018 by owner': async () => [
      (await numberOf(measures['shuifu-2018-public-cameras'].value)) +
        (await numberOf(measures['shuifu-2018-social-cameras'].value)),
      await numberOf(measures['shuifu-2018-cameras-total'].value),
    ],
    'boundary versions': async () => {
      const onGrids = (version: string) => `SELECT sum(n) AS value FROM (
        SELECT area_id, count(*) AS n FROM incidents JOIN cell_areas USING (city_code, cell_id)
        WHERE city_code = 'shuifu' AND cell_areas.version = '${version}' AND cell_areas.level = 'grid'
        GROUP BY area_id) grids`
      const [old, now] = [await numberOf(onGrids('2018')), await numberOf(onGrids('2025'))]
      expect(old).toBe(now)
      return [now, await numberOf(count('incidents', 'true'))]
    },
  }
  it('every identity listed is checked', () => {
    expect(Object.keys(balances).sort()).toEqual(identities.map(({ name }) => name).sort())
  })
  it.each(identities)('identity $name: $rule', async ({ name }) => {
    const [parts, whole] = await balances[name]()
    expect(parts).toBe(whole)
  })

  it('every row is marked synthetic, names of layers and capabilities apart, which are printed', async () => {
    for (const table of [
      'incidents',
      'cameras',
      'places',
      'units',
      'patrol_routes',
      'projects',
      'activities',
    ]) {
      expect([table, await numberOf(count(table, 'NOT synthetic'))]).toEqual([table, 0])
    }
    const printed = `kind IN ('governanceLayer', 'governanceCapability')`
    expect(await numberOf(count('resources', `NOT synthetic AND NOT ${printed}`))).toBe(0)
  })
})
