import {
  cpSync,
  existsSync,
  constants as fsConstants,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PGlite } from '@electric-sql/pglite'
import { postgis } from '@electric-sql/pglite-postgis'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** What can be made again from the repository alone and is worth keeping between runs. The benchmark of starts has its own. */
export const cacheDir = process.env.GRIDWALL_CACHE_DIR || join(root, 'node_modules', '.cache', 'gridwall')

function packageVersion(name: string): string {
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

export function copyDirectory(from: string, to: string): void {
  cpSync(from, to, { recursive: true, mode: fsConstants.COPYFILE_FICLONE })
}

/**
 * A PGlite data directory with PostGIS installed and nothing else in it, made once per package version (5–17 s) and
 * cached; a copy of it is a new database in a tenth of a second.
 */
export async function emptyDatabaseDir(): Promise<string> {
  const versions = `${packageVersion('@electric-sql/pglite')}-${packageVersion('@electric-sql/pglite-postgis')}`
  const cached = join(cacheDir, `empty-postgis-${versions}`)
  if (existsSync(cached)) return cached
  const made = join(tmpdir(), `gridwall-empty-${process.pid}-${Date.now()}`)
  const pglite = await PGlite.create({ dataDir: made, extensions: { postgis } })
  try {
    await pglite.exec('CREATE EXTENSION postgis')
    await pglite.exec('CHECKPOINT')
  } finally {
    await pglite.close()
  }
  try {
    placeDirectory(cached, (unfinished) => copyDirectory(made, unfinished))
  } catch (error) {
    // A read-only installation has no cache; the directory just made serves this once.
    if (error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EROFS'))
      return made
    throw error
  }
  rmSync(made, { recursive: true, force: true })
  return cached
}
