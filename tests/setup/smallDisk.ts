import { execFileSync, spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryDir } from './temporaryDir.ts'

/** A disk that takes nothing more for a while. */
export interface FullDisk {
  fill(): void
  empty(): void
}

/** A file system of its own, in memory, which can be full to the last byte as any other. */
export interface SmallDisk extends FullDisk {
  path: string
  remove(): void
}

/**
 * For whoever may mount nothing: the processes themselves may write to no file any more (RLIMIT_FSIZE, EFBIG in the place
 * of ENOSPC), those they start meanwhile neither. What was theirs before is theirs again afterwards.
 * @param pids of the processes as they are when it is filled, and when it is emptied.
 */
export function limitedFiles(pids: () => readonly number[]): FullDisk {
  const limit = (soft: string) => {
    for (const pid of pids()) {
      const { status, stderr } = spawnSync('prlimit', [`--pid=${pid}`, `--fsize=${soft}:`], {
        encoding: 'utf8',
      })
      // It may have ended since we looked.
      if (status !== 0 && existsSync(`/proc/${pid}`)) throw new Error(`prlimit ${pid}: ${stderr}`)
    }
  }
  return { fill: () => limit('0'), empty: () => limit('unlimited') }
}

/** Whether this machine lets us mount one: it takes root. */
export const canMount = process.platform === 'linux' && process.getuid?.() === 0

export function mountSmallDisk(megabytes: number): SmallDisk {
  const dir = temporaryDir('disk')
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0755`, 'tmpfs', dir.path])
  const ballast = join(dir.path, 'ballast')
  return {
    path: dir.path,
    fill() {
      const file = openSync(ballast, 'a')
      for (const size of [2 ** 20, 2 ** 12]) while (couldWrite(file, Buffer.alloc(size)));
      closeSync(file)
    },
    empty: () => rmSync(ballast, { force: true }),
    remove() {
      execFileSync('umount', ['--lazy', dir.path])
      dir.remove()
    },
  }
}

function couldWrite(file: number, bytes: Buffer): boolean {
  try {
    return writeSync(file, bytes) === bytes.length
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return false
    throw error
  }
}
