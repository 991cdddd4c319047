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
  /** Closes it and removes all that was made. */
  close(): Promise<void>
}

async function asOwner(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

/** An empty migrated database of its own: on the server of DATABASE_URL, whose own database is left alone, else PGlite. */
export async function openBenchDatabase(): Promise<BenchDatabase> {
  const dataDir = mkdtempSync(join(tmpdir(), 'gridwall-bench-'))
  const server = process.env.DATABASE_URL
  const name = `gridwall_bench_${randomBytes(4).toString('hex')}`
  let databaseUrl: string | undefined
  if (server) {
    await asOwner(server, `CREATE DATABASE ${name}`)
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
    async close() {
      await database.close()
      if (server) await asOwner(server, `DROP DATABASE ${name} WITH (FORCE)`)
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
