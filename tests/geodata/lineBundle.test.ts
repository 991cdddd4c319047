import { expect, test } from 'vitest'
import { decodeLines, encodeLines } from '../../geodata/lineBundle.ts'

test('roads, water, blocks and sites come back in runs of one class', () => {
  const bundle = decodeLines(
    encodeLines({
      roads: [
        {
          id: 3,
          class: 'trunk',
          name: { zh: '水麻高速', en: 'Shuima' },
          line: [
            [104.1, 28.6],
            [104.2, 28.5],
          ],
        },
        {
          id: 1,
          class: 'residential',
          name: null,
          line: [
            [104.100001, 28.6],
            [104.100002, 28.600003],
            [104.1, 28.6],
          ],
        },
        {
          id: 2,
          class: 'trunk',
          name: null,
          line: [
            [-10, 0],
            [10, 1],
          ],
        },
      ],
      water: [
        {
          id: 9,
          kind: 'river',
          name: { zh: '金沙江', en: 'Jinsha' },
          widthM: 180.4,
          line: [
            [104, 28],
            [104.5, 28.1],
          ],
        },
      ],
      blocks: [
        {
          id: 4,
          name: { zh: '家园', en: 'Home' },
          point: [104.1, 28.1],
          polygons: [
            [
              [
                [0, 0],
                [1, 0],
                [1, 1],
                [0, 0],
              ],
            ],
            [
              [
                [2, 2],
                [3, 2],
                [3, 3],
                [2, 2],
              ],
            ],
          ],
        },
      ],
      sites: [{ id: 5, kind: 'school', name: { zh: '一中', en: 'School 1' }, point: [104.3, 28.2] }],
    }),
  )
  const { roads, water, blocks, sites } = bundle
  expect([...roads.id]).toEqual([1, 2, 3])
  expect(Array.from(roads.class, (i) => roads.classes[i])).toEqual(['residential', 'trunk', 'trunk'])
  expect(roads.nameZh).toEqual(['', '', '水麻高速'])
  expect([...roads.start]).toEqual([0, 3, 5, 7])
  expect([...roads.vertices.slice(2, 4)]).toEqual([104100002, 28600003])
  expect([...roads.vertices.slice(6, 10)]).toEqual([-10_000_000, 0, 10_000_000, 1_000_000])
  expect([...water.widthM]).toEqual([180])
  expect(water.kinds[water.kind[0]]).toBe('river')
  expect([...blocks.ringBlock]).toEqual([0, 0])
  expect([...blocks.start]).toEqual([0, 4, 8])
  expect([...blocks.point]).toEqual([104_100_000, 28_100_000])
  expect(sites.kinds[sites.kind[0]]).toBe('school')
  expect([...sites.point]).toEqual([104_300_000, 28_200_000])
})

test('nothing at all is a bundle too', () => {
  const bundle = decodeLines(encodeLines({ roads: [], water: [], blocks: [], sites: [] }))
  expect(bundle.roads.count + bundle.water.count + bundle.blocks.count + bundle.sites.count).toBe(0)
})
