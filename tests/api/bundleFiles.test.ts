import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { BundleFiles, type BundleOwner } from '../../api/bundleFiles.ts'
import { temporaryDir } from '../setup/temporaryDir.ts'

const bytes = (text: string) => async () => new TextEncoder().encode(text)

const owner: BundleOwner = { city: 'shuifu', right: 'map', scope: '' }

test('what was used longest ago goes when new files come; what is in use and what was last stays', async () => {
  const { path: dir, remove } = temporaryDir('bundles')
  onTestFinished(remove)
  const made: string[] = []
  for (let i = 0; i < 30; i++) {
    // Each start asks for one content only: all others are of before.
    const files = new BundleFiles(dir)
    made.push(
      await files.ensure('areas', { extension: 'bin', key: `key ${i}`, owner }, bytes(`content ${i}`)),
    )
    expect(await files.ensure('areas', { extension: 'bin', key: 'key 0', owner }, bytes('content 0'))).toBe(
      made[0],
    )
    await files.close()
  }
  const left = new Set(readdirSync(join(dir, 'areas')).filter((file) => file.endsWith('.bin')))
  expect(left.size).toBeLessThanOrEqual(22)
  expect(left.has(made[0])).toBe(true)
  for (const recent of made.slice(-15)) expect(left.has(recent)).toBe(true)
  expect(left.has(made[2])).toBe(false)
  // Nothing stays behind without what it belongs to.
  for (const file of readdirSync(join(dir, 'areas')))
    if (file.endsWith('.br')) expect(left.has(file.replace(/(\.quick)?\.br$/, ''))).toBe(true)
})
