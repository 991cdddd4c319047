import { booleanPointInPolygon, multiPolygon } from '@turf/turf'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Position } from '../../geodata/city.ts'
import { Cells } from '../../geodata/import/cells.ts'
import { type LocatedArea, PlaceFinder } from '../../geodata/import/placeFinder.ts'
import { box, star } from './shapes.ts'

const levels = ['district', 'beat']

/** The areas of each level that hold a point, without any index. */
function holding(areas: LocatedArea[], position: Position): string[][] {
  return levels.map((level) =>
    areas
      .filter((area) => area.level === level)
      .filter(({ polygons }) => booleanPointInPolygon(position, multiPolygon(polygons)))
      .map(({ code }) => code)
      .sort(),
  )
}

const area = fc
  .record({
    level: fc.constantFrom(...levels),
    x: fc.double({ min: 0, max: 10, noNaN: true }),
    y: fc.double({ min: 0, max: 10, noNaN: true }),
    radii: fc.array(fc.double({ min: 0.01, max: 4, noNaN: true }), { minLength: 3, maxLength: 12 }),
    hole: fc.boolean(),
  })
  .map(({ level, x, y, radii, hole }) => ({
    level,
    polygons: [
      [
        star([x, y], radii),
        ...(hole
          ? [
              star(
                [x, y],
                radii.map((radius) => radius / 2),
              ),
            ]
          : []),
      ],
    ],
  }))

const city = fc
  .array(area, { minLength: 1, maxLength: 8 })
  .map((areas) => areas.map((shape, index): LocatedArea => ({ ...shape, id: index + 1, code: `c${index}` })))

const anywhere = fc.tuple(
  fc.double({ min: -5, max: 15, noNaN: true }),
  fc.double({ min: -5, max: 15, noNaN: true }),
)

describe('finding the areas of a point', () => {
  it('agrees with testing every polygon, anywhere, at corners and on borders, for any size of raster', () => {
    fc.assert(
      fc.property(
        city,
        fc.array(anywhere, { maxLength: 30 }),
        fc.integer({ min: 1, max: 64 }),
        (areas, points, size) => {
          const finder = new PlaceFinder(areas, levels, null, size)
          const corners = areas.flatMap(({ polygons }) => polygons.flat(2))
          const middles = areas.flatMap(({ polygons }) =>
            polygons
              .flat()
              .flatMap((ring) =>
                ring
                  .slice(1)
                  .map(([x, y], index): Position => [(x + ring[index][0]) / 2, (y + ring[index][1]) / 2]),
              ),
          )
          // Twice: the second answer comes from the raster.
          for (const point of [...points, ...corners, ...middles, ...points]) {
            const expected = holding(areas, point)
            const { areaIds, several } = finder.locate(point)
            const codes = areaIds.map((id) => areas.find((found) => found.id === id)?.code)
            expect(codes).toEqual(expected.filter((found) => found.length > 0).map(([first]) => first))
            expect(several).toEqual(expected.filter((found) => found.length > 1))
          }
        },
      ),
      { seed: 7, numRuns: 200 },
    )
  })

  it('gives a point on a shared border to the first area by code and tells of both', () => {
    const areas: LocatedArea[] = [
      { id: 1, level: 'district', code: 'b', polygons: [[box(0, 0, 1, 1)]] },
      { id: 2, level: 'district', code: 'a', polygons: [[box(1, 0, 2, 1)]] },
    ]
    const finder = new PlaceFinder(areas, levels)
    expect(finder.locate([1, 0.5])).toEqual({ areaIds: [2], several: [['a', 'b']] })
    expect(finder.locate([0, 0])).toEqual({ areaIds: [1], several: [] })
    expect(finder.locate([2.0001, 0.5])).toEqual({ areaIds: [], several: [] })
    expect(finder.locate([Number.MAX_VALUE, 0])).toEqual({ areaIds: [], several: [] })
  })

  it('adds the outline wherever there is an area at all', () => {
    const areas: LocatedArea[] = [
      { id: 2, level: 'district', code: 'a', polygons: [[box(0, 0, 1, 1)], [box(3, 3, 4, 4)]] },
    ]
    const finder = new PlaceFinder(areas, ['city', ...levels], 1)
    expect(finder.locate([3.5, 3.5]).areaIds).toEqual([1, 2])
    expect(finder.locate([2, 2]).areaIds).toEqual([])
  })
})

describe('cells', () => {
  it('are one for each distinct set of areas, numbered after those that are known', () => {
    const cells = new Cells([{ id: 5, areaIds: [2, 1] }])
    expect(cells.cellOf([])).toBeNull()
    expect(cells.cellOf([1, 2])).toBe(5)
    expect(cells.cellOf([1])).toBe(6)
    expect(cells.cellOf([12])).toBe(7)
    expect(cells.cellOf([1])).toBe(6)
    expect(cells.takeAdded()).toEqual([
      { id: 6, areaIds: [1] },
      { id: 7, areaIds: [12] },
    ])
    expect(cells.takeAdded()).toEqual([])
  })
})
