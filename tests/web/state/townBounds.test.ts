import { expect, test } from 'vitest'
import { decodeAreas, encodeAreas } from '../../../geodata/areaBundle.ts'
import { townBounds } from '../../../web/state/townBounds.ts'
import { createToyGround } from '../../factories/toyGround.ts'

const ground = createToyGround()
// The toy's micro-grids are squares of one size: what their area is does not matter, that it is the same does.
const areasOf2025 = ground.areas
  .filter((area) => area.version === '2025')
  .map((area) => ({ ...area, areaKm2: 1 }))
const levels = ground.levels.filter((level) => level.version === '2025')
const bundleOf = (areas: typeof areasOf2025) => decodeAreas(encodeAreas({ version: '2025', levels, areas }))

test('the town of the toy city is its dense north-eastern corner', () => {
  // Nine people in ten in town.
  const crowded = areasOf2025.map((area) =>
    area.population > 100 ? { ...area, population: 9 * area.population } : area,
  )
  const [west, south, east, north] = townBounds(bundleOf(crowded)) ?? [0, 0, 0, 0]
  const middle = areasOf2025.find((area) => area.level === 'city')?.labelPoint ?? [0, 0]
  expect(west).toBeGreaterThan(middle[0])
  expect(south).toBeGreaterThan(middle[1])
  expect(east).toBeGreaterThan(west)
  expect(north).toBeGreaterThan(south)
})

test('a city whose people live everywhere is all town and has no inset, nor has one without people', () => {
  const even = areasOf2025.map((area) => ({ ...area, population: 100 }))
  expect(townBounds(bundleOf(even))).toBeNull()
  const empty = areasOf2025.map((area) => ({ ...area, population: 0 }))
  expect(townBounds(bundleOf(empty))).toBeNull()
})
