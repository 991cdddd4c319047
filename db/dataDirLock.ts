import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StartError } from './startError.ts'

/** Who holds a data directory: shown to whoever is refused. */
export interface Holder {
  pid: number
  /** What the process does with it: 'serve', 'seed', 'import', … */
  task: string
  /** Where it answers, for a server. */
  url?: string
}

export interface DataDirLock {
  release(): void
}

async function openSqlite(path: string) {
  // node:sqlite announces itself as experimental on stderr; nothing here depends on the parts that may change.
  const { emitWarning } = process
  process.emitWarning = () => undefined
  try {
    const { DatabaseSync } = await import('node:sqlite')
    return new DatabaseSync(path, { timeout: 0 })
  } finally {
    process.emitWarning = emitWarning
  }
}

function readHolder(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    // The holder has the lock but has not written its name yet; the refusal says less then.
    return undefined
  }
}

/**
 * Takes a data directory for this process, or refuses with a sentence that names the holder.
 * Two PGlite on one directory destroy rows silently, so the lock belongs to the kernel: an open exclusive transaction
 * on a small SQLite file. It goes when the process goes, kill -9 included, and never needs a time-out.
 */
export async function lockDataDir(dataDir: string, holder: Omit<Holder, 'pid'>): Promise<DataDirLock> {
  mkdirSync(dataDir, { recursive: true })
  const holderPath = join(dataDir, 'holder.json')
  const lock = await openSqlite(join(dataDir, 'lock.sqlite'))
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    if (!(error instanceof Error) || !/locked|busy/i.test(error.message)) throw error
    const other = readHolder(holderPath)
    const zh = other ? `（进程 ${other.pid}，${other.task}${other.url ? `，${other.url}` : ''}）` : ''
    const en = other ? ` (process ${other.pid}, ${other.task}${other.url ? `, ${other.url}` : ''})` : ''
    throw new StartError(
      `数据目录 ${dataDir} 正被另一个 GridWall 进程使用${zh}，请先停止它，或用 DATA_DIR 指定另一个目录。`,
      `The data directory ${dataDir} is in use by another GridWall process${en}: stop that one first, or set DATA_DIR to another directory.`,
    )
  }
  writeFileSync(holderPath, JSON.stringify({ pid: process.pid, ...holder }))
  return {
    release() {
      rmSync(holderPath, { force: true })
      lock.exec('ROLLBACK')
      lock.close()
    },
  }
}
