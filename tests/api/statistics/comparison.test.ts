import { describe, expect, test } from 'vitest'
import { compareCounts, unusualFrom } from '../../../api/statistics/comparison.ts'

describe('two counts', () => {
  test('37 after 41 is within normal variation, as LOOK sketches it', () => {
    const comparison = compareCounts(37, 41)
    expect(comparison.z).toBeCloseTo(-0.64, 2)
    expect(comparison.verdict).toBe('normal')
  })

  test('21 after 43 is unusually few', () => {
    const comparison = compareCounts(21, 43)
    expect(comparison.z).toBeCloseTo(-3.95, 2)
    expect(comparison.verdict).toBe('fewer')
    expect(comparison.percent).toBeCloseTo(-51.16, 2)
  })

  test('36 after 25 is two of the formula, which chance alone brings one time in six: not unusual', () => {
    expect(compareCounts(36, 25).z).toBe(2)
    expect(compareCounts(36, 25).verdict).toBe('normal')
    expect(compareCounts(42, 25).verdict).toBe('more')
    expect(compareCounts(25, 42).verdict).toBe('fewer')
  })

  test('a handful of incidents is too few for a verdict', () => {
    expect(compareCounts(1, 0).verdict).toBe('few')
    expect(compareCounts(9, 0).verdict).toBe('few')
    expect(compareCounts(10, 0).verdict).toBe('more')
  })

  test('a base under 20 carries no percentage, 20 does', () => {
    expect(compareCounts(40, 19).percent).toBeNull()
    expect(compareCounts(40, 20).percent).toBe(100)
  })

  test('two empty windows are the same', () => {
    expect(compareCounts(0, 0)).toMatchObject({ z: 0, verdict: 'few', percent: null })
  })

  test('a negative count or none is refused', () => {
    expect(() => compareCounts(-1, 3)).toThrow(RangeError)
    expect(() => compareCounts(3, Number.NaN)).toThrow(RangeError)
    expect(() => unusualFrom(0)).toThrow(RangeError)
  })
})

describe('the bar from which a difference is unusual', () => {
  test('rises with the number of comparisons read together', () => {
    expect(unusualFrom(1)).toBeCloseTo(1.959964 * Math.SQRT2, 5)
    expect(unusualFrom(8)).toBeCloseTo(3.867, 3)
    expect(unusualFrom(30)).toBeCloseTo(4.446, 3)
    expect(unusualFrom(797)).toBeCloseTo(5.66, 3)
  })

  /** Exact probability that two independent Poisson counts of the same mean get the verdict "unusual". */
  function falseAlarm(mean: number, among: number): number {
    const chance: number[] = [Math.exp(-mean)]
    while (chance.length < mean + 40 + 12 * Math.sqrt(mean))
      chance.push((chance[chance.length - 1] * mean) / chance.length)
    const limit = unusualFrom(among)
    let sum = 0
    for (let now = 0; now < chance.length; now++)
      for (let then = 0; then < chance.length; then++)
        if (now + then >= 10 && Math.abs(2 * (Math.sqrt(now) - Math.sqrt(then))) >= limit)
          sum += chance[now] * chance[then]
    return sum
  }

  test('marks one of twenty by chance where one figure stands alone, counts of any size', () => {
    for (const mean of [1, 2, 3, 5, 8, 12, 20, 50, 150]) expect(falseAlarm(mean, 1)).toBeLessThan(0.056)
    expect(falseAlarm(150, 1)).toBeGreaterThan(0.049)
  })

  test('marks less than half an area by chance on a map of 797 grids, and one time in twenty where counts are large', () => {
    for (const mean of [1, 2, 3, 5, 8, 12, 20, 50, 150]) expect(797 * falseAlarm(mean, 797)).toBeLessThan(0.4)
    expect(797 * falseAlarm(150, 797)).toBeLessThan(0.055)
    // What the bar of one figure alone would do to that map.
    expect(797 * falseAlarm(20, 1)).toBeGreaterThan(39)
  })
})
