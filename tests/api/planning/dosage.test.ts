import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { weightedDisplacementDifference } from '../../../api/planning/displacement.ts'
import {
  longestGap,
  minutesByCell,
  presence,
  type Stay,
  stopsOwed,
  visibilityByHourOfWeek,
} from '../../../api/planning/dosage.ts'

const WEEK = 7 * 86_400
const period = { from: 0, to: 2 * WEEK }

const stays = fc.array(
  fc
    .record({
      cell: fc.integer({ min: 1, max: 3 }),
      from: fc.integer({ min: -3600, max: period.to }),
      length: fc.integer({ min: 0, max: 20_000 }),
      strength: fc.integer({ min: 1, max: 4 }),
      vehicle: fc.boolean(),
      lights: fc.boolean(),
    })
    .map(({ length, ...stay }): Stay => ({ ...stay, to: stay.from + length })),
  { maxLength: 30 },
)

const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0)
const spent = ({ from, to }: Stay) => Math.max(0, Math.min(to, period.to) - Math.max(from, period.from)) / 60

describe('dosage', () => {
  test('minutes by micro-grid and by hour of the week are those of the stays', () => {
    fc.assert(
      fc.property(stays, fc.integer({ min: -WEEK, max: WEEK }), (given, mondayS) => {
        expect(sum(minutesByCell(given, period).values())).toBeCloseTo(sum(given.map(spent)), 6)
        const { officers, vehicles, lights } = visibilityByHourOfWeek(given, period, mondayS)
        expect(sum(officers)).toBeCloseTo(sum(given.map((stay) => stay.strength * spent(stay))), 6)
        expect(sum(vehicles)).toBeCloseTo(sum(given.filter(({ vehicle }) => vehicle).map(spent)), 6)
        expect(sum(lights)).toBeCloseTo(sum(given.filter(({ lights: on }) => on).map(spent)), 6)
        // Two weeks hold each hour twice.
        expect(Math.max(...vehicles)).toBeLessThanOrEqual(given.length * 120 + 1e-6)
      }),
    )
  })

  test('presence and gaps fill the period between them', () => {
    fc.assert(
      fc.property(stays, (given) => {
        const spans = presence(given, 1, period)
        for (let index = 1; index < spans.length; index++) {
          expect(spans[index].from).toBeGreaterThan(spans[index - 1].to)
        }
        const gap = longestGap(given, 1, period)
        const present = sum(spans.map(({ from, to }) => to - from))
        expect(gap).toBeLessThanOrEqual(period.to - present)
        expect(gap * (spans.length + 1)).toBeGreaterThanOrEqual(period.to - present - 1e-6)
        if (spans.length === 0) expect(gap).toBe(period.to)
      }),
    )
  })

  const stay = (from: number, to: number): Stay => ({
    cell: 1,
    from: from * 60,
    to: to * 60,
    strength: 2,
    vehicle: true,
    lights: false,
  })
  const day = { from: 0, to: 8 * 3600 }

  test('a hot spot is owed a stop every two hours', () => {
    const shift = [stay(5, 17), stay(130, 138), stay(250, 255), stay(253, 262), stay(400, 430)]
    // 12 minutes; 8 are too few; 5 and 9 overlap to 12; 30 is overlong, and pays.
    expect(stopsOwed(shift, 1, day)).toEqual({ owed: 4, paid: 3, overlong: 1 })
    expect(stopsOwed([], 1, day)).toEqual({ owed: 4, paid: 0, overlong: 0 })
    expect(longestGap(shift, 1, day)).toBe((400 - 262) * 60)
  })

  test('a stop over the end of a block counts in each for what it is there', () => {
    expect(stopsOwed([stay(115, 127)], 1, day).paid).toBe(0)
    expect(stopsOwed([stay(108, 131)], 1, day).paid).toBe(2)
  })

  test('refuses a stay that ends before it begins', () => {
    expect(() => minutesByCell([stay(10, 5)], day)).toThrow('got 600 to 300')
    expect(() => minutesByCell([], { from: 1, to: 1 })).toThrow('its end after its beginning')
  })
})

describe('after an operation', () => {
  // Wheeler and Ratcliffe 2018, as R's ptools calls it: estimate, variance, z and 95 % interval to the digits printed.
  test('the published example', () => {
    const answer = weightedDisplacementDifference({
      control: [308, 318],
      treated: [207, 110],
      aroundControl: [150, 140],
      aroundTreated: [178, 157],
    })
    expect(answer).toMatchObject({ estimate: -118, variance: 1568 })
    expect(answer.z.toFixed(2)).toBe('-2.98')
    expect([Math.round(answer.low), Math.round(answer.high)]).toEqual([-196, -40])
  })

  test('without looking around, as in the example of ptools', () => {
    expect(weightedDisplacementDifference({ control: [20, 20], treated: [20, 10] })).toMatchObject({
      estimate: -10,
      local: -10,
      variance: 70,
    })
    expect(weightedDisplacementDifference({ control: [0, 0], treated: [0, 0] }).z).toBe(0)
    expect(() => weightedDisplacementDifference({ control: [-1, 0], treated: [0, 0] })).toThrow('got -1')
  })
})
