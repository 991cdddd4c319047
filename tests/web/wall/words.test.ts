import { expect, test } from 'vitest'
import { ageOf } from '../../../web/wall/age.ts'
import { type PlaceTree, placeName } from '../../../web/wall/placeName.ts'
import { scriptsOf } from '../../../web/wall/useReloadOnNewVersion.ts'

const levels = ['city', 'village', 'grid', 'microGrid'].map((level, rank) => ({
  version: '2025',
  hierarchy: 'administration' as const,
  level,
  rank,
  name: { zh: level, en: level },
}))
const tree: PlaceTree = {
  levels,
  count: 4,
  id: Uint32Array.from([1, 2, 3, 4]),
  level: Uint8Array.from([0, 1, 2, 3]),
  parent: Int32Array.from([-1, 0, 1, 2]),
  nameZh: ['水富市', '温泉社区', '012网格', '012-3微网格'],
  nameEn: ['Shuifu', 'Wenquan', 'Wenquan grid 012', 'micro-grid 3'],
}

test('a place is said by village and grid, the village not twice', () => {
  expect(placeName(tree, 4, 'zh')).toBe('温泉社区 012网格')
  expect(placeName(tree, 4, 'en')).toBe('Wenquan grid 012')
  expect(placeName(tree, 2, 'zh')).toBe('温泉社区')
})

test('a cell that lies nowhere has no place, a city without villages is named by its finest area', () => {
  expect(placeName(tree, 99, 'zh')).toBe('')
  expect(placeName(tree, null, 'zh')).toBe('')
  expect(placeName(tree, 1, 'en')).toBe('Shuifu')
})

test('ages are said in one unit, rounded down', () => {
  expect(ageOf(59_999)).toEqual({ unit: 'seconds', count: 59 })
  expect(ageOf(90_000)).toEqual({ unit: 'minutes', count: 1 })
  expect(ageOf(7_200_000)).toEqual({ unit: 'hours', count: 2 })
  expect(ageOf(3 * 86_400_000)).toEqual({ unit: 'days', count: 3 })
})

test('another build is recognised by the names of its scripts', () => {
  const page = (hash: string) =>
    `<html><script type="module" crossorigin src="/assets/index-${hash}.js"></script><link href="/a.css"></html>`
  expect(scriptsOf(page('a1'))).toBe('/assets/index-a1.js')
  expect(scriptsOf(page('a1'))).not.toBe(scriptsOf(page('b2')))
  expect(scriptsOf('<html></html>')).toBe('')
})
