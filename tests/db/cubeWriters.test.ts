import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../db/client.ts'
import {
  type CubePosition,
  countByCellFromPlanes,
  foldChanges,
  readChanges,
  readCounted,
  rebuildPlanes,
  verifyPlanes,
} from '../../db/queries/cube.ts'
import { createRandom } from '../../geodata/random.ts'
import { CELLS, cubeCity, kindCodes, writeCubeCity, writeIncidents } from '../factories/cubeCity.ts'
import { databaseKinds, openTestDatabase, type TestDatabase } from '../setup/database.ts'

const WRITERS = 16
// A small count gates CI; GRIDWALL_RUNS=100 writes for longer.
const ROUNDS = 6 * Number(process.env.GRIDWALL_RUNS ?? 2)
const START_MS = Date.parse('2026-06-01T00:00:00Z')

type Random = ReturnType<typeof createRandom>

const anyReport = (random: Random) => ({
  kind: random.pick(kindCodes),
  cellId: random.chance(0.1) ? null : random.int(1, CELLS),
  reportedAt: new Date(START_MS + random.int(0, 40 * 86_400_000)),
})

/** One writer's life: singles, batches, and changes to its own rows, several in one transaction. Answers how many rows it left. */
async function write(db: Database, random: Random): Promise<number> {
  const own: number[] = []
  const take = () => own[random.int(0, own.length - 1)]
  for (let round = 0; round < ROUNDS; round++) {
    own.push(...(await writeIncidents(db, [anyReport(random)])))
    await db.transaction(async (tx) => {
      const batch = Array.from({ length: random.int(1, 100) }, () => anyReport(random))
      own.push(...(await writeIncidents(tx, batch)))
      await tx.query('UPDATE incidents SET cell_id = $3 WHERE city_code = $1 AND id = ANY ($2::bigint[])', [
        cubeCity,
        [take(), take(), take()],
        random.int(1, CELLS),
      ])
      await tx.query('UPDATE incidents SET kind = $3 WHERE city_code = $1 AND id = $2', [
        cubeCity,
        take(),
        random.pick(kindCodes),
      ])
    })
    const [kept, merged] = [take(), take()]
    await db.query(
      'UPDATE incidents SET duplicate_of = $3 WHERE city_code = $1 AND id = $2 AND id <> $3 AND duplicate_of IS NULL',
      [cubeCity, merged, kept],
    )
    const gone = await db.query<{ id: number }>(
      `DELETE FROM incidents i WHERE city_code = $1 AND id = $2
         AND NOT EXISTS (SELECT FROM incidents d WHERE d.city_code = $1 AND d.duplicate_of = i.id) RETURNING id`,
      [cubeCity, take()],
    )
    for (const { id } of gone) own.splice(own.indexOf(id), 1)
  }
  return own.length
}

/** Does it over and over until told to stop; answers how often. */
async function meanwhile(stop: () => boolean, work: () => Promise<unknown>): Promise<number> {
  let times = 0
  while (!stop()) {
    await work()
    times += 1
    await wait(5)
  }
  return times
}

// PGlite has one session: writers take turns there by nature.
describe.runIf(databaseKinds().includes('postgres'))('sixteen writers on postgres', () => {
  let db: TestDatabase
  let pools: Database[]
  beforeAll(async () => {
    db = await openTestDatabase({ kind: 'postgres' })
    pools = await Promise.all(
      Array.from({ length: WRITERS / 8 }, () => openDatabase({ databaseUrl: db.databaseUrl, dataDir: '' })),
    )
    await writeCubeCity(db)
  })
  afterAll(async () => {
    await Promise.all((pools ?? []).map((pool) => pool.close()))
    await db?.close()
  })

  test('lose nothing and lock nobody out, while others fold, rebuild, read and follow', async () => {
    let position: CubePosition | undefined
    let followed = 0
    const follow = async () => {
      const news = position && (await readChanges(db, cubeCity, position))
      if (news) {
        followed += news.changes.reduce((sum, { n }) => sum + n, 0)
        position = news.position
        return
      }
      const rows = await readCounted(db, cubeCity)
      followed = rows.kind.length
      position = rows.position
    }
    let writing = true
    const others = [
      meanwhile(
        () => !writing,
        () => foldChanges(db, cubeCity, { keepLogS: 1 }),
      ),
      meanwhile(
        () => !writing,
        () => foldChanges(db, cubeCity, { patient: true }),
      ),
      meanwhile(
        () => !writing,
        () => rebuildPlanes(db, cubeCity),
      ),
      meanwhile(() => !writing, follow),
      meanwhile(
        () => !writing,
        async () => expect((await verifyPlanes(db, cubeCity)).faults).toEqual([]),
      ),
    ]
    const left = await Promise.all(
      Array.from({ length: WRITERS }, (_, n) => write(pools[n % pools.length], createRandom(n))),
    ).finally(() => {
      writing = false
    })
    const times = await Promise.all(others)
    expect(Math.min(...times)).toBeGreaterThan(0)

    const [{ rows, counted }] = await db.query<{ rows: number; counted: number }>(
      `SELECT count(*)::int AS rows,
         (count(*) FILTER (WHERE NOT k.dispute AND i.duplicate_of IS NULL))::int AS counted
       FROM incidents i JOIN kinds k ON k.city_code = i.city_code AND k.code = i.kind WHERE i.city_code = $1`,
      [cubeCity],
    )
    expect(rows).toBe(left.reduce((sum, n) => sum + n, 0))
    await follow()
    expect(followed).toBe(counted)
    const window = {
      city: cubeCity,
      from: new Date(0),
      to: new Date('2030-01-01T00:00:00Z'),
      kinds: kindCodes,
    }
    const total = async () =>
      (await countByCellFromPlanes(db, window)).reduce((sum, { count }) => sum + count, 0)
    expect(await total()).toBe(counted)
    expect((await verifyPlanes(db, cubeCity)).faults).toEqual([])
    await foldChanges(db, cubeCity, { patient: true })
    expect(await total()).toBe(counted)
    expect((await verifyPlanes(db, cubeCity)).faults).toEqual([])

    const [{ deadlocks }] = await db.query<{ deadlocks: number }>(
      'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
    )
    expect(deadlocks).toBe(0)
  })
})
