import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeAreas, encodeAreas } from '../../../geodata/areaBundle.ts'
import { bucketFor, bucketsFor, spanOfBars } from '../../../web/analysis/buckets.ts'
import { coreAreas } from '../../../web/analysis/coreAreas.ts'
import { hoursText } from '../../../web/analysis/hoursText.ts'
import { disputeBars, kindBars } from '../../../web/analysis/kindBars.ts'
import { scopeOf } from '../../../web/analysis/scope.ts'
import { occurrences, perOccurrence } from '../../../web/analysis/weekPicture.ts'
import { type CityKind, commonKinds } from '../../../web/state/kindFilter.ts'
import { dayMs } from '../../../web/state/timeWindow.ts'
import { hoursOfBox } from '../../../web/state/weekHours.ts'
import { brickCity } from '../../factories/mesh.ts'

const days = (count: number) => ({ from: 0, to: count * dayMs })

describe('buckets of a series', () => {
  test.each([
    [1, 'hour'],
    [7, 'hour'],
    [30, 'day'],
    [90, 'day'],
    [365, 'week'],
    [1096, 'month'],
  ])('%d days are shown by %s', (count, bucket) => {
    expect(bucketFor(days(count))).toBe(bucket)
    expect(bucketsFor(days(count))).toContain(bucket)
  })

  test('a brush across bars is the window of these bars, never beyond the window they came from', () => {
    const start = [0, 10, 20, 30]
    const whole = { from: 4, to: 36 }
    expect(spanOfBars(start, 1, 2, whole)).toEqual({ from: 10, to: 30 })
    expect(spanOfBars(start, 3, 0, whole)).toEqual(whole)
    expect(spanOfBars(start, 0, 0, whole)).toEqual({ from: 4, to: 10 })
  })
})

describe('what one chart points at in the others', () => {
  test('the fewest areas that hold half of it, with all who have as many as the last of them', () => {
    expect(
      coreAreas(
        new Map([
          [1, 0],
          [2, 5],
          [3, 9],
          [4, 2],
        ]),
      ),
    ).toEqual([3])
    expect(
      coreAreas(
        new Map([
          [1, 1],
          [2, 1],
          [3, 1],
        ]),
      ),
    ).toEqual([1, 2, 3])
    expect(coreAreas(new Map([[1, 0]]))).toEqual([])
    fc.assert(
      fc.property(fc.array(fc.nat(20), { maxLength: 30 }), (counts) => {
        const core = coreAreas(new Map(counts.map((count, area) => [area, count])))
        const held = core.reduce((sum, area) => sum + counts[area], 0)
        const whole = counts.reduce((sum, count) => sum + count, 0)
        const least = Math.min(...core.map((area) => counts[area]))
        expect(2 * held).toBeGreaterThanOrEqual(whole)
        // Without its least ones it would not be half.
        const greater = core.filter((area) => counts[area] > least)
        expect(2 * greater.reduce((sum, area) => sum + counts[area], 0)).toBeLessThan(Math.max(1, whole))
        for (const [area, count] of counts.entries())
          expect(core.includes(area)).toBe(count > 0 && count >= least)
      }),
      { seed: 7, numRuns: 200 },
    )
  })

  test('kinds that two choices share, whichever is the wider', () => {
    const kind = (code: string, group: string, parentCode: string | null = null): CityKind => ({
      code,
      group,
      parentCode,
      name: { zh: code, en: code },
      dispute: false,
      sensitive: false,
    })
    const kinds = [kind('1', 'a'), kind('11', 'a', '1'), kind('12', 'a', '1'), kind('2', 'b')]
    expect(commonKinds(kinds, ['1', '2'], ['11'])).toEqual(['11'])
    expect(commonKinds(kinds, ['11'], ['1'])).toEqual(['11'])
    expect(commonKinds(kinds, ['11'], ['12', '2'])).toEqual([])
    expect(commonKinds(kinds, ['1'], undefined)).toEqual(['1'])
    expect(commonKinds(kinds, undefined, undefined)).toBeUndefined()
  })
})

describe('hours of the week in a window', () => {
  const monday = Date.parse('2026-11-16T00:00:00+08:00')

  test('a week holds each hour once, an hour and a half in parts', () => {
    const week = occurrences({ from: monday, to: monday + 7 * dayMs }, 'Asia/Shanghai')
    expect(new Set(week)).toEqual(new Set([1]))
    const short = occurrences({ from: monday + 1.5 * 3_600_000, to: monday + 3 * 3_600_000 }, 'Asia/Shanghai')
    expect(short.slice(0, 4)).toEqual([0, 0.5, 1, 0])
  })

  test('all hours together are as long as the window', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300_000 }), fc.nat(20_000), (minutes, offset) => {
        const from = monday + offset * 60_000
        const times = occurrences({ from, to: from + minutes * 60_000 }, 'Asia/Shanghai')
        expect(times.reduce((sum, each) => sum + each, 0)).toBeCloseTo(minutes / 60, 6)
      }),
      { seed: 7, numRuns: 200 },
    )
  })

  test('an hour that never came is no zero', () => {
    expect(perOccurrence([4, 0, 3], [2, 0, 0.5])).toEqual([2, null, 3])
  })

  test('hours read as people say them', () => {
    expect(hoursText(hoursOfBox([0, 4], [8, 17]), 'zh')).toBe('周一–周五 08:00–18:00')
    expect(hoursText(hoursOfBox([5, 6], [0, 23]), 'en')).toBe('Sat–Sun')
    expect(hoursText([0, 2, 4, 6, 30, 55], 'en')).toBe('6 of 168 hours a week')
  })
})

describe('bars of kinds', () => {
  const kind = (
    code: string,
    group: string,
    parentCode: string | null = null,
    dispute = false,
  ): CityKind => ({
    code,
    parentCode,
    group,
    name: { zh: code, en: code },
    dispute,
    sensitive: false,
  })
  const kinds = [
    kind('01', 'traffic'),
    kind('0101', 'traffic', '01'),
    kind('0102', 'traffic', '01'),
    kind('02', 'help'),
    kind('09', 'dispute', null, true),
  ]
  const answer = { kind: ['0101', '0102', '02'], count: [5, 3, 4], compareCount: [1, 0, 9] }

  test('groups sum what lies below them, most first', () => {
    expect(kindBars(kinds, answer, undefined).map((bar) => [bar.token, bar.now, bar.before])).toEqual([
      ['traffic', 8, 1],
      ['help', 4, 9],
    ])
  })

  test('one chosen group opens, and its members sum up to it', () => {
    const bars = kindBars(kinds, answer, ['traffic'])
    expect(bars.map((bar) => bar.token)).toEqual(['traffic', '0101', '0102', 'help'])
    expect(bars[0].chosen).toBe(true)
    expect((bars[1].now ?? 0) + (bars[2].now ?? 0)).toBe(bars[0].now)
  })

  test('two chosen groups stay closed', () => {
    expect(kindBars(kinds, answer, ['traffic', 'help'])).toHaveLength(2)
  })
})

describe('the areas of the table', () => {
  const two = brickCity({ columns: 4, rows: 4, verticesPerEdge: 2, seed: 5 })
  const [city, ...cells] = two.areas
  // A level in between: the first cell stands for a village that holds the others.
  const [village, ...inside] = cells
  const bundle = decodeAreas(
    encodeAreas({
      version: two.version,
      levels: [
        two.levels[0],
        { ...two.levels[1], level: 'village', rank: 1 },
        { ...two.levels[1], level: 'microGrid', rank: 2 },
      ],
      areas: [
        city,
        { ...village, level: 'village' },
        ...inside.map((each, at) => ({ ...each, parentId: at === 0 ? city.id : village.id })),
      ],
    }),
  )
  const at = (id: number) => bundle.id.indexOf(id)
  const stranger = at(inside[0].id)
  const member = at(inside[1].id)

  test('a coarser area confines them; the whole city, nothing and one of them do not', () => {
    expect(scopeOf(bundle, at(village.id), 'microGrid', undefined)).toBe(at(village.id))
    expect(scopeOf(bundle, at(city.id), 'microGrid', undefined)).toBe(-1)
    expect(scopeOf(bundle, -1, 'microGrid', village.id)).toBe(-1)
    expect(scopeOf(bundle, member, 'microGrid', undefined)).toBe(-1)
    expect(scopeOf(bundle, at(village.id), 'village', undefined)).toBe(-1)
  })

  test('picking a row keeps what confined them, as long as the row lies inside', () => {
    expect(scopeOf(bundle, member, 'microGrid', village.id)).toBe(at(village.id))
    expect(scopeOf(bundle, stranger, 'microGrid', village.id)).toBe(-1)
  })
})

describe('bars of disputes', () => {
  const kind = (code: string): CityKind => ({
    code,
    parentCode: null,
    group: 'dispute',
    name: { zh: code, en: code },
    dispute: true,
    sensitive: false,
  })
  test('withheld types stay among them, without a number', () => {
    const bars = disputeBars([kind('09'), kind('08')], { kind: ['09', '08'], count: [12, null] }, ['08'])
    expect(bars.map((bar) => [bar.token, bar.now, bar.before, bar.chosen])).toEqual([
      ['09', 12, null, false],
      ['08', null, null, true],
    ])
  })
})
