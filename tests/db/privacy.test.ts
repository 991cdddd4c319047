import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RIGHTS } from '../../api/access.ts'
import { commonColumns, PERSON_COLUMN, personColumnReasons, tableNotes } from '../../db/privacy.ts'
import { listColumns, type SchemaColumn } from '../../db/queries/schemaColumns.ts'
import { scrub } from '../../geodata/scrub.ts'
import { privacyReport, requireNotes } from '../../scripts/privacyReport.ts'
import { databaseKinds, openTestDatabase, type TestDatabase } from '../setup/database.ts'

/** Tables that hold secrets or texts of the sign-in, which look like anything. */
const OPAQUE = new Set(['accounts', 'sessions', 'verifications'])

describe.each(databaseKinds())('what the schema may hold on %s', (kind) => {
  let db: TestDatabase
  let columns: SchemaColumn[]

  beforeAll(async () => {
    db = await openTestDatabase({ kind, seeded: true })
    columns = await listColumns(db)
  })
  afterAll(() => db?.close())

  test('every column is explained, and nothing that is not there', () => {
    expect(columns.length).toBeGreaterThan(200)
    requireNotes(columns)
    const there = new Set(columns.map(({ table, column }) => `${table}.${column}`))
    const said = Object.entries(tableNotes).flatMap(([table, note]) =>
      [...Object.keys(note.columns ?? {}), ...Object.keys(note.freeText ?? {})].map(
        (column) => `${table}.${column}`,
      ),
    )
    expect(said.filter((name) => !there.has(name))).toEqual([])
    expect(Object.keys(tableNotes).filter((table) => !columns.some((each) => each.table === table))).toEqual(
      [],
    )
    expect(
      Object.values(tableNotes)
        .flatMap(({ rights }) => rights)
        .filter((right) => !(RIGHTS as readonly string[]).includes(right)),
    ).toEqual([])
  })

  test('a new column without a line fails', () => {
    expect(() => requireNotes([...columns, { table: 'incidents', column: 'caller', type: 'text' }])).toThrow(
      'incidents.caller',
    )
    expect(() => requireNotes([{ table: 'residents', column: 'id', type: 'integer' }])).toThrow(
      'residents.id',
    )
  })

  test('no column could hold a person, but those with a reason', () => {
    const suspicious = columns
      .filter(({ column }) => PERSON_COLUMN.test(column))
      .map(({ table, column }) => `${table}.${column}`)
    expect(suspicious.filter((name) => !(name in personColumnReasons))).toEqual([])
    expect(Object.keys(personColumnReasons).filter((name) => !suspicious.includes(name))).toEqual([])
  })

  test.each([
    'caller_phone',
    'id_card',
    'resident_id',
    'plate',
    'face_hash',
    'birth_date',
    'suspect',
    'household_head',
  ])('a column named %s would be found', (name) => expect(name).toMatch(PERSON_COLUMN))

  test.each([
    'households',
    'kind',
    'code',
    'population',
    'area_id',
    'reported_at',
    'hour',
    'status_since',
    'relation',
  ])('a column named %s is none', (name) => expect(name).not.toMatch(PERSON_COLUMN))

  test('whatever holds open text says at which door numbers are taken out', () => {
    const open = columns
      .filter(({ type }) => type === 'jsonb')
      .filter(({ table, column }) => !tableNotes[table]?.freeText?.[column])
      .map(({ table, column }) => `${table}.${column}`)
    // Written by the program alone, or checked key by key.
    expect(open).toEqual([
      'account_rules.rules',
      'activities.attributes',
      'drill_sends.way',
      'drills.scenario',
      'fences.schedule',
      'resources.attributes',
      'settings.value',
    ])
  })

  test('no text of the seeded city leads to a person', async () => {
    const found: string[] = []
    for (const { table, column, type } of columns) {
      if (OPAQUE.has(table) || !/^(text|jsonb|character)/.test(type)) continue
      const rows = await db.query<{ value: string }>(
        `SELECT DISTINCT ${column}::text AS value FROM ${table} WHERE ${column}::text ~ '[0-9@]' LIMIT 100000`,
      )
      const hit = rows.find(({ value }) => scrub(value).found.length > 0)
      if (hit && !`${table}.${column}`.startsWith('users.email'))
        found.push(`${table}.${column}: ${hit.value}`)
    }
    expect(found).toEqual([])
  })

  test('the sheet lists every table, column and role', async () => {
    const report = await privacyReport(db, new Date('2026-11-22T00:00:00Z'))
    for (const { table, column } of columns) {
      const section = report.slice(report.indexOf(`### ${table}\n`))
      expect(section.slice(0, section.indexOf('\n##', 4))).toContain(`\`${column}\``)
    }
    expect(report).toContain('| `incidents` | 60')
    expect(report).not.toContain('undefined')
  })

  test('common columns mean something somewhere', () => {
    const names = new Set(columns.map(({ column }) => column))
    expect(Object.keys(commonColumns).filter((name) => !names.has(name))).toEqual([])
  })
})
