import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { packDays } from '../../api/dayCube.ts'
import { findCity } from '../../db/queries/catalog.ts'
import { type DayCube, dayPlanes, decodeDayCube, windowCounts } from '../../geodata/dayCube.ts'
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

  async function expectSameAsApi(packed: DayCube, from: number, to: number, codes?: string[]) {
    const first = Date.parse(packed.firstDay)
    const date = (day: number) => new Date(first + day * DAY_MS).toISOString().slice(0, 10)
    for (const { version, level } of packed.levels) {
      const numbers = codes?.map((code) => packed.kinds.indexOf(code)) ?? null
      const planes = dayPlanes(packed, version, level, numbers)
      const counts = new Uint32Array(planes.areaId.length + 1)
      windowCounts(planes, from, to, counts)
      const answer = await http.api.caller.aggregates.byArea({
        city: 'shuifu',
        version,
        level,
        from: date(from),
        to: date(to),
        kinds: codes,
      })
      expect([...planes.areaId]).toEqual(answer.areaId)
      expect([...counts.subarray(0, -1)]).toEqual(answer.count)
      expect(counts.at(-1)).toBe(answer.totals.outside)
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
    const merged = await packDays(database, city)
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
    const roomy = { entries: 1_500_000, planeCells: 16_000_000 }
    const whole = await packDays(database, city, roomy)
    expect(whole.grain).toBe('kind')
    const places = new Set<string>()
    for (let day = 0; day < whole.days; day++)
      for (let i = whole.dayStart[day]; i < whole.dayStart[day + 1]; i++)
        places.add(`${day} ${whole.cell[i]} ${groupOf.get(whole.kinds[whole.kind[i]])}`)
    const groups = await packDays(database, city, { ...roomy, entries: places.size })
    expect(groups.grain).toBe('group')
    expect(groups.cell.length).toBe(places.size)
    expect(groups.kinds.length).toBeLessThan(whole.kinds.length)
    expect(groups.cut).toBe(false)
    const together = await packDays(database, city, { ...roomy, entries: places.size - 1 })
    expect(together.grain).toBe('all')
    await expectSameAsApi(together, 0, together.days)
    const fewest = await packDays(database, city, { ...roomy, entries: together.cell.length - 1 })
    expect(fewest.cut).toBe(true)
    expect(fewest.cell.length).toBeLessThan(together.cell.length)
    expect(fewest.firstDay > together.firstDay).toBe(true)
    await expectSameAsApi(fewest, 0, fewest.days)
    const short = await packDays(database, city, { ...roomy, planeCells: 30 * (cube.cells.length + 1) })
    expect(short.days).toBe(30)
    expect(short.cut).toBe(true)
    await expectSameAsApi(short, 0, 30)
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
