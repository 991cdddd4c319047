import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { boxesOf, decodeHours, encodeHours, hoursOfBox } from '../../../web/state/weekHours.ts'

describe('hours of the week in the address', () => {
  test('office hours are one box', () => {
    const office = hoursOfBox([0, 4], [8, 17])
    expect(office).toHaveLength(50)
    expect(encodeHours(office)).toBe('0-4.8-17')
    expect(boxesOf(office)).toEqual([{ days: [0, 4], hours: [8, 17] }])
  })

  test('any set comes back as it went', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(167), { minLength: 1, maxLength: 167 }), (hours) => {
        const sorted = hours.toSorted((a, b) => a - b)
        expect(decodeHours(encodeHours(hours) ?? null)).toEqual(sorted)
        expect(boxesOf(hours).flatMap((box) => hoursOfBox(box.days, box.hours))).toHaveLength(sorted.length)
      }),
      { seed: 7, numRuns: 300 },
    )
  })

  test('all hours, none, and what is not understood are no filter', () => {
    expect(decodeHours('0-6.0-23')).toBeUndefined()
    expect(encodeHours([])).toBeUndefined()
    for (const text of [null, '', '7.1', '1', '1.24', 'x.y']) expect(decodeHours(text)).toBeUndefined()
  })
})
