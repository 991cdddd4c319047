import { describe, expect, test } from 'vitest'
import { formatCount, formatMeasure, formatZ } from '../../../web/ui/numbers.ts'

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
