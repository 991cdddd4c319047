import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { erlangB, erlangC, erlangWait, unitsForWaiting } from '../../../api/planning/erlang.ts'
import { type HypercubeInput, hypercube } from '../../../api/planning/hypercube.ts'

/** Larson and Odoni, Urban Operations Research (1981), section 5.4.2: ten atoms in four classes, three units. */
const LARSON: HypercubeInput = {
  arrivals: [0.25, 0.25, 0.1, 0.25, 0.15, 0.1, 0.1, 0.1, 0.1, 0.1],
  serviceRates: [1, 1, 1],
  preferences: [
    [0, 1, 2],
    [0, 1, 2],
    [1, 0, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 0, 2],
    [2, 0, 1],
    [2, 0, 1],
    [2, 0, 1],
    [2, 0, 1],
  ],
  whenAllBusy: 'wait',
}

const close = (values: ArrayLike<number>, digits: number) =>
  Array.from(values, (value) => Number(value.toFixed(digits)))

describe('the hypercube queueing model', () => {
  test("Larson and Odoni's worked example", () => {
    const answer = hypercube(LARSON)
    expect(close(answer.workloads, 4)).toEqual([0.5574, 0.4734, 0.4693])
    expect(answer.allBusy).toBeCloseTo(0.23684, 5)
    // Worked by hand from rounded values, there to 1e-4.
    expect(Math.abs(answer.interArea - 0.43529)).toBeLessThan(1e-4)
  })

  const sizes = fc.record({ units: fc.integer({ min: 1, max: 6 }), atoms: fc.integer({ min: 1, max: 8 }) })
  const systems = sizes.chain(({ units, atoms }) =>
    fc.record({
      units: fc.constant(units),
      arrivals: fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), {
        minLength: atoms,
        maxLength: atoms,
      }),
      preferences: fc.array(fc.shuffledSubarray([...Array(units).keys()], { minLength: units }), {
        minLength: atoms,
        maxLength: atoms,
      }),
      load: fc.double({ min: 0.05, max: 0.9, noNaN: true }),
      whenAllBusy: fc.constantFrom('wait' as const, 'lose' as const),
    }),
  )

  test('equal units are busy together as Erlang says, whatever the orders', () => {
    fc.assert(
      fc.property(systems, ({ units, arrivals, preferences, load, whenAllBusy }) => {
        const calls = arrivals.reduce((total, rate) => total + rate, 0)
        const rate = calls / (load * units)
        const answer = hypercube({
          arrivals,
          preferences,
          serviceRates: Array(units).fill(rate),
          whenAllBusy,
        })
        const erlangs = load * units
        const blocked = whenAllBusy === 'wait' ? erlangC(units, erlangs) : erlangB(units, erlangs)
        expect(answer.allBusy).toBeCloseTo(blocked, 9)
        const carried = whenAllBusy === 'wait' ? erlangs : erlangs * (1 - blocked)
        expect(answer.workloads.reduce((total, each) => total + each, 0)).toBeCloseTo(carried, 9)
        if (whenAllBusy === 'wait') {
          expect(answer.waiting).toBeCloseTo(erlangWait(units, erlangs) * erlangs, 8)
        }
        expect(answer.dispatches.reduce((total, share) => total + share, 0)).toBeCloseTo(1, 9)
      }),
      { numRuns: 60 },
    )
  })

  test('each atom gets its share, and each unit is as busy as its dispatches keep it', () => {
    fc.assert(
      fc.property(
        systems,
        fc.array(fc.double({ min: 0.5, max: 2, noNaN: true }), { minLength: 6, maxLength: 6 }),
        (system, speeds) => {
          const { units, arrivals, preferences, load } = system
          const calls = arrivals.reduce((total, rate) => total + rate, 0)
          const able = speeds.slice(0, units).reduce((total, rate) => total + rate, 0)
          const serviceRates = speeds.slice(0, units).map((rate) => (rate * calls) / (load * able))
          const answer = hypercube({ arrivals, preferences, serviceRates, whenAllBusy: 'wait' })
          arrivals.forEach((rate, atom) => {
            let share = 0
            for (let unit = 0; unit < units; unit++) share += answer.dispatches[unit * arrivals.length + atom]
            expect(share).toBeCloseTo(rate / calls, 9)
          })
          answer.workloads.forEach((workload, unit) => {
            const own = answer.dispatches.subarray(unit * arrivals.length, (unit + 1) * arrivals.length)
            const sent = own.reduce((total, share) => total + share, 0)
            expect((sent * calls) / serviceRates[unit]).toBeCloseTo(workload, 8)
          })
        },
      ),
      { numRuns: 60 },
    )
  })

  test('travel times are those of the dispatches', () => {
    const travelTimes = Array.from({ length: 30 }, (_, index) => (index * 7) % 11)
    const { dispatches, travel } = hypercube({ ...LARSON, travelTimes })
    const mean = dispatches.reduce((total, share, index) => total + share * travelTimes[index], 0)
    expect(travel?.mean).toBeCloseTo(mean, 12)
    expect(travel?.ofAtom).toHaveLength(10)
  })

  test('one more unit never leaves more calls waiting', () => {
    for (let units = 2; units < 12; units++) expect(erlangC(units + 1, 1.5)).toBeLessThan(erlangC(units, 1.5))
    expect(unitsForWaiting(1.5, 0.2369)).toBe(3)
    expect(unitsForWaiting(1.5, 0.2368)).toBe(4)
  })

  test.each<[string, Partial<HypercubeInput>, string]>([
    [
      'more calls than can be served',
      { serviceRates: [0.5, 0.5, 0.5] },
      'expected fewer calls than all units can finish (1.5)',
    ],
    ['a rate that is no number', { serviceRates: [1, Number.NaN, 1] }, 'got NaN at place 1'],
    [
      'a unit left out',
      { preferences: LARSON.preferences.map(() => [0, 1]) },
      'each of 3 units once for atom 0',
    ],
    ['a unit named twice', { preferences: LARSON.preferences.map(() => [0, 1, 1]) }, 'each of 3 units once'],
    ['no calls', { arrivals: LARSON.preferences.map(() => 0) }, 'got none'],
    ['too many units', { serviceRates: Array(17).fill(1) }, '1 to 16 units, got 17'],
  ])('refuses %s', (_, change, words) => {
    expect(() => hypercube({ ...LARSON, ...change })).toThrow(words)
  })

  test('lost calls may be more than the units can do', () => {
    const answer = hypercube({ ...LARSON, serviceRates: [0.1, 0.1, 0.1], whenAllBusy: 'lose' })
    expect(answer.allBusy).toBeCloseTo(erlangB(3, 15), 9)
  })
})
