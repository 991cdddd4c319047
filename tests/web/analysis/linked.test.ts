import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeAreas, encodeAreas } from '../../../geodata/areaBundle.ts'
import { barsOfHours, bucketFor, bucketsFor, hoursOfBar, spanOfBars } from '../../../web/analysis/buckets.ts'
import { hoursText } from '../../../web/analysis/hoursText.ts'
import { disputeBars, kindBars } from '../../../web/analysis/kindBars.ts'
import { scopeOf } from '../../../web/analysis/scope.ts'
import { occurrences, perOccurrence } from '../../../web/analysis/weekPicture.ts'
import type { CityKind } from '../../../web/state/kindFilter.ts'
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

describe('what one chart points at in the other', () => {
  const zone = 'Asia/Shanghai'
  const monday = Date.parse('2026-11-16T00:00:00+08:00')
  const starts = Array.from({ length: 14 }, (_, day) => monday + day * dayMs)

  test('a day covers the 24 hours of its weekday, an hour one, a week or a month the whole', () => {
    expect(hoursOfBar(monday, 'day', zone)).toEqual(hoursOfBox([0, 0], [0, 23]))
    expect(hoursOfBar(monday + 6 * dayMs, 'day', zone)).toEqual(hoursOfBox([6, 6], [0, 23]))
    expect(hoursOfBar(monday + 2 * dayMs + 5 * 3_600_000, 'hour', zone)).toEqual([2 * 24 + 5])
    expect(hoursOfBar(monday, 'week', zone)).toBeNull()
    expect(hoursOfBar(monday, 'month', zone)).toBeNull()
  })

  test('an hour of the week lights up the days it came on, and nothing where every bar has it', () => {
    expect(barsOfHours(starts, 'day', zone, [3 * 24 + 8])).toEqual([3, 10])
    expect(barsOfHours(starts, 'week', zone, [3 * 24 + 8])).toEqual([])
  })

  test('a bar’s hours light up the bar itself', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 13 }), (bar) => {
        const hours = hoursOfBar(starts[bar], 'day', zone) ?? []
        expect(barsOfHours(starts, 'day', zone, hours)).toContain(bar)
      }),
      { seed: 7, numRuns: 14 },
    )
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
