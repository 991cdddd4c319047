import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { equity } from '../../../api/planning/equity.ts'

const places = fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1, max: 20 })), {
  minLength: 1,
  maxLength: 12,
})

describe('equity per resident', () => {
  test('closed forms: all alike 0, all with one of n people 1 − 1/n, a line from 0 to 1 a third', () => {
    expect(equity([2, 4, 6], [1, 2, 3]).gini).toBeCloseTo(0, 12)
    expect(equity([0, 0, 0, 9], [1, 1, 1, 1]).gini).toBeCloseTo(3 / 4, 12)
    // 1, 2 … n: (n − 1) / (3 n) (Dixon 1987).
    const amounts = Array.from({ length: 60 }, (_, index) => index + 1)
    expect(
      equity(
        amounts,
        amounts.map(() => 1),
      ).gini,
    ).toBeCloseTo(59 / 180, 9)
    expect(equity([0, 0], [3, 4])).toMatchObject({ gini: 0, n: 2 })
  })

  test('is half the mean difference between two people, over the mean', () => {
    fc.assert(
      fc.property(places, (rows) => {
        const people = rows.flatMap(([amount, residents]) =>
          Array<number>(residents).fill(amount / residents),
        )
        const mean = people.reduce((sum, each) => sum + each, 0) / people.length
        fc.pre(mean > 0)
        let apart = 0
        for (const a of people) for (const b of people) apart += Math.abs(a - b)
        const { gini } = equity(
          rows.map(([amount]) => amount),
          rows.map(([, residents]) => residents),
        )
        expect(gini).toBeCloseTo(apart / (2 * people.length ** 2 * mean), 9)
      }),
    )
  })

  test('Lorenz curves rise from 0 to 1 under the diagonal; places without residents are left out', () => {
    fc.assert(
      fc.property(places, (rows) => {
        const { lorenz, n } = equity(
          [5, ...rows.map(([amount]) => amount)],
          [0, ...rows.map(([, people]) => people)],
        )
        expect(n).toBe(rows.length)
        expect(lorenz[0]).toEqual([0, 0])
        expect(lorenz.at(-1)?.map((each) => Math.round(each * 1e9) / 1e9)).toEqual([1, 1])
        lorenz.forEach(([people, amount], index) => {
          expect(amount).toBeLessThanOrEqual(people + 1e-9)
          if (index > 0) expect(people).toBeGreaterThan(lorenz[index - 1][0])
        })
      }),
    )
  })

  test('numbers that are none are refused', () => {
    expect(() => equity([Number.NaN], [1])).toThrow(/amounts/)
    expect(() => equity([1], [1, 2])).toThrow(/amounts: expected 2/)
  })
})
