import { setTimeout as wait } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Catalog, keepCatalog } from '../../../api/catalog.ts'
import { Cubes } from '../../../api/cube/cubes.ts'
import { createCaller } from '../../../api/router.ts'
import { checkOf, unpackAnswer } from '../../../geodata/packed.ts'
import { TOY_AS_OF, TOY_FROM, TOY_LEVELS } from '../../factories/toyCity.ts'
import { asSuperuser, databaseKinds } from '../../setup/database.ts'
import { openTestApi, type TestApi } from '../setup.ts'

/** Rounds of edits, each followed by questions; many more by the environment for a long night. */
const RUNS = Number(process.env.GRIDWALL_RUNS ?? 20)
const DAY_MS = 86_400_000

const iso = (time: number) => new Date(time).toISOString()
const withoutInstant = <Answer extends { countedAt: string }>({ countedAt, ...answer }: Answer) => {
  expect(Date.parse(countedAt)).toBeLessThanOrEqual(Date.now())
  return answer
}

describe.each(databaseKinds())('cubes in memory on %s', (kind) => {
  let api: TestApi
  let catalog: Catalog
  let cubes: Cubes
  /** The same procedures over the cubes; those of `api.caller` count rows. */
  let cubed: TestApi['caller']
  let codes: string[]
  let cellIds: number[]

  beforeAll(async () => {
    api = await openTestApi(kind)
    catalog = await keepCatalog(api.database)
    cubes = await Cubes.start(api.database, catalog, { pollMs: 300 })
    cubed = createCaller({
      database: api.database,
      cubes,
      bundleUrls: api.bundles.urls,
      viewer: api.viewer,
    })
    codes = api.things.kinds.filter((each) => !each.dispute).map((each) => each.code)
    cellIds = api.ground.cells.map((cell) => cell.id)
  })
  afterAll(async () => {
    await cubes?.close()
    await catalog?.close()
    await api?.close()
  })

  const instants = fc.integer({ min: TOY_FROM.getTime() - 30 * DAY_MS, max: TOY_AS_OF.getTime() + DAY_MS })
  const windows = fc
    .tuple(instants, instants)
    .filter(([a, b]) => a !== b)
    .map(([a, b]) => ({ from: iso(Math.min(a, b)), to: iso(Math.max(a, b)) }))

  const question = () =>
    fc.record({
      window: windows,
      level: fc.constantFrom(...TOY_LEVELS),
      kinds: fc.option(fc.subarray(codes, { minLength: 1, maxLength: 20 }), { nil: undefined }),
      hoursOfWeek: fc.option(fc.uniqueArray(fc.nat({ max: 167 }), { minLength: 1, maxLength: 60 }), {
        nil: undefined,
        freq: 3,
      }),
      bucket: fc.constantFrom('day' as const, 'week' as const, 'month' as const, 'hourOfWeek' as const),
      compareTo: fc.constantFrom(undefined, 'previousPeriod' as const, 'previousYear' as const),
      area: fc.nat(),
      inside: fc.boolean(),
    })

  type Question = ReturnType<typeof question> extends fc.Arbitrary<infer T> ? T : never

  /** Map, series and kinds out of memory are what the rows say, and tell one total. */
  async function check({ window, level: [version, level], area, inside, bucket, ...rest }: Question) {
    const areas = api.ground.areas.filter((each) => each.version === version)
    const areaId = inside ? areas[area % areas.length].id : undefined
    const asked = { city: 'shuifu', ...window, ...rest }
    const byArea = { ...asked, version, level, within: areaId }
    const map = await cubed.aggregates.byArea(byArea)
    expect(withoutInstant(map)).toEqual(withoutInstant(await api.caller.aggregates.byArea(byArea)))
    const packed = unpackAnswer(await cubed.aggregates.byArea({ ...byArea, packed: true }))
    expect(withoutInstant(packed)).toEqual(withoutInstant(map))
    // Told by the counts of before, and by ones that were true once.
    const held = Int32Array.from(map.compareCount ?? map.count, Number)
    const { compareFrom: from = map.from, compareTo: to = map.to } = map
    const check = checkOf(map.areaId, held)
    const told = (check: number) =>
      cubed.aggregates.byArea({ ...byArea, packed: true, given: { from, to, check } })
    expect(withoutInstant(unpackAnswer(await told(check), held))).toEqual(withoutInstant(map))
    expect(withoutInstant(unpackAnswer(await told(check + 1)))).toEqual(withoutInstant(map))
    const series = await cubed.aggregates.series({ ...asked, areaId, bucket })
    expect(withoutInstant(series)).toEqual(
      withoutInstant(await api.caller.aggregates.series({ ...asked, areaId, bucket })),
    )
    const kinds = await cubed.aggregates.byKind({ ...asked, areaId })
    expect(withoutInstant(kinds)).toEqual(
      withoutInstant(await api.caller.aggregates.byKind({ ...asked, areaId })),
    )
    const total = map.count.reduce<number>((sum, count) => sum + (count ?? 0), 0)
    expect(map.totals.count).toBe(total)
    expect(series.totals.count).toBe(total + (map.totals.outside ?? 0))
    expect(kinds.totals.count).toBe(series.totals.count)
    expect(kinds.totals.compareCount).toBe(series.totals.compareCount)
  }

  const someRow = `(SELECT id FROM incidents WHERE city_code = 'shuifu' AND id >= $1::int % (SELECT max(id) FROM incidents) ORDER BY id LIMIT 1)`
  const edits: Record<string, (seed: number) => Promise<unknown>> = {
    insert: (seed) =>
      api.database.query(
        `INSERT INTO incidents (city_code, source, source_id, kind, reported_at, status, cell_id, geom, synthetic)
         SELECT 'shuifu', 'test', $1::int || '-' || n || '-' || clock_timestamp(), $2, to_timestamp($3::float8 / 1000) + n * interval '7 hours 1.2345 seconds',
           'recorded', $4::int, ST_SetSRID(ST_MakePoint(104.3, 28.6), 4326), true
         FROM generate_series(0, $1::int % 40) n`,
        [
          seed,
          codes[seed % codes.length],
          TOY_FROM.getTime() + (seed % 1000) * DAY_MS + seed,
          seed % 7 === 0 ? null : cellIds[seed % cellIds.length],
        ],
      ),
    move: (seed) =>
      api.database.query(`UPDATE incidents SET cell_id = $2 WHERE city_code = 'shuifu' AND id = ${someRow}`, [
        seed,
        seed % 5 === 0 ? null : cellIds[seed % cellIds.length],
      ]),
    reclassify: (seed) =>
      api.database.query(
        // Some become disputes and are no longer counted here.
        `UPDATE incidents SET kind = $2 WHERE city_code = 'shuifu' AND id IN (SELECT id FROM incidents WHERE id % 1000 = $1::int % 1000)`,
        [seed, seed % 6 === 0 ? 'D08' : codes[seed % codes.length]],
      ),
    retime: (seed) =>
      api.database.query(
        `UPDATE incidents SET reported_at = reported_at - $2::int * interval '1.5 days', dispatched_at = NULL, arrived_at = NULL, closed_at = NULL, status = 'recorded'
         WHERE city_code = 'shuifu' AND id = ${someRow}`,
        [seed, seed % 300],
      ),
    merge: (seed) =>
      api.database.query(
        `UPDATE incidents SET duplicate_of = $2::bigint WHERE city_code = 'shuifu' AND id = ${someRow} AND id <> $2::bigint`,
        [seed, 1],
      ),
    part: (seed) =>
      api.database.query(
        `UPDATE incidents SET duplicate_of = NULL WHERE city_code = 'shuifu' AND id % 3 = $1::int % 3 AND duplicate_of IS NOT NULL`,
        [seed],
      ),
    close: (seed) =>
      api.database.query(
        `UPDATE incidents SET status = 'closed', closed_at = reported_at + interval '1 day' WHERE city_code = 'shuifu' AND id = ${someRow}`,
        [seed],
      ),
    remove: (seed) =>
      api.database.query(
        `DELETE FROM incidents WHERE city_code = 'shuifu' AND id > 1 AND id % 500 = $1::int % 500
           AND id NOT IN (SELECT duplicate_of FROM incidents WHERE duplicate_of IS NOT NULL)`,
        [seed],
      ),
  }

  test(
    'any history of edits: every answer from memory is the one the rows give',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.constantFrom(...Object.keys(edits)), fc.nat({ max: 1_000_000 })), {
            maxLength: 6,
          }),
          fc.array(question(), { minLength: 2, maxLength: 2 }),
          async (steps, questions) => {
            for (const [name, seed] of steps) await edits[name](seed)
            await cubes.refresh('shuifu')
            for (const each of questions) await check(each)
          },
        ),
        { numRuns: RUNS, seed: 7 },
      )
      const [rows] = await api.database.query<{ n: number }>(
        `SELECT count(*)::int AS n FROM incidents i JOIN kinds k ON k.city_code = i.city_code AND k.code = i.kind
       WHERE NOT k.dispute AND i.duplicate_of IS NULL`,
      )
      expect((await cubes.of('shuifu'))?.cube.length).toBe(rows.n)
    },
    300_000 + 2000 * RUNS,
  )

  /** Waits for what comes by a notice; only what never comes fails. */
  async function until(isSo: () => Promise<boolean>): Promise<void> {
    for (let tries = 0; tries < 600 && !(await isSo()); tries++) await wait(50)
    expect(await isSo()).toBe(true)
  }
  const knowsVersion = async (version: string) =>
    (await catalog.city('shuifu'))?.versions.some((each) => each.version === version) === true

  test('a new boundary version with new cells counts the same incidents', async () => {
    const [{ last }] = await api.database.query<{ last: number }>(
      `SELECT max(cell_id) AS last FROM cell_areas WHERE city_code = 'shuifu'`,
    )
    await api.database.transaction(async (tx) => {
      await tx.script(`
        INSERT INTO boundary_versions SELECT city_code, '2027', '2027-01-01', NULL, synthetic, source, 'test' FROM boundary_versions WHERE version = '2025';
        INSERT INTO area_levels SELECT city_code, '2027', level, hierarchy, rank, name_zh, name_en FROM area_levels WHERE version = '2025' AND level = 'grid';
        INSERT INTO areas (city_code, id, version, level, code, name_zh, name_en, area_km2, label_point, geom, synthetic)
          SELECT city_code, 900000 + id, '2027', level, code, name_zh, name_en, area_km2, label_point, geom, synthetic FROM areas WHERE version = '2025' AND level = 'grid';
        INSERT INTO cell_areas SELECT city_code, '2027', level, cell_id, 900000 + area_id FROM cell_areas WHERE version = '2025' AND level = 'grid';
        INSERT INTO cell_areas SELECT city_code, '2027', level, ${last} + cell_id, 900000 + area_id FROM cell_areas WHERE version = '2025' AND level = 'grid' AND cell_id % 3 = 0;
        UPDATE incidents SET cell_id = cell_id + ${last} WHERE city_code = 'shuifu' AND cell_id % 3 = 0 AND id % 2 = 0;`)
    })
    await until(() => knowsVersion('2027'))
    await cubes.refresh('shuifu')
    for (const level of ['2027', '2025'] as const) {
      for (const each of fc.sample(question(), { numRuns: 4, seed: 7 })) {
        await check({ ...each, inside: false, level: [level, 'grid'] as never })
      }
    }
    await api.database.query(
      `UPDATE incidents SET cell_id = cell_id - $1::int WHERE city_code = 'shuifu' AND cell_id > $1::int`,
      [last],
    )
    await api.database.query(`DELETE FROM boundary_versions WHERE version = '2027'`)
    await until(async () => !(await knowsVersion('2027')))
    await cubes.refresh('shuifu')
    await expect(
      cubed.aggregates.byArea({
        city: 'shuifu',
        version: '2027',
        level: 'grid',
        from: '2026-01-01',
        to: '2026-02-01',
      }),
    ).rejects.toThrow(/version: expected one of "2018" and "2025"/)
  })

  test('a kind that becomes a dispute leaves the counts, and comes back', async () => {
    const all = { city: 'shuifu', from: '2020-01-01', to: '2027-01-01' }
    const before = await cubed.aggregates.byKind(all)
    const code = before.kind[0]
    const isDispute = async () =>
      (await catalog.city('shuifu'))?.kinds.find((each) => each.code === code)?.dispute === true
    await api.database.query(`UPDATE kinds SET dispute = true WHERE code = $1`, [code])
    await until(isDispute)
    await cubes.refresh('shuifu')
    const without = await cubed.aggregates.byKind(all)
    expect(without.kind).not.toContain(code)
    expect(without.totals.count).toBe(Number(before.totals.count) - Number(before.count[0]))
    await api.database.query(`UPDATE kinds SET dispute = false WHERE code = $1`, [code])
    await until(async () => !(await isDispute()))
    await cubes.refresh('shuifu')
    expect(withoutInstant(await cubed.aggregates.byKind(all))).toEqual(withoutInstant(before))
  })

  test('a great many rows at once are read anew, while questions are answered as of before', async () => {
    const all = { city: 'shuifu', level: 'city', from: '2020-01-01', to: '2027-01-01' }
    const before = await cubed.aggregates.byArea(all)
    await api.database.query(
      `INSERT INTO incidents (city_code, source, source_id, kind, reported_at, status, cell_id, geom, synthetic)
       SELECT 'shuifu', 'many', n::text, $1, '2026-01-01T00:00:00Z'::timestamptz + n * interval '61.5 seconds', 'recorded',
         $2::int, ST_SetSRID(ST_MakePoint(104.3, 28.6), 4326), true
       FROM generate_series(1, 20500) n`,
      [codes[0], cellIds[1]],
    )
    await cubes.refresh('shuifu')
    const after = await cubed.aggregates.byArea(all)
    expect(after.totals.count).toBe(Number(before.totals.count) + 20_500)
    for (const each of fc.sample(question(), { numRuns: 3, seed: 11 })) await check(each)
    await api.database.query(`DELETE FROM incidents WHERE source = 'many'`)
    await cubes.refresh('shuifu')
    expect((await cubed.aggregates.byArea(all)).totals).toEqual(before.totals)
  })

  test('where clocks are changed, hours, days, weeks and hours of the week are those of the city', async () => {
    await api.database.transaction(async (tx) => {
      await tx.query(
        `INSERT INTO cities (code, name_zh, name_en, time_zone, synthetic, as_of, current_version, origin)
         VALUES ('west', 'west', 'west', 'America/Los_Angeles', true, '2026-11-22', 'none', '{}')`,
      )
      await tx.query(
        `INSERT INTO kinds (city_code, code, kind_group, name_zh, name_en, sort) VALUES ('west', '1', 'other', '1', '1', 1)`,
      )
      // Around both changes of 2026, every 17 minutes.
      await tx.query(
        `INSERT INTO incidents (city_code, source, source_id, kind, reported_at, status, geom, synthetic)
         SELECT 'west', 'test', change || '-' || n, '1', change::timestamptz + n * interval '17 minutes', 'recorded',
           ST_SetSRID(ST_MakePoint(-122, 37), 4326), true
         FROM unnest(ARRAY['2026-03-08T10:00:00Z', '2026-11-01T09:00:00Z']) change, generate_series(-700, 700) n`,
      )
    })
    for (const [from, to] of [
      ['2026-03-01', '2026-03-16'],
      ['2026-10-25T05:30:00Z', '2026-11-08T07:10:00Z'],
      ['2026-11-01', '2026-11-02'],
    ]) {
      for (const bucket of ['hour', 'day', 'week', 'month', 'hourOfWeek'] as const) {
        for (const hoursOfWeek of [undefined, [0, 1, 2, 26, 144, 145, 146, 147, 167]]) {
          const asked = { city: 'west', bucket, from, to, hoursOfWeek }
          expect(withoutInstant(await cubed.aggregates.series(asked))).toEqual(
            withoutInstant(await api.caller.aggregates.series(asked)),
          )
        }
      }
    }
    await api.database.query("DELETE FROM incidents WHERE city_code = 'west'")
    await api.database.query("DELETE FROM cities WHERE code = 'west'")
    await until(async () => (await catalog.city('west')) === undefined)
    await expect(
      cubed.aggregates.byKind({ city: 'west', from: '2026-01-01', to: '2026-02-01' }),
    ).rejects.toThrow(/No city "west"/)
  })

  test('what is written shows by itself soon, also after the listening connection was cut', async () => {
    const count = async () =>
      (await cubed.aggregates.byArea({ city: 'shuifu', level: 'city', from: '2026-11-01', to: '2026-12-01' }))
        .totals
    const insert = () =>
      api.database.query(
        `INSERT INTO incidents (city_code, source, source_id, kind, reported_at, status, cell_id, geom, synthetic)
         VALUES ('shuifu', 'late', clock_timestamp()::text, $1, '2026-11-20T00:00:00Z', 'recorded', $2, ST_SetSRID(ST_MakePoint(104.3, 28.6), 4326), true)`,
        [codes[1], cellIds[0]],
      )
    const first = Number((await count()).count)
    await insert()
    await until(async () => (await count()).count === first + 1)
    if (kind === 'postgres') {
      await asSuperuser(async (client) => {
        const name = new URL(api.database.databaseUrl ?? '').pathname.slice(1)
        const { rowCount } = await client.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND query LIKE 'LISTEN%'`,
          [name],
        )
        expect(rowCount).toBe(1)
      })
    }
    await insert()
    await until(async () => (await count()).count === first + 2)
  })
})
