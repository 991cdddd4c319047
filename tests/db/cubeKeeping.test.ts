import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { migrate, readMigrations } from '../../db/migrate.ts'
import { deleteCity } from '../../db/queries/cities.ts'
import {
  countByCellFromPlanes,
  foldChanges,
  keepFolded,
  readChanges,
  readCounted,
  verifyPlanes,
} from '../../db/queries/cube.ts'
import { cubeCity, kindCodes, type Report, writeCubeCity, writeIncidents } from '../factories/cubeCity.ts'
import { databaseKinds, openTestDatabase, type TestDatabase } from '../setup/database.ts'

const DAY_MS = 86_400_000
const START_MS = Date.parse('2026-06-01T00:00:00Z')

/** One kind of incident, `count` a day for ten days, all in one cell. */
const daily = (count: number): Report[] =>
  Array.from({ length: 10 * count }, (_, n) => ({
    kind: 'fire',
    cellId: 3,
    reportedAt: new Date(START_MS + (n % 10) * DAY_MS),
  }))

const ever = { city: cubeCity, from: new Date(0), to: new Date('2030-01-01T00:00:00Z'), kinds: kindCodes }

describe.each(databaseKinds())('keeping the cube on %s', (kind) => {
  let db: TestDatabase
  beforeAll(async () => {
    db = await openTestDatabase({ kind })
  })
  afterAll(() => db?.close())
  beforeEach(async () => {
    await db.transaction((tx) => deleteCity(tx, cubeCity))
    await writeCubeCity(db)
  })

  const count = async (table: string) => {
    const [{ n }] = await db.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`)
    return n
  }
  const counted = () => countByCellFromPlanes(db, ever)

  test('a data directory from before the cube gets its planes at the next fold, and is right until then', async () => {
    const older = await openTestDatabase({ kind, migrated: false })
    try {
      await migrate(older, readMigrations().slice(0, 2))
      await writeCubeCity(older)
      await writeIncidents(older, daily(20))
      await migrate(older)
      expect(await countByCellFromPlanes(older, ever)).toEqual([{ cell_id: 3, count: 200 }])
      expect(await foldChanges(older, cubeCity)).toMatchObject({ outcome: 'rebuilt' })
      expect((await verifyPlanes(older, cubeCity)).planes).toBeGreaterThan(10)
      expect(await countByCellFromPlanes(older, ever)).toEqual([{ cell_id: 3, count: 200 }])
    } finally {
      await older.close()
    }
  })

  test('who follows is told each change once, and to read all again once the log has been cleared', async () => {
    const { position } = await readCounted(db, cubeCity)
    await writeIncidents(db, daily(1))
    await foldChanges(db, cubeCity)
    const news = await readChanges(db, cubeCity, position)
    expect(news?.changes).toHaveLength(10)
    expect(news && (await readChanges(db, cubeCity, news.position))?.changes).toEqual([])

    for (let round = 0; round < 2; round++) await writeIncidents(db, daily(1))
    // What one fold marks, the next clears; a transaction anywhere on the server, so another test's, puts it off.
    await expect
      .poll(
        async () => {
          await foldChanges(db, cubeCity, { keepLogS: 0 })
          return readChanges(db, cubeCity, position)
        },
        { timeout: 60_000 },
      )
      .toBeNull()
    expect((await readCounted(db, cubeCity)).kind).toHaveLength(30)
    expect(await count('cube_changes')).toBeLessThan(30)
    expect(await counted()).toEqual([{ cell_id: 3, count: 30 }])
  })

  test('a change after the last plane of all kinds is taken into those of its own, which reach further', async () => {
    const at = (day: number, kind: string, count: number): Report[] =>
      Array.from({ length: count }, () => ({
        kind,
        cellId: 3,
        reportedAt: new Date(START_MS + day * DAY_MS),
      }))
    await writeIncidents(db, [...at(1, 'fire', 10), ...at(1, 'theft', 10)])
    const [last] = await writeIncidents(db, at(2, 'theft', 8))
    await foldChanges(db, cubeCity)
    const lastPlanes = await db.query<{ node: string; until: Date }>(
      'SELECT node, max(until) AS until FROM cube_planes GROUP BY node',
    )
    const reach = new Map(lastPlanes.map(({ node, until }) => [node, until.getTime()]))
    expect(reach.get('sub:theft')).toBeGreaterThan(reach.get('*') ?? Number.POSITIVE_INFINITY)
    await db.query('DELETE FROM incidents WHERE city_code = $1 AND id = $2', [cubeCity, last])
    await foldChanges(db, cubeCity)
    expect((await verifyPlanes(db, cubeCity)).faults).toEqual([])
    expect(await countByCellFromPlanes(db, { ...ever, kinds: ['theft'] })).toEqual([
      { cell_id: 3, count: 17 },
    ])
  })

  test('updates that change nothing counted log nothing; each other logs what it changes', async () => {
    const [first, second] = await writeIncidents(db, daily(1))
    const before = await count('cube_changes')
    await db.query("UPDATE incidents SET status = 'closed', closed_at = reported_at, outcome = 'done'")
    expect(await count('cube_changes')).toBe(before)
    await db.query('UPDATE incidents SET cell_id = NULL WHERE id = $1', [first])
    expect(await count('cube_changes')).toBe(before + 2)
    await db.query('UPDATE incidents SET duplicate_of = $2 WHERE id = $1', [first, second])
    expect(await count('cube_changes')).toBe(before + 3)
    await db.query('DELETE FROM incidents WHERE id = $1', [first])
    expect(await count('cube_changes')).toBe(before + 3)
    expect(await counted()).toEqual([{ cell_id: 3, count: 9 }])
  })

  test('an incident that others were merged into cannot be deleted beneath them', async () => {
    const [first, second] = await writeIncidents(db, daily(1))
    await db.query('UPDATE incidents SET duplicate_of = $2 WHERE id = $1', [first, second])
    await expect(db.query('DELETE FROM incidents WHERE id = $1', [second])).rejects.toThrow(/foreign key/)
    await expect(db.query('UPDATE incidents SET duplicate_of = id WHERE id = $1', [second])).rejects.toThrow(
      /check/,
    )
  })

  test('a copy restored into another server is counted anew', async () => {
    await writeIncidents(db, daily(20))
    await foldChanges(db, cubeCity)
    await writeIncidents(db, daily(1))
    const { position } = await readCounted(db, cubeCity)
    // Over there, transaction numbers were much higher.
    await db.query(
      "UPDATE cube_state SET system_identifier = 1, snapshot = '900000:900000:', purged_xid = '800000'",
    )
    await db.query("UPDATE cube_changes SET xid = '899999'")
    expect(await foldChanges(db, cubeCity)).toMatchObject({ outcome: 'rebuilt' })
    expect(await counted()).toEqual([{ cell_id: 3, count: 210 }])
    expect((await verifyPlanes(db, cubeCity)).faults).toEqual([])
    expect(await readChanges(db, cubeCity, position)).toBeNull()
    const fresh = await readCounted(db, cubeCity)
    await writeIncidents(db, daily(1))
    expect((await readChanges(db, cubeCity, fresh.position))?.changes).toHaveLength(10)
  })

  test('a city that is deleted leaves nothing, however it is deleted', async () => {
    const tables = ['cube_state', 'cube_cells', 'cube_planes', 'cube_changes']
    const kept = async () =>
      Object.fromEntries(await Promise.all(tables.map(async (t) => [t, await count(t)])))
    const nothing = Object.fromEntries(tables.map((table) => [table, 0]))
    await writeIncidents(db, daily(20))
    await foldChanges(db, cubeCity)
    expect((await kept()).cube_planes).toBeGreaterThan(0)
    await db.transaction((tx) => deleteCity(tx, cubeCity))
    expect(await kept()).toEqual(nothing)

    await writeCubeCity(db)
    await writeIncidents(db, daily(20))
    await foldChanges(db, cubeCity)
    await db.query('DELETE FROM incidents')
    await db.query('DELETE FROM cities')
    expect(await kept()).toEqual(nothing)
  })

  test('a truncated table counts nothing, and followers learn of it', async () => {
    await writeIncidents(db, daily(20))
    await foldChanges(db, cubeCity)
    const { position } = await readCounted(db, cubeCity)
    await db.script('TRUNCATE incidents')
    expect(await counted()).toEqual([])
    expect(await readChanges(db, cubeCity, position)).toBeNull()
  })

  test('a keeper makes the planes at its start, and folds what has grown long when it looks', async () => {
    await writeIncidents(db, daily(20))
    const errors: unknown[] = []
    const keeper = keepFolded(db, { onError: (error) => errors.push(error) })
    await keeper.started
    await keeper.stop()
    expect(errors).toEqual([])
    expect((await verifyPlanes(db, cubeCity)).planes).toBeGreaterThan(10)
  })
})
