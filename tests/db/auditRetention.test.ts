import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { followHeads } from '../../db/audit/followHeads.ts'
import { HeadsFile, headsPath, readHeads } from '../../db/audit/heads.ts'
import type { Queryable } from '../../db/client.ts'
import { systemActor } from '../../db/queries/audit.ts'
import { keepDays, retainAudit, retainedToday, STANDARD_KEEP_DAYS } from '../../db/queries/auditRetention.ts'
import { sealAudit } from '../../db/queries/auditSealing.ts'
import { verifyAudit } from '../../db/queries/auditVerifying.ts'
import { tamper, writeTrail } from '../factories/auditTrail.ts'
import { databaseKinds, openTestDatabase, type TestDatabase } from '../setup/database.ts'

const DAY_MS = 86_400_000

/**
 * Rows as they were written and sealed some days ago: rows are made old before they are sealed, and the seal is made in
 * a database whose clock is slow.
 */
async function sealedDaysAgo(db: TestDatabase, days: number, rows: number): Promise<void> {
  await writeTrail(db, rows)
  const unsealed = 'id NOT IN (SELECT id FROM audit_links)'
  await tamper(db, `UPDATE audit SET at = at - ${days} * interval '24 hours' WHERE ${unsealed}`)
  const slow = (queryable: Queryable): Queryable => ({
    ...queryable,
    query: (text, params) =>
      queryable.query(
        text.replace(
          'extract(epoch FROM clock_timestamp())',
          `extract(epoch FROM clock_timestamp() - ${days} * interval '24 hours')`,
        ),
        params,
      ),
  })
  await sealAudit({ ...db, ...slow(db), transaction: (run) => db.transaction((tx) => run(slow(tx))) })
}

describe.each(databaseKinds())('keeping the audit on %s', (kind) => {
  let db: TestDatabase
  let file: HeadsFile
  beforeAll(async () => {
    db = await openTestDatabase({ kind })
    file = await HeadsFile.open(headsPath(db.dataDir))
    // The row of the migrations goes with the first ones.
    await sealedDaysAgo(db, 500, 9)
    await sealedDaysAgo(db, 420, 10)
    await sealedDaysAgo(db, 300, 10)
    await sealedDaysAgo(db, 190, 10)
    await sealedDaysAgo(db, 20, 10)
    await followHeads(db, file)
  })
  afterAll(() => db?.close())
  beforeEach(async () => {
    await sealAudit(db)
    await followHeads(db, file)
  })

  const verify = () => verifyAudit(db, { headsPath: file.path, pageRows: 7 })
  const count = async () => (await db.query<{ n: number }>('SELECT count(*)::int AS n FROM audit'))[0].n

  test('half a year is kept whatever is asked for', async () => {
    for (const days of [182, 0, -1, null]) {
      await expect(db.query('SELECT audit_retain($1)', [days])).rejects.toThrow(/at least 183 days/)
    }
    expect((await verify()).rows).toBe(50)
  })

  test('nothing is removed without an audit row of its own', async () => {
    await expect(db.query('SELECT audit_retain(400)')).rejects.toThrow(/audit row of its own/)
    expect(await count()).toBe(50)
  })

  test.each([
    'DELETE FROM audit',
    'DELETE FROM audit WHERE id = (SELECT min(id) FROM audit)',
    'DELETE FROM audit_links',
    'DELETE FROM audit_seals',
    'DELETE FROM audit_anchors',
    'UPDATE audit SET at = at WHERE false',
    'UPDATE audit_links SET seq = seq WHERE false',
    'UPDATE audit_seals SET number = number WHERE false',
    'UPDATE audit_anchors SET seq = 1 WHERE false',
    'TRUNCATE audit',
    'TRUNCATE audit, audit_links, audit_seals, audit_anchors CASCADE',
    'INSERT INTO audit_anchors (seal, seq, head, seal_hash, keep_days, removed) SELECT number, last_seq, head, hash, 183, 0 FROM audit_seals WHERE number = 5',
    'INSERT INTO audit_anchors (seal, seq, head, seal_hash, keep_days, removed) SELECT number, last_seq, hash, head, 183, 0 FROM audit_seals WHERE number = 1',
    'INSERT INTO audit_anchors (seal, seq, head, seal_hash, keep_days, removed) SELECT number, last_seq, head, hash, 182, 0 FROM audit_seals WHERE number = 1',
  ])('the owner is refused: %s', async (statement) => {
    // Also under the setting that silences ordinary triggers.
    for (const role of ['origin', 'replica']) {
      await expect(
        db.transaction(async (tx) => {
          await tx.query(`SET LOCAL session_replication_role = ${role}`)
          await tx.query(statement)
        }),
      ).rejects.toThrow(/only ever appended to|anchor tells|check constraint/)
    }
    expect(await count()).toBe(50)
  })

  test('an anchor covers what is old enough, and not a row more', async () => {
    await expect(
      db.transaction(async (tx) => {
        await tx.query(
          `INSERT INTO audit_anchors (seal, seq, head, seal_hash, keep_days, removed)
           SELECT number, last_seq, head, hash, 400, 10 FROM audit_seals WHERE number = 1`,
        )
        await tx.query('DELETE FROM audit a USING audit_links l WHERE l.id = a.id AND l.seq <= 11')
      }),
    ).rejects.toThrow(/only ever appended to/)
    expect(await count()).toBe(50)
  })

  test('what is older than the setting goes, whole seals from the beginning; the rest verifies from its anchor', async () => {
    expect(await keepDays(db)).toBe(STANDARD_KEEP_DAYS)
    expect(await retainedToday(db)).toBe(false)
    expect(await retainAudit(db, systemActor('server'), STANDARD_KEEP_DAYS)).toEqual({
      removed: 20,
      through: 20,
    })
    expect(await retainedToday(db)).toBe(true)
    await sealAudit(db)
    await followHeads(db, file)
    expect(await verify()).toMatchObject({ rows: 31, anchor: { seal: 2, seq: 20 }, faults: [], waiting: 0 })
    const [told] = await db.query(
      "SELECT kind, rows, detail FROM audit WHERE action = 'audit.retain' ORDER BY id DESC LIMIT 1",
    )
    expect(told).toEqual({ kind: 'system', rows: 20, detail: { days: STANDARD_KEEP_DAYS, through: 20 } })

    // Again: nothing is old enough. With a shorter time, another seal.
    expect(await retainAudit(db, systemActor('server'), STANDARD_KEEP_DAYS)).toEqual({
      removed: 0,
      through: null,
    })
    expect(await retainAudit(db, systemActor('server'), 200)).toEqual({ removed: 10, through: 30 })
    await sealAudit(db)
    await followHeads(db, file)
    expect(await verify()).toMatchObject({ rows: 23, anchor: { seal: 3, seq: 30 }, faults: [], waiting: 0 })
    // 190 days is more than half a year.
    expect(await retainAudit(db, systemActor('server'), 183)).toEqual({ removed: 10, through: 40 })
    await sealAudit(db)
    await followHeads(db, file)
    expect(await verify()).toMatchObject({ rows: 14, anchor: { seal: 4, seq: 40 }, faults: [] })
  })

  test('after retention the chain still shows who touched it', async () => {
    const [{ first }] = await db.query<{ first: number }>('SELECT min(seq) AS first FROM audit_links')
    const before = (await verify()).faultCount
    expect(before).toBe(0)
    for (const [statement, what] of [
      [`UPDATE audit SET rows = 1 WHERE id = (SELECT id FROM audit_links WHERE seq = ${first})`, 'edited'],
      [`DELETE FROM audit WHERE id = (SELECT id FROM audit_links WHERE seq = ${first})`, 'deleted'],
      ["UPDATE audit_anchors SET head = decode(repeat('ab', 32), 'hex') WHERE seal = 4", 'chain'],
      ["UPDATE audit_anchors SET seal_hash = decode(repeat('ab', 32), 'hex') WHERE seal = 4", 'anchor'],
      ['DELETE FROM audit_anchors WHERE seal = 4', 'deleted'],
    ] as const) {
      const report = await db
        .transaction(async (tx) => {
          await tamper(tx, statement)
          throw Object.assign(new Error('undo'), { report: await verifyAudit(tx, { headsPath: file.path }) })
        })
        .catch((error: unknown) => {
          if (error instanceof Error && 'report' in error)
            return error.report as Awaited<ReturnType<typeof verify>>
          throw error
        })
      expect(report.faults.map((fault) => fault.what)).toContain(what)
    }
    expect((await verify()).faultCount).toBe(0)
  })

  test('the file of heads keeps the anchor, a week whole, and one an hour of what is older', async () => {
    const path = `${file.path}.long`
    const long = await HeadsFile.open(path)
    const now = Date.parse('2026-11-22T08:00:00Z')
    const heads = Array.from({ length: 30 * 24 * 4 }, (_, n) => ({
      seal: n + 1,
      seq: 10 * (n + 1),
      at: new Date(now - 30 * DAY_MS + (n * DAY_MS) / 96).toISOString(),
      hash: 'ab'.repeat(32),
    }))
    await long.append(heads)
    // A command beside the server may have written the same head.
    await long.append(heads.slice(-1))
    await long.thin(100, now)
    const kept = (await readHeads(path)) ?? []
    expect(kept[0]).toEqual(heads[99])
    // Four an hour for a week, and before that one.
    expect(kept).toHaveLength(7 * 96 + 22 * 24 - 1)
    expect(kept.at(-1)).toEqual(heads.at(-1))
    expect(long.length).toBe(kept.length)
    await long.append([{ ...heads[0], seal: 99_999 }])
    expect((await readHeads(path))?.length).toBe(kept.length + 1)

    // What looks like evidence is not tidied away.
    await long.append([{ ...heads[0], seal: 5 }])
    await long.thin(2000, now)
    expect((await readHeads(path))?.length).toBe(kept.length + 2)
  })
})
