import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A directory of its own for one test, and the way to remove it. */
export function temporaryDir(name: string): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), `gridwall-${name}-`))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}
