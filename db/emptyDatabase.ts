import { existsSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { cacheDir, copyDirectory, isReadOnly, packageVersion, placeDirectory } from './cache.ts'
import { slimPostgis } from './postgisBundle.ts'

/**
 * A PGlite data directory with PostGIS installed and nothing else in it, made once per package version (5–17 s) and
 * cached; a copy of it is a new database in a tenth of a second.
 */
export async function emptyDatabaseDir(): Promise<string> {
  const versions = `${packageVersion('@electric-sql/pglite')}-${packageVersion('@electric-sql/pglite-postgis')}`
  const cached = join(cacheDir, `empty-postgis-${versions}`)
  if (existsSync(cached)) return cached
  const made = join(tmpdir(), `gridwall-empty-${process.pid}-${Date.now()}`)
  const pglite = await PGlite.create({ dataDir: made, extensions: { postgis: slimPostgis } })
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
    if (isReadOnly(error)) return made
    throw error
  }
  rmSync(made, { recursive: true, force: true })
  return cached
}
