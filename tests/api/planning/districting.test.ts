import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { districtingFaults } from '../../../api/planning/answerChecks.ts'
import { type DistrictingInput, district } from '../../../api/planning/districting.ts'

/** Rounds decide, not the clock. */
const options = { seconds: 60, rounds: 24, seed: 2 }

function lattice(
  width: number,
  height: number,
  weights: ArrayLike<number>,
): Pick<DistrictingInput, 'weights' | 'costs' | 'neighbours' | 'atEdge'> {
  const units = width * height
  const place = (unit: number) => [unit % width, Math.floor(unit / width)]
  return {
    weights,
    costs: Float64Array.from({ length: units ** 2 }, (_, index) => {
      const [centre, unit] = [Math.floor(index / units), index % units]
      const [[ax, ay], [bx, by]] = [place(centre), place(unit)]
      return weights[unit] * ((ax - bx) ** 2 + (ay - by) ** 2)
    }),
    neighbours: Array.from({ length: units }, (_, unit) => {
      const [x, y] = place(unit)
      return [
        ...(x > 0 ? [unit - 1] : []),
        ...(x < width - 1 ? [unit + 1] : []),
        ...(y > 0 ? [unit - width] : []),
        ...(y < height - 1 ? [unit + width] : []),
      ]
    }),
    atEdge: Array.from({ length: units }, (_, unit) => {
      const [x, y] = place(unit)
      return x === 0 || y === 0 || x === width - 1 || y === height - 1 ? 1 : 0
    }),
  }
}

function isOnePiece(input: DistrictingInput, areas: ArrayLike<number>, area: number): boolean {
  const members = new Set(
    Array.from({ length: areas.length }, (_, unit) => unit).filter((unit) => areas[unit] === area),
  )
  const [first] = members
  if (first === undefined) return false
  const open = [first]
  members.delete(first)
  for (let unit = open.pop(); unit !== undefined; unit = open.pop()) {
    for (const next of Array.from(input.neighbours[unit])) if (members.delete(next)) open.push(next)
  }
  return members.size === 0
}

function costOf({ weights, costs }: DistrictingInput, areas: ArrayLike<number>, count: number): number {
  const units = weights.length
  let total = 0
  for (let area = 0; area < count; area++) {
    let least = Number.POSITIVE_INFINITY
    for (let centre = 0; centre < units; centre++) {
      if (areas[centre] !== area) continue
      let cost = 0
      for (let unit = 0; unit < units; unit++) if (areas[unit] === area) cost += costs[centre * units + unit]
      least = Math.min(least, cost)
    }
    total += least
  }
  return total
}

const weightsOf = (units: number) =>
  fc.array(fc.integer({ min: 1, max: 9 }), { minLength: units, maxLength: units })

describe('areas of squads', () => {
  test('are in one piece, balanced where that is possible, and cost what is said; nothing costs less than the bound', () => {
    fc.assert(
      fc.property(weightsOf(12), fc.constantFrom(0.05, 0.2, 0.4), (weights, tolerance) => {
        const input: DistrictingInput = { ...lattice(4, 3, weights), areasOfZone: [2], tolerance }
        const mean = weights.reduce((sum, weight) => sum + weight, 0) / 2
        let best = Number.POSITIVE_INFINITY
        for (let set = 0; set < 2 ** 11; set++) {
          const areas = weights.map((_, unit) => (set >> unit) & 1)
          const load = weights.reduce((sum, weight, unit) => sum + (areas[unit] ? weight : 0), 0)
          if (Math.abs(load - mean) > tolerance * mean + 1e-9) continue
          if (!isOnePiece(input, areas, 0) || !isOnePiece(input, areas, 1)) continue
          best = Math.min(best, costOf(input, areas, 2))
        }
        const answer = district(input, options)
        expect(isOnePiece(input, answer.areas, 0) && isOnePiece(input, answer.areas, 1)).toBe(true)
        expect(answer.objective).toBeCloseTo(costOf(input, answer.areas, 2), 6)
        expect(answer.loads[0] + answer.loads[1]).toBe(2 * mean)
        expect(answer.balanced).toBe(Number.isFinite(best))
        expect(answer.impossible).toBe(!answer.balanced)
        if (!answer.balanced) return
        expect(Math.max(...answer.imbalance.map(Math.abs))).toBeLessThanOrEqual(tolerance + 1e-9)
        expect(answer.proven).toBe(true)
        expect(answer.objective).toBeCloseTo(best, 6)
      }),
      { numRuns: 25 },
    )
  })

  test('of few units are the best there are, or known to be impossible: beside all ways to divide them', () => {
    const limits = fc.record({
      tolerance: fc.constantFrom(0.05, 0.2, 0.6),
      toleranceBelow: fc.constantFrom(undefined, 1),
    })
    fc.assert(
      fc.property(weightsOf(9), limits, (weights, { tolerance, toleranceBelow = tolerance }) => {
        const input = {
          ...lattice(3, 3, weights),
          areasOfZone: [3],
          tolerance,
          toleranceBelow,
          atEdge: undefined,
        }
        const mean = weights.reduce((sum, weight) => sum + weight, 0) / 3
        fc.pre(Math.max(...weights) <= (1 + tolerance) * mean)
        let best = Number.POSITIVE_INFINITY
        for (let way = 0; way < 3 ** 9; way++) {
          const areas = weights.map((_, unit) => Math.floor(way / 3 ** unit) % 3)
          const loads = [0, 0, 0]
          areas.forEach((area, unit) => {
            loads[area] += weights[unit]
          })
          const isBalanced = loads.every(
            (load) => load <= (1 + tolerance) * mean + 1e-9 && load >= (1 - toleranceBelow) * mean - 1e-9,
          )
          if (!isBalanced || ![0, 1, 2].every((area) => isOnePiece(input, areas, area))) continue
          best = Math.min(best, costOf(input, areas, 3))
        }
        const answer = district(input, { ...options, rounds: 2 })
        expect(districtingFaults(input, answer)).toEqual([])
        expect(answer.impossible).toBe(best === Number.POSITIVE_INFINITY)
        expect(answer.balanced && answer.proven).toBe(!answer.impossible)
        if (!answer.impossible) expect(answer.objective).toBeCloseTo(best, 6)
      }),
      { numRuns: 25 },
    )
  })

  const weights = Array.from({ length: 120 }, (_, unit) => 1 + ((unit * 7) % 5))
  const city: DistrictingInput = {
    ...lattice(12, 10, weights),
    zones: weights.map((_, unit) => (unit % 12 < 5 ? 0 : 1)),
    areasOfZone: [2, 3],
    tolerance: 0.05,
  }

  test('keep inside their zones, and are told how far from the best they can be', () => {
    const answer = district(city, { ...options, rounds: 40 })
    answer.areas.forEach((area, unit) => {
      expect(area < 2).toBe(unit % 12 < 5)
    })
    for (let area = 0; area < 5; area++) expect(isOnePiece(city, answer.areas, area)).toBe(true)
    expect(answer.balanced).toBe(true)
    expect(answer.gap).toBeGreaterThanOrEqual(0)
    expect(answer.gap).toBeLessThan(0.1)
  })

  test('change no more units than they may, and no fewer changes help', () => {
    const today = district(city, { ...options, rounds: 3, seed: 9 }).areas
    const few = district({ ...city, current: today, mostChanges: 4 }, { ...options, rounds: 30 })
    const many = district({ ...city, current: today, mostChanges: 60 }, { ...options, rounds: 30 })
    const changed = (areas: Uint16Array) => areas.filter((area, unit) => area !== today[unit]).length
    expect(changed(few.areas)).toBe(few.changes)
    expect(few.changes).toBeLessThanOrEqual(4)
    expect(many.changes).toBeLessThanOrEqual(60)
    const none = district({ ...city, current: today, mostChanges: 0 }, options)
    expect(Array.from(none.areas)).toEqual(Array.from(today))
  })

  test('none lies inside another', () => {
    // Heavy in the middle: without the rule the middle would be an area of its own.
    const heavy = Array.from({ length: 81 }, (_, unit) =>
      Math.max(Math.abs((unit % 9) - 4), Math.abs(Math.floor(unit / 9) - 4)) <= 1 ? 8 : 1,
    )
    const input: DistrictingInput = { ...lattice(9, 9, heavy), areasOfZone: [2], tolerance: 0.02 }
    const answer = district(input, { ...options, rounds: 60 })
    for (const area of [0, 1]) {
      expect(answer.areas.some((each, unit) => each === area && input.atEdge?.[unit] === 1)).toBe(true)
    }
  })

  test('the same seed gives the same areas; stopped at once there are some', () => {
    expect(Array.from(district(city, options).areas)).toEqual(Array.from(district(city, options).areas))
    const stopped = district(city, { ...options, signal: { aborted: true } })
    for (let area = 0; area < 5; area++) expect(isOnePiece(city, stopped.areas, area)).toBe(true)
    expect(stopped.proven).toBe(false)
  })

  test.each<[string, Partial<DistrictingInput>, string]>([
    [
      'a zone in two pieces',
      { zones: weights.map((_, unit) => (unit % 12 === 5 ? 1 : 0)) },
      'expected zone 0 in one piece, found 2',
    ],
    [
      'a unit heavier than an area',
      { weights: weights.map((weight, unit) => (unit === 3 ? 10_000 : weight)) },
      'for unit 3',
    ],
    [
      'a weight that is none',
      { weights: weights.map((weight, unit) => (unit === 3 ? Number.NaN : weight)) },
      'got NaN at place 3',
    ],
    ['more areas than units', { areasOfZone: [2, 90] }, 'expected 1 to 70 in zone 1, got 90'],
    ['changes of nothing', { mostChanges: 3 }, 'expected "current" areas'],
    [
      'areas of today in the wrong zone',
      { current: weights.map(() => 0) },
      'an area of zone 1 for unit 5, got 0',
    ],
  ])('refuses %s', (_, change, words) => {
    expect(() => district({ ...city, ...change }, options)).toThrow(words)
  })
})
