import fc from 'fast-check'
import { expect, it } from 'vitest'
import { boundsOf, contains, createAreaLocator } from '../../geodata/areaLocator.ts'
import type { Position } from '../../geodata/city.ts'
import { createToyGround } from '../factories/toyGround.ts'

const square = (x: number, y: number, size: number): Position[] => [
  [x, y],
  [x + size, y],
  [x + size, y + size],
  [x, y + size],
  [x, y],
]

it('a point in a hole or on a border is not inside', () => {
  const polygons = [[square(0, 0, 4), square(1, 1, 1).toReversed()], [square(10, 0, 1)]]
  expect(contains(polygons, 3, 3)).toBe(true)
  expect(contains(polygons, 1.5, 1.5)).toBe(false)
  expect(contains(polygons, 10.5, 0.5)).toBe(true)
  for (const [x, y] of [
    [0, 2],
    [2, 0],
    [4, 4],
    [1, 1.5],
    [0, 0],
  ]) {
    expect([x, y, contains(polygons, x, y)]).toEqual([x, y, false])
  }
  expect(contains([], 0, 0)).toBe(false)
})

it('finds the micro-grid of every label point, and nothing outside', () => {
  const microGrids = createToyGround().areas.filter(({ level }) => level === 'microGrid')
  const locator = createAreaLocator(microGrids)
  for (const area of microGrids) expect(locator.locate(...area.labelPoint)).toBe(area)
  expect(locator.locate(0, 0)).toBeNull()
  expect(createAreaLocator([]).locate(104.3, 28.5)).toBeNull()
})

it('agrees with a plain ray over all polygons, on and beside borders and corners too', () => {
  const microGrids = createToyGround().areas.filter(({ level }) => level === 'microGrid')
  const locator = createAreaLocator(microGrids)
  const [west, south, east, north] = boundsOf(microGrids.flatMap(({ polygons }) => polygons))
  const corners = microGrids.flatMap(({ polygons }) => polygons.flat(2))
  const share = fc.double({ min: -0.01, max: 1.01, noNaN: true })
  const anywhere = fc
    .tuple(share, share)
    .map(([x, y]): Position => [west + x * (east - west), south + y * (north - south)])
  const besideCorner = fc
    .tuple(
      fc.nat({ max: corners.length - 1 }),
      fc.integer({ min: -2, max: 2 }),
      fc.integer({ min: -2, max: 2 }),
    )
    .map(([corner, x, y]): Position => [corners[corner][0] + x * 1e-6, corners[corner][1] + y * 1e-6])
  fc.assert(
    fc.property(fc.oneof(anywhere, besideCorner), ([lng, lat]) => {
      const plain = microGrids.find(({ polygons }) => contains(polygons, lng, lat)) ?? null
      expect(locator.locate(lng, lat)).toBe(plain)
    }),
    { numRuns: 3000 },
  )
})
