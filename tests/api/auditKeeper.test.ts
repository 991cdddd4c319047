import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { keepAudit } from '../../api/audit/keeper.ts'
import { headsPath, readHeads } from '../../db/audit/heads.ts'
import { verifyAudit } from '../../db/queries/auditVerifying.ts'
import { tamper, writeTrail } from '../factories/auditTrail.ts'
import { databaseKinds, openTestDatabase, type TestDatabase } from '../setup/database.ts'

describe.each(databaseKinds())('keepers of the audit on %s', (kind) => {
  let db: TestDatabase
  beforeAll(async () => {
    db = await openTestDatabase({ kind })
  })
  afterAll(() => db?.close())

  const waiting = async () => (await verifyAudit(db, { headsPath: null })).waiting

  test('two servers seal what comes, each writes all heads down, and the last rows are in both files', async () => {
    const errors: unknown[] = []
    const dirs = ['one', 'two'].map((name) => join(db.dataDir, name))
    const keepers = await Promise.all(
      dirs.map((dataDir) => keepAudit(db, { dataDir, onError: (error) => errors.push(error) })),
    )
    await writeTrail(db, 25)
    // By themselves, within seconds.
    await expect.poll(waiting, { timeout: 60_000, interval: 200 }).toBe(0)
    await writeTrail(db, 5)
    await Promise.all(keepers.map((keeper) => keeper.seal()))
    for (const keeper of keepers) await keeper.stop()
    expect(await waiting()).toBe(0)
    expect(errors).toEqual([])
    for (const dir of dirs) {
      const report = await verifyAudit(db, { headsPath: headsPath(dir) })
      expect(report.faults).toEqual([])
      expect((await readHeads(headsPath(dir)))?.at(-1)).toMatchObject({ hash: report.head?.hash })
    }
    // One of them has looked after retention, whoever came first.
    const retained = await db.query("SELECT kind, rows FROM audit WHERE action = 'audit.retain'")
    expect(retained[0]).toEqual({ kind: 'system', rows: 0 })
  })

  test('who asks while a verification runs joins it, and sees what it found', async () => {
    const keeper = await keepAudit(db, { dataDir: join(db.dataDir, 'one') })
    try {
      expect(keeper.verification).toEqual({ running: null, at: null, report: null })
      const [first, second] = await Promise.all([keeper.verify(), keeper.verify()])
      expect(first).toMatchObject({ running: null, report: { faults: [] } })
      expect(second.at).toBe(first.at)
      await tamper(
        db,
        "UPDATE audit SET action = 'city.burn' WHERE id = (SELECT id FROM audit_links WHERE seq = 9)",
      )
      expect((await keeper.verify()).report?.faults).toMatchObject([{ what: 'edited', seq: 9 }])
      expect(keeper.verification.report?.faultCount).toBe(1)
    } finally {
      await keeper.stop()
    }
  })

  test('a server that starts on an older copy says so at once and in its status, also after another start', async () => {
    const dataDir = join(db.dataDir, 'two')
    const [{ last }] = await db.query<{ last: number }>('SELECT max(number) AS last FROM audit_seals')
    await tamper(
      db,
      `DELETE FROM audit_links WHERE seq >= (SELECT first_seq FROM audit_seals WHERE number = ${last - 1})`,
      `DELETE FROM audit_seals WHERE number >= ${last - 1}`,
    )
    const errors: unknown[] = []
    const keeper = await keepAudit(db, { dataDir, onError: (error) => errors.push(error) })
    expect(String(errors[0])).toContain('npm run audit -- verify')
    expect(keeper.heads.agrees).toBe(false)
    await keeper.stop()
    const again = await keepAudit(db, { dataDir, onError: (error) => errors.push(error) })
    expect(again.heads.agrees).toBe(false)
    await again.stop()
  })
})
