import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BEGINNING, chainHash, type RawRow, type RawSeal, rowHash, sealHash } from '../../db/audit/hashes.ts'
import { headsPath } from '../../db/audit/heads.ts'
import { migrate } from '../../db/migrate.ts'
import { tamper, writeTrail } from '../factories/auditTrail.ts'
import { type CommandDatabase, createCommandDatabase } from '../setup/commandDatabase.ts'
import { databaseKinds } from '../setup/database.ts'

describe.each(databaseKinds())('npm run audit on %s', (kind) => {
  let command: CommandDatabase
  const inDatabase: CommandDatabase['inDatabase'] = (work) => command.inDatabase(work)
  const run: CommandDatabase['run'] = (...args) => command.run(...args)
  beforeAll(async () => {
    command = await createCommandDatabase(kind, 'scripts/audit.ts')
    await inDatabase(async (db) => {
      await migrate(db)
      await writeTrail(db, 40)
    })
  })
  afterAll(() => command.remove())

  test('seals what waits, verifies it, and writes the heads down', async () => {
    expect(await run('seal')).toMatchObject({ code: 0, answer: { command: 'seal', rows: 41, agrees: true } })
    const verified = await run('verify')
    expect(verified).toMatchObject({
      code: 0,
      answer: { command: 'verify', rows: 41, waiting: 0, heads: 1, faults: [], faultCount: 0 },
    })
    expect(verified.lines).toHaveLength(1)
    expect(readFileSync(headsPath(command.dir), 'utf8')).toContain(verified.answer.head.hash)
  })

  test('an export proves itself without the database', async () => {
    const path = join(command.dir, 'audit.jsonl')
    const exported = await run('export', path)
    expect(exported).toMatchObject({ code: 0, answer: { command: 'export', rows: 41, seals: 1, heads: 1 } })
    const lines = readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines.at(-1)).toEqual({ what: 'end', rows: 41, seals: 1, heads: 1 })
    let chain: Buffer = BEGINNING
    let seal: Buffer = BEGINNING
    for (const line of lines) {
      if (line.what === 'row') {
        const row: RawRow & { seq: number; row_hash: string; chain_hash: string } = line
        expect(rowHash(row).toString('hex')).toBe(row.row_hash)
        chain = chainHash(chain, { seq: row.seq, id: row.id, rowHash: rowHash(row) })
        expect(chain.toString('hex')).toBe(row.chain_hash)
      }
      if (line.what === 'seal') {
        const sealed: RawSeal & { hash: string } = line
        expect(sealed.head).toBe(chain.toString('hex'))
        seal = sealHash(seal, sealed)
        expect(seal.toString('hex')).toBe(sealed.hash)
      }
      if (line.what === 'head') expect(line.hash).toBe(seal.toString('hex'))
    }
    // Taking it out is told, and no file is written over.
    const again = await run('export', path)
    expect(again.code).toBe(1)
    const told = await inDatabase((db) =>
      db.query("SELECT kind, rows FROM audit WHERE action = 'audit.export'"),
    )
    expect(told).toEqual([{ kind: 'system', rows: 41 }])
  })

  test('retention keeps half a year and is told', async () => {
    const refused = await run('retain', '--days', '100')
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('at least half a year')
    expect(await run('retain', '--days', '200')).toMatchObject({
      code: 0,
      answer: { command: 'retain', days: 200, removed: 0, through: null },
    })
    // What was said once is the setting.
    expect(await run('retain')).toMatchObject({ code: 0, answer: { days: 200 } })
    expect(await run('verify')).toMatchObject({ code: 0, answer: { rows: 44, waiting: 0 } })
  })

  test('names the first row that was touched, in both languages, and ends with 1', async () => {
    const heads = readFileSync(headsPath(command.dir), 'utf8')
    await inDatabase((db) =>
      tamper(
        db,
        "UPDATE audit SET user_name = 'nobody' WHERE id IN (SELECT id FROM audit_links WHERE seq IN (17, 30))",
      ),
    )
    const touched = await run('verify')
    expect(touched.code).toBe(1)
    expect(touched.answer).toMatchObject({
      faultCount: 2,
      faults: [{ what: 'edited', seq: 17 }, { seq: 30 }],
    })
    expect(touched.stderr).toContain('Row 17 (number 17) was edited after it was sealed.')
    expect(touched.stderr).toContain('第 17 条（编号 17）封存后被改动。')

    appendFileSync(headsPath(command.dir), `999 9999 2026-11-22T08:00:00.000Z ${'ab'.repeat(32)}\n`)
    expect((await run('verify')).answer.faults[0]).toMatchObject({ what: 'truncated' })
    writeFileSync(headsPath(command.dir), '')
    expect((await run('verify')).answer.faults.map((fault: { what: string }) => fault.what)).toContain(
      'heads',
    )
    expect((await run('verify', '--without-heads')).answer).toMatchObject({ heads: null, faultCount: 2 })
    writeFileSync(headsPath(command.dir), heads)
  })

  test('refuses what it does not know in one sentence', async () => {
    for (const [args, reason] of [
      [['toString'], /Bad option .*usage: npm run audit/],
      [['export'], /Bad option .*name of a file/],
      [['seal', '--days', '200'], /Bad option .*takes no --days/],
      [['verify', 'more'], /Bad option .*too many words/],
      [['retain', '--days', 'many'], /must be a whole number from 183/],
    ] as const) {
      const command = await run(...args)
      expect(command.code).toBe(1)
      expect(command.stderr).toMatch(reason)
      expect(command.stderr).not.toMatch(/\n\s+at /)
    }
  })
})
