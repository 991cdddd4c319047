import { createHash } from 'node:crypto'
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { cacheDir, copyDirectory, placeDirectory } from '../../db/cache.ts'
import { tryFileLock } from '../../db/fileLock.ts'
import { repositoryRoot } from '../../scripts/environment.ts'

/** What the tests keep between runs: directories made from the repository alone, named by what they were made from. */

/** Files by patterns below the repository's root. */
export const filesOf = (patterns: readonly string[]): string[] =>
  globSync(patterns, { cwd: repositoryRoot }).map((path) => join(repositoryRoot, path))

/** Sixteen hexadecimal digits that change when one of the files, its name or a word does. */
export function hashOf(paths: Iterable<string>, words: unknown = null): string {
  const hash = createHash('sha256').update(JSON.stringify(words))
  for (const path of [...paths].sort()) hash.update(`${path}\0`).update(readFileSync(path))
  return hash.digest('hex').slice(0, 16)
}

/** Keeps the disk from filling with what older sources made; the newest few stay for whoever still reads them. */
function forgetOlder(name: string): void {
  readdirSync(cacheDir)
    .filter((each) => each.startsWith(`${name}-`) && !each.includes('.'))
    .map((each) => ({ path: join(cacheDir, each), time: statSync(join(cacheDir, each)).mtimeMs }))
    .sort((a, b) => b.time - a.time)
    .slice(5)
    .forEach(({ path }) => {
      rmSync(path, { recursive: true, force: true })
    })
}

/**
 * A directory made once for all test processes: the first makes it, the others wait.
 * @param name of the sort of thing; older ones of the sort are removed.
 * @param make fills an empty directory and answers which directory is to be kept: that one or one inside.
 */
export async function keptDirectory(
  name: string,
  hash: string,
  make: (empty: string) => Promise<string>,
): Promise<string> {
  const path = join(cacheDir, `${name}-${hash}`)
  mkdirSync(cacheDir, { recursive: true })
  while (!existsSync(path)) {
    const lock = await tryFileLock(`${path}.lock`)
    if (!lock) {
      await wait(200)
      continue
    }
    const made = mkdtempSync(join(tmpdir(), `gridwall-${name}-`))
    try {
      if (existsSync(path)) break
      const finished = await make(made)
      forgetOlder(name)
      placeDirectory(path, (unfinished) => copyDirectory(finished, unfinished))
    } finally {
      rmSync(made, { recursive: true, force: true })
      lock.release()
    }
  }
  return path
}
