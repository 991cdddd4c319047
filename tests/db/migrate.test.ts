import { getTableConfig, PgTable } from 'drizzle-orm/pg-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDatabase } from '../../db/client.ts'
import { type Migration, migrate, readMigrations } from '../../db/migrate.ts'
import { extensionFailure } from '../../db/postgresFailures.ts'
import * as schema from '../../db/schema/index.ts'
import { StartError } from '../../db/startError.ts'
import {
  asSuperuser,
  createPostgresDatabase,
  databaseKinds,
  openTestDatabase,
  type TestDatabase,
} from '../setup/database.ts'

const migrations = readMigrations()

function migration(number: number, text: string): Migration {
  return {
    number,
    name: `${String(number).padStart(4, '0')}_later.sql`,
    text,
    checksum: `checksum ${number}`,
  }
}

describe.each(databaseKinds())('migrations on %s', (kind) => {
  let db: TestDatabase
  beforeAll(async () => {
    db = await openTestDatabase({ kind })
  })
  afterAll(() => db?.close())

  test('each is taken once, in order', async () => {
    await migrate(db)
    const taken = await db.query<{ number: number; name: string }>(
      'SELECT number, name FROM schema_migrations ORDER BY number',
    )
    expect(taken).toEqual(migrations.map(({ number, name }) => ({ number, name })))
  })

  test('the tables are those the code knows, column by column', async () => {
    const columns = await db.query<{ name: string; type: string; required: boolean }>(
      `SELECT c.relname || '.' || a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS required
       FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = 'public' AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
         AND c.relname NOT IN ('spatial_ref_sys', 'schema_migrations')`,
    )
    const known = Object.values(schema)
      .filter((table) => table instanceof PgTable)
      .flatMap((table) => {
        const config = getTableConfig(table)
        return config.columns.map((column) => ({
          name: `${config.name}.${column.name}`,
          type: column.getSQLType(),
          required: column.notNull,
        }))
      })
    // The two spell some types differently.
    const spelled = (type: string) =>
      type
        .replace('timestamp with time zone', 'timestamptz')
        .replace('character(', 'char(')
        .replace('geometry(Point, 4326)', 'geometry(Point,4326)')
        .replace('geometry(LineString, 4326)', 'geometry(LineString,4326)')
        .replace('geometry(MultiPolygon, 4326)', 'geometry(MultiPolygon,4326)')
    const sorted = (rows: typeof columns) =>
      rows.map((row) => ({ ...row, type: spelled(row.type) })).sort((a, b) => a.name.localeCompare(b.name))
    expect(sorted(known)).toEqual(sorted(columns))
  })

  test('one that fails takes back all that were taken with it', async () => {
    const later = [
      ...migrations,
      migration(migrations.length + 1, 'CREATE TABLE later (id integer)'),
      migration(migrations.length + 2, 'CREATE TABLE broken (id no_such_type)'),
    ]
    await expect(migrate(db, later)).rejects.toThrow(/no_such_type/)
    const [{ exists }] = await db.query("SELECT to_regclass('later') IS NOT NULL AS exists")
    expect(exists).toBe(false)
    await migrate(db)
  })

  test('a schema from a newer version is refused in one sentence', async () => {
    await migrate(db, [...migrations, migration(migrations.length + 1, 'CREATE TABLE later (id integer)')])
    const refused = migrate(db)
    await expect(refused).rejects.toThrow(StartError)
    await expect(refused).rejects.toThrow(
      /made by a newer GridWall \(migration \d{4}_later\.sql; this program ends at \d+\): update the program/,
    )
  })

  test('a migration that was changed after it was taken is refused by name', async () => {
    const changed = migrations.map((each) => (each.number === 1 ? { ...each, checksum: 'other' } : each))
    await expect(migrate(db, changed)).rejects.toThrow(/Migration 0001_city\.sql was changed/)
  })
})

describe.runIf(databaseKinds().includes('postgres'))('PostgreSQL', () => {
  test('servers that start together on a new database migrate it once', async () => {
    const database = await createPostgresDatabase()
    const servers = await Promise.all(
      [1, 2, 3].map(() => openDatabase({ databaseUrl: database.url, dataDir: '' })),
    )
    await Promise.all(servers.map((db) => migrate(db)))
    const [{ count }] = await servers[0].query('SELECT count(*) FROM schema_migrations')
    expect(count).toBe(migrations.length)
    await Promise.all(servers.map((db) => db.close()))
    await database.drop()
  })

  test('a user who may not create the PostGIS extension is told who can', async () => {
    const database = await createPostgresDatabase()
    await asSuperuser(async (client) => {
      await client.query('DROP ROLE IF EXISTS plain')
      await client.query("CREATE ROLE plain LOGIN PASSWORD 'plain'")
      await client.query(`ALTER DATABASE ${database.name} OWNER TO plain`)
    })
    const url = new URL(database.url)
    url.username = 'plain'
    url.password = 'plain'
    const db = await openDatabase({ databaseUrl: url.href, dataDir: '' })
    await expect(migrate(db)).rejects.toThrow(/have an administrator run CREATE EXTENSION postgis;/)
    await asSuperuser((client) => client.query('CREATE EXTENSION postgis'), database.name)
    // The same user may not make roles either.
    const error = await migrate(db).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(StartError)
    expect(String(error)).toContain('GRANT gridwall_reader, gridwall_writer, gridwall_ingest TO "plain";')
    await asSuperuser(async (client) => {
      for (const role of ['gridwall_reader', 'gridwall_writer', 'gridwall_ingest']) {
        const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role])
        if (!rowCount) await client.query(`CREATE ROLE ${role} NOLOGIN`)
        await client.query(`GRANT ${role} TO plain`)
      }
    })
    await migrate(db)
    expect(await db.query('SELECT count(*) FROM areas')).toEqual([{ count: 0 }])
    await db.close()
    await database.drop()
    await asSuperuser((client) => client.query('DROP ROLE plain'))
  })

  test('a server without the extension is told how to install it', async () => {
    const error = await asSuperuser((client) =>
      client.query('CREATE EXTENSION gridwall_no_such_extension').catch((reason: unknown) => reason),
    )
    expect(extensionFailure(error)?.en).toMatch(/PostGIS is not installed on the database server: install it/)
  })
})
