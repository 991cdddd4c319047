import { beforeAll, describe, expect, test } from 'vitest'
import { planningCityOf } from '../../../api/planning/cityFromGround.ts'
import type { PlanningCity } from '../../../api/planning/cityInputs.ts'
import { CityTravel } from '../../../api/planning/cityTravel.ts'
import { RoadSides } from '../../../api/planning/roadSides.ts'
import { RouteTracks } from '../../../api/planning/routeStays.ts'
import { unitRoute } from '../../../api/planning/shiftRoutes.ts'
import { todayTrack } from '../../../api/planning/todayRoutes.ts'
import type { Position } from '../../../geodata/city.ts'
import { createToyCity, TOY_AS_OF } from '../../factories/toyCity.ts'

const square = (west: number): Position[][][] => [
  [
    [
      [west, 0],
      [west + 1, 0],
      [west + 1, 1],
      [west, 1],
      [west, 0],
    ],
  ],
]
const SEEN = { strength: 3, vehicle: true, lights: true }

let city: PlanningCity
let border: number
let travel: CityTravel

beforeAll(() => {
  const { ground, things } = createToyCity()
  city = planningCityOf(ground, things, TOY_AS_OF.getTime())
  travel = new CityTravel(city, 'car')
  border = city.roads.findIndex(({ cells }) => cells.length === 2)
})

describe('a street serves the micro-grids on both its sides', () => {
  test('two where it is their border, one where it lies inside or at the edge, none outside', () => {
    const sides = new RoadSides([square(0), square(1)])
    const up = (x: number): Position[] => [
      [x, 0.2],
      [x, 0.8],
    ]
    expect(sides.of(up(1), 1)).toEqual([1, 0])
    expect(sides.of(up(1), -1)).toEqual([0, 1])
    expect(sides.of(up(0.5), 0)).toEqual([0])
    expect(sides.of(up(2), 1)).toEqual([1])
    expect(sides.of(up(5), -1)).toEqual([])
  })

  test('a patrol along it counts half in each, and no minute twice', () => {
    expect(border).toBeGreaterThanOrEqual(0)
    const { cells } = city.roads[border]
    const unit = unitRoute(city, travel, {
      squad: 0,
      // Its squad has one side of it only.
      cells: cells.slice(0, 1),
      post: { road: border, along: 0, offRoadM: 0 },
      stops: [],
      taken: new Set([...city.roads.keys()].filter((road) => road !== border)),
      weights: new Float64Array(city.cells.ids.length).fill(1),
      equity: 0,
      given: new Float64Array(city.grids.areas.length),
      shiftS: 3600,
      rule: { classes: [city.roads[border].class], most: 1, reachS: 3600 },
    })
    const job = unit.jobs.findIndex((each) => 'street' in each && each.street === border)
    const route = { vehicle: 0, stops: [{ job, reversed: false }], cost: 0, load: 0 }
    const { stays, endS } = new RouteTracks(city, travel).follow(unit, route, 0, SEEN)
    const seconds = (own: (cell: number) => boolean) =>
      stays.reduce((sum, { cell, from, to }) => sum + (own(cell) ? to - from : 0), 0)
    for (const cell of cells)
      expect(seconds((each) => each === cell)).toBeGreaterThanOrEqual(travel.seconds[border] / 2 - 1e-6)
    expect(seconds(() => true)).toBeCloseTo(endS, 6)
  })

  test("today's routes are counted by the same rule", () => {
    const [squad] = city.squads.keys()
    const today = {
      ...city,
      routes: [{ id: 1, squad, unitKind: 'car' as const, roads: [border], durationS: 600 }],
    }
    const { stays } = todayTrack(today, travel, { squad, kind: 'car', startS: 0, shiftS: 600, seen: SEEN })
    expect(stays.map(({ cell, from, to }) => [cell, from, to])).toEqual([
      [city.roads[border].cells[0], 0, 300],
      [city.roads[border].cells[1], 300, 600],
    ])
  })
})
