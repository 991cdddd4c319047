import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseKinds, openTestDatabase, type TestDatabase } from '../setup/database.ts'

describe.each(databaseKinds())('The ground of Shuifu, proved by PostGIS on %s', (kind) => {
  let db: TestDatabase
  beforeAll(async () => {
    db = await openTestDatabase({ kind, seeded: true })
  })
  afterAll(() => db.close())

  const countOf = async (sql: string) =>
    Number((await db.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${sql}`))[0].n)

  test('every area is a valid polygon in one piece with its label inside', async () => {
    expect(await countOf("areas WHERE city_code = 'shuifu'")).toBe(
      1 + 4 + 30 + 797 + 3381 + 3 + 6 + 1 + 4 + 30 + 521,
    )
    expect(await countOf("areas WHERE city_code = 'shuifu' AND NOT ST_IsValid(geom)")).toBe(0)
    expect(await countOf("areas WHERE city_code = 'shuifu' AND ST_NumGeometries(geom) <> 1")).toBe(0)
    expect(await countOf("areas WHERE city_code = 'shuifu' AND NOT ST_Contains(geom, label_point)")).toBe(0)
  })

  test('the children of every area unite to exactly its polygon, and their areas add up', async () => {
    const parents = await db.query<{ level: string; exact: number; all: number; error: number }>(`
      SELECT c.level, count(*) FILTER (WHERE ST_Equals(c.geom, p.geom))::int AS exact, count(*)::int AS "all",
             max(abs(c.area / ST_Area(p.geom) - 1)) AS error
      FROM (
        SELECT city_code, parent_id, version, level, ST_Union(geom) AS geom, sum(ST_Area(geom)) AS area
        FROM areas WHERE city_code = 'shuifu' AND parent_id IS NOT NULL
        GROUP BY city_code, parent_id, version, level
      ) c JOIN areas p ON p.city_code = c.city_code AND p.id = c.parent_id
      GROUP BY c.version, c.level`)
    expect(parents.length).toBe(9)
    for (const { level, exact, all, error } of parents) {
      expect(exact, level).toBe(all)
      expect(error, level).toBeLessThan(1e-9)
    }
  })

  test('each squad is exactly the union of its grids', async () => {
    expect(
      await countOf(`(
        SELECT squad_id, ST_Union(geom) AS geom FROM areas
        WHERE city_code = 'shuifu' AND level = 'grid' AND version = '2025' GROUP BY squad_id
      ) g JOIN areas s ON s.city_code = 'shuifu' AND s.id = g.squad_id AND ST_Equals(s.geom, g.geom)`),
    ).toBe(6)
  })

  test('roads and estates lie inside the city, and key points in the micro-grid they name', async () => {
    const city =
      "(SELECT ST_Buffer(geom, 1e-5) FROM areas WHERE city_code = 'shuifu' AND level = 'city' AND version = '2025')"
    expect(await countOf(`roads WHERE city_code = 'shuifu' AND NOT ST_CoveredBy(geom, ${city})`)).toBe(0)
    expect(
      await countOf(
        `blocks WHERE city_code = 'shuifu' AND NOT (ST_IsValid(geom) AND ST_CoveredBy(geom, ${city}))`,
      ),
    ).toBe(0)
    for (const table of ['blocks b', 'places b']) {
      const point = table.startsWith('blocks') ? 'point' : 'geom'
      expect(
        await countOf(`${table} JOIN areas a ON a.city_code = b.city_code AND a.id = b.cell_id
          WHERE b.city_code = 'shuifu' AND NOT ST_Intersects(a.geom, b.${point})`),
      ).toBe(0)
    }
  })
})
