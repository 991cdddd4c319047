import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Queryable } from '../../db/client.ts'
import { copyRows } from '../../db/copyBinary.ts'
import { databaseKinds, openTestDatabase, type TestDatabase } from '../setup/database.ts'

describe.each(databaseKinds())('the client on %s', (kind) => {
  let db: TestDatabase
  beforeAll(async () => {
    db = await openTestDatabase({ kind })
    await db.script(
      'CREATE TABLE things (id integer PRIMARY KEY, name text, at timestamptz, day date, numbers integer[], names text[], facts jsonb, bytes bytea, big bigint, exact numeric, yes boolean)',
    )
  })
  afterAll(() => db?.close())

  test('values come back the same from either database', async () => {
    const at = new Date('2026-11-22T06:32:00.123Z')
    const bytes = new Uint8Array([0, 1, 254, 255])
    const [row] = await db.query(
      `SELECT 7::int2 AS small, 9007199254740991::int8 AS big, 9007199254740993::int8 AS huge, 1.50::numeric AS exact, 0.1::float8 AS real,
              $1::timestamptz AS at, $2::date AS day, $3::int[] AS numbers, $4::jsonb AS facts, $5::bytea AS bytes, true AS yes, NULL AS nothing`,
      [at, '2025-06-01', [1, 2], { a: [1, { b: null }] }, bytes],
    )
    expect({ ...row, bytes: Array.from(row.bytes as Uint8Array) }).toEqual({
      small: 7,
      big: 9007199254740991,
      huge: 9007199254740993n,
      exact: '1.50',
      real: 0.1,
      at,
      day: '2025-06-01',
      numbers: [1, 2],
      facts: { a: [1, { b: null }] },
      bytes: [0, 1, 254, 255],
      yes: true,
      nothing: null,
    })
    expect(row.bytes).toBeInstanceOf(Uint8Array)
  })

  test('instants are answered in UTC whatever the server thinks', async () => {
    const [row] = await db.query<{ zone: string; text: string }>(
      "SELECT current_setting('TimeZone') AS zone, timestamptz '2026-01-01 00:00+08'::text AS text",
    )
    expect(row).toEqual({ zone: 'UTC', text: '2025-12-31 16:00:00+00' })
  })

  test('copied rows come back as they were, tabs, backslashes, newlines and all', async () => {
    const nasty = 'tab\there\\N back\\slash\r\nnewline \\. "quoted" 向家坝 🙂'
    const at = new Date('2023-01-01T00:00:00Z')
    const rows = [
      [
        1,
        nasty,
        at,
        '2023-01-01',
        [1, -2],
        [nasty, '', 'NULL'],
        { text: nasty },
        new Uint8Array([0, 92, 255]),
        9007199254740993n,
        '0.30',
        false,
      ],
      [2, null, undefined, null, null, null, null, null, null, null, null],
      [3, '', at, '0001-01-01', [], [], {}, new Uint8Array(), 0, 0, true],
    ]
    const columns = ['id', 'name', 'at', 'day', 'numbers', 'names', 'facts', 'bytes', 'big', 'exact', 'yes']
    expect(await db.copy('things', columns, rows)).toBe(3)
    const back = await db.query('SELECT * FROM things ORDER BY id')
    expect(back.map((row) => ({ ...row, bytes: row.bytes && Array.from(row.bytes as Uint8Array) }))).toEqual([
      {
        id: 1,
        name: nasty,
        at,
        day: '2023-01-01',
        numbers: [1, -2],
        names: [nasty, '', 'NULL'],
        facts: { text: nasty },
        bytes: [0, 92, 255],
        big: 9007199254740993n,
        exact: '0.30',
        yes: false,
      },
      {
        id: 2,
        name: null,
        at: null,
        day: null,
        numbers: null,
        names: null,
        facts: null,
        bytes: null,
        big: null,
        exact: null,
        yes: null,
      },
      {
        id: 3,
        name: '',
        at,
        day: '0001-01-01',
        numbers: [],
        names: [],
        facts: {},
        bytes: [],
        big: 0,
        exact: '0',
        yes: true,
      },
    ])
  })

  test('a copy that fails at its last row keeps none of the rows before it', async () => {
    async function* rows() {
      // More than one chunk.
      for (let id = 1000; id < 101_000; id++) yield [id, 'x'.repeat(100)]
      yield [1000, 'twice']
    }
    await expect(db.copy('things', ['id', 'name'], rows())).rejects.toThrow(/duplicate key/)
    expect(await db.query('SELECT count(*) FROM things WHERE id >= 1000')).toEqual([{ count: 0 }])
  })

  test('what the source of a copy throws reaches the caller, and the next copy works', async () => {
    async function* rows() {
      yield [5000, 'fine']
      throw new Error('line 2 is not a row')
    }
    await expect(db.copy('things', ['id', 'name'], rows())).rejects.toThrow('line 2 is not a row')
    expect(await db.copy('things', ['id', 'name'], [[5000, 'fine']])).toBe(1)
  })

  test('rows come out as they lie in the database, long ones and short ones, within a transaction and without', async () => {
    const select = `SELECT n::int4, NULL, CASE WHEN n % 3 = 0 THEN repeat('向', 50000 * n) ELSE '' END, int8send(-n) FROM generate_series(1, 9) n`
    const read = async (queryable: Queryable) => {
      const rows: unknown[] = []
      for await (const [n, nothing, text, big] of copyRows(queryable.copyOut(select))) {
        rows.push([n?.readInt32BE(), nothing, text?.toString('utf8').length, big?.readBigInt64BE()])
      }
      return rows
    }
    const expected = Array.from({ length: 9 }, (_, i) => i + 1).map((n) => [
      n,
      null,
      n % 3 === 0 ? 50_000 * n : 0,
      BigInt(-n),
    ])
    expect(await read(db)).toEqual(expected)
    expect(await db.transaction(read)).toEqual(expected)
  })

  test('rows that come out may be left halfway or fail, and the database goes on', async () => {
    for await (const [first] of copyRows(db.copyOut('SELECT n FROM generate_series(1, 1000000) n'))) {
      expect(first?.readInt32BE()).toBe(1)
      break
    }
    const failing = async () => {
      for await (const _ of copyRows(db.copyOut('SELECT 1 / (5000 - n) FROM generate_series(1, 9999) n')));
    }
    await expect(failing()).rejects.toThrow(/division by zero/)
    expect(await db.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  test('a transaction that throws leaves nothing behind', async () => {
    const failed = db.transaction(async (tx) => {
      await tx.query("INSERT INTO things (id, name) VALUES (6000, 'half')")
      await tx.copy('things', ['id', 'name'], [[6001, 'half']])
      throw new Error('changed my mind')
    })
    await expect(failed).rejects.toThrow('changed my mind')
    expect(await db.query('SELECT count(*) FROM things WHERE id IN (6000, 6001)')).toEqual([{ count: 0 }])
    const result = await db.transaction(async (tx) => {
      await tx.query("INSERT INTO things (id, name) VALUES (6000, 'whole')")
      return 'kept'
    })
    expect(result).toBe('kept')
    expect(await db.query('SELECT name FROM things WHERE id = 6000')).toEqual([{ name: 'whole' }])
  })

  test('notifications arrive in order until listening ends', async () => {
    const heard: string[] = []
    const stop = await db.listen('news', (payload) => heard.push(payload))
    const other = await db.listen('other', () => heard.push('wrong channel'))
    for (const text of ['one', 'two', '三']) await db.query("SELECT pg_notify('news', $1)", [text])
    await expect.poll(() => heard).toEqual(['one', 'two', '三'])
    await stop()
    await db.query("SELECT pg_notify('news', 'four')")
    const again = await db.listen('news', (payload) => heard.push(`again ${payload}`))
    await db.query("SELECT pg_notify('news', 'five')")
    await expect.poll(() => heard).toEqual(['one', 'two', '三', 'again five'])
    await again()
    await other()
  })
})

test('PGlite writes a checkpoint while much is copied, so that its log stays small', async () => {
  const db = await openTestDatabase({ kind: 'pglite' })
  const redo = async () =>
    (await db.query<{ lsn: string }>('SELECT redo_lsn::text AS lsn FROM pg_control_checkpoint()'))[0].lsn
  await db.script('CREATE TABLE big (id integer PRIMARY KEY, content text)')
  const before = await redo()
  const line = 'x'.repeat(500_000)
  const rows = Array.from({ length: 140 }, (_, id) => [id, line])
  expect(await db.copy('big', ['id', 'content'], rows)).toBe(140)
  expect(await redo()).not.toBe(before)
  await db.close()
})
