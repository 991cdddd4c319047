import { expect, it } from 'vitest'
import { contains, createAreaLocator } from '../../geodata/areaLocator.ts'
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
