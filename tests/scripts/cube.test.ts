import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { migrate } from '../../db/migrate.ts'
import { foldChanges, verifyPlanes } from '../../db/queries/cube.ts'
import { writeToyCity } from '../factories/toyCity.ts'
import { type CommandDatabase, createCommandDatabase } from '../setup/commandDatabase.ts'
import { databaseKinds } from '../setup/database.ts'

const CITY = 'shuifu'

describe.each(databaseKinds())('npm run cube on %s', (kind) => {
  let command: CommandDatabase
  const inDatabase: CommandDatabase['inDatabase'] = (work) => command.inDatabase(work)
  const run: CommandDatabase['run'] = (...args) => command.run(...args)
  beforeAll(async () => {
    command = await createCommandDatabase(kind, 'scripts/cube.ts')
    await inDatabase(async (db) => {
      await migrate(db)
      await writeToyCity(db, { incidents: 20_000 })
    })
  })
  afterAll(() => command.remove())

  /** Kills the command amid its work and says how many planes there are then. */
  async function killed(task: 'fold' | 'rebuild'): Promise<number> {
    const running = command.start(task)
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
      const refused = command.start(...args)
      expect((await refused.ended).code).toBe(1)
      expect(refused.stderr()).toMatch(reason)
    }
  })
})
