import { execFileSync } from 'node:child_process'
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryDir } from './temporaryDir.ts'

/** A file system of its own, in memory, which can be full to the last byte as any other. */
export interface SmallDisk {
  path: string
  fill(): void
  empty(): void
  remove(): void
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
