import { describe, expect, test } from 'vitest'
import {
  type AreaHotspotAnswer,
  coloursMap,
  densityBreaks,
  densitySteps,
  hotspotMethod,
  type NearRepeatAnswer,
  significantRows,
  strongestBand,
} from '../../../web/state/hotspots.ts'

const head = {
  level: 'grid',
  version: '2025',
  from: '',
  to: '',
  asOf: '',
  kinds: null,
  families: ['governance' as const, 'publicOrder' as const],
  limited: false,
  source: '',
}

describe('the list of hotspots', () => {
  const answer: AreaHotspotAnswer = {
    ...head,
    method: 'gi',
    contiguity: 'queen',
    permutations: 999,
    seed: 1,
    falseShare: 0.05,
    tested: 5,
    islands: 0,
    areaId: [10, 11, 12, 13, 14],
    count: [5, 50, 1, 60, 7],
    statistic: [0.1, 0.4, 0, 0.5, null],
    z: [0.2, 4, -3, 5, null],
    p: [0.8, 0.001, 0.002, 0.001, null],
    q: [0.9, 0.01, 0.004, 0.01, null],
    class: ['none', 'hot', 'cold', 'hot', 'none'],
    exposure: {
      patrolMinutes: [0, 12, 3, 4, 5],
      cameras: [1, 2, 3, 400, 5],
      patrolRank: [0, 1, 0.25, 0.5, 0.75],
      cameraRank: [0, 0.25, 0.5, 1, 0.75],
      lookedMore: [false, true, false, true, false],
      patrolCorrelation: 0.1,
      cameraCorrelation: 0.9,
    },
    totals: { count: 123, outside: 0 },
    validation: null,
  }

  test('holds only areas that differ from chance, hot before cold, the more certain first, the stronger of equals first', () => {
    const rows = significantRows(answer)
    expect(rows.map((row) => row.areaId)).toEqual([13, 11, 12])
    expect(rows[0]).toEqual({
      areaId: 13,
      class: 'hot',
      count: 60,
      q: 0.01,
      patrolMinutes: 4,
      cameras: 400,
      lookedMore: true,
    })
  })

  test('is empty when nothing does', () => {
    expect(significantRows({ ...answer, class: answer.class.map(() => 'none') })).toEqual([])
  })
})

describe('near repeats in words', () => {
  const answer: NearRepeatAnswer = {
    ...head,
    method: 'nearRepeat',
    distancesM: [1, 100],
    days: [1, 2],
    count: 100,
    nearPairs: 40,
    permutations: 999,
    seed: 1,
    observed: [
      [1, 0],
      [12, 9],
    ],
    expected: [
      [0.02, 0.1],
      [3, 6],
    ],
    ratio: [
      [50, 0],
      [4, 1.5],
    ],
    p: [
      [0.01, 1],
      [0.001, 0.01],
    ],
    q: [
      [0.02, 1],
      [0.004, 0.02],
    ],
    falseShare: 0.05,
  }

  test('speak of the strongest band that rests on more than a pair or two', () => {
    expect(strongestBand(answer)).toMatchObject({ distance: 1, time: 0 })
  })

  test('say nothing stands out when nothing is significant, or only rarer than chance', () => {
    expect(
      strongestBand({
        ...answer,
        q: [
          [1, 1],
          [1, 1],
        ],
      }),
    ).toBeNull()
    expect(
      strongestBand({
        ...answer,
        ratio: [
          [0.1, 0.2],
          [0.3, 0.4],
        ],
      }),
    ).toBeNull()
  })
})

test('only known methods are read from the URL, and near repeats leave the colours of areas alone', () => {
  expect(hotspotMethod('kde')).toBe('kde')
  expect(hotspotMethod('heat')).toBeUndefined()
  expect(coloursMap('moran')).toBe(true)
  expect(coloursMap('nearRepeat')).toBe(false)
  expect(coloursMap(undefined)).toBe(false)
})

test('classes of a density rise to below its highest value, and there are none of an empty one', () => {
  for (const most of [0.3, 7, 2138]) {
    const breaks = densityBreaks(most)
    expect(breaks).toHaveLength(6)
    expect(breaks.every((low, index) => index === 0 || low > breaks[index - 1])).toBe(true)
    expect(breaks[5]).toBeLessThan(most)
  }
  expect(densityBreaks(0)).toEqual([])
})

test('a packed density is read back as it was written', () => {
  const steps = Uint16Array.from([0, 1, 65_535, 300])
  expect(densitySteps(Buffer.from(steps.buffer).toString('base64'))).toEqual(steps)
})
