import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { type Database, openDatabase } from '../../../db/client.ts'
import { migrate } from '../../../db/migrate.ts'

export interface BenchDatabase {
  database: Database
  /** What opens it a second time from another process (PostgreSQL only). */
  databaseUrl: string | undefined
  /** A folder of the bench's own, PGlite's data inside. */
  dataDir: string
  /** It was there already, as an earlier run left it. */
  found: boolean
  /** Closes it and removes all that was made, but for a database that is kept. */
  close(): Promise<void>
}

/** @returns how many rows were answered. */
async function asOwner(url: string, statement: string): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(statement)).rowCount ?? 0
  } finally {
    await client.end()
  }
}

async function exists(url: string, name: string): Promise<boolean> {
  return (await asOwner(url, `SELECT 1 FROM pg_database WHERE datname = '${name}'`)) > 0
}

/**
 * A migrated database of its own: on the server of DATABASE_URL, whose own database is left alone, else PGlite. Empty,
 * unless an earlier run kept one of that name.
 * @param keep PostgreSQL only: a name under which it stays, so that it is prepared once and measured when the machine is quiet.
 */
export async function openBenchDatabase({ keep }: { keep?: string } = {}): Promise<BenchDatabase> {
  const server = process.env.DATABASE_URL
  if (keep !== undefined && !(server && /^[a-z0-9]{1,30}$/.test(keep)))
    throw new Error(
      'A database is kept on PostgreSQL only (DATABASE_URL), under a name of small letters and digits.',
    )
  const dataDir = mkdtempSync(join(tmpdir(), 'gridwall-bench-'))
  const name = `gridwall_bench_${keep ?? randomBytes(4).toString('hex')}`
  let databaseUrl: string | undefined
  let found = false
  if (server) {
    found = keep !== undefined && (await exists(server, name))
    if (!found) await asOwner(server, `CREATE DATABASE ${name}`)
    const url = new URL(server)
    url.pathname = `/${name}`
    databaseUrl = url.href
  }
  const database = await openDatabase({ databaseUrl, dataDir })
  await migrate(database)
  return {
    database,
    databaseUrl,
    dataDir,
    found,
    async close() {
      await database.close()
      if (server && keep === undefined) await asOwner(server, `DROP DATABASE ${name} WITH (FORCE)`)
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
