import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { PGlite, types } from '@electric-sql/pglite'
import { drizzle } from 'drizzle-orm/pglite'
import { copyDirectory, placeDirectory } from './cache.ts'
import { copyChunks } from './copyText.ts'
import type { Database, Queryable } from './database.ts'
import { type Holder, lockDataDir } from './dataDirLock.ts'
import { diskFailure } from './diskFailure.ts'
import { emptyDatabaseDir } from './emptyDatabase.ts'
import { endOnAbort } from './pgliteAbort.ts'
import { holdPglite } from './pgliteHold.ts'
import { slimPostgis } from './postgisBundle.ts'
import * as schema from './schema/index.ts'
import { StartError } from './startError.ts'

/** Where PGlite keeps its files inside the data directory. */
export const pgliteDirName = 'postgres'

const parsers = {
  [types.DATE]: (text: string) => text,
  // PGlite's own parser goes byte by byte through strings.
  [types.BYTEA]: (text: string) => new Uint8Array(Buffer.from(text.slice(2), 'hex')),
}
const serializers = {
  [types.BYTEA]: (bytes: Uint8Array) => `\\x${Buffer.from(bytes).toString('hex')}`,
}

// A postmaster would write checkpoints by itself; PGlite's single process never does, so that the log would grow for ever
// and recovery after a kill would take as long as everything written since the start.
const CHECKPOINT_EVERY_MS = 60_000
const CHECKPOINT_BYTES = 64 * 1024 * 1024
const SETTINGS = ['-c', 'timezone=UTC', '-c', 'min_wal_size=64MB', '-c', 'max_wal_size=256MB']

type Session = Pick<PGlite, 'query' | 'exec'>

function queryable(session: Session): Queryable {
  let copiedBytes = 0
  const copyText: Queryable['copyText'] = async (table, columns, text) => {
    const blob = new Blob([new Uint8Array(text)])
    await session.query(`COPY ${table} (${columns.join(', ')}) FROM '/dev/blob'`, [], { blob })
    // Millions of rows in one transaction must not fill the disk with their log.
    copiedBytes += text.byteLength
    if (copiedBytes < CHECKPOINT_BYTES) return
    copiedBytes = 0
    await session.query('CHECKPOINT')
  }
  return {
    async query<Row>(text: string, params?: unknown[]) {
      const { rows } = await session.query<Row>(text, params)
      return rows
    },
    async script(text) {
      await session.exec(text)
    },
    async copy(table, columns, rows) {
      let count = 0
      for await (const chunk of copyChunks(rows)) {
        await copyText(table, columns, chunk.text)
        count += chunk.rows
      }
      return count
    },
    copyText,
    async *copyOut(select) {
      const { blob } = await session.query(`COPY (${select}) TO '/dev/blob' (FORMAT binary)`)
      if (!blob) throw new Error('PGlite answered a COPY without its bytes.')
      yield new Uint8Array(await blob.arrayBuffer())
    },
  }
}

/** Whether a data directory has no database yet, so that everything will have to be made. */
export function isNewPglite(dataDir: string): boolean {
  return !existsSync(join(dataDir, pgliteDirName))
}

async function prepareDir(dataDir: string): Promise<string> {
  const pgliteDir = join(dataDir, pgliteDirName)
  mkdirSync(dataDir, { recursive: true })
  // What a killed start left behind; the lock says nobody is still writing it.
  for (const name of readdirSync(dataDir)) {
    if (name.startsWith(`${pgliteDirName}.unfinished-`))
      rmSync(join(dataDir, name), { recursive: true, force: true })
  }
  if (isNewPglite(dataDir)) {
    const empty = await emptyDatabaseDir()
    placeDirectory(pgliteDir, (unfinished) => copyDirectory(empty, unfinished))
  }
  return pgliteDir
}

async function walBytesSinceCheckpoint(pglite: PGlite): Promise<number> {
  const { rows } = await pglite.query<{ bytes: number }>(
    'SELECT (pg_current_wal_lsn() - redo_lsn)::float8 AS bytes FROM pg_control_checkpoint()',
  )
  return rows[0].bytes
}

function checkpointNowAndThen(pglite: PGlite): () => void {
  const timer = setInterval(async () => {
    if (pglite.closed) return
    try {
      if ((await walBytesSinceCheckpoint(pglite)) > CHECKPOINT_BYTES) await pglite.query('CHECKPOINT')
    } catch (error) {
      // Closing while this waited for its turn is no failure; anything else must be seen.
      if (!pglite.closed) console.error('checkpoint failed:', error)
    }
  }, CHECKPOINT_EVERY_MS)
  timer.unref()
  return () => clearInterval(timer)
}

/** Opens a PGlite directory that nobody else uses: the caller holds the lock, or has just made the directory. */
export async function openPgliteDir(
  pgliteDir: string,
  onClose: () => void = () => undefined,
): Promise<Database> {
  const pglite = await PGlite.create({
    dataDir: pgliteDir,
    extensions: { postgis: slimPostgis, endOnAbort },
    parsers,
    serializers,
    startParams: [...PGlite.defaultStartParams, ...SETTINGS],
  })
  const stopCheckpoints = checkpointNowAndThen(pglite)
  const base = queryable(pglite)
  const transaction: Database['transaction'] = (run) => pglite.transaction((tx) => run(queryable(tx)))
  return {
    ...base,
    kind: 'pglite',
    orm: drizzle(pglite, { schema }),
    transaction,
    hold: (options = {}) => holdPglite(pglite, options),
    // Several chunks are several statements here, so that all-or-none needs a transaction.
    copy: (table, columns, rows) => transaction((tx) => tx.copy(table, columns, rows)),
    listening: base,
    async listen(channel, onNotify) {
      const stop = await pglite.listen(channel, onNotify)
      return () => stop()
    },
    async close() {
      stopCheckpoints()
      if (!pglite.closed) await pglite.close()
      onClose()
    },
  }
}

export async function openPglite(
  dataDir: string,
  holder: Omit<Holder, 'pid'>,
  onLocked: () => void = () => undefined,
): Promise<Database> {
  const lock = await lockDataDir(dataDir, holder)
  try {
    onLocked()
    const pgliteDir = await prepareDir(dataDir)
    return await openPgliteDir(pgliteDir, lock.release)
  } catch (error) {
    lock.release()
    if (error instanceof StartError) throw error
    // To have it made anew would be no help, and the loss of what is in it.
    const full = diskFailure(error)
    if (full) throw full
    const reason = error instanceof Error ? error.message : String(error)
    throw new StartError(
      `无法打开 ${dataDir} 中的数据库（${reason}）；可移走该目录后重新启动，系统会重新生成数据。`,
      `The database in ${dataDir} cannot be opened (${reason}): move the directory away and start again to have it made anew.`,
      { cause: error },
    )
  }
}
