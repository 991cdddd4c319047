import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeAreas, encodeAreas } from '../../../geodata/areaBundle.ts'
import { type DayCube, dayPlanes, encodeDayCube, windowCounts } from '../../../geodata/dayCube.ts'
import { areaPaint, areaTexels } from '../../../web/layers/areas.ts'
import { DayPlayer } from '../../../web/player/dayPlayer.ts'
import { stepMeasure } from '../../../web/player/stepMeasure.ts'
import { areaRows, measured } from '../../../web/state/measures.ts'
import { playSpans, yearBack } from '../../../web/state/playSteps.ts'
import { BundleStore } from '../../../web/workers/bundleStore.ts'
import { brickCity } from '../../factories/mesh.ts'

const bundle = decodeAreas(encodeAreas(brickCity({ columns: 5, rows: 4, verticesPerEdge: 2, seed: 3 })))
const level = bundle.levels.findIndex((each) => each.level === 'microGrid')
const ids = Array.from(bundle.id).filter((_, area) => bundle.level[area] === level)

/** A cube in which every area has `day * (position + 1)` incidents a day, over so many days. */
function growingCube(days: number): DayCube {
  const cells = Uint32Array.from(ids).sort()
  const entries = Array.from({ length: days }, (_, day) =>
    Array.from(cells, (_id, cell) => ({ cell, count: day * (cell + 1) })).filter(({ count }) => count > 0),
  )
  const dayStart = new Uint32Array(days + 1)
  entries.forEach((day, i) => {
    dayStart[i + 1] = dayStart[i] + day.length
  })
  const all = entries.flat()
  return {
    firstDay: '2026-01-01',
    days,
    asOf: '2026-03-01T00:00:00.000Z',
    grain: 'kind',
    cut: false,
    kinds: ['a'],
    cells,
    levels: [{ version: bundle.version, level: 'microGrid', areaId: cells }],
    dayStart,
    cell: Uint32Array.from(all, ({ cell }) => cell),
    kind: new Uint8Array(all.length),
    count: Uint32Array.from(all, ({ count }) => count),
  }
}

const measure = (counts: ArrayLike<number>) => counts

describe('colours painted from frame to frame', () => {
  test('are those the scene would give the same numbers', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.nat(12),
            fc.nat(5000),
            fc.double({ min: -9, max: 3000, noNaN: true }),
            fc.constant(Number.NaN),
          ),
          { minLength: ids.length, maxLength: ids.length },
        ),
        fc.uniqueArray(fc.integer({ min: 1, max: 3000 }), { maxLength: 6 }),
        fc.constantFrom('dark' as const, 'light' as const),
        fc.constantFrom(1, 0.92, 0.3),
        (value, limits, theme, opacity) => {
          const breaks = limits.sort((a, b) => a - b)
          const paint = areaPaint(bundle, level, ids, breaks, theme, opacity)
          const before = paint.revision
          paint.paint(value)
          expect(paint.revision).toBe(before + 1)
          const values = { areaId: ids, value, suppressed: null, breaks, ramp: 'sequential' as const }
          const expected = areaTexels(bundle, level, values, theme, [], opacity)
          expect(paint.texels.subarray(0, expected.length)).toEqual(expected)
        },
      ),
    )
  })

  test('an area the bundle does not know is left out', () => {
    const paint = areaPaint(bundle, level, [...ids, 999_999], [1], 'dark', 1)
    paint.paint([...ids.map(() => 5), 7])
    const known = areaPaint(bundle, level, ids, [1], 'dark', 1)
    known.paint(ids.map(() => 5))
    expect(paint.texels).toEqual(known.texels)
  })
})

describe('what a step shows', () => {
  test.each(['count', 'perKm2', 'per1000', 'change'] as const)('%s is what the map at rest shows', (each) => {
    const cube = growingCube(800)
    const planes = dayPlanes(cube, bundle.version, 'microGrid', null)
    const step = stepMeasure(each, bundle, planes, cube.firstDay, null)
    const countsOf = (from: number, to: number) => {
      const counts = new Uint32Array(planes.areaId.length + 1)
      windowCounts(planes, from, to, counts)
      return counts
    }
    const numbers = ids.map((_, at) => at)
    for (const [from, to] of [
      [500, 530],
      [366, 367],
      [700, 790],
    ]) {
      const before = { from: yearBack(cube.firstDay, from), to: yearBack(cube.firstDay, to) }
      const rows = areaRows(bundle, {
        areaId: [...planes.areaId],
        count: [...countsOf(from, to)],
        compareCount: [...countsOf(before.from, before.to)],
        suppressed: ids.map(() => false),
      })
      const shown = step(countsOf(from, to), from, to)
      expect(numbers.map((at) => shown[at])).toEqual(
        numbers.map((at) => measured(rows[at], each) ?? Number.NaN),
      )
    }
  })

  test('a change is not shown without the year before, nor of the day that is still going on', () => {
    const cube = growingCube(800)
    const planes = dayPlanes(cube, bundle.version, 'microGrid', null)
    const step = stepMeasure('change', bundle, planes, cube.firstDay, null)
    const none = ids.map(() => Number.NaN)
    const counts = new Uint32Array(ids.length + 1)
    expect([...Array.from(step(counts, 100, 130))]).toEqual(none)
    expect([...Array.from(step(counts, 799, 800))]).toEqual(none)
    expect(Array.from(step(counts, 770, 800))).toEqual(Array.from(step(counts, 770, 799)))
  })

  test('a year back is the same date, of 29 February the 28th', () => {
    expect(yearBack('2023-01-01', 365)).toBe(0)
    expect(yearBack('2023-01-01', 365 + 59)).toBe(58)
    expect(yearBack('2023-01-01', 10)).toBe(-355)
  })
})

describe('the player', () => {
  test('shows each step by a subtraction, and says which days it holds', () => {
    const cube = growingCube(40)
    const planes = dayPlanes(cube, bundle.version, 'microGrid', null)
    const spans = playSpans(cube.firstDay, cube.days, { window: '7d', step: 'day' })
    const paint = areaPaint(bundle, level, planes.areaId, [10, 100], 'dark', 1)
    let repaints = 0
    const player = new DayPlayer()
    const shown: { from: number; to: number; counts: number[] }[] = []
    player.onStep(({ from, to, counts }) => shown.push({ from, to, counts: [...counts] }))
    player.load({ spans, planes, measure, paint, repaint: () => repaints++ })
    player.seek(5)
    player.seek(1_000)
    player.seek(-3)
    expect(shown.map(({ to }) => to)).toEqual([7, 12, 40, 7])
    expect(repaints).toBe(4)
    const counts = new Uint32Array(planes.areaId.length + 1)
    windowCounts(planes, 33, 40, counts)
    expect(shown[2]).toEqual({ from: 33, to: 40, counts: [...counts] })
    expect(counts[0]).toBe(33 + 34 + 35 + 36 + 37 + 38 + 39)
  })

  test('keeps its place when other colours or kinds are loaded', () => {
    const cube = growingCube(40)
    const planes = dayPlanes(cube, bundle.version, 'microGrid', null)
    const spans = playSpans(cube.firstDay, cube.days, { window: '1d', step: 'day' })
    const player = new DayPlayer()
    const repaint = () => undefined
    player.load({ spans, planes, measure, paint: areaPaint(bundle, level, ids, [1], 'dark', 1), repaint })
    player.seek(20)
    player.load({ spans, planes, measure, paint: areaPaint(bundle, level, ids, [1], 'light', 1), repaint })
    expect(player.shown).toMatchObject({ step: 20, from: 20, to: 21 })
    expect(player.shown?.counts[0]).toBe(20)
  })
})

describe("the worker's memory of days", () => {
  test('answers planes of what it fetched last, and forgets when told', async () => {
    const cube = growingCube(12)
    const store = new BundleStore(() => Promise.resolve(encodeDayCube(cube)))
    const days = await store.answer('days', { url: '/bundles/days/town.bin' })
    expect(days).toMatchObject({ firstDay: cube.firstDay, days: 12, grain: 'kind', kinds: ['a'] })
    const question = { key: days.key, version: bundle.version, level: 'microGrid', kinds: null }
    expect(await store.answer('dayPlanes', question)).toEqual(
      dayPlanes(cube, bundle.version, 'microGrid', null),
    )
    const again = await store.answer('days', { url: '/bundles/days/town.bin' })
    await expect(store.answer('dayPlanes', question)).rejects.toThrow(/no bundle/)
    expect((await store.answer('dayPlanes', { ...question, key: again.key })).days).toBe(12)
    await store.answer('forget', { key: again.key })
    await expect(store.answer('dayPlanes', { ...question, key: again.key })).rejects.toThrow(/no bundle/)
  })
})
