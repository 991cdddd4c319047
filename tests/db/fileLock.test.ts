import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tryFileLock } from '../../db/fileLock.ts'
import { temporaryDir } from '../setup/temporaryDir.ts'

function otherProcessGets(path: string): string {
  const script = `import { tryFileLock } from ${JSON.stringify(join(import.meta.dirname, '../../db/fileLock.ts'))}
    console.log((await tryFileLock(${JSON.stringify(path)})) ? 'lock' : 'nothing')
    process.kill(process.pid, 'SIGKILL')`
  try {
    return execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      stdio: 'pipe',
    })
  } catch (error) {
    // It ends itself by SIGKILL without releasing anything.
    if (error instanceof Error && 'signal' in error && error.signal === 'SIGKILL' && 'stdout' in error) {
      return String(error.stdout)
    }
    throw error
  }
}

test('one holds it, in this process and in others, until it is released or its process is killed', async () => {
  const dir = temporaryDir('lock')
  const path = join(dir.path, 'lock.sqlite')
  expect(otherProcessGets(path)).toBe('lock\n')
  const lock = await tryFileLock(path)
  expect(lock).toBeDefined()
  expect(await tryFileLock(path)).toBeUndefined()
  expect(otherProcessGets(path)).toBe('nothing\n')
  lock?.release()
  expect(otherProcessGets(path)).toBe('lock\n')
  const again = await tryFileLock(path)
  expect(again).toBeDefined()
  again?.release()
  dir.remove()
})
