import { expect, test } from 'vitest'
import type { AreaBundle } from '../../../geodata/areaBundle.ts'
import { childCounts } from '../../../web/briefing/childRows.ts'

const ids: Pick<AreaBundle, 'id' | 'count'> = { id: Uint32Array.from([11, 12, 13, 14]), count: 4 }
const answer = { areaId: [11, 12, 13, 14], count: [5, 9, 5, 1], compareCount: [4, 2, 6, 0] }

test('areas inside stand most incidents first, and all of them add up to the total', () => {
  const counts = childCounts(ids, answer, { now: 20, before: 12 }, 10)
  expect(counts.shown.map((row) => row.areaId)).toEqual([12, 13, 11, 14])
  expect(counts.others).toBeNull()
  expect(counts.outside).toBeNull()
})

test('what is left out is put together, so that nothing is lost from the sum', () => {
  const counts = childCounts(ids, answer, { now: 23, before: 12 }, 2)
  expect(counts.shown.map((row) => row.areaId)).toEqual([12, 13])
  expect(counts.others).toEqual({ areas: 2, now: 6, before: 4 })
  expect(counts.outside).toEqual({ now: 3, before: 0 })
  const sum = counts.shown.reduce((added, row) => added + row.now, 0) + (counts.others?.now ?? 0)
  expect(sum + (counts.outside?.now ?? 0)).toBe(23)
})

test('a single area is shown rather than called "others"', () => {
  expect(childCounts(ids, answer, { now: 20, before: 12 }, 3).others).toBeNull()
})
