import { expect, test } from 'vitest'
import { per1000Residents, perKm2 } from '../../../api/statistics/rate.ts'

test('a rate keeps the count and the base it was made of', () => {
  expect(perKm2(37, 18.5)).toEqual({ count: 37, base: 18.5, per: 1, rate: 2, few: false })
  expect(per1000Residents(37, 18_500)).toEqual({ count: 37, base: 18_500, per: 1000, rate: 2, few: false })
})

test('no rate without a base, nor on fewer than twenty residents; a small area has one', () => {
  expect(perKm2(3, 0).rate).toBeNull()
  expect(per1000Residents(3, 0).rate).toBeNull()
  expect(per1000Residents(3, 19).rate).toBeNull()
  expect(per1000Residents(3, 20).rate).toBe(150)
  expect(perKm2(3, 0.01).rate).toBeCloseTo(300, 10)
})

test('fewer than twenty cases are said to be few', () => {
  expect(perKm2(19, 2).few).toBe(true)
  expect(perKm2(20, 2).few).toBe(false)
})

test('a count that is none is refused', () => {
  expect(() => perKm2(-1, 2)).toThrow(RangeError)
  expect(() => per1000Residents(Number.NaN, 2)).toThrow(RangeError)
})
