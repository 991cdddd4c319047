import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { agreesWithHeads, followHeads } from '../../db/audit/followHeads.ts'
import { HeadsFile, headsPath, readHeads } from '../../db/audit/heads.ts'
import type { Queryable } from '../../db/client.ts'
import { sealAudit } from '../../db/queries/auditSealing.ts'
import { type AuditReport, verifyAudit } from '../../db/queries/auditVerifying.ts'
import { tamper, writeTrail } from '../factories/auditTrail.ts'
import { databaseKinds, openTestDatabase, type TestDatabase } from '../setup/database.ts'

const ROWS = 60
const SEAL_ROWS = 7

/** Thrown to take everything back. */
class Undo extends Error {
  report: AuditReport
  constructor(report: AuditReport) {
    super('undo')
    this.report = report
  }
}

/** Rows, seals of different lengths and their heads, as a running server makes them. */
async function keep(db: TestDatabase): Promise<void> {
  const file = await HeadsFile.open(headsPath(db.dataDir))
  // The first row tells of the migrations.
  for (let written = 1; written < ROWS; written = 20 * Math.ceil((written + 1) / 20)) {
    await writeTrail(db, 20 * Math.ceil((written + 1) / 20) - written, written)
    await sealAudit(db, { mostRows: SEAL_ROWS })
    await followHeads(db, file)
  }
}

describe.each(databaseKinds())('an audit that somebody touched, on %s', (kind) => {
  let db: TestDatabase
  let heads: string

  beforeAll(async () => {
    db = await openTestDatabase({ kind })
    heads = headsPath(db.dataDir)
    await keep(db)
  })
  afterAll(() => db?.close())

  const verify = (on: Queryable = db) => verifyAudit(on, { headsPath: heads, pageRows: 16 })

  /** What verification says after some statements, which are taken back again. */
  async function touched(...statements: string[]): Promise<AuditReport> {
    return touchedBy((tx) => tamper(tx, ...statements))
  }

  async function touchedBy(work: (tx: Queryable) => Promise<void>): Promise<AuditReport> {
    try {
      await db.transaction(async (tx) => {
        await work(tx)
        throw new Undo(await verify(tx))
      })
    } catch (error) {
      if (error instanceof Undo) return error.report
      throw error
    }
    throw new Error('Expected the transaction to be taken back.')
  }

  /** The same where sealing goes on, in a database of its own. */
  async function afterSealing(work: (own: TestDatabase) => Promise<void>): Promise<AuditReport> {
    const own = await openTestDatabase({ kind })
    try {
      await keep(own)
      await work(own)
      await sealAudit(own, { mostRows: SEAL_ROWS })
      return await verifyAudit(own, { headsPath: headsPath(own.dataDir) })
    } finally {
      await own.close()
    }
  }

  const first = ({ faults: [fault] }: AuditReport) => fault && { what: fault.what, seq: fault.seq }
  /** The number of the row at a place of the chain. */
  const at = (seq: number) => `(SELECT id FROM audit_links WHERE seq = ${seq})`

  test('untouched, it verifies', async () => {
    const report = await verify()
    expect(report).toMatchObject({ rows: ROWS, waiting: 0, faults: [], faultCount: 0, anchor: null })
    expect(report.heads).toBe(report.seals)
    expect(report.head).toMatchObject({ seal: report.seals, seq: ROWS })
    expect(report.seals).toBeGreaterThanOrEqual(ROWS / SEAL_ROWS)
  })

  // Row 31 is an officer's look at a box, with every column filled but target and area.
  test.each([
    ['at', "at = at + interval '1 microsecond'"],
    ['xid', 'xid = (xid::text::bigint + 1)::text::xid8'],
    ['person_id', "person_id = 'person-8'"],
    ['user_name', "user_name = 'officer-8'"],
    ['kind', "kind = 'kiosk'"],
    ['roles', "roles = ARRAY['officer']"],
    ['roles joined', "roles = ARRAY['officer,planner']"],
    ['session_id', 'session_id = NULL'],
    ['address', "address = '10.0.0.8'"],
    ['action', "action = 'incidents.inBox'"],
    ['target', "target = ''"],
    ['rows', 'rows = rows + 1'],
    ['city_code', "city_code = 'suzhou'"],
    ['area_id', 'area_id = 12'],
    ['box', 'box = ST_Translate(box, 0.000000001, 0)'],
    ['purpose', "purpose = 'briefing'"],
    ['detail', "detail = jsonb_set(detail, '{kinds,1}', '\"030001\"')"],
    ['a number within detail', 'detail = detail || \'{"to": 1.0}\''],
  ])('an edit of %s is named', async (_column, change) => {
    const report = await touched(`UPDATE audit SET ${change} WHERE id = ${at(31)}`)
    expect(report.faults).toMatchObject([{ what: 'edited', seq: 31, id: expect.any(Number) }])
    expect(report.faultCount).toBe(1)
  })

  test.each([1, 31, ROWS])('the deletion of row %i is named', async (seq) => {
    expect((await touched(`DELETE FROM audit WHERE id = ${at(seq)}`)).faults).toMatchObject([
      { what: 'deleted', seq },
    ])
  })

  test.each([1, 31, ROWS])('the deletion of row %i with its link is named', async (seq) => {
    const report = await touched(
      `DELETE FROM audit WHERE id = ${at(seq)}`,
      `DELETE FROM audit_links WHERE seq = ${seq}`,
    )
    expect(first(report)).toEqual({ what: 'deleted', seq })
  })

  test('a row that got another number is missing, and the new one was inserted', async () => {
    const report = await touched(
      'ALTER TABLE audit ALTER COLUMN id DROP IDENTITY',
      `UPDATE audit SET id = 9999 WHERE id = ${at(31)}`,
    )
    expect(report.faults).toMatchObject([
      { what: 'deleted', seq: 31 },
      { what: 'inserted', seq: null, id: 9999 },
    ])
  })

  test('rows that changed places are named as that', async () => {
    const report = await touched(
      'ALTER TABLE audit ALTER COLUMN id DROP IDENTITY',
      `UPDATE audit a SET id = -l.id FROM audit_links l WHERE l.id = a.id AND l.seq IN (20, 41)`,
      `UPDATE audit a SET id = other.id FROM audit_links l, audit_links other
       WHERE a.id = -l.id AND l.seq IN (20, 41) AND other.seq = 61 - l.seq`,
    )
    expect(report.faults).toMatchObject([
      { what: 'reordered', seq: 20 },
      { what: 'reordered', seq: 41 },
    ])
    expect(report.faults[0].en).toContain('row 41')
  })

  test('links that changed places are named', async () => {
    const report = await touched(
      'ALTER TABLE audit_links DROP CONSTRAINT audit_links_id_key',
      `UPDATE audit_links l SET id = other.id, row_hash = other.row_hash FROM audit_links other
       WHERE l.seq IN (20, 41) AND other.seq = 61 - l.seq`,
    )
    expect(first(report)).toEqual({ what: 'chain', seq: 20 })
  })

  test('a row inserted behind the chain is named, whatever time and transaction it claims', async () => {
    const columns = 'person_id, user_name, kind, roles, action, detail, at, xid'
    for (const xid of [
      '(SELECT xid FROM audit ORDER BY id LIMIT 1)',
      '(pg_snapshot_xmax(pg_current_snapshot())::text::bigint + 1000)::text::xid8',
    ]) {
      const report = await touched(
        `INSERT INTO audit (${columns}) SELECT 'person-8', 'officer-8', 'person', '{officer}', 'incidents.get', '{}', at, ${xid}
         FROM audit WHERE id = ${at(31)}`,
      )
      expect(report.faults).toMatchObject([{ what: 'inserted', seq: null, id: expect.any(Number) }])
    }
  })

  test('a row pushed into the middle of the chain is named', async () => {
    const report = await touched(
      `INSERT INTO audit (person_id, user_name, kind, roles, action) VALUES ('person-8', 'officer-8', 'person', '{officer}', 'incidents.get')`,
      'ALTER TABLE audit_links DROP CONSTRAINT audit_links_pkey',
      'UPDATE audit_links SET seq = seq + 1 WHERE seq > 30',
      `INSERT INTO audit_links (seq, id, row_hash, chain_hash)
       SELECT 31, (SELECT max(id) FROM audit), row_hash, chain_hash FROM audit_links WHERE seq = 30`,
    )
    expect(first(report)).toEqual({ what: 'chain', seq: 31 })
  })

  test('a row and a link hung on at the end are named', async () => {
    const report = await touched(
      `INSERT INTO audit (person_id, user_name, kind, roles, action) VALUES ('person-8', 'officer-8', 'person', '{officer}', 'incidents.get')`,
      `INSERT INTO audit_links (seq, id, row_hash, chain_hash)
       SELECT seq + 1, (SELECT max(id) FROM audit), row_hash, chain_hash FROM audit_links ORDER BY seq DESC LIMIT 1`,
    )
    expect(report.faults).toMatchObject([{ what: 'inserted', seq: ROWS + 1 }])
  })

  test.each([
    ['row_hash', "row_hash = decode(repeat('ab', 32), 'hex')", 'edited'],
    ['chain_hash', "chain_hash = decode(repeat('ab', 32), 'hex')", 'chain'],
  ])('an edit of %s of a link is named', async (_column, change, what) => {
    const report = await touched(`UPDATE audit_links SET ${change} WHERE seq = 31`)
    expect(report.faults.map((fault) => fault.seq)).toContain(31)
    expect(report.faults.find((fault) => fault.seq === 31)?.what).toMatch(new RegExp(`${what}|chain`))
  })

  test.each([
    ['first_seq', 'first_seq = first_seq - 1'],
    ['last_seq', 'last_seq = last_seq - 1'],
    ['head', "head = decode(repeat('ab', 32), 'hex')"],
    ['sealed_at', "sealed_at = sealed_at - interval '1 microsecond'"],
    ['snapshot', "snapshot = '5:5:'"],
    ['system_identifier', 'system_identifier = system_identifier + 1'],
    ['anchor', 'anchor = 1'],
    ['hash', "hash = decode(repeat('ab', 32), 'hex')"],
  ])('an edit of %s of a seal is named', async (_column, change) => {
    const [{ from }] = await db.query<{ from: number }>(
      'SELECT first_seq AS from FROM audit_seals WHERE number = 4',
    )
    const report = await touched(`UPDATE audit_seals SET ${change} WHERE number = 4`)
    expect(report.faultCount).toBeGreaterThan(0)
    expect(report.faults[0].seq).toBeGreaterThanOrEqual(from - SEAL_ROWS)
    expect(report.faults[0].seq).toBeLessThanOrEqual(from + SEAL_ROWS)
  })

  test.each(['1', '4', '(SELECT max(number) FROM audit_seals)'])(
    'the deletion of seal %s is named',
    async (number) => {
      const report = await touched(`DELETE FROM audit_seals WHERE number = ${number}`)
      expect(report.faults[0].what).toMatch(/deleted|truncated/)
    },
  )

  test.each([
    ['the rows', ['audit']],
    ['the links', ['audit_links']],
    ['the seals', ['audit_seals']],
    ['links and seals', ['audit_links', 'audit_seals']],
    ['everything', ['audit', 'audit_links', 'audit_seals', 'audit_anchors']],
  ])('truncating %s is named', async (_what, tables) => {
    const report = await touched(...tables.map((table) => `TRUNCATE ${table}`))
    expect(report.faults[0].what).toBe('truncated')
  })

  /** Cuts the newest rows off together with their links and seals. */
  const cut = (from: number) => [
    `DELETE FROM audit WHERE id IN (SELECT id FROM audit_links WHERE seq > ${from})`,
    `DELETE FROM audit_links WHERE seq > ${from}`,
    `DELETE FROM audit_seals WHERE last_seq > ${from}`,
  ]
  const ends = 'SELECT last_seq FROM audit_seals ORDER BY number'

  test('a tail that was cut off shows in the file of heads, and only there', async () => {
    const [, , third] = await db.query<{ last_seq: number }>(ends)
    const report = await touched(...cut(third.last_seq))
    expect(report.faults).toMatchObject([{ what: 'truncated', seq: third.last_seq + 1 }])
    expect(report.faults[0].en).toContain('its end was cut off, or an older copy was restored')
  })

  test('a row deleted with everything rewritten after it shows in the file of heads', async () => {
    // The thief has our own program.
    const report = await afterSealing((own) =>
      tamper(
        own,
        `DELETE FROM audit WHERE id = ${at(10)}`,
        'DELETE FROM audit_links',
        'DELETE FROM audit_seals',
      ),
    )
    expect(report.faults[0]).toMatchObject({ what: 'heads' })
    expect(report.faults[0].seq).toBeLessThanOrEqual(10)
  })

  test('an older copy that was restored and written on shows in the file of heads', async () => {
    const [, , third] = await db.query<{ last_seq: number }>(ends)
    const report = await afterSealing(async (own) => {
      await tamper(own, ...cut(third.last_seq))
      await writeTrail(own, 2 * ROWS, 500)
    })
    expect(report.faults[0]).toMatchObject({ what: 'heads', seq: third.last_seq + 1 })
  })

  test('a server that goes on from an older copy says so and writes both chains down', async () => {
    const copy = `${heads}.copy`
    const lines = (await readHeads(heads)) ?? []
    const [last] = lines.slice(-1)
    writeFileSync(
      copy,
      lines
        .map(
          (head) =>
            head && `${head.seal} ${head.seq} ${head.at} ${head === last ? 'ab'.repeat(32) : head.hash}\n`,
        )
        .join(''),
    )
    const file = await HeadsFile.open(copy)
    expect(file.last && (await agreesWithHeads(db, file.last))).toBe(false)
    expect(file.tellsOneChain).toBe(true)
    expect(await followHeads(db, file)).toBe(false)
    expect(await followHeads(db, file)).toBe(true)
    // Also after the next start.
    expect(file.tellsOneChain).toBe(false)
    expect((await HeadsFile.open(copy)).tellsOneChain).toBe(false)
    const report = await verifyAudit(db, { headsPath: copy })
    expect(report.faults[0]).toMatchObject({ what: 'heads', seq: last?.seq })
  })

  test('a file of heads that is gone, damaged or half written', async () => {
    const missing = await verifyAudit(db, { headsPath: `${heads}.missing` })
    expect(missing.faults).toMatchObject([{ what: 'heads' }])
    expect((await verifyAudit(db, { headsPath: null })).faults).toEqual([])

    const damaged = `${heads}.damaged`
    const [line] = (await readHeads(heads)) ?? []
    writeFileSync(damaged, `${line?.seal} ${line?.seq} ${line?.at} ${line?.hash}\n3 nonsense\n`)
    expect((await verifyAudit(db, { headsPath: damaged })).faults).toMatchObject([{ what: 'heads' }])

    // A power cut in the midst of a line: the line is made again.
    const half = `${heads}.half`
    writeFileSync(half, `${line?.seal} ${line?.seq} ${line?.at} ${line?.hash}\n2 14 2026-11-2`)
    await followHeads(db, await HeadsFile.open(half))
    expect((await verifyAudit(db, { headsPath: half })).faults).toEqual([])
    expect(await readHeads(half)).toEqual(await readHeads(heads))
  })

  test('triggers that are off or gone are named', async () => {
    const off = await touchedBy((tx) => tx.script('ALTER TABLE audit DISABLE TRIGGER audit_unchanged'))
    expect(off.faults).toMatchObject([{ what: 'guards' }])
    const gone = await touchedBy((tx) => tx.script('DROP TRIGGER audit_kept ON audit_seals'))
    expect(gone.faults).toMatchObject([{ what: 'guards' }])
    // An ordinary trigger is silent under session_replication_role.
    const origin = await touchedBy((tx) => tx.script('ALTER TABLE audit ENABLE TRIGGER audit_kept'))
    expect(origin.faults).toMatchObject([{ what: 'guards' }])
  })

  test('rows that nobody has sealed for minutes are named, fresh ones are not', async () => {
    const waiting = await touchedBy(async (tx) => {
      await writeTrail(tx, 3)
    })
    expect(waiting).toMatchObject({ waiting: 3, faults: [] })
    const late = await touchedBy(async (tx) => {
      await writeTrail(tx, 3)
      await tamper(
        tx,
        "UPDATE audit SET at = at - interval '6 minutes' WHERE id NOT IN (SELECT id FROM audit_links)",
      )
    })
    expect(late.faults).toMatchObject([{ what: 'waiting' }])
    expect(late.faults[0].en).toContain('npm run audit -- seal')
  })

  test('a row that claims a time long before the seal before it is named', async () => {
    const report = await afterSealing(async (own) => {
      await own.query(
        `INSERT INTO audit (at, person_id, user_name, kind, roles, action)
         VALUES (now() - interval '3 days', 'person-8', 'officer-8', 'person', '{officer}', 'incidents.get')`,
      )
    })
    expect(report.faults).toMatchObject([{ what: 'inserted', seq: ROWS + 1 }])
  })

  test('an anchor that nobody made by retention is named', async () => {
    const report = await touched(
      `INSERT INTO audit_anchors (seal, seq, head, seal_hash, keep_days, removed)
       SELECT number, last_seq, head, hash, 400, last_seq FROM audit_seals WHERE number = 3`,
      'DELETE FROM audit a USING audit_links l WHERE l.id = a.id AND l.seq <= (SELECT seq FROM audit_anchors)',
      'DELETE FROM audit_links WHERE seq <= (SELECT seq FROM audit_anchors)',
      'DELETE FROM audit_seals WHERE number <= (SELECT seal FROM audit_anchors)',
    )
    expect(report.faults).toMatchObject([{ what: 'anchor' }])
  })

  test('an anchor that tells of a retention which removed young rows is named', async () => {
    const report = await touched(
      `INSERT INTO audit (user_name, kind, roles, action) VALUES ('audit', 'system', '{}', 'audit.retain')`,
      `INSERT INTO audit_anchors (seal, seq, head, seal_hash, keep_days, removed)
       SELECT number, last_seq, head, hash, 400, last_seq FROM audit_seals WHERE number = 3`,
      'DELETE FROM audit a USING audit_links l WHERE l.id = a.id AND l.seq <= (SELECT seq FROM audit_anchors)',
      'DELETE FROM audit_links WHERE seq <= (SELECT seq FROM audit_anchors)',
      'DELETE FROM audit_seals WHERE number <= (SELECT seal FROM audit_anchors)',
    )
    expect(report.faults).toMatchObject([{ what: 'anchor' }])
    expect(report.faults[0].en).toContain('younger')
  })

  test('a thousand faults are counted, and the first ones named', async () => {
    const report = await touched("UPDATE audit SET user_name = user_name || '!'")
    expect(report.faultCount).toBe(ROWS)
    expect(report.faults).toHaveLength(20)
    expect(first(report)).toEqual({ what: 'edited', seq: 1 })
  })
})
