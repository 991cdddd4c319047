import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatCount, formatMeasure, formatZ, wilson } from '../../../web/ui/numbers.ts'

describe('numbers on the screen', () => {
  test('counts separate thousands and use a true minus', () => {
    expect(formatCount(40213, 'zh')).toBe('40,213')
    expect(formatCount(-1200, 'en')).toBe('−1,200')
  })

  test('measures show what can be known, not more', () => {
    expect(formatMeasure(439.78, 'zh')).toBe('440')
    expect(formatMeasure(8.3671, 'zh')).toBe('8.37')
    expect(formatMeasure(0.04123, 'zh')).toBe('0.0412')
  })

  test('z is written with one digit and a true minus', () => {
    expect(formatZ(-1.94)).toBe('−1.9')
  })
})

describe('the interval of a share', () => {
  test('is that of the textbook: 33 of 37 is 75 to 96 per cent', () => {
    const { low, high } = wilson(33, 37)
    expect(Math.round(low * 100)).toBe(75)
    expect(Math.round(high * 100)).toBe(96)
  })

  test('holds the share, stays within 0 and 1, and narrows with more cases', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.nat(), (whole, part) => {
        const share = (part % (whole + 1)) / whole
        const { low, high } = wilson(share * whole, whole)
        expect(low).toBeGreaterThanOrEqual(0)
        expect(high).toBeLessThanOrEqual(1)
        expect(low).toBeLessThanOrEqual(share + 1e-9)
        expect(high).toBeGreaterThanOrEqual(share - 1e-9)
        const more = wilson(share * whole * 4, whole * 4)
        expect(more.high - more.low).toBeLessThan(high - low)
      }),
      { seed: 5 },
    )
  })
})
