import { expect, test } from 'vitest'
import { openDatabase } from '../../db/client.ts'
import { runScript } from '../setup/process.ts'
import { temporaryDir } from '../setup/temporaryDir.ts'

test.runIf(process.platform === 'linux')(
  'an embedded database that may write nothing any more ends its process, says why, and has lost nothing',
  async () => {
    const dir = temporaryDir('full-disk')
    const writer = runScript('tests/setup/fullDiskWriter.ts', [dir.path], {})
    expect(await writer.ended).toEqual({ code: 1, signal: null })
    expect(writer.stdout()).toBe('kept\n')
    expect(writer.stderr()).toMatch(/磁盘已满.+\n.+the disk is full/)
    const db = await openDatabase({ dataDir: dir.path, holder: { task: 'test' } })
    expect(await db.query('SELECT n FROM kept ORDER BY n')).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }])
    await db.close()
    dir.remove()
  },
)

test.runIf(process.platform === 'linux')(
  'a start on a disk that takes nothing says so in a sentence',
  async () => {
    const dir = temporaryDir('full-disk-start')
    const start = runScript('tests/setup/fullDiskStart.ts', [dir.path], {})
    expect(await start.ended).toEqual({ code: 1, signal: null })
    expect(start.stderr()).toMatch(
      /^磁盘已满或无法写入（.+腾出空间.+\nThe disk is full or cannot be written \(.+make room.+\n$/,
    )
    dir.remove()
  },
)
