import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type DayCube, dayPlanes, decodeDayCube, encodeDayCube, windowCounts } from '../../geodata/dayCube.ts'

interface Incident {
  day: number
  /** Position of the cell; as many as there are cells: in none. */
  cell: number
  kind: number
}

/** Small cities with any incidents, days without any included. */
const towns = fc
  .record({
    days: fc.integer({ min: 1, max: 40 }),
    cells: fc.uniqueArray(fc.integer({ min: 1, max: 2 ** 31 - 1 }), { minLength: 1, maxLength: 30 }),
    kinds: fc.integer({ min: 1, max: 9 }),
    areas: fc.integer({ min: 1, max: 6 }),
  })
  .chain(({ days, cells, kinds, areas }) =>
    fc.record({
      days: fc.constant(days),
      cells: fc.constant([...cells].sort((a, b) => a - b)),
      kinds: fc.constant(Array.from({ length: kinds }, (_, kind) => `kind ${kind} 类`)),
      // 0: the level does not cover the cell.
      areaId: fc.array(fc.integer({ min: 0, max: areas }), {
        minLength: cells.length,
        maxLength: cells.length,
      }),
      incidents: fc.array(
        fc.record({
          day: fc.nat(days - 1),
          cell: fc.nat(cells.length),
          kind: fc.nat(kinds - 1),
        }),
        { maxLength: 300 },
      ),
    }),
  )

function cubeOf({
  days,
  cells,
  kinds,
  areaId,
  incidents,
}: {
  days: number
  cells: number[]
  kinds: string[]
  areaId: number[]
  incidents: Incident[]
}): DayCube {
  const entries = new Map<string, Incident & { count: number }>()
  for (const incident of incidents) {
    const key = `${incident.day} ${incident.cell} ${incident.kind}`
    const entry = entries.get(key)
    if (entry) entry.count++
    else entries.set(key, { ...incident, count: 1 })
  }
  const sorted = [...entries.values()].sort((a, b) => a.day - b.day || a.cell - b.cell || a.kind - b.kind)
  const dayStart = new Uint32Array(days + 1)
  for (const { day } of sorted) for (let later = day + 1; later <= days; later++) dayStart[later]++
  return {
    firstDay: '2024-02-28',
    days,
    asOf: '2024-06-01T06:32:00.000Z',
    grain: 'kind',
    cut: false,
    kinds,
    cells: Uint32Array.from(cells),
    levels: [
      { version: '2025', level: 'microGrid', areaId: Uint32Array.from(cells) },
      { version: '2018', level: 'grid', areaId: Uint32Array.from(areaId) },
    ],
    dayStart,
    cell: Uint32Array.from(sorted, (entry) => entry.cell),
    kind: Uint8Array.from(sorted, (entry) => entry.kind),
    count: Uint32Array.from(sorted, (entry) => entry.count),
  }
}

describe('counts by day in one binary', () => {
  test('reading what was written gives back every column', () => {
    fc.assert(
      fc.property(towns, (town) => {
        const cube = cubeOf(town)
        expect(decodeDayCube(encodeDayCube(cube))).toEqual(cube)
      }),
    )
  })

  test('any window, level and choice of kinds is the plain count of the incidents in it', () => {
    fc.assert(
      fc.property(
        towns,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.array(fc.nat(8), { maxLength: 4 }),
        fc.boolean(),
        (town, one, other, asked, every) => {
          const cube = decodeDayCube(encodeDayCube(cubeOf(town)))
          const [from, to] = [one, other].map((share) => Math.round(share * town.days)).sort((a, b) => a - b)
          const kinds = every ? null : asked.filter((kind) => kind < town.kinds.length)
          for (const { version, level, areaId } of cube.levels) {
            const planes = dayPlanes(cube, version, level, kinds)
            const counts = new Uint32Array(planes.areaId.length + 1)
            windowCounts(planes, from, to, counts)
            const inside = town.incidents.filter(
              ({ day, kind }) => day >= from && day < to && (kinds === null || kinds.includes(kind)),
            )
            planes.areaId.forEach((id, column) => {
              expect(counts[column]).toBe(inside.filter(({ cell }) => areaId[cell] === id).length)
            })
            const outside = inside.filter(({ cell }) => !areaId[cell])
            expect(counts[planes.areaId.length]).toBe(outside.length)
          }
        },
      ),
    )
  })

  test('counts past 16 bits stay exact', () => {
    const cube = cubeOf({ days: 2, cells: [5], kinds: ['a'], areaId: [1], incidents: [] })
    const crowded: DayCube = {
      ...cube,
      dayStart: Uint32Array.of(0, 1, 2),
      cell: Uint32Array.of(0, 0),
      kind: Uint8Array.of(0, 0),
      count: Uint32Array.of(70_000, 3),
    }
    const planes = dayPlanes(decodeDayCube(encodeDayCube(crowded)), '2018', 'grid', null)
    const counts = new Uint32Array(2)
    windowCounts(planes, 0, 2, counts)
    expect([...counts]).toEqual([70_003, 0])
    windowCounts(planes, 1, 2, counts)
    expect([...counts]).toEqual([3, 0])
  })

  test('bytes that are cut short, or of another bundle, are refused', () => {
    fc.assert(
      fc.property(towns, fc.double({ min: 0, max: 0.999, noNaN: true }), (town, share) => {
        const bytes = encodeDayCube(cubeOf(town))
        expect(() => decodeDayCube(bytes.slice(0, Math.floor(share * bytes.length)))).toThrow(RangeError)
      }),
    )
    expect(() => decodeDayCube(new TextEncoder().encode('\u000fGridWall areas 2'))).toThrow(RangeError)
  })

  test('a level that the version lacks is named', () => {
    const cube = cubeOf({ days: 1, cells: [5], kinds: ['a'], areaId: [1], incidents: [] })
    expect(() => dayPlanes(cube, '2018', 'microGrid', null)).toThrow(/microGrid.*2018/)
  })
})
