import {
  cpSync,
  existsSync,
  constants as fsConstants,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** What can be made again from the repository alone and is worth keeping between runs. The benchmark of starts has its own. */
export const cacheDir = process.env.GRIDWALL_CACHE_DIR || join(root, 'node_modules', '.cache', 'gridwall')

/** The installed version of a package. */
export function packageVersion(name: string): string {
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'))
  return version
}

/** Puts a finished directory in its place in one step, so that it is there whole or not at all. */
export function placeDirectory(path: string, fill: (unfinished: string) => void): void {
  mkdirSync(dirname(path), { recursive: true })
  const unfinished = `${path}.unfinished-${process.pid}-${Date.now()}`
  fill(unfinished)
  try {
    renameSync(unfinished, path)
  } catch (error) {
    // Another process finished the same directory first; its copy is as good as ours.
    rmSync(unfinished, { recursive: true, force: true })
    if (!existsSync(path)) throw error
  }
}

/** Copies a directory; where the file system can, blocks are shared until they change. */
export function copyDirectory(from: string, to: string): void {
  cpSync(from, to, { recursive: true, mode: fsConstants.COPYFILE_FICLONE })
}

/** Whether a failure says that nothing may be written there. */
export function isReadOnly(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EROFS')
}
