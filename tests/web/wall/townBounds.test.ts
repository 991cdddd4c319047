import { expect, test } from 'vitest'
import { type PeopleOnGround, townBounds } from '../../../web/wall/townBounds.ts'

const levels = [
  { version: '1', hierarchy: 'administration' as const, level: 'city', rank: 0, name: { zh: '', en: '' } },
  { version: '1', hierarchy: 'administration' as const, level: 'cell', rank: 1, name: { zh: '', en: '' } },
]

/** One city of 1° × 1° and cells given as [lng, lat, population, km²]. */
function ground(cells: [number, number, number, number][]): PeopleOnGround {
  return {
    levels,
    count: cells.length + 1,
    level: Uint8Array.from([0, ...cells.map(() => 1)]),
    population: Uint32Array.from([0, ...cells.map((each) => each[2])]),
    areaKm2: Float64Array.from([10_000, ...cells.map((each) => each[3])]),
    labelPoint: Float64Array.from([0.5, 0.5, ...cells.flatMap((each) => [each[0], each[1]])]),
    bounds: Float64Array.from([0, 0, 1, 1, ...cells.flatMap(([lng, lat]) => [lng, lat, lng, lat])]),
  }
}

test('the town is where the dense half lives, and a dense hamlet far away does not stretch it', () => {
  const town = Array.from({ length: 40 }, (_, i): [number, number, number, number] => [
    0.9 + (i % 8) / 100,
    0.9 + i / 800,
    100,
    0.01,
  ])
  const hills = Array.from({ length: 40 }, (_, i): [number, number, number, number] => [
    i / 50,
    0.1,
    100,
    100,
  ])
  const box = townBounds(ground([...town, ...hills, [0.05, 0.05, 60, 0.001]]))
  expect(box).not.toBeNull()
  const [west, south, east, north] = box ?? [0, 0, 0, 0]
  expect(west).toBeGreaterThan(0.85)
  expect(south).toBeGreaterThan(0.85)
  expect(east).toBeLessThan(1.05)
  expect(north).toBeLessThan(1.05)
})

test('a city that is all town has no inset, and neither has one without people', () => {
  const even = Array.from({ length: 100 }, (_, i): [number, number, number, number] => [
    (i % 10) / 10,
    Math.floor(i / 10) / 10,
    50,
    1,
  ])
  expect(townBounds(ground(even))).toBeNull()
  expect(townBounds(ground([[0.5, 0.5, 0, 1]]))).toBeNull()
})
