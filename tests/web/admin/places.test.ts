import { describe, expect, test } from 'vitest'
import {
  everywhere,
  type PlaceNode,
  type PlacesOfCity,
  placeKey,
  placeOf,
  placeText,
  placeTree,
} from '../../../web/admin/places.ts'

const names = (zh: string, en: string) => ({ zh, en })

/** A city with one township of two villages, and one district of one squad. */
const city: PlacesOfCity = {
  code: 'toy',
  name: names('玩具市', 'Toy City'),
  levels: [
    { hierarchy: 'administration', level: 'city', rank: 0, name: names('市', 'City') },
    { hierarchy: 'administration', level: 'township', rank: 1, name: names('镇街', 'Township') },
    { hierarchy: 'administration', level: 'village', rank: 2, name: names('村社区', 'Village') },
    { hierarchy: 'patrol', level: 'district', rank: 1, name: names('巡区', 'District') },
    { hierarchy: 'patrol', level: 'squad', rank: 2, name: names('中队', 'Squad') },
  ],
  areas: {
    id: [1, 2, 3, 4, 5, 6],
    parent: [-1, 0, 1, 1, 0, 4],
    level: [0, 1, 2, 2, 3, 4],
    code: ['T', 'T1', 'T1A', 'T1B', 'D1', 'S1'],
    nameZh: ['玩具市', '甲镇', '甲一村', '甲二村', '一区', '一中队'],
    nameEn: ['Toy City', 'Jia', 'Jia One', 'Jia Two', 'District 1', 'Squad 1'],
  },
}
const words = {
  everywhere: '全部城市',
  whole: (name: string) => `${name}全市`,
  hierarchy: { administration: '行政区划', patrol: '巡逻辖区' },
}

function titles(nodes: readonly PlaceNode[]): unknown[] {
  return nodes.map(({ title, children }) => (children ? [title, titles(children)] : title))
}

describe('places a role can hold in', () => {
  test.each([everywhere, { city: 'toy', areaId: null }, { city: 'toy', areaId: 6 }])(
    '%o comes back from its text',
    (place) => {
      expect(placeOf(placeKey(place))).toEqual(place)
    },
  )

  test('another text is no place', () => {
    expect(() => placeOf('area:toy')).toThrow('Expected a place like')
  })

  test('a city shows both hierarchies below it, each with its own levels; the city itself stands above', () => {
    expect(titles(placeTree([city], 'zh', words))).toEqual([
      '全部城市',
      [
        '玩具市全市',
        [
          ['行政区划', [['甲镇 · 镇街', ['甲一村 · 村社区', '甲二村 · 村社区']]]],
          ['巡逻辖区', [['一区 · 巡区', ['一中队 · 中队']]]],
        ],
      ],
    ])
  })

  test('the names of the hierarchies cannot be chosen', () => {
    const [, toy] = placeTree([city], 'zh', words)
    expect(toy.children?.map(({ selectable }) => selectable)).toEqual([false, false])
  })

  test('an area is found by either name and by its code', () => {
    const [, toy] = placeTree([city], 'zh', words)
    const squad = toy.children?.[1]?.children?.[0]?.children?.[0]
    expect(squad?.search).toBe('一中队 squad 1 s1')
  })

  test('in words; what is gone keeps its number', () => {
    const text = (place: { city: string | null; areaId: number | null }) =>
      placeText(place, [city], 'en', {
        ...words,
        everywhere: 'every city',
        whole: (name) => `all of ${name}`,
      })
    expect(text(everywhere)).toBe('every city')
    expect(text({ city: 'toy', areaId: null })).toBe('all of Toy City')
    expect(text({ city: 'toy', areaId: 6 })).toBe('Squad 1 · Squad')
    expect(text({ city: 'toy', areaId: 99 })).toBe('toy #99')
  })
})
