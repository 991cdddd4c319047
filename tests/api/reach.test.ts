import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { keepCatalog } from '../../api/catalog.ts'
import { catalogChannel } from '../../db/queries/catalog.ts'
import { moveReach, reachOf } from '../../db/queries/reach.ts'
import { TOY_AS_OF } from '../factories/toyCity.ts'
import { databaseKinds, openTestDatabase, type TestDatabase } from '../setup/database.ts'

const later = (minutes: number) => new Date(TOY_AS_OF.getTime() + minutes * 60_000)

describe.each(databaseKinds())('how far the data of a city reach, on %s', (kind) => {
  let db: TestDatabase

  beforeAll(async () => {
    db = await openTestDatabase({ kind, toy: true })
  })
  afterAll(() => db?.close())

  const report = (id: string, at: Date, dispute = false) =>
    db.query(
      `INSERT INTO incidents (city_code, source, source_id, kind, geom, reported_at, level, status, channel, synthetic)
       SELECT city_code, 'test', $1, i.kind, geom, $2, level, 'new', channel, true
       FROM incidents i JOIN kinds k USING (city_code) WHERE k.code = i.kind AND city_code = 'shuifu' AND dispute = $3 LIMIT 1`,
      [id, at.toISOString(), dispute],
    )

  test('nothing newer, nothing moves; neither does what is reported for later, nor a dispute', async () => {
    expect(await moveReach(db, later(5))).toEqual({ moved: [], next: null })
    await report('ahead', later(30))
    await report('dispute', later(2), true)
    await report('dispute ahead', later(20), true)
    expect(await moveReach(db, later(5))).toEqual({ moved: [], next: later(30) })
    expect(await reachOf(db, 'shuifu')).toEqual(TOY_AS_OF)
  })

  test('a newer incident moves it on, once, and the catalogue takes that alone anew', async () => {
    const catalog = await keepCatalog(db)
    const told: string[] = []
    const stop = await db.listen(catalogChannel, (code) => told.push(code))
    try {
      const before = await catalog.city('shuifu')
      const ground = await before?.ground()
      expect((await catalog.cities())[0].as_of).toEqual(TOY_AS_OF)
      await report('new', later(2))
      expect((await moveReach(db, later(5))).moved).toEqual(['shuifu'])
      expect((await moveReach(db, later(6))).moved).toEqual([])
      await expect.poll(async () => (await catalog.city('shuifu'))?.city.as_of).toEqual(later(5))
      const after = await catalog.city('shuifu')
      expect(await after?.ground()).toBe(ground)
      expect((await catalog.cities())[0].as_of).toEqual(later(5))
      expect(told).toEqual([])
    } finally {
      await stop()
      await catalog.close()
    }
  })

  test('any other change of a city is still told as one', async () => {
    const told: string[] = []
    const stop = await db.listen(catalogChannel, (code) => told.push(code))
    await db.query("UPDATE cities SET name_en = 'Renamed', as_of = as_of WHERE code = 'shuifu'")
    await expect.poll(() => told).toEqual(['shuifu'])
    await stop()
  })
})
