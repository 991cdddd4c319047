import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import pg from 'pg'
import { inject } from 'vitest'
import { copyDirectory } from '../../db/cache.ts'
import { type Database, openDatabase } from '../../db/client.ts'
import { pgliteDirName } from '../../db/pglite.ts'
import { type Content, pgliteTemplate, writeContent } from './templates.ts'
import { temporaryDir } from './temporaryDir.ts'

export type DatabaseKind = Database['kind']

/** The databases this machine can test on: `describe.each(databaseKinds())('… on %s', (kind) => …)`. */
export function databaseKinds(): DatabaseKind[] {
  return inject('postgresUrl') === null ? ['pglite'] : ['pglite', 'postgres']
}

export interface TestDatabase extends Database {
  /** The data directory (PGlite), for tests that open it a second time. */
  dataDir: string
  /** The address (PostgreSQL). */
  databaseUrl: string | undefined
}

function postgresUrl(): string {
  const url = inject('postgresUrl')
  if (url === null) throw new Error('There is no PostgreSQL on this machine: ask databaseKinds() first.')
  return url
}

/** Runs statements as superuser in the tests' PostgreSQL, in its maintenance database or another. */
export async function asSuperuser<T>(run: (client: pg.Client) => Promise<T>, database?: string): Promise<T> {
  const url = new URL(postgresUrl())
  if (database) url.pathname = `/${database}`
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  try {
    return await run(client)
  } finally {
    await client.end()
  }
}

/** A new PostgreSQL database, empty or a copy of a template. */
export async function createPostgresDatabase(
  template?: string,
): Promise<{ url: string; name: string; drop(): Promise<void> }> {
  const name = `test_${randomBytes(6).toString('hex')}`
  await asSuperuser((client) =>
    client.query(`CREATE DATABASE ${name} ${template ? `TEMPLATE ${template}` : ''}`),
  )
  const url = new URL(postgresUrl())
  url.pathname = `/${name}`
  return {
    url: url.href,
    name,
    async drop() {
      await asSuperuser((client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))
    },
  }
}

/** A PostgreSQL database to be copied, made by the first who asks; the others wait. */
async function postgresTemplate(content: Content): Promise<string> {
  const template = `gridwall_${content.toLowerCase()}`
  await asSuperuser(async (client) => {
    await client.query('SELECT pg_advisory_lock(hashtext($1))', [template])
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [template])
    if (rowCount) return
    const unfinished = await createPostgresDatabase()
    const db = await openDatabase({ databaseUrl: unfinished.url, dataDir: '' })
    await writeContent(db, content)
    await db.close()
    await client.query(`ALTER DATABASE ${unfinished.name} RENAME TO ${template}`)
  })
  return template
}

export interface TestDatabaseOptions {
  kind: DatabaseKind
  /** With the whole demo city (seed 7, 60,000 incidents, as of 2026-11-22T06:32:00Z) instead of empty tables. Default false. */
  seeded?: boolean
  /** With the toy city of `factories/toyCity.ts` (6,000 incidents). Default false. */
  toy?: boolean
  /** False: empty, without a table, for tests that migrate it themselves. Default true. */
  migrated?: boolean
}

/** A migrated database of its own for a suite; `close` removes it. */
export async function openTestDatabase({
  kind,
  seeded = false,
  toy = false,
  migrated = true,
}: TestDatabaseOptions): Promise<TestDatabase> {
  const dir = temporaryDir('data')
  // Making tables and cities takes seconds, a copy of them a fraction of one.
  const content: Content | undefined = seeded ? 'demoCity' : toy ? 'toyCity' : migrated ? 'tables' : undefined
  if (kind === 'pglite') {
    if (content) copyDirectory(await pgliteTemplate(content), join(dir.path, pgliteDirName))
    const db = await openDatabase({ dataDir: dir.path, holder: { task: 'test' } })
    return {
      ...db,
      dataDir: dir.path,
      databaseUrl: undefined,
      async close() {
        await db.close()
        dir.remove()
      },
    }
  }
  const database = await createPostgresDatabase(content && (await postgresTemplate(content)))
  const db = await openDatabase({ databaseUrl: database.url, dataDir: dir.path })
  return {
    ...db,
    dataDir: dir.path,
    databaseUrl: database.url,
    async close() {
      await db.close()
      await database.drop()
      dir.remove()
    },
  }
}
