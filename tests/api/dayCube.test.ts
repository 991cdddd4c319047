import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CountScope, countScope, type Grant } from '../../api/access.ts'
import { keepCatalog } from '../../api/catalog.ts'
import { accessFor } from '../../api/cityAccess.ts'
import type { Viewer } from '../../api/context.ts'
import { Cubes } from '../../api/cube/cubes.ts'
import { createDayCubes, type DayCubes, packDays, packDaysFromMemory } from '../../api/dayCube.ts'
import { findCity } from '../../db/queries/catalog.ts'
import { viewAs } from '../../db/viewing.ts'
import { type DayCube, dayPlanes, decodeDayCube, windowCounts } from '../../geodata/dayCube.ts'
import { grant } from '../factories/people.ts'
import { databaseKinds } from '../setup/database.ts'
import { openTestServer, type TestServer } from './http.ts'

const DAY_MS = 86_400_000

describe.each(databaseKinds())('counts by day for the browser on %s', (kind) => {
  let http: TestServer
  let cube: DayCube

  beforeAll(async () => {
    http = await openTestServer(kind)
    const answer = await http.get('/bundles/days/shuifu.bin', { cookie: http.cookie })
    expect(answer.status).toBe(200)
    cube = decodeDayCube(new Uint8Array(await answer.arrayBuffer()))
  })
  afterAll(() => http?.close())

  /** A local date so many days after the first, as the API takes it. */
  const dateAfter = (days: number) =>
    new Date(Date.parse(cube.firstDay) + days * DAY_MS).toISOString().slice(0, 10)

  /** What somebody sees of the toy city. */
  async function seenBy(viewer: Viewer) {
    const seen = await accessFor(http.api.database, viewer, 'shuifu')
    if (!seen) throw new Error('The toy city is gone.')
    return seen
  }
  const everything = async (): Promise<CountScope> => countScope((await seenBy(http.api.viewer)).access)

  async function expectSameAsApi(
    packed: DayCube,
    from: number,
    to: number,
    codes?: string[],
    caller = http.api.caller,
  ) {
    const first = Date.parse(packed.firstDay)
    const date = (day: number) => new Date(first + day * DAY_MS).toISOString().slice(0, 10)
    for (const { version, level } of packed.levels) {
      const numbers = codes?.map((code) => packed.kinds.indexOf(code)) ?? null
      const planes = dayPlanes(packed, version, level, numbers)
      const counts = new Uint32Array(planes.areaId.length + 1)
      windowCounts(planes, from, to, counts)
      const answer = await caller.aggregates.byArea({
        city: 'shuifu',
        version,
        level,
        from: date(from),
        to: date(to),
        kinds: codes,
      })
      expect([...planes.areaId]).toEqual(answer.areaId)
      expect([...counts.subarray(0, -1)]).toEqual(answer.count)
      // Who sees a part of the city is told of nothing outside its areas.
      expect(counts.at(-1)).toBe(answer.totals.outside ?? 0)
    }
  }

  test('every level of every version counts what the API counts, over any window', async () => {
    expect(cube.levels.length).toBeGreaterThan(5)
    expect(cube.cell.length).toBeGreaterThan(100)
    for (const [from, to] of [
      [0, cube.days],
      [cube.days - 30, cube.days],
      [cube.days - 1, cube.days],
      [Math.floor(cube.days / 3), Math.floor(cube.days / 3) + 7],
    ])
      await expectSameAsApi(cube, from, to)
  })

  test('a leaf kind alone counts what the API counts', async () => {
    const used = cube.kinds[cube.kind[Math.floor(cube.kind.length / 2)]]
    const { kinds } = await http.api.caller.cities.get({ city: 'shuifu' })
    expect(kinds.some((each) => each.parentCode === used)).toBe(false)
    await expectSameAsApi(cube, 0, cube.days, [used])
  })

  test('disputes never come along', async () => {
    const { kinds } = await http.api.caller.cities.get({ city: 'shuifu' })
    const disputes = new Set(kinds.filter((each) => each.dispute).map((each) => each.code))
    expect(disputes.size).toBeGreaterThan(0)
    expect(cube.kinds.filter((code) => disputes.has(code))).toEqual([])
    const [{ n }] = await http.api.database.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM incidents i JOIN kinds k ON k.city_code = i.city_code AND k.code = i.kind
       WHERE NOT k.dispute AND i.reported_at >= $1::date::timestamp AT TIME ZONE 'Asia/Shanghai' AND i.reported_at < $2::date::timestamp AT TIME ZONE 'Asia/Shanghai'`,
      [cube.firstDay, dateAfter(cube.days)],
    )
    expect(cube.count.reduce((sum, count) => sum + count, 0)).toBe(n)
  })

  test('a report merged into another no longer counts', async () => {
    const { database } = http.api
    const city = await findCity(database, 'shuifu')
    if (!city) throw new Error('The toy city is gone.')
    await database.query(
      `WITH two AS (SELECT i.id FROM incidents i JOIN kinds k ON k.city_code = i.city_code AND k.code = i.kind
         WHERE NOT k.dispute ORDER BY i.reported_at DESC LIMIT 2)
       UPDATE incidents SET duplicate_of = (SELECT min(id) FROM two) WHERE id = (SELECT max(id) FROM two)`,
    )
    const merged = await packDays(database, city, await everything())
    const sum = (each: DayCube) => each.count.reduce((total, count) => total + count, 0)
    expect(sum(merged)).toBe(sum(cube) - 1)
    await database.query('UPDATE incidents SET duplicate_of = NULL WHERE duplicate_of IS NOT NULL')
  })

  test('with too many entries kinds are counted by group, then together, and at last the oldest days are left out', async () => {
    const { database } = http.api
    const city = await findCity(database, 'shuifu')
    if (!city) throw new Error('The toy city is gone.')
    // Everything once more, and one place and day with a kind of every group.
    const columns = `kind, level, channel, reported_at, status, cell_id, geom, synthetic`
    await database.query(
      `INSERT INTO incidents (city_code, source, source_id, ${columns})
       SELECT city_code, 'copy', id::text, ${columns} FROM incidents`,
    )
    await database.query(
      `INSERT INTO incidents (city_code, source, source_id, ${columns})
       SELECT i.city_code, 'groups', g.kind, ${columns.replace('kind', 'g.kind').replace('level', 'i.level')}
       FROM (SELECT * FROM incidents WHERE cell_id IS NOT NULL ORDER BY reported_at DESC LIMIT 1) i,
         (SELECT kind_group, min(code) AS kind FROM kinds WHERE NOT dispute GROUP BY 1) g`,
    )
    const { kinds } = await http.api.caller.cities.get({ city: 'shuifu' })
    const groupOf = new Map(kinds.map((each) => [each.code, each.group]))
    const seen = await everything()
    const roomy = { entries: 1_500_000, planeCells: 16_000_000 }
    const whole = await packDays(database, city, seen, roomy)
    expect(whole.grain).toBe('kind')
    const places = new Set<string>()
    for (let day = 0; day < whole.days; day++)
      for (let i = whole.dayStart[day]; i < whole.dayStart[day + 1]; i++)
        places.add(`${day} ${whole.cell[i]} ${groupOf.get(whole.kinds[whole.kind[i]])}`)
    const groups = await packDays(database, city, seen, { ...roomy, entries: places.size })
    expect(groups.grain).toBe('group')
    expect(groups.cell.length).toBe(places.size)
    expect(groups.kinds.length).toBeLessThan(whole.kinds.length)
    expect(groups.cut).toBe(false)
    const together = await packDays(database, city, seen, { ...roomy, entries: places.size - 1 })
    expect(together.grain).toBe('all')
    await expectSameAsApi(together, 0, together.days)
    const fewest = await packDays(database, city, seen, { ...roomy, entries: together.cell.length - 1 })
    expect(fewest.cut).toBe(true)
    expect(fewest.cell.length).toBeLessThan(together.cell.length)
    expect(fewest.firstDay > together.firstDay).toBe(true)
    await expectSameAsApi(fewest, 0, fewest.days)
    const short = await packDays(database, city, seen, { ...roomy, planeCells: 30 * (cube.cells.length + 1) })
    expect(short.days).toBe(30)
    expect(short.cut).toBe(true)
    await expectSameAsApi(short, 0, 30)
  })

  describe('of whoever may count a part', () => {
    let days: DayCubes
    beforeAll(async () => {
      days = await createDayCubes(http.api.database)
    })
    afterAll(() => days?.close())

    const areaOf = (level: string, index = 0) => {
      const found = http.api.ground.areas.filter((each) => each.version === '2025' && each.level === level)
      return found[index].id
    }
    const cubeOf = async (viewer: Viewer) => {
      const { bytes } = await days.pack(viewer, await seenBy(viewer))
      return decodeDayCube(bytes)
    }
    const jurisdictions = (): Record<string, Grant[]> => ({
      'a village, governance': [grant('gridWorker', 'shuifu', areaOf('village'))],
      'a squad, both families': [grant('officer', 'shuifu', areaOf('squad'))],
      'the city, governance': [grant('department', 'shuifu')],
      'two townships in two roles': [
        grant('gridWorker', 'shuifu', areaOf('township')),
        grant('squadLeader', 'shuifu', areaOf('township', 1)),
      ],
      'governance everywhere, public order in a squad': [
        grant('gridWorker', 'shuifu'),
        grant('officer', 'shuifu', areaOf('squad', 2)),
      ],
      'the whole city': [grant('wall')],
    })

    test('it holds what the API counts for them and nothing else, also at coarser grains', async () => {
      const { kinds } = await http.api.caller.cities.get({ city: 'shuifu' })
      const city = await findCity(http.api.database, 'shuifu')
      if (!city) throw new Error('The toy city is gone.')
      for (const grants of Object.values(jurisdictions())) {
        const { viewer, caller } = await http.api.person(grants)
        const seen = countScope((await seenBy(viewer)).access)
        const visible = new Set(seen.parts.flatMap((part) => part.kinds))
        const own = await cubeOf(viewer)
        expect(own.kinds).toEqual(kinds.map(({ code }) => code).filter((code) => visible.has(code)))
        const cells = new Set(http.api.ground.cells.map(({ id }) => id))
        const known = [...cells].filter((id) =>
          seen.parts.some(({ scope }) => scope.cells === null || scope.cells.has(id)),
        )
        expect([...own.cells]).toEqual(known.sort((a, b) => a - b))
        await expectSameAsApi(own, 0, own.days, undefined, caller)
        await expectSameAsApi(own, own.days - 90, own.days, undefined, caller)
        // The database alone makes the same of it, and so do the conditions of the question alone.
        const viewing = viewAs(http.api.database, { id: viewer.userId }, 'counts')
        const whole = await everything()
        const fewest = { entries: 1, planeCells: 16_000_000 }
        const byDatabase = await packDays(viewing.rows, city, {
          ...whole,
          parts: whole.parts.filter(({ family }) => seen.parts.some((part) => part.family === family)),
        })
        await viewing.end()
        const byQuestion = await packDays(http.api.database, city, seen)
        expect(byQuestion).toEqual(own)
        expect(byDatabase.count.reduce((sum, n) => sum + n, 0)).toBe(own.count.reduce((sum, n) => sum + n, 0))
        const together = await packDays(http.api.database, city, seen, {
          ...fewest,
          entries: own.cell.length - 1,
        })
        expect(together.grain).not.toBe('kind')
        await expectSameAsApi(together, 0, together.days, undefined, caller)
      }
    })

    test('memory makes the same of it as the rows, for everybody, at every grain and cut', async () => {
      const { database } = http.api
      const catalog = await keepCatalog(database)
      const cubes = await Cubes.start(database, catalog)
      try {
        const city = await findCity(database, 'shuifu')
        // Late, moved, reclassified, merged and gone.
        await database.query(
          `UPDATE incidents SET reported_at = reported_at - interval '400 days 7 hours' WHERE id % 11 = 0`,
        )
        await database.query('UPDATE incidents SET cell_id = NULL WHERE id % 17 = 0')
        await database.query('DELETE FROM incidents WHERE id % 19 = 0')
        await cubes.refresh('shuifu')
        const counted = await cubes.of('shuifu')
        if (!city || !counted) throw new Error('The toy city is gone.')
        for (const grants of Object.values(jurisdictions())) {
          const seen = countScope((await seenBy((await http.api.person(grants)).viewer)).access)
          const whole = await packDays(database, city, seen)
          expect(whole.cell.length).toBeGreaterThan(0)
          for (const limits of [
            { entries: 1_500_000, planeCells: 16_000_000 },
            { entries: whole.cell.length - 1, planeCells: 30 * (whole.cells.length + 1) },
            { entries: 7, planeCells: 16_000_000 },
          ]) {
            const memory = await packDaysFromMemory(database, counted, { city, seen }, limits)
            expect(memory).toEqual(await packDays(database, city, seen, limits))
          }
        }
      } finally {
        await cubes.close()
        await catalog.close()
      }
    })

    test('asked at the same moment, each gets their own, and the same only who sees the same', async () => {
      const people = await Promise.all(
        Object.values(jurisdictions()).flatMap((grants) => [
          http.api.person(grants),
          http.api.person(grants),
        ]),
      )
      const answers = await Promise.all(
        people.map(async ({ viewer }) => days.pack(viewer, await seenBy(viewer))),
      )
      const keys = await Promise.all(
        people.map(async ({ viewer }) => countScope((await seenBy(viewer)).access).key),
      )
      for (const [i, one] of answers.entries()) {
        for (const [j, other] of answers.entries()) {
          expect(one === other).toBe(keys[i] === keys[j])
          expect(one.etag === other.etag).toBe(keys[i] === keys[j])
        }
      }
      expect(new Set(keys).size).toBe(people.length / 2)
    })

    test('who sees no counts finds nothing there', async () => {
      const { viewer, caller } = await http.api.person([grant('auditor', 'shuifu')])
      expect(countScope((await seenBy(viewer)).access).parts).toEqual([])
      expect((await caller.cities.get({ city: 'shuifu' })).bundles.days).toBeNull()
    })
  })

  test('it needs a session, is compressed, and is not sent twice', async () => {
    const stranger = await http.get('/bundles/days/shuifu.bin')
    expect(stranger.status).toBe(401)
    const first = await http.get('/bundles/days/shuifu.bin', {
      cookie: http.cookie,
      'accept-encoding': 'br',
    })
    expect(first.headers.get('content-encoding')).toBe('br')
    expect(first.headers.get('cache-control')).toBe('private, no-cache')
    const etag = first.headers.get('etag') ?? ''
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/)
    const again = await http.get('/bundles/days/shuifu.bin', { cookie: http.cookie, 'if-none-match': etag })
    expect(again.status).toBe(304)
    for (const name of ['nowhere.bin', 'shuifu', '..%2Fshuifu.bin'])
      expect((await http.get(`/bundles/days/${name}`, { cookie: http.cookie })).status).toBe(404)
  })
})
