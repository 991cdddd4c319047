import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  accessOfPlaces,
  type NetworkRoad,
  roadNetwork,
  roadSeconds,
  UNIT_SPEEDS,
  type UnitSpeed,
} from '../../../api/planning/roadNetwork.ts'
import { TravelTimes } from '../../../api/planning/travelTimes.ts'
import type { Position } from '../../../geodata/city.ts'

/** One metre a second on and off the road, whatever the road. */
const WALK: UnitSpeed = { factor: 1, mostKmh: 3.6, without: [], offRoadKmh: 3.6 }
/** About a hundred metres. */
const STEP = 0.001

/** Streets like a chess board of n × n junctions, of any lengths, some missing. */
const cities = fc.integer({ min: 2, max: 5 }).chain((n) => {
  const pairs: [number, number][] = []
  for (let node = 0; node < n * n; node++) {
    if (node % n < n - 1) pairs.push([node, node + 1])
    if (node < n * (n - 1)) pairs.push([node, node + n])
  }
  const position = (node: number): Position => [104.4 + (node % n) * STEP, 28.6 + Math.floor(node / n) * STEP]
  return fc
    .tuple(
      fc.array(fc.integer({ min: 1, max: 500 }), { minLength: pairs.length, maxLength: pairs.length }),
      fc.subarray(
        pairs.map((_, index) => index),
        { minLength: 1 },
      ),
    )
    .map(([lengths, kept]) =>
      kept.map(
        (index): NetworkRoad => ({
          id: index + 1,
          class: 'residential',
          fromNode: pairs[index][0] + 100,
          toNode: pairs[index][1] + 100,
          lengthM: lengths[index],
          speedKmh: 50,
          line: [position(pairs[index][0]), position(pairs[index][1])],
        }),
      ),
    )
})

/** All shortest times between junctions by the algorithm of Floyd and Warshall. */
function allShortest(roads: readonly NetworkRoad[], seconds: Float64Array): Map<string, number> {
  const nodes = [...new Set(roads.flatMap(({ fromNode, toNode }) => [fromNode, toNode]))]
  const times = new Map<string, number>()
  const get = (a: number, b: number) => times.get(`${a} ${b}`) ?? Number.POSITIVE_INFINITY
  for (const node of nodes) times.set(`${node} ${node}`, 0)
  roads.forEach(({ fromNode, toNode }, road) => {
    for (const [a, b] of [
      [fromNode, toNode],
      [toNode, fromNode],
    ])
      times.set(`${a} ${b}`, Math.min(get(a, b), seconds[road]))
  })
  for (const via of nodes)
    for (const a of nodes)
      for (const b of nodes) times.set(`${a} ${b}`, Math.min(get(a, b), get(a, via) + get(via, b)))
  return times
}

describe('travel times', () => {
  test('are the shortest there are, from any place on the roads to any other', () => {
    fc.assert(
      fc.property(
        cities,
        fc.array(fc.tuple(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true })), {
          minLength: 2,
          maxLength: 6,
        }),
        fc.nat({ max: 3 }),
        (roads, spots, closedCount) => {
          const network = roadNetwork(roads)
          const closed = new Set(roads.slice(1, 1 + closedCount).map(({ id }) => id))
          const seconds = roadSeconds(network, WALK, closed)
          const open = roads.map((_, road) => road).filter((road) => Number.isFinite(seconds[road]))
          const places = spots.map(([pick, along], index) => ({
            road: open[pick % open.length],
            along,
            offRoadM: index * 3,
          }))
          const times = new TravelTimes(network, seconds, WALK).matrix(places)
          const known = allShortest(roads, seconds)
          for (const [row, from] of places.entries()) {
            for (const [column, to] of places.entries()) {
              const ends = (place: typeof from) => {
                const { fromNode, toNode, lengthM } = roads[place.road]
                return [
                  [fromNode, place.along * lengthM],
                  [toNode, (1 - place.along) * lengthM],
                ]
              }
              let best =
                from.road === to.road ? Math.abs(from.along - to.along) * roads[from.road].lengthM : Infinity
              for (const [a, start] of ends(from))
                for (const [b, end] of ends(to))
                  best = Math.min(best, start + (known.get(`${a} ${b}`) ?? Infinity) + end)
              const expected = row === column ? 0 : best + from.offRoadM + to.offRoadM
              const found = times[row * places.length + column]
              if (Number.isFinite(expected)) expect(found).toBeCloseTo(expected, 2)
              else expect(found).toBe(Number.POSITIVE_INFINITY)
            }
          }
        },
      ),
      { numRuns: 60 },
    )
  })

  test('closing a road never makes a way shorter', () => {
    fc.assert(
      fc.property(cities, fc.nat(), (roads, pick) => {
        fc.pre(roads.length > 1)
        const network = roadNetwork(roads)
        const closed = new Set([roads[1 + (pick % (roads.length - 1))].id])
        const places = [
          { road: 0, along: 0.5, offRoadM: 0 },
          { road: 0, along: 0, offRoadM: 10 },
        ]
        const timesOf = (shut: Set<number>) => {
          const times = new TravelTimes(network, roadSeconds(network, WALK, shut), WALK)
          return places.map((place) => Float64Array.from(times.toJunctions(place)))
        }
        const [before, after] = [timesOf(new Set()), timesOf(closed)]
        for (const [index, row] of before.entries()) {
          for (const [node, time] of row.entries()) expect(after[index][node]).toBeGreaterThanOrEqual(time)
        }
      }),
    )
  })

  const straight = roadNetwork([
    {
      id: 1,
      class: 'primary',
      fromNode: 1,
      toNode: 2,
      lengthM: 1000,
      speedKmh: 50,
      line: [
        [104.4, 28.6],
        [104.41, 28.6],
      ],
    },
    {
      id: 2,
      class: 'trunk',
      fromNode: 2,
      toNode: 3,
      lengthM: 1000,
      speedKmh: 70,
      line: [
        [104.41, 28.6],
        [104.42, 28.6],
      ],
    },
  ])

  test('places meet the nearest road that is open to the unit', () => {
    const places: Position[] = [
      [104.4025, 28.6009],
      [104.4175, 28.6],
    ]
    const [first, second] = accessOfPlaces(straight, roadSeconds(straight, UNIT_SPEEDS.car), places)
    expect(first).toMatchObject({
      road: 0,
      along: expect.closeTo(0.25, 6),
      offRoadM: expect.closeTo(99.8, 0),
    })
    expect(second).toMatchObject({ road: 1, along: expect.closeTo(0.75, 6), offRoadM: expect.closeTo(0, 3) })
    // On foot the trunk road is closed.
    const [, onFoot] = accessOfPlaces(straight, roadSeconds(straight, UNIT_SPEEDS.foot), places)
    expect(onFoot).toMatchObject({ road: 0, along: 1, offRoadM: expect.closeTo(733.6, 0) })
  })

  test('an isochrone ends where the time is up, and grows with it', () => {
    const seconds = roadSeconds(straight, WALK)
    const times = new TravelTimes(straight, seconds, WALK)
    const lines = times.isochrone({ road: 0, along: 0.5, offRoadM: 100 }, 900)
    expect(lines).toHaveLength(2)
    expect(lines[0]).toEqual([
      [104.4, 28.6],
      [104.41, 28.6],
    ])
    expect(lines[1][0]).toEqual([104.41, 28.6])
    expect(lines[1][1][0]).toBeCloseTo(104.413, 6)
    const [inner] = times.isochrone({ road: 0, along: 0.5, offRoadM: 100 }, 200)
    expect(inner[0][0]).toBeCloseTo(104.404, 6)
    expect(inner[1][0]).toBeCloseTo(104.406, 6)
    expect(times.isochrone({ road: 0, along: 0.5, offRoadM: 100 }, 100)).toEqual([])
  })

  test('refuses a road without length', () => {
    expect(() => roadNetwork([{ ...straight.roads[0], lengthM: 0 }])).toThrow('length and a speed above 0')
    const closed = roadSeconds(straight, WALK, new Set([1, 2]))
    expect(() => accessOfPlaces(straight, closed, [[104, 28]])).toThrow('at least one that is open')
  })
})
