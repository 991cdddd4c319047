import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { falseDiscoveryRate } from '../../../api/statistics/falseDiscovery.ts'
import { localG } from '../../../api/statistics/getisOrd.ts'
import { kernelDensity, packedDensity, silvermanBandwidth } from '../../../api/statistics/kernelDensity.ts'
import { localPlane, toDegrees, toMetres } from '../../../api/statistics/localPlane.ts'
import { localMoran } from '../../../api/statistics/moran.ts'
import { nearRepeat } from '../../../api/statistics/nearRepeat.ts'
import { conditionalLagP, neighbourhoodSumP } from '../../../api/statistics/permutation.ts'
import { predictionAccuracy } from '../../../api/statistics/predictionAccuracy.ts'
import { percentileRanks, rankCorrelation } from '../../../api/statistics/ranks.ts'
import {
  contiguity,
  rowStandardised,
  type SpatialWeights,
  weightsOf,
  withSelf,
} from '../../../api/statistics/spatialWeights.ts'
import type { Position } from '../../../geodata/city.ts'
import { createRandom } from '../../../geodata/random.ts'

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + value, 0)

/** Unit squares of a lattice, area by area. */
function squares(columns: number, rows: number): Position[][][][] {
  return Array.from({ length: columns * rows }, (_, cell) => {
    const [x, y] = [cell % columns, Math.floor(cell / columns)]
    return [
      [
        [
          [x, y],
          [x + 1, y],
          [x + 1, y + 1],
          [x, y + 1],
          [x, y],
        ],
      ],
    ]
  })
}

const neighboursOf = ({ start, neighbour }: SpatialWeights, i: number) => [
  ...neighbour.subarray(start[i], start[i + 1]),
]

describe('neighbours', () => {
  test('rook neighbours share a border, queen neighbours a corner too', () => {
    const areas = squares(3, 3)
    expect(neighboursOf(contiguity(areas, 'rook'), 4)).toEqual([1, 3, 5, 7])
    expect(neighboursOf(contiguity(areas, 'queen'), 4)).toEqual([0, 1, 2, 3, 5, 6, 7, 8])
    expect(neighboursOf(contiguity(areas, 'rook'), 0)).toEqual([1, 3])
  })

  test('an area in the hole of another is its neighbour, one apart has none', () => {
    const ring: Position[] = [
      [1, 1],
      [2, 1],
      [2, 2],
      [1, 2],
      [1, 1],
    ]
    const outer: Position[] = [
      [0, 0],
      [3, 0],
      [3, 3],
      [0, 3],
      [0, 0],
    ]
    const apart = ring.map(([x, y]): Position => [x + 10, y])
    for (const rule of ['rook', 'queen'] as const) {
      const weights = contiguity([[[outer, ring]], [[ring]], [[apart]]], rule)
      expect([0, 1, 2].map((i) => neighboursOf(weights, i))).toEqual([[1], [0], []])
    }
  })

  test('without anyone beside it an area has no z, and all alike have none either', () => {
    const apart = weightsOf([[1], [0], []])
    expect(localMoran([1, 5, 9], rowStandardised(apart)).z[2]).toBeNaN()
    expect(Array.from(localG([4, 4, 4], withSelf(apart), { star: true }).z)).toEqual([
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ])
  })
})

describe('false discovery rate', () => {
  test('is the published example', () => {
    // Benjamini & Hochberg 1995, section 4.1: fifteen p values, four of which are called at 5 %.
    const p = [
      0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528,
      0.759, 1,
    ]
    const q = falseDiscoveryRate(p)
    expect(q.filter((each) => each <= 0.05).length).toBe(4)
    expect(q[3]).toBeCloseTo((0.0095 * 15) / 4, 12)
  })

  test('keeps the order of p, never lies below it, and leaves out what was not tested', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 60 }),
        (p) => {
          const q = falseDiscoveryRate([...p, Number.NaN])
          expect(q[p.length]).toBeNaN()
          p.forEach((each, i) => {
            expect(q[i]).toBeGreaterThanOrEqual(each)
            expect(q[i]).toBeLessThanOrEqual(1)
            p.forEach((other, j) => {
              if (each < other) expect(q[i]).toBeLessThanOrEqual(q[j])
            })
          })
        },
      ),
    )
  })
})

describe('permutation p', () => {
  const lattice = contiguity(squares(20, 20), 'queen')

  test('rare counts scattered by chance are seldom called, where the normal distribution calls too many', () => {
    const random = createRandom(11)
    let called = 0
    for (let round = 0; round < 40; round++) {
      // One area in thirty has anything: nothing like a normal distribution.
      const counts = Array.from({ length: 400 }, () => (random.chance(1 / 30) ? random.int(1, 6) : 0))
      const q = falseDiscoveryRate(
        neighbourhoodSumP(counts, withSelf(lattice), { permutations: 9_999, seed: round }),
      )
      if (q.some((each) => each <= 0.05)) called++
    }
    // Expected at most 5 % of the maps: 2 of 40; eight would be beyond any luck.
    expect(called).toBeLessThan(8)
  })

  test('a real cluster is found by both, and the same seed answers the same', () => {
    const random = createRandom(5)
    const counts = Array.from({ length: 400 }, (_, cell) => {
      const near = Math.hypot((cell % 20) - 5, Math.floor(cell / 20) - 5) < 2.5
      return random.int(0, 3) + (near ? 8 : 0)
    })
    const options = { permutations: 9_999, seed: 1 }
    const gi = neighbourhoodSumP(counts, withSelf(lattice), options)
    const moranP = conditionalLagP(counts, rowStandardised(lattice), options)
    const middle = 5 * 20 + 5
    expect(falseDiscoveryRate(gi)[middle]).toBeLessThan(0.05)
    expect(falseDiscoveryRate(moranP)[middle]).toBeLessThan(0.05)
    expect(neighbourhoodSumP(counts, withSelf(lattice), options)).toEqual(gi)
    expect(conditionalLagP(counts, rowStandardised(lattice), options)).toEqual(moranP)
  })

  test('on many alike values it agrees with the normal distribution', () => {
    const random = createRandom(3)
    const values = Array.from({ length: 400 }, () => random.normal() + 10)
    const { z } = localG(values, withSelf(lattice), { star: true })
    const p = neighbourhoodSumP(values, withSelf(lattice), { permutations: 19_999, seed: 2 })
    const strongest = Array.from(z.keys()).sort((a, b) => Math.abs(z[b]) - Math.abs(z[a]))
    // The order by p follows the order by |z| within neighbourhoods of one size.
    const inner = strongest.filter((i) => neighboursOf(lattice, i).length === 8)
    expect(
      rankCorrelation(
        inner.map((i) => Math.abs(z[i])),
        inner.map((i) => -p[i]),
      ),
    ).toBeGreaterThan(0.99)
  })
})

describe('kernel density', () => {
  /** A city of any shape: a random mask, incidents only inside. */
  const cities = fc
    .record({
      columns: fc.integer({ min: 3, max: 40 }),
      rows: fc.integer({ min: 3, max: 40 }),
      seed: fc.integer({ min: 0, max: 1e6 }),
      bandwidth: fc.double({ min: 150, max: 3000, noNaN: true }),
    })
    .map(({ columns, rows, seed, bandwidth }) => {
      const random = createRandom(seed)
      const inside = Uint8Array.from({ length: columns * rows }, () => (random.chance(0.6) ? 1 : 0))
      inside[0] = 1
      const counts = Array.from(inside, (each) => (each && random.chance(0.3) ? random.int(1, 50) : 0))
      counts[0] = 1
      return { grid: { west: 0, south: 0, cell: 75, columns, rows }, inside, counts, bandwidth }
    })

  test('every incident stays inside the city, whatever its shape and the bandwidth, also once packed', () => {
    fc.assert(
      fc.property(cities, ({ grid, inside, counts, bandwidth }) => {
        const density = kernelDensity(counts, inside, grid, bandwidth)
        const mass = sum(density) * grid.cell ** 2
        expect(Math.abs(mass / sum(counts) - 1)).toBeLessThan(1e-10)
        density.forEach((value, i) => {
          if (!inside[i]) expect(value).toBe(0)
        })
        const { steps, step } = packedDensity(density)
        const packed = sum(steps) * step * grid.cell ** 2
        expect(Math.abs(packed / sum(counts) - 1)).toBeLessThan(1e-5)
      }),
      { numRuns: 60 },
    )
  })

  test('far from any border one incident makes the Gaussian itself', () => {
    const grid = { west: 0, south: 0, cell: 50, columns: 121, rows: 121 }
    const counts = new Float64Array(121 * 121)
    counts[60 * 121 + 60] = 1
    const density = kernelDensity(counts, new Uint8Array(121 * 121).fill(1), grid, 300)
    for (const [column, row] of [
      [60, 60],
      [66, 60],
      [63, 52],
    ]) {
      const away = 50 * Math.hypot(column - 60, row - 60)
      const exact = Math.exp(-0.5 * (away / 300) ** 2) / (2 * Math.PI * 300 ** 2)
      expect(density[row * 121 + column] / exact).toBeCloseTo(1, 3)
    }
  })

  test('the bandwidth rule is Silverman’s and does not let one far village blur the town', () => {
    const random = createRandom(9)
    const x = Array.from({ length: 1000 }, () => random.normal() * 1000)
    const y = Array.from({ length: 1000 }, () => random.normal() * 1000)
    const ones = x.map(() => 1)
    const rule = silvermanBandwidth(x, y, ones)
    expect(rule).toBeGreaterThan(0.9 * 1000 * 1000 ** (-1 / 6))
    expect(rule).toBeLessThan(1.1 * 1000 * 1000 ** (-1 / 6))
    const withVillage = silvermanBandwidth([...x, 40_000], [...y, 40_000], [...ones, 20])
    expect(withVillage).toBeLessThan(1.15 * rule)
  })
})

describe('near repeats', () => {
  const bands = { distances: [0.01, 100, 200], days: [1, 7] }
  const options = { permutations: 199, seed: 4, mostPairs: 1e6, mostShuffledPairs: 1e9 }

  test('two incidents near and soon after are one pair of their band', () => {
    const table = nearRepeat([0, 60, 5000], [0, 80, 5000], [10, 12, 300], bands, options)
    expect(table.observed).toEqual([
      [0, 0],
      [0, 0],
      [0, 1],
    ])
    // One near pair, one pair soon after, of three: a third of a pair.
    expect(table.expected[2][1]).toBeCloseTo(1 / 3, 12)
  })

  test('pairs are those of the plain double loop, in either metric', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            x: fc.integer({ min: -500, max: 500 }),
            y: fc.integer({ min: -500, max: 500 }),
            day: fc.integer({ min: 0, max: 20 }),
          }),
          { minLength: 2, maxLength: 60 },
        ),
        fc.constantFrom('euclidean' as const, 'manhattan' as const),
        (points, metric) => {
          const table = nearRepeat(
            points.map((each) => each.x),
            points.map((each) => each.y),
            points.map((each) => each.day),
            bands,
            { ...options, permutations: 9, metric },
          )
          const counted = bands.distances.map(() => bands.days.map(() => 0))
          points.forEach((a, i) => {
            for (const b of points.slice(i + 1)) {
              const away =
                metric === 'euclidean'
                  ? Math.hypot(a.x - b.x, a.y - b.y)
                  : Math.abs(a.x - b.x) + Math.abs(a.y - b.y)
              const row = bands.distances.findIndex((limit) => away < limit)
              const column = bands.days.findIndex((limit) => Math.abs(a.day - b.day) < limit)
              if (row >= 0 && column >= 0) counted[row][column]++
            }
          })
          expect(table.observed).toEqual(counted)
        },
      ),
    )
  })

  test('a chain of repeats is significant, the same places at shuffled times are not', () => {
    const random = createRandom(21)
    const place = Array.from({ length: 300 }, () => [random.between(0, 8000), random.between(0, 8000)])
    const x = place.flatMap(([east]) => [east, east + 40])
    const y = place.flatMap(([, north]) => [north, north])
    const start = place.map(() => random.between(0, 365))
    const repeats = start.flatMap((day) => [day, day + 0.5])
    const chain = nearRepeat(x, y, repeats, bands, options)
    expect(chain.p[1][0]).toBeLessThanOrEqual(0.005)
    expect(chain.observed[1][0] / chain.expected[1][0]).toBeGreaterThan(10)
    const shuffled = nearRepeat(x, y, random.shuffled(repeats), bands, options)
    expect(shuffled.p[1][0]).toBeGreaterThan(0.01)
    // The mean over the permutations is the exact expectation, give or take its own noise.
    expect(Math.abs(chain.permutedMean[1][1] - chain.expected[1][1])).toBeLessThan(
      4 * Math.sqrt(chain.expected[1][1] / 199) + 0.1,
    )
  })

  test('more near pairs than allowed are refused', () => {
    const many = Array.from({ length: 50 }, () => 0)
    expect(() => nearRepeat(many, many, many, bands, { ...options, mostPairs: 1000 })).toThrow(
      /More than 1000 pairs/,
    )
  })
})

test('no map reaches more than the best one on as much ground, whatever the sizes of areas', () => {
  const area = fc.record({
    observed: fc.integer({ min: 0, max: 20 }),
    predicted: fc.integer({ min: 0, max: 20 }),
    ground: fc.double({ min: 0.01, max: 50, noNaN: true }),
  })
  fc.assert(
    fc.property(fc.array(area, { minLength: 1, maxLength: 40 }), (areas) => {
      fc.pre(areas.some(({ observed }) => observed > 0))
      const [observed, predicted, ground] = (['observed', 'predicted', 'ground'] as const).map((column) =>
        areas.map((each) => each[column]),
      )
      const { pai, pei, hitShare } = predictionAccuracy(observed, predicted, ground)
      for (const each of pei) expect(each).toBeLessThanOrEqual(1 + 1e-9)
      expect(pai.at(-1)).toBeCloseTo(1, 9)
      expect(hitShare.at(-1)).toBeCloseTo(1, 9)
      const perfect = predictionAccuracy(observed, observed, ground)
      perfect.pei.forEach((each) => {
        expect(each).toBeCloseTo(1, 6)
      })
    }),
  )
})

test('ranks share ties, and correlation by rank does not care for scale', () => {
  expect(Array.from(percentileRanks([5, 1, 1, 9, 5]))).toEqual([0.625, 0.125, 0.125, 1, 0.625])
  expect(rankCorrelation([1, 2, 3, 4], [1, 10, 100, 1000])).toBeCloseTo(1, 12)
  expect(rankCorrelation([1, 2, 3, 4], [4, 3, 2, 1])).toBeCloseTo(-1, 12)
})

test('the plane keeps distances as the ellipsoid has them', () => {
  const plane = localPlane([104.4, 28.5])
  // PostGIS: ST_Distance of geographies, metres.
  const [east] = toMetres(plane, [104.5, 28.5])
  const [, north] = toMetres(plane, [104.4, 28.6])
  expect(east / 9792.5).toBeCloseTo(1, 3)
  expect(north / 11083.2).toBeCloseTo(1, 3)
  const back = toDegrees(plane, ...toMetres(plane, [104.123, 28.654]))
  expect(back[0]).toBeCloseTo(104.123, 10)
  expect(back[1]).toBeCloseTo(28.654, 10)
})
