import { resolve } from 'node:path'
import type { Database } from './database.ts'
import type { Holder } from './dataDirLock.ts'
import { openPglite } from './pglite.ts'
import { openPostgres } from './postgres.ts'

export type * from './database.ts'

export interface OpenOptions {
  /** postgres://user:password@host:port/database; absent or empty: PGlite in `dataDir`. */
  databaseUrl?: string
  dataDir: string
  /** What this process does with the directory, told to a second one that is refused. Default: { task: 'serve' }. */
  holder?: Omit<Holder, 'pid'>
  /** Called once the data directory is this process's own, before the database is open (PGlite only). */
  onLocked?: () => void
}

/**
 * Opens the database and, for PGlite, locks the data directory until `close`.
 * @throws StartError with one plain sentence when it cannot.
 */
export function openDatabase({ databaseUrl, dataDir, holder, onLocked }: OpenOptions): Promise<Database> {
  if (databaseUrl) return openPostgres(databaseUrl)
  return openPglite(resolve(dataDir), holder ?? { task: 'serve' }, onLocked)
}
