import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  formatChange,
  formatCount,
  formatInSentence,
  formatInterval,
  formatLimits,
  formatMeasure,
  formatPercent,
  formatPrinted,
  formatProbability,
  formatRatio,
  formatSigned,
  formatTenths,
  formatZ,
} from '../../../web/ui/numbers.ts'

/** As the eye reads it. */
const plain = (text: string) => text.replaceAll('\u00a0', ' ')

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

  test('in a column the decimals stand under one another', () => {
    expect([7.75, 1234, -0.25].map((value) => formatTenths(value, 'zh'))).toEqual(['7.8', '1,234.0', '−0.3'])
  })

  test('what is printed is shown with all its decimals', () => {
    expect(formatPrinted(94.05, 'zh')).toBe('94.05')
    expect(formatPrinted(-66.5, 'en')).toBe('−66.5')
  })

  test('z is written with one digit and a true minus', () => {
    expect(formatZ(-1.94)).toBe('−1.9')
  })

  test('a change has its sign in words or before it', () => {
    expect(plain(formatChange(-51.16))).toBe('51 %')
    expect(formatSigned(3, '3')).toBe('+3')
    expect(formatSigned(-3, '−3')).toBe('−3')
    expect(formatSigned(0, '0')).toBe('0')
  })

  test('numbers of chance', () => {
    expect([0.0004, 0.0042, 0.23].map(formatProbability)).toEqual(['< 0.001', '0.004', '0.23'])
    expect([-0.411, 1.5, 13.42].map(formatRatio)).toEqual(['−0.41', '1.50', '13.4'])
  })

  test('a number inside a sentence is written like one in a table', () => {
    expect(formatInSentence(3381, 'zh')).toBe('3,381')
    expect(formatInSentence(12.5, 'zh')).toBe('12.5')
  })
})

describe('a percentage', () => {
  test('has a decimal from a base of a thousand on, and none below', () => {
    expect(plain(formatPercent(33 / 37, 37))).toBe('89 %')
    expect(plain(formatPercent(1476 / 1495, 1495))).toBe('98.7 %')
  })

  test('is 100 of all and of nothing less, and 0 of none', () => {
    expect(plain(formatPercent(1, 37))).toBe('100 %')
    expect(plain(formatPercent(373 / 374, 374))).toBe('> 99 %')
    expect(plain(formatPercent(7279 / 7281, 7281))).toBe('> 99.9 %')
    expect(plain(formatPercent(0, 374))).toBe('0 %')
    expect(plain(formatPercent(1 / 374, 374))).toBe('< 1 %')
    expect(plain(formatPercent(1 / 40_213, 40_213))).toBe('< 0.1 %')
  })

  test('never says all or none of a part that is neither', () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 100_000 }), fc.nat(), (whole, dividend) => {
        const part = 1 + (dividend % (whole - 1))
        expect(plain(formatPercent(part / whole, whole))).not.toMatch(/^(100|100\.0|0|0\.0) %$/)
      }),
      { seed: 7 },
    )
  })

  test('has an interval with as many decimals as itself', () => {
    const limits = { low: 0.7531, high: 0.9572 }
    expect(formatLimits(limits, 37)).toBe('75–96')
    expect(formatLimits(limits, 1000)).toBe('75.3–95.7')
    expect(plain(formatInterval(limits, 37))).toBe('75–96 %')
  })
})
