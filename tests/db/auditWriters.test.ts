import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { followHeads } from '../../db/audit/followHeads.ts'
import { HeadsFile, headsPath } from '../../db/audit/heads.ts'
import { type Database, openDatabase, type Queryable } from '../../db/client.ts'
import { insertAudit } from '../../db/queries/audit.ts'
import { sealAudit } from '../../db/queries/auditSealing.ts'
import { verifyAudit } from '../../db/queries/auditVerifying.ts'
import { createRandom } from '../../geodata/random.ts'
import { auditEntry, tamper, writeTrail } from '../factories/auditTrail.ts'
import { asSuperuser, databaseKinds, openTestDatabase, type TestDatabase } from '../setup/database.ts'

const WRITERS = 16
// A small count gates CI; GRIDWALL_RUNS=100 writes for longer.
const ROUNDS = 15 * Number(process.env.GRIDWALL_RUNS ?? 2)

/** Every row has one place, and the places have no gap. */
async function places(db: Database) {
  const [row] = await db.query<{ rows: number; linked: number; first: number; last: number }>(
    `SELECT count(*)::int AS rows, count(l.seq)::int AS linked, min(l.seq) AS first, max(l.seq) AS last
     FROM audit a FULL JOIN audit_links l ON l.id = a.id`,
  )
  return row
}

describe.each(databaseKinds())('sealing on %s', (kind) => {
  let db: TestDatabase
  beforeAll(async () => {
    db = await openTestDatabase({ kind })
  })
  afterAll(() => db?.close())

  test('nothing to seal makes no seal', async () => {
    await sealAudit(db)
    const before = await verifyAudit(db, { headsPath: null })
    expect(await sealAudit(db)).toEqual({ outcome: 'sealed', seals: 0, rows: 0 })
    expect(await verifyAudit(db, { headsPath: null })).toEqual(before)
  })

  test('full batches, a part of one, and what was rolled back', async () => {
    const before = (await places(db)).rows
    await writeTrail(db, 23)
    await expect(
      db.transaction(async (tx) => {
        await writeTrail(tx, 5)
        throw new Error('no')
      }),
    ).rejects.toThrow('no')
    expect(await sealAudit(db, { mostRows: 10 })).toEqual({ outcome: 'sealed', seals: 3, rows: 23 })
    // What a full batch left over is looked for again, and there is nothing.
    await writeTrail(db, 20)
    expect(await sealAudit(db, { mostRows: 10 })).toEqual({ outcome: 'sealed', seals: 2, rows: 20 })
    expect(await sealAudit(db)).toMatchObject({ rows: 0 })
    expect(await places(db)).toMatchObject({ rows: before + 43, linked: before + 43, last: before + 43 })
  })

  test('a copy restored into another server is sealed on and verifies', async () => {
    const own = await openTestDatabase({ kind })
    try {
      // Over there, transaction numbers were much higher.
      const there = elsewhere(own)
      await writeTrail(own, 12)
      await tamper(own, "UPDATE audit SET xid = '900000'")
      await sealAudit(there, { mostRows: 5 })
      await writeTrail(own, 7)
      await tamper(own, "UPDATE audit SET xid = '900001' WHERE id NOT IN (SELECT id FROM audit_links)")

      await writeTrail(own, 2)
      const { rows } = await places(own)
      expect(await sealAudit(own, { mostRows: 5 })).toEqual({ outcome: 'sealed', seals: 2, rows: 9 })
      await writeTrail(own, 3)
      expect(await sealAudit(own)).toEqual({ outcome: 'sealed', seals: 1, rows: 3 })
      expect(await places(own)).toMatchObject({ rows: rows + 3, linked: rows + 3 })
      expect((await verifyAudit(own, { headsPath: null })).faults).toEqual([])
    } finally {
      await own.close()
    }
  })
})

/** The same database as another server would have it. */
function elsewhere(db: Database): Database {
  const moved = (queryable: Queryable): Queryable => ({
    ...queryable,
    query: (text, params) =>
      queryable.query(
        text.replaceAll(
          'FROM pg_control_system()',
          'FROM (SELECT 1::bigint AS system_identifier) AS control',
        ),
        params,
      ),
  })
  return { ...db, ...moved(db), transaction: (run) => db.transaction((tx) => run(moved(tx))) }
}

// PGlite has one session: writers take turns there by nature.
describe.runIf(databaseKinds().includes('postgres'))('sixteen writers on postgres', () => {
  let db: TestDatabase
  let pools: Database[]
  beforeAll(async () => {
    db = await openTestDatabase({ kind: 'postgres' })
    pools = await Promise.all(
      Array.from({ length: WRITERS / 4 }, () => openDatabase({ databaseUrl: db.databaseUrl, dataDir: '' })),
    )
  })
  afterAll(async () => {
    await Promise.all((pools ?? []).map((pool) => pool.close()))
    await db?.close()
  })

  /** One writer's life: single rows, several in a transaction, transactions that last, and some that are taken back. */
  async function write(pool: Database, seed: number): Promise<number> {
    const random = createRandom(seed)
    let kept = 0
    for (let round = 0; round < ROUNDS; round++) {
      const { actor, entry } = auditEntry(random.int(0, 1000))
      const rows = random.int(1, 6)
      const pause = random.chance(0.2) ? random.int(1, 120) : 0
      const takenBack = random.chance(0.15)
      const writing = pool.transaction(async (tx) => {
        for (let row = 0; row < rows; row++) await insertAudit(tx, actor, entry)
        if (pause > 0) await wait(pause)
        if (takenBack) throw new Error('taken back')
      })
      if (takenBack) await expect(writing).rejects.toThrow('taken back')
      else {
        await writing
        kept += rows
      }
    }
    return kept
  }

  test('every row that was kept has exactly one place, and nobody waits for a seal', async () => {
    let writing = true
    // Two servers seal with small batches, one of them writes the heads down; somebody verifies all the while.
    const file = await HeadsFile.open(headsPath(db.dataDir))
    await writeTrail(db, 1)
    await sealAudit(db)
    await followHeads(db, file)
    const { rows: before } = await places(db)
    const keepers = [3, 50].map(async (mostRows) => {
      while (writing) {
        await sealAudit(db, { mostRows })
        if (mostRows === 50) await followHeads(db, file)
        await wait(3)
      }
    })
    const verifier = (async () => {
      while (writing) {
        const report = await verifyAudit(db, { headsPath: headsPath(db.dataDir), pageRows: 100 })
        expect(report.faults).toEqual([])
        await wait(20)
      }
    })()
    const blocked: unknown[] = []
    const watcher = (async () => {
      while (writing) {
        blocked.push(
          ...(await asSuperuser(
            async (client) =>
              (
                await client.query(
                  // Writers wait for one another for an instant where the table grows by a page.
                  `SELECT w.wait_event, w.query, b.query AS by
                   FROM pg_stat_activity w
                   CROSS JOIN LATERAL unnest(pg_blocking_pids(w.pid)) AS p (pid)
                   JOIN pg_stat_activity b ON b.pid = p.pid
                   WHERE w.datname = current_database() AND w.query LIKE '%INSERT INTO audit (%'
                     AND b.backend_type = 'client backend' AND b.query NOT LIKE '%INSERT INTO audit (%'`,
                )
              ).rows,
            new URL(db.databaseUrl ?? '').pathname.slice(1),
          )),
        )
        await wait(5)
      }
    })()
    // Whatever fails first ends the others.
    const stop = (error: unknown) => {
      writing = false
      throw error
    }
    const [kept] = await Promise.all([
      Promise.all(Array.from({ length: WRITERS }, (_, n) => write(pools[n % pools.length], 100 + n))).finally(
        () => {
          writing = false
        },
      ),
      ...[...keepers, verifier, watcher].map((other) => other.catch(stop)),
    ])
    await sealAudit(db)
    await followHeads(db, file)

    const rows = before + kept.reduce((sum, n) => sum + n, 0)
    expect(await places(db)).toEqual({ rows, linked: rows, first: 1, last: rows })
    expect(await verifyAudit(db, { headsPath: headsPath(db.dataDir) })).toMatchObject({
      rows,
      waiting: 0,
      faults: [],
    })
    expect(blocked).toEqual([])
  })

  test('a transaction that stays open holds nobody up, and is sealed when it ends, whatever its number', async () => {
    const [before] = await db.query<{ n: number }>('SELECT count(*)::int AS n FROM audit_links')
    let finish = () => {}
    const held = new Promise<void>((resolve) => {
      finish = resolve
    })
    let id = 0
    const long = pools[0].transaction(async (tx) => {
      const { actor, entry } = auditEntry(1)
      ;({ id } = await insertAudit(tx, actor, entry))
      await held
    })
    try {
      await expect.poll(() => id).toBeGreaterThan(0)
      for (let round = 0; round < 3; round++) {
        await writeTrail(pools[1], 4)
        expect(await sealAudit(db, { mostRows: 3 })).toMatchObject({ outcome: 'sealed', rows: 4 })
      }
      expect((await verifyAudit(db, { headsPath: null })).faults).toEqual([])
    } finally {
      finish()
      await long
    }
    expect(await sealAudit(db)).toEqual({ outcome: 'sealed', seals: 1, rows: 1 })
    const [late] = await db.query<{ id: number; seq: number }>(
      'SELECT id, seq FROM audit_links ORDER BY seq DESC LIMIT 1',
    )
    expect(late).toEqual({ id, seq: before.n + 13 })
    expect(await verifyAudit(db, { headsPath: null })).toMatchObject({ waiting: 0, faults: [] })
  })

  test('who finds another at work leaves it to them', async () => {
    await writeTrail(db, 2)
    await pools[0].transaction(async (tx) => {
      await tx.query("SELECT pg_advisory_xact_lock(hashtext('gridwall audit'), 0)")
      expect(await sealAudit(db)).toEqual({ outcome: 'busy', seals: 0, rows: 0 })
    })
    expect(await sealAudit(db)).toMatchObject({ outcome: 'sealed', rows: 2 })
  })
})
