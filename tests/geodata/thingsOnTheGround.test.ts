/** The things of the real demo city against its real ground, judged by PostGIS rather than by our own geometry. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databaseKinds, openTestDatabase, type TestDatabase } from '../setup/database.ts'

describe.each(databaseKinds())('in the demo city on %s', (kind) => {
  let db: TestDatabase
  beforeAll(async () => {
    db = await openTestDatabase({ kind, seeded: true })
  })
  afterAll(() => db?.close())
  const numberOf = async (sql: string): Promise<number> => {
    const [{ value }] = await db.query<{ value: string | number | null }>(sql)
    expect(value).not.toBeNull()
    return Number(value)
  }

  it.each(['incidents', 'cameras', 'places'])(
    'every row of %s lies inside the micro-grid it names',
    async (table) => {
      const outside = await numberOf(`
      SELECT count(*) AS value FROM ${table} thing
      LEFT JOIN areas cell ON cell.city_code = thing.city_code AND cell.id = thing.cell_id AND cell.level = 'microGrid'
      WHERE thing.city_code = 'shuifu' AND (cell.id IS NULL OR NOT ST_Contains(cell.geom, thing.geom))`)
      expect(outside).toBe(0)
      expect(
        await numberOf(`SELECT count(*) AS value FROM ${table} WHERE city_code = 'shuifu'`),
      ).toBeGreaterThan(0)
    },
  )

  it('collisions lie on roads, calls for help where people live', async () => {
    const near = (kinds: string, what: string, metres: number) =>
      numberOf(`
        SELECT avg(EXISTS (SELECT FROM ${what} WHERE ${what}.city_code = 'shuifu'
          AND ST_DWithin(${what}.geom, incident.geom, ${metres} / 100000.0))::int) AS value
        FROM (SELECT geom FROM incidents WHERE city_code = 'shuifu' AND kind IN (${kinds})
          ORDER BY source_id LIMIT 2000) incident`)
    expect(await near(`'030100', '030200'`, 'roads', 25)).toBeGreaterThan(0.97)
    expect(await near(`'050400', '050700'`, 'blocks', 120)).toBeGreaterThan(0.9)
  })

  it('police reach most calls in town within minutes and all but a few in the hills within the hour', async () => {
    const minutes = (share: number, urban: boolean) =>
      numberOf(`
        SELECT percentile_cont(${share}) WITHIN GROUP (ORDER BY extract(epoch FROM arrived_at - reported_at) / 60) AS value
        FROM incidents JOIN areas cell ON cell.city_code = incidents.city_code AND cell.id = cell_id
        WHERE incidents.city_code = 'shuifu' AND kind LIKE '05%'
          AND (cell.population / cell.area_km2 > 3000) = ${urban}`)
    const town = await minutes(0.5, true)
    expect(town).toBeGreaterThan(3)
    expect(town).toBeLessThan(6)
    const hills = await minutes(0.5, false)
    expect(hills).toBeGreaterThan(8)
    expect(hills).toBeLessThan(30)
    expect(await minutes(0.99, false)).toBeLessThan(75)
  })

  it('patrol routes are closed lines made of the roads they name', async () => {
    const routes = await db.query<{ id: number; off: number; closed: boolean; missing: number }>(`
      SELECT route.id, ST_IsClosed(route.geom) AS closed,
        (SELECT count(*)::int FROM unnest(road_ids) AS road_id
          WHERE NOT EXISTS (SELECT FROM roads WHERE roads.city_code = 'shuifu' AND roads.id = road_id)) AS missing,
        abs(length_m - (SELECT sum(roads.length_m) FROM unnest(road_ids) AS road_id
          JOIN roads ON roads.city_code = 'shuifu' AND roads.id = road_id)) AS off
      FROM patrol_routes route WHERE city_code = 'shuifu' ORDER BY route.id`)
    expect(routes.length).toBeGreaterThanOrEqual(12)
    for (const { id, closed, missing, off } of routes)
      expect([id, closed, missing, off < 1]).toEqual([id, true, 0, true])
  })

  it('disputes are written where their grid stands, one point a grid', async () => {
    expect(
      await numberOf(`
        SELECT max(points) AS value FROM (
          SELECT count(DISTINCT incidents.geom) AS points
          FROM incidents JOIN kinds ON kinds.city_code = incidents.city_code AND kinds.code = kind AND dispute
          JOIN cell_areas ON cell_areas.city_code = incidents.city_code AND cell_areas.cell_id = incidents.cell_id
            AND cell_areas.version = '2025' AND cell_areas.level = 'grid'
          WHERE incidents.city_code = 'shuifu' GROUP BY cell_areas.area_id) grids`),
    ).toBe(1)
  })

  it('95 of 101 returnee disputes are 94.06 %, though 94.05 was printed', async () => {
    const share = await numberOf(`
      SELECT 100.0 * count(*) FILTER (WHERE outcome = 'mediated') / count(*) AS value FROM incidents
      WHERE city_code = 'shuifu' AND attributes->>'caseSource' = 'returnee'
        AND reported_at >= '2025-01-01 00:00+08' AND reported_at < '2026-01-01 00:00+08'`)
    expect(share.toFixed(2)).toBe('94.06')
  })
})
