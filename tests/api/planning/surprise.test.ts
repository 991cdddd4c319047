import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  entropyRate,
  kemenyConstant,
  leastPredictableWalk,
  observerHits,
  randomiseWithin,
  returnTimeEntropy,
  stationaryShares,
} from '../../../api/planning/surprise.ts'
import { createRandom } from '../../../geodata/random.ts'

function linksOf(places: number, isLinked: (a: number, b: number) => boolean): number[] {
  return Array.from({ length: places * places }, (_, index) =>
    isLinked(Math.floor(index / places), index % places) ? 1 : 0,
  )
}
const grid = (n: number) =>
  linksOf(n * n, (a, b) => {
    const [dx, dy] = [(a % n) - (b % n), Math.floor(a / n) - Math.floor(b / n)]
    return Math.abs(dx) + Math.abs(dy) === 1
  })
const path = (n: number) => linksOf(n, (a, b) => Math.abs(a - b) === 1)
const complete = (n: number) => linksOf(n, (a, b) => a !== b)
const uniform = (links: number[]) => {
  const n = Math.sqrt(links.length)
  return links.map((link, index) => {
    const from = Math.floor(index / n)
    return link / links.slice(from * n, (from + 1) * n).reduce((sum, each) => sum + each, 0)
  })
}

/** Any chain in which every place follows every other. */
const chains = fc.integer({ min: 2, max: 6 }).chain((n) =>
  fc
    .array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: n * n, maxLength: n * n })
    .map((weights) =>
      weights.map((weight, index) => {
        const from = Math.floor(index / n)
        return weight / weights.slice(from * n, (from + 1) * n).reduce((sum, each) => sum + each, 0)
      }),
    ),
)

describe('the least predictable walk', () => {
  test.each([3, 5, 10])('over a grid of %i × %i: ln(4 cos(π/(n+1)))', (n) => {
    const walk = leastPredictableWalk(grid(n))
    const known = Math.log(4 * Math.cos(Math.PI / (n + 1)))
    expect(walk.entropyRate).toBeCloseTo(known, 10)
    expect(entropyRate(walk.transitions)).toBeCloseTo(known, 8)
  })

  test.each([5, 10])('along a path of %i: ln(2 cos(π/(n+1)))', (n) => {
    expect(leastPredictableWalk(path(n)).entropyRate).toBeCloseTo(
      Math.log(2 * Math.cos(Math.PI / (n + 1))),
      10,
    )
  })

  test.each([4, 10])('between %i places all next to each other: ln(n−1)', (n) => {
    expect(leastPredictableWalk(complete(n)).entropyRate).toBeCloseTo(Math.log(n - 1), 10)
  })

  test('is at least as surprising as going to any neighbour alike', () => {
    for (const links of [grid(4), path(6), complete(5)]) {
      expect(leastPredictableWalk(links).entropyRate).toBeGreaterThanOrEqual(
        entropyRate(uniform(links)) - 1e-9,
      )
    }
  })

  test('refuses places that cannot be reached', () => {
    expect(() => leastPredictableWalk([0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0])).toThrow(
      'reached from every other',
    )
    expect(() => leastPredictableWalk([0, 1, 0, 0])).toThrow('the same both ways')
  })
})

describe('chains', () => {
  test.each([4, 10])("Kemeny's constant of %i places all alike: (n−1)²/n", (n) => {
    expect(kemenyConstant(uniform(complete(n)))).toBeCloseTo((n - 1) ** 2 / n, 10)
  })

  test('the long-run shares stay what they are after a step', () => {
    fc.assert(
      fc.property(chains, (transitions) => {
        const shares = stationaryShares(transitions)
        const n = shares.length
        shares.forEach((share, to) => {
          let next = 0
          for (let from = 0; from < n; from++) next += shares[from] * transitions[from * n + to]
          expect(next).toBeCloseTo(share, 12)
        })
        expect(entropyRate(transitions)).toBeLessThanOrEqual(Math.log(n) + 1e-12)
      }),
    )
  })

  test('a fixed round holds no surprise', () => {
    const round = [0, 1, 0, 0, 0, 1, 1, 0, 0]
    expect(entropyRate(round)).toBe(0)
    expect(returnTimeEntropy(round, 50)).toBe(0)
  })

  test('gaps of a patrol drawn anew at each step are geometric', () => {
    const n = 5
    const anew = Array(n * n).fill(1 / n)
    const p = 1 / n
    const known = (-p * Math.log(p) - (1 - p) * Math.log(1 - p)) / p
    expect(returnTimeEntropy(anew, 400)).toBeCloseTo(known, 10)
  })

  test('refuses rows that do not sum to 1', () => {
    expect(() => stationaryShares([0.5, 0.4, 0.5, 0.5])).toThrow('row of place 0 to sum to 1')
    expect(() => stationaryShares([1, 0, 0, 1])).toThrow('reached from every other')
    expect(() => stationaryShares([1, 0, 0])).toThrow('expected 4 values, got 3')
  })
})

describe('an observer of the last days', () => {
  test('is always right about a plan that repeats', () => {
    const day = [1, 0, 1, 0]
    expect(observerHits([day, day, day, day], 3)).toEqual({ expected: 2, came: 2, hits: 2 })
  })

  test('is never right about one that turns round each day', () => {
    expect(
      observerHits(
        [
          [1, 0],
          [0, 1],
          [1, 0],
          [0, 1],
        ],
        1,
      ),
    ).toEqual({ expected: 3, came: 3, hits: 0 })
  })
})

describe('an observer of days drawn by chance', () => {
  /** Chance that a majority of `days` throws show a visit of chance p. */
  function majority(p: number, days: number): number {
    const ways = (k: number) =>
      Array.from({ length: k }, (_, i) => (days - i) / (i + 1)).reduce((a, b) => a * b, 1)
    let sum = 0
    for (let k = Math.floor(days / 2) + 1; k <= days; k++) sum += ways(k) * p ** k * (1 - p) ** (days - k)
    return sum
  }

  test.each([
    [0.7, 1],
    [0.7, 3],
    [0.7, 7],
    [0.3, 3],
    [0.3, 7],
  ])('visits of chance %f, %i days remembered: guessed as often as the majority shows them', (p, days) => {
    const random = createRandom(5, 'days')
    const visits = Array.from({ length: 400 + days }, () =>
      Uint8Array.from({ length: 100 }, () => (random.chance(p) ? 1 : 0)),
    )
    const { expected, came, hits } = observerHits(visits, days)
    // Of 40,000 slots: what is expected, what of it comes and what of all visits is guessed, to four deviations.
    expect(Math.abs(expected / 40_000 - majority(p, days))).toBeLessThan(0.02)
    expect(Math.abs(hits / expected - p)).toBeLessThan(0.02)
    expect(Math.abs(hits / came - majority(p, days))).toBeLessThan(0.02)
  })

  test('every kth day is never expected by who remembers k days or more, k above 2', () => {
    const visits = Array.from({ length: 30 }, (_, day) => [day % 3 === 0 ? 1 : 0])
    expect(observerHits(visits, 3)).toEqual({ expected: 0, came: 9, hits: 0 })
    expect(observerHits(visits, 1)).toEqual({ expected: 10, came: 9, hits: 0 })
  })
})

describe('randomising within a cost', () => {
  test('spends what it may and no more, and gains entropy with it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 20 }),
        fc.double({ min: 0, max: 50, noNaN: true }),
        (costs, allowance) => {
          const least = Math.min(...costs)
          const mean = costs.reduce((sum, cost) => sum + cost, 0) / costs.length
          const { chances, meanCost, entropy } = randomiseWithin(costs, allowance)
          expect(chances.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1, 10)
          expect(meanCost).toBeLessThanOrEqual(Math.min(least + allowance, mean) + 1e-9)
          expect(randomiseWithin(costs, allowance * 2).entropy).toBeGreaterThanOrEqual(entropy - 1e-9)
        },
      ),
    )
  })

  test('two plans: the chance of the dearer one is what its cost allows', () => {
    expect(randomiseWithin([10, 14], 1).chances[1]).toBeCloseTo(0.25, 9)
    expect(Array.from(randomiseWithin([10, 14], 2).chances)).toEqual([0.5, 0.5])
    expect(Array.from(randomiseWithin([10, 14], 0).chances)).toEqual([1, 0])
  })
})
