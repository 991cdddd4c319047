import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Report, writeCubeCity, writeIncidents } from '../factories/cubeCity.ts'
import { databaseKinds, openTestDatabase, type TestDatabase } from '../setup/database.ts'

const report = (kind: string): Report => ({ kind, cellId: 1, reportedAt: new Date('2026-06-01T00:00:00Z') })

describe.each(databaseKinds())('numbers of incidents on %s', (kind) => {
  let db: TestDatabase
  beforeAll(async () => {
    db = await openTestDatabase({ kind })
    await writeCubeCity(db)
  })
  afterAll(() => db?.close())

  test('disputes leave no gap between the numbers of others, however many come in', async () => {
    const [first, ...disputes] = await writeIncidents(
      db,
      ['fire', 'quarrel', 'quarrel.land', 'quarrel'].map(report),
    )
    const [next, other] = await writeIncidents(db, ['theft.bike', 'quarrel', 'fire'].map(report)).then(
      (ids) => ids.filter((id) => id > 0),
    )
    expect([next, other]).toEqual([first + 1, first + 2])
    for (const id of disputes) expect(id).toBeLessThan(0)
  })
})
