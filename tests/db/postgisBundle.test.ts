import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { withoutFiles } from '../../db/postgisBundle.ts'
import { temporaryDir } from '../setup/temporaryDir.ts'

test('an archive loses the unwanted files and nothing else', () => {
  const dir = temporaryDir('tar')
  mkdirSync(join(dir.path, 'lib'))
  const files = {
    'lib/postgis-3.so': 'x'.repeat(1500),
    'lib/postgis_raster-3.so': 'y'.repeat(512),
    'lib/empty': '',
    'lib/last': 'z',
  }
  for (const [name, content] of Object.entries(files)) writeFileSync(join(dir.path, name), content)
  const tar = execFileSync('tar', ['--format=ustar', '-cf', '-', 'lib'], { cwd: dir.path })
  const slim = withoutFiles(tar, /raster/)
  const list = execFileSync('tar', ['-tf', '-'], { input: slim, encoding: 'utf8' }).trim().split('\n').sort()
  expect(list).toEqual(['lib/', 'lib/empty', 'lib/last', 'lib/postgis-3.so'])
  const content = execFileSync('tar', ['-xOf', '-', 'lib/postgis-3.so'], { input: slim, encoding: 'utf8' })
  expect(content).toBe(files['lib/postgis-3.so'])
  dir.remove()
})
