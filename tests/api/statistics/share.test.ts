import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { normalQuantile } from '../../../api/statistics/normal.ts'
import { shareOf, wilson } from '../../../api/statistics/share.ts'

describe('the interval of a share', () => {
  // Newcombe, Statistics in Medicine 17 (1998) 857–872, table I, method 3 (score).
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %i in %i is the published %f to %f', (part, whole, low, high) => {
    const interval = wilson(part, whole)
    expect(interval.low).toBeCloseTo(low, 4)
    expect(interval.high).toBeCloseTo(high, 4)
  })

  test('33 of 37 is 75 to 96 per cent, as LOOK sketches it', () => {
    const { low, high } = wilson(33, 37)
    expect(Math.round(low * 100)).toBe(75)
    expect(Math.round(high * 100)).toBe(96)
  })

  test('holds the share, stays within 0 and 1, and narrows with more cases', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.nat(), (whole, dividend) => {
        const part = dividend % (whole + 1)
        const { low, high } = wilson(part, whole)
        expect(low).toBeGreaterThanOrEqual(0)
        expect(high).toBeLessThanOrEqual(1)
        expect(low).toBeLessThanOrEqual(part / whole + 1e-12)
        expect(high).toBeGreaterThanOrEqual(part / whole - 1e-12)
        const more = wilson(part * 4, whole * 4)
        expect(more.high - more.low).toBeLessThan(high - low)
      }),
      { seed: 5 },
    )
  })

  test('mirrors: the interval of the rest is the rest of the interval', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.nat(), (whole, dividend) => {
        const part = dividend % (whole + 1)
        expect(wilson(whole - part, whole).low).toBeCloseTo(1 - wilson(part, whole).high, 12)
      }),
      { seed: 6 },
    )
  })
})

describe('a share', () => {
  test('carries no percentage on a base under 20, and does on 20', () => {
    expect(shareOf(12, 19)).toEqual({ part: 12, whole: 19, fraction: null, interval: null })
    expect(shareOf(12, 20).fraction).toBe(0.6)
    expect(shareOf(12, 20).interval).not.toBeNull()
  })

  test('of nothing is nothing, not zero per cent', () => {
    expect(shareOf(0, 0).fraction).toBeNull()
  })

  test('is refused where the part is larger than the whole, negative or not a number', () => {
    expect(() => shareOf(21, 20)).toThrow(RangeError)
    expect(() => shareOf(-1, 20)).toThrow(RangeError)
    expect(() => shareOf(Number.NaN, 20)).toThrow(RangeError)
    expect(() => wilson(0, 0)).toThrow(RangeError)
  })
})

describe('the normal quantile', () => {
  // Wichura (1988), Applied Statistics 37, p. 481.
  test.each([
    [0.25, -0.6744897501960817],
    [0.001, -3.090232306167814],
    [1e-20, -9.26234008979841],
  ])('of %f is the published %f', (p, z) => {
    expect(normalQuantile(p)).toBeCloseTo(z, 12)
  })

  test('is odd around one half', () => {
    expect(normalQuantile(0.5)).toBe(0)
    expect(normalQuantile(0.975)).toBeCloseTo(-normalQuantile(0.025), 12)
  })
})
