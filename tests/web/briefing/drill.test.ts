import { expect, test } from 'vitest'
import { type AreaTree, childrenBy, childrenOf, cityIndex, pathBy } from '../../../web/briefing/drill.ts'

/** city 0 · township 1 · village 2 · grids 3, 4 · micro-grid 5 in 3 · district 6 · squad 7 (patrols grid 3 and micro-grid 5). */
const levels = (
  [
    ['administration', 'city', 0],
    ['administration', 'township', 1],
    ['administration', 'village', 2],
    ['administration', 'grid', 3],
    ['administration', 'microGrid', 4],
    ['patrol', 'district', 1],
    ['patrol', 'squad', 2],
  ] as const
).map(([hierarchy, level, rank]) => ({
  version: '2025',
  hierarchy,
  level,
  rank,
  name: { zh: level, en: level },
}))

const bundle: AreaTree = {
  levels,
  count: 8,
  level: Uint8Array.from([0, 1, 2, 3, 3, 4, 5, 6]),
  parent: Int32Array.from([-1, 0, 1, 2, 2, 3, 0, 6]),
  squad: Int32Array.from([-1, -1, -1, 7, -1, 7, -1, -1]),
}

test('the city opens into townships and into districts, whichever the reader follows', () => {
  expect(childrenOf(bundle, 0).map((each) => each.level)).toEqual(['township', 'district'])
  expect(childrenBy(bundle, 0, 'patrol')).toEqual({ hierarchy: 'patrol', level: 'district', index: [6] })
  expect(childrenBy(bundle, 0, 'administration')?.index).toEqual([1])
})

test('a squad opens into the grids it patrols, not into their micro-grids', () => {
  expect(childrenOf(bundle, 7)).toEqual([{ hierarchy: 'administration', level: 'grid', index: [3] }])
  expect(childrenBy(bundle, 7, 'patrol')?.level).toBe('grid')
})

test('a grid opens into micro-grids, a micro-grid into nothing', () => {
  expect(childrenBy(bundle, 3, 'administration')?.index).toEqual([5])
  expect(childrenBy(bundle, 5, 'administration')).toBeNull()
})

test('the way back leads through the village or through the squad', () => {
  expect(pathBy(bundle, 5, 'administration')).toEqual([0, 1, 2, 3, 5])
  expect(pathBy(bundle, 5, 'patrol')).toEqual([0, 6, 7, 3, 5])
  expect(pathBy(bundle, 7, 'patrol')).toEqual([0, 6, 7])
  expect(pathBy(bundle, 4, 'patrol')).toEqual([0, 1, 2, 4])
  expect(cityIndex(bundle)).toBe(0)
})
