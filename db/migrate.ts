import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Database, Transaction } from './client.ts'
import { extensionFailure, oldPostgis, rolesFailure, schemaFailure } from './postgresFailures.ts'
import { insertAudit, systemActor } from './queries/audit.ts'
import { StartError } from './startError.ts'

export interface Migration {
  number: number
  name: string
  text: string
  checksum: string
}

const FILE = /^(\d{4})_(\w+)\.sql$/

/** The migrations of a folder in their order. Files are named 0001_noun.sql, numbered without a gap. */
export function readMigrations(dir = join(import.meta.dirname, 'migrations')): Migration[] {
  return readdirSync(dir)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file, index) => {
      const match = FILE.exec(file)
      const number = Number(match?.[1])
      if (number !== index + 1) {
        throw new Error(
          `Expected migration ${index + 1} to be named ${String(index + 1).padStart(4, '0')}_noun.sql but found ${file}.`,
        )
      }
      const text = readFileSync(join(dir, file), 'utf8')
      return { number, name: file, text, checksum: createHash('sha256').update(text).digest('hex') }
    })
}

async function ensurePostgis(tx: Transaction): Promise<void> {
  const [extension] = await tx.query<{ extversion: string }>(
    "SELECT extversion FROM pg_extension WHERE extname = 'postgis'",
  )
  if (!extension) {
    try {
      await tx.script('CREATE EXTENSION postgis')
    } catch (error) {
      throw extensionFailure(error) ?? error
    }
    return
  }
  const [major, minor] = extension.extversion.split('.').map(Number)
  if (major * 100 + minor < 303) throw oldPostgis(extension.extversion)
}

function refuse(
  applied: { number: number; name: string; checksum: string }[],
  migrations: Migration[],
): void {
  for (const { number, name, checksum } of applied) {
    const migration = migrations[number - 1]
    if (!migration) {
      throw new StartError(
        `数据库由更新版本的 GridWall 建立（迁移 ${name}，本程序只到 ${migrations.length}）；请更新程序，或另选一个数据库。`,
        `The database was made by a newer GridWall (migration ${name}; this program ends at ${migrations.length}): update the program, or choose another database.`,
      )
    }
    if (migration.checksum !== checksum) {
      throw new StartError(
        `迁移 ${name} 在写入数据库之后被改动过；请恢复该文件，或移走数据目录（或另建数据库）重新开始。`,
        `Migration ${name} was changed after this database had taken it: restore the file, or move the data directory away (or make a new database) and start again.`,
      )
    }
  }
}

/**
 * Brings the schema up to date, in one transaction: all of it or nothing. Servers that start together take turns.
 * @throws StartError when PostGIS is missing or too old, or the schema comes from a newer version.
 */
export async function migrate(db: Database, migrations: Migration[] = readMigrations()): Promise<void> {
  try {
    await db.transaction(async (tx) => {
      await tx.query("SELECT pg_advisory_xact_lock(hashtext('gridwall migrate'))")
      const [{ exists }] = await tx.query<{ exists: boolean }>(
        "SELECT to_regclass('public.schema_migrations') IS NOT NULL AS exists",
      )
      const applied = exists
        ? await tx.query<{ number: number; name: string; checksum: string }>(
            'SELECT number, name, checksum FROM schema_migrations ORDER BY number',
          )
        : []
      refuse(applied, migrations)
      if (applied.length === migrations.length) return
      await ensurePostgis(tx)
      if (!exists) {
        await tx.script(`CREATE TABLE schema_migrations (
          number integer PRIMARY KEY,
          name text NOT NULL,
          checksum text NOT NULL,
          applied_at timestamptz NOT NULL DEFAULT now()
        )`)
      }
      const taken = migrations.slice(applied.length)
      for (const migration of taken) {
        await tx.script(migration.text)
        await tx.query('INSERT INTO schema_migrations (number, name, checksum) VALUES ($1, $2, $3)', [
          migration.number,
          migration.name,
          migration.checksum,
        ])
      }
      const [{ audited }] = await tx.query<{ audited: boolean }>(
        "SELECT to_regclass('public.audit') IS NOT NULL AS audited",
      )
      if (audited) {
        await insertAudit(tx, systemActor('migrate'), {
          action: 'schema.migrate',
          rows: taken.length,
          detail: { migrations: taken.map(({ name }) => name) },
        })
      }
    })
  } catch (error) {
    throw rolesFailure(error) ?? schemaFailure(error) ?? error
  }
}
