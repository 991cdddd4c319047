import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { classBreaks } from '../../../web/map/classBreaks.ts'
import {
  type ClassChoice,
  classMethods,
  decodeClasses,
  encodeClasses,
  parseLimits,
} from '../../../web/map/classChoice.ts'
import { classOf } from '../../../web/map/colors.ts'

const choice = (method: ClassChoice['method'], classes = 5, limits: number[] = []): ClassChoice => ({
  method,
  classes,
  limits,
})

/** How many values fall into each class. */
function sizes(values: readonly number[], breaks: readonly number[]): number[] {
  const counts = new Array<number>(breaks.length + 1).fill(0)
  for (const value of values) counts[classOf(value, breaks)]++
  return counts
}

/** Sum of squared distances to the mean of each class: what natural breaks make least. */
function spread(values: readonly number[], breaks: readonly number[]): number {
  const classes = new Map<number, number[]>()
  for (const value of values)
    classes.set(classOf(value, breaks), [...(classes.get(classOf(value, breaks)) ?? []), value])
  return [...classes.values()].reduce((total, members) => {
    const mean = members.reduce((sum, each) => sum + each, 0) / members.length
    return total + members.reduce((sum, each) => sum + (each - mean) ** 2, 0)
  }, 0)
}

describe('class breaks', () => {
  const clumps = [0, 0, 1, 2, 2, 3, 21, 22, 23, 60, 61, 62, 180, 181, 400]

  test('natural breaks lie in the gaps, zero apart', () => {
    const breaks = classBreaks(clumps, choice('natural'))
    expect(sizes(clumps, breaks)).toEqual([2, 7, 3, 2, 1])
    expect(classBreaks(clumps, choice('natural', 6))).toHaveLength(5)
    expect(sizes(clumps, classBreaks(clumps, choice('natural', 6)))).toEqual([2, 4, 3, 3, 2, 1])
  })

  test('no other limits leave less spread within the classes than natural breaks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 8, maxLength: 40 }),
        fc.uniqueArray(fc.integer({ min: 2, max: 60 }), { minLength: 4, maxLength: 4 }),
        (values, others) => {
          const breaks = classBreaks(values, choice('natural'))
          const rival = others.toSorted((a, b) => a - b)
          expect(spread(values, breaks)).toBeLessThanOrEqual(spread(values, rival) + 1e-9)
        },
      ),
      { seed: 7, numRuns: 300 },
    )
  })

  test('quantiles hold equally many areas where no values are equal', () => {
    const values = Array.from({ length: 100 }, (_, i) => 1 + i * 7)
    expect(sizes(values, classBreaks(values, choice('quantile')))).toEqual([20, 20, 20, 20, 20])
  })

  test('quantiles never part equal values', () => {
    const values = [0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 3, 9]
    const breaks = classBreaks(values, choice('quantile'))
    expect(breaks[0]).toBe(1)
    expect(breaks).toEqual([...new Set(breaks)].sort((a, b) => a - b))
  })

  test('equal intervals are equally wide', () => {
    const breaks = classBreaks([3, 12, 44, 97], choice('equal'))
    const widths = breaks.slice(1).map((limit, i) => limit - breaks[i])
    expect(new Set(widths)).toEqual(new Set([20]))
    expect(breaks).toEqual([20, 40, 60, 80])
  })

  test('own limits stay as they are, but zero is a class of its own', () => {
    expect(classBreaks([2, 6, 30], choice('fixed', 0, [5, 10, 25]))).toEqual([5, 10, 25])
    expect(classBreaks([0, 2, 6, 30], choice('fixed', 0, [5, 10, 25]))).toEqual([2, 5, 10, 25])
    expect(classBreaks([0, 2, 6], choice('fixed', 0, [1, 5]))).toEqual([1, 5])
  })

  test('limits ascend, are few, leave zero alone and no class but the fixed ones empty', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...classMethods),
        fc.integer({ min: 5, max: 7 }),
        fc.array(fc.oneof(fc.nat(300), fc.double({ min: 0, max: 1, noNaN: true })), {
          minLength: 1,
          maxLength: 80,
        }),
        (method, classes, values) => {
          const breaks = classBreaks(values, { method, classes, limits: [5, 10, 20] })
          expect(breaks).toEqual([...new Set(breaks)].sort((a, b) => a - b))
          expect(breaks.length).toBeLessThan(7)
          if (values.every((value) => value === 0)) expect(breaks).toEqual([])
          if (values.includes(0) && breaks.length > 0) {
            expect(breaks[0]).toBeGreaterThan(0)
            const first = values.filter((value) => classOf(value, breaks) === 0)
            expect(first.every((value) => value === 0)).toBe(true)
          }
          if (method === 'natural' || method === 'quantile')
            expect(sizes(values, breaks).every((size) => size > 0)).toBe(true)
          if (values.every(Number.isInteger)) expect(breaks.every(Number.isInteger)).toBe(true)
        },
      ),
      { seed: 7, numRuns: 500 },
    )
  })

  test('nothing to divide makes no limits', () => {
    for (const method of classMethods) {
      expect(classBreaks([], choice(method))).toEqual([])
      expect(classBreaks([0, Number.NaN], choice(method))).toEqual([])
    }
  })
})

describe('choice of classes in the address', () => {
  test('comes back as it went', () => {
    expect(decodeClasses('quantile.5')).toEqual(choice('quantile', 5))
    expect(decodeClasses('fixed.1,5,2.5')).toEqual(choice('fixed', 4, [1, 2.5, 5]))
    expect(encodeClasses(choice('fixed', 4, [1, 2.5, 5]))).toBe('fixed.1,2.5,5')
    expect(encodeClasses(choice('natural', 6))).toBeUndefined()
    expect(encodeClasses(choice('equal', 7))).toBe('equal.7')
  })

  test.each(['', 'quantile', 'quantile.9', 'quantile.x', 'fixed.', 'fixed.a', 'jenks.5'])(
    '%s is not understood',
    (text) => {
      expect(decodeClasses(text)).toBeUndefined()
    },
  )

  test('limits are read as people type them', () => {
    expect(parseLimits('10, 1 ；5、5 x -3 0')).toEqual([1, 5, 10])
    expect(parseLimits('1 2 3 4 5 6 7 8')).toHaveLength(6)
  })
})
