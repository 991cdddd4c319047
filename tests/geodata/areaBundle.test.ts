import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  areaIndexOf,
  areaPath,
  areaPolygons,
  type BundledArea,
  decodeAreas,
  encodeAreas,
  levelOf,
} from '../../geodata/areaBundle.ts'
import type { AreaLevel, Position } from '../../geodata/city.ts'
import { brickCity } from '../factories/mesh.ts'

const levels: AreaLevel[] = [
  { version: '1', hierarchy: 'administration', level: 'city', rank: 0, name: { zh: '市', en: 'City' } },
  { version: '1', hierarchy: 'administration', level: 'grid', rank: 1, name: { zh: '网格', en: 'Grid' } },
  { version: '1', hierarchy: 'patrol', level: 'squad', rank: 1, name: { zh: '中队', en: 'Squad' } },
]

function area(id: number, polygons: Position[][][], rest: Partial<BundledArea> = {}): BundledArea {
  return {
    id,
    hierarchy: 'administration',
    level: 'grid',
    code: String(id).padStart(6, '0'),
    name: { zh: `网格${id}`, en: `Grid ${id}` },
    parentId: null,
    squadId: null,
    population: 3 * id,
    households: id,
    areaKm2: id / 4,
    labelPoint: polygons[0]?.[0]?.[0] ?? [0, 0],
    polygons,
    synthetic: id % 2 === 0,
    ...rest,
  }
}

/** Turns a closed ring so that it starts at its smallest vertex: equal rings become equal arrays. */
function turned(ring: Position[]): Position[] {
  const open = ring.slice(0, -1)
  if (open.length === 0) return []
  const turns = open.map((_, i) => [...open.slice(i), ...open.slice(0, i)])
  const best = turns.reduce((least, turn) => (JSON.stringify(turn) < JSON.stringify(least) ? turn : least))
  return [...best, best[0]]
}

function expectSamePolygons(areas: BundledArea[]): void {
  const bundle = decodeAreas(encodeAreas({ version: '1', levels, areas }))
  expect(bundle.count).toBe(areas.length)
  for (const each of areas) {
    const back = areaPolygons(bundle, areaIndexOf(bundle, each.id))
    expect(back.map((polygon) => polygon.map(turned))).toEqual(
      each.polygons.map((polygon) => polygon.map(turned)),
    )
  }
}

/** Closed, counter-clockwise, rounded to 1e-6 degrees as all input is. */
const square = (west: number, south: number, size = 1): Position[] => {
  const [w, s, e, n] = [west, south, west + size, south + size].map(
    (degree) => Math.round(degree * 1e6) / 1e6,
  )
  return [
    [w, s],
    [e, s],
    [e, n],
    [w, n],
    [w, s],
  ]
}

describe('polygons come back vertex for vertex', () => {
  test('neighbours store their common border once', () => {
    const areas = [area(1, [[square(0, 0)]]), area(2, [[square(1, 0)]])]
    expectSamePolygons(areas)
    const { shapes } = decodeAreas(encodeAreas({ version: '1', levels, areas }))
    expect(shapes.arcStart.length - 1).toBe(3)
    const shared = Array.from(shapes.ringArcs, (arc) => (arc < 0 ? ~arc : arc)).filter(
      (arc, i, all) => all.indexOf(arc) !== i,
    )
    expect(shared).toHaveLength(1)
  })

  test('an island in a hole, and the same ring as a parent without junctions', () => {
    const hole = square(0.4, 0.4, 0.2).toReversed()
    expectSamePolygons([
      area(1, [[square(0, 0), hole]]),
      area(2, [[square(0.4, 0.4, 0.2)]]),
      area(3, [[square(0, 0)]], { level: 'city' }),
    ])
  })

  test('several polygons, a polygon without rings, an area without polygons', () => {
    expectSamePolygons([
      area(1, [[square(0, 0)], [square(3, 3), square(3.2, 3.2, 0.1).toReversed()]]),
      area(2, []),
      area(3, [[]]),
    ])
  })

  test('repeated vertices, spikes and a ring that touches itself', () => {
    expectSamePolygons([
      area(1, [
        [
          [
            [0, 0],
            [1, 0],
            [1, 0],
            [1, 1],
            [0, 0],
          ],
        ],
      ]),
      area(2, [
        [
          [
            [0, 0],
            [2, 0],
            [3, 0],
            [2, 0],
            [2, 2],
            [0, 0],
          ],
        ],
      ]),
      area(3, [
        [
          [
            [0, 0],
            [1, 1],
            [2, 0],
            [2, 2],
            [1, 1],
            [0, 2],
            [0, 0],
          ],
        ],
      ]),
      area(4, [
        [
          [
            [5, 5],
            [5, 5],
          ],
        ],
      ]),
      area(5, [
        [
          [
            [5, 5],
            [5, 5],
            [5, 5],
            [5, 5],
          ],
        ],
      ]),
      area(6, [
        [
          [
            [2, 0],
            [3, 0],
            [2, 0],
          ],
        ],
      ]),
    ])
  })

  test('borders that overlap without common vertices stay as they were', () => {
    expectSamePolygons([
      area(1, [[square(0, 0, 2)]]),
      area(2, [[square(2, 0.5)]]),
      area(3, [[square(1, 1, 2)]]),
    ])
  })

  test('anywhere on earth, in steps wider than two bytes', () => {
    expectSamePolygons([
      area(1, [
        [
          [
            [-179.999999, -85],
            [180, -85],
            [180, 85],
            [-179.999999, 85],
            [-179.999999, -85],
          ],
        ],
      ]),
      area(2, [[square(104.407831, 28.632154, 0.000001)]]),
    ])
  })

  test('a made-up city of bent bricks', () => {
    const city = brickCity({ columns: 9, rows: 8, verticesPerEdge: 5, seed: 1 })
    const bundle = decodeAreas(encodeAreas(city))
    for (const each of city.areas)
      expect(areaPolygons(bundle, areaIndexOf(bundle, each.id))[0].map(turned)).toEqual(
        each.polygons[0].map(turned),
      )
  })

  test('random groups of lattice cells, with holes and corners that touch', () => {
    const owner = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 16, maxLength: 16 })
    fc.assert(
      fc.property(owner, (owners) => {
        const areas = [0, 1, 2, 3].map((each) =>
          area(
            each + 1,
            owners.flatMap((who, cell) => (who === each ? [[square(cell % 4, Math.floor(cell / 4))]] : [])),
          ),
        )
        expectSamePolygons(areas)
      }),
    )
  })

  test('random rings through few points', () => {
    const point = fc.tuple(
      fc.integer({ min: 0, max: 3 }),
      fc.integer({ min: 0, max: 3 }),
    ) as fc.Arbitrary<Position>
    const ring = fc.array(point, { minLength: 1, maxLength: 7 }).map((points) => [...points, points[0]])
    fc.assert(
      fc.property(fc.array(fc.array(ring, { maxLength: 3 }), { maxLength: 5 }), (polygons) => {
        expectSamePolygons(polygons.map((rings, i) => area(i + 1, [rings])))
      }),
      { numRuns: 500 },
    )
  })
})

test('columns come back, ordered by level and code, with parents and squads as indices', () => {
  const areas = [
    area(11, [[square(0, 0)]], {
      code: '100001',
      name: { zh: '城关一', en: 'Town 1' },
      parentId: 7,
      squadId: 5,
    }),
    area(10, [[square(1, 0)]], { code: '100002', name: { zh: '他', en: 'Other' }, parentId: 7, squadId: 99 }),
    area(5, [[square(0, 0)]], { code: 'S1', level: 'squad', hierarchy: 'patrol', parentId: 7 }),
    area(7, [[square(0, 0), square(0.5, 0.5, 0.1)]], {
      code: '1000',
      level: 'city',
      name: { zh: '城关', en: 'Town' },
    }),
  ]
  const bundle = decodeAreas(encodeAreas({ version: '1', levels, areas }))
  expect([...bundle.id]).toEqual([7, 11, 10, 5])
  expect(bundle.code).toEqual(['1000', '100001', '100002', 'S1'])
  expect(bundle.nameZh).toEqual(['城关', '城关一', '他', '网格5'])
  expect(bundle.nameEn).toEqual(['Town', 'Town 1', 'Other', 'Grid 5'])
  expect([...bundle.parent]).toEqual([-1, 0, 0, 0])
  expect([...bundle.squad]).toEqual([-1, 3, -1, -1])
  expect([...bundle.population]).toEqual([21, 33, 30, 15])
  expect([...bundle.areaKm2]).toEqual([1.75, 2.75, 2.5, 1.25])
  expect([...bundle.synthetic]).toEqual([0, 0, 1, 0])
  expect([...bundle.labelPoint.slice(0, 4)]).toEqual([0, 0, 0, 0])
  expect([...bundle.bounds.slice(8, 12)]).toEqual([1, 0, 2, 1])
  expect(bundle.levels).toEqual(levels)
  expect(areaPath(bundle, 1)).toEqual([0, 1])
  expect(levelOf(bundle, 3)).toBe('squad')
  expect(areaIndexOf(bundle, 12345)).toBe(-1)
})

test('an empty city is a bundle too', () => {
  expect(decodeAreas(encodeAreas({ version: '1', levels, areas: [] })).count).toBe(0)
})

test('refuses what it cannot hold and says why', () => {
  const open: Position[] = [
    [0, 0],
    [1, 0],
    [1, 1],
  ]
  expect(() => encodeAreas({ version: '1', levels, areas: [area(1, [[open]])] })).toThrow('closed ring')
  expect(() => encodeAreas({ version: '1', levels, areas: [area(1, [], { level: 'moon' })] })).toThrow(
    'level moon',
  )
  const bytes = encodeAreas({ version: '1', levels, areas: [area(1, [[square(0, 0)]])] })
  expect(() => decodeAreas(bytes.subarray(0, bytes.length - 3))).toThrow(RangeError)
  expect(() => decodeAreas(new TextEncoder().encode('\u0005hello'))).toThrow('Expected an area bundle')
})
