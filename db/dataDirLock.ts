import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type FileLock, tryFileLock } from './fileLock.ts'
import { StartError } from './startError.ts'

/** Who holds a data directory: shown to whoever is refused. */
export interface Holder {
  pid: number
  /** What the process does with it: 'serve', 'seed', 'import', … */
  task: string
  /** Where it answers, for a server. */
  url?: string
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
 * Two PGlite on one directory destroy rows silently, and PGlite has no lock of its own.
 */
export async function lockDataDir(dataDir: string, holder: Omit<Holder, 'pid'>): Promise<FileLock> {
  mkdirSync(dataDir, { recursive: true })
  const holderPath = join(dataDir, 'holder.json')
  const lock = await tryFileLock(join(dataDir, 'lock.sqlite'))
  if (!lock) {
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
      lock.release()
    },
  }
}
