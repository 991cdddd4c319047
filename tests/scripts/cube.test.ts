import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../db/client.ts'
import { migrate } from '../../db/migrate.ts'
import { foldChanges, verifyPlanes } from '../../db/queries/cube.ts'
import { writeToyCity } from '../factories/toyCity.ts'
import { createPostgresDatabase, databaseKinds } from '../setup/database.ts'
import { runScript } from '../setup/process.ts'
import { temporaryDir } from '../setup/temporaryDir.ts'

const CITY = 'shuifu'

describe.each(databaseKinds())('npm run cube on %s', (kind) => {
  let dir: ReturnType<typeof temporaryDir>
  let postgres: Awaited<ReturnType<typeof createPostgresDatabase>> | undefined
  beforeAll(async () => {
    dir = temporaryDir('cube')
    if (kind === 'postgres') postgres = await createPostgresDatabase()
    await inDatabase(async (db) => {
      await migrate(db)
      await writeToyCity(db, { incidents: 20_000 })
    })
  })
  afterAll(async () => {
    await postgres?.drop()
    dir.remove()
  })

  /** The embedded database is one process's at a time: opened between the commands. */
  async function inDatabase<T>(work: (db: Database) => Promise<T>): Promise<T> {
    const db = await openDatabase({ databaseUrl: postgres?.url, dataDir: dir.path, holder: { task: 'test' } })
    try {
      return await work(db)
    } finally {
      await db.close()
    }
  }

  const start = (...args: string[]) =>
    runScript('scripts/cube.ts', args, { DATA_DIR: dir.path, DATABASE_URL: postgres?.url ?? '' })

  async function run(...args: string[]) {
    const command = start(...args)
    const { code } = await command.ended
    const lines = command.stdout().trim().split('\n')
    return { code, lines, answer: JSON.parse(lines.at(-1) ?? ''), stderr: command.stderr() }
  }

  /** Kills the command amid its work and says how many planes there are then. */
  async function killed(command: 'fold' | 'rebuild'): Promise<number> {
    const running = start(command)
    await running.says(/\b[1-7]\d %/)
    running.child.kill('SIGKILL')
    expect((await running.ended).signal).toBe('SIGKILL')
    expect(running.stdout()).toBe('')
    return inDatabase(async (db) => {
      expect((await verifyPlanes(db, CITY)).faults).toEqual([])
      const [{ planes }] = await db.query<{ planes: number }>(
        'SELECT count(*)::int AS planes FROM cube_planes',
      )
      return planes
    })
  }

  test('folds, verifies and rebuilds, and is safe to interrupt', async () => {
    // The first fold makes all planes; killed, it leaves none.
    expect(await killed('fold')).toBe(0)
    const folded = await run('fold')
    expect(folded).toMatchObject({
      code: 0,
      answer: { command: 'fold', cities: [{ city: CITY, outcome: 'rebuilt' }] },
    })
    expect(folded.lines).toHaveLength(1)
    expect(folded.stderr).toContain('100 %')
    const planes = folded.answer.cities[0].made
    expect(planes).toBeGreaterThan(100)

    expect(await killed('rebuild')).toBe(planes)
    expect(await run('rebuild', '--city', CITY)).toMatchObject({
      code: 0,
      answer: { cities: [{ outcome: 'rebuilt', made: planes }] },
    })
    expect(await run('verify')).toMatchObject({ code: 0, answer: { cities: [{ planes, faults: [] }] } })
  })

  test('says where planes and rows disagree, and a rebuild mends it', async () => {
    await inDatabase(async (db) => {
      await foldChanges(db, CITY)
      await db.query(
        `UPDATE cube_planes SET counts[2] = counts[2] + 1
         WHERE (node, until) = (SELECT node, max(until) FROM cube_planes WHERE node = '*' GROUP BY node)`,
      )
    })
    const { code, answer } = await run('verify')
    expect(code).toBe(1)
    expect(answer.cities[0].faults).toContainEqual(
      expect.objectContaining({ node: '*', cell_id: expect.any(Number) }),
    )
    await run('rebuild')
    expect((await run('verify')).code).toBe(0)
  })

  test('refuses what it does not know in one sentence', async () => {
    for (const [args, reason] of [
      [['toString'], /Bad option .*usage: npm run cube/],
      [['fold', '--city', 'atlantis'], /There is no city "atlantis"; there are: shuifu\./],
    ] as const) {
      const command = start(...args)
      expect((await command.ended).code).toBe(1)
      expect(command.stderr()).toMatch(reason)
    }
  })
})
