import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CityCube, type CubeChange } from '../../../api/cube/cityCube.ts'
import { KindTree } from '../../../api/cube/kindTree.ts'
import type { KindRow } from '../../../db/queries/catalog.ts'

const RUNS = Number(process.env.GRIDWALL_RUNS ?? 100)

const kindRow = (code: string, parent_code: string | null, dispute = false): KindRow => ({
  code,
  parent_code,
  kind_group: 'other',
  name_zh: code,
  name_en: code,
  dispute,
  sensitive: false,
  public_order: true,
})

const KINDS = [
  kindRow('a', null),
  kindRow('a1', 'a'),
  kindRow('a2', 'a'),
  kindRow('a2x', 'a2'),
  kindRow('b', null),
  kindRow('c', null),
  kindRow('c1', 'c'),
  kindRow('d', null, true),
  // A ring of parents, which nothing forbids.
  kindRow('r', 's'),
  kindRow('s', 'r'),
]
const CODES = KINDS.filter((row) => !row.dispute).map((row) => row.code)

interface Event {
  time: number
  slot: number
  kind: number
}

const columns = (events: readonly Event[]) => ({
  time: Float64Array.from(events, (event) => event.time),
  slot: Uint16Array.from(events, (event) => event.slot),
  kind: Uint16Array.from(events, (event) => event.kind),
})

const breathe = async () => undefined

function counted(events: readonly Event[], codes: readonly string[], from: number, to: number): Event[] {
  const kinds = new Set(codes.map((code) => CODES.indexOf(code)))
  return events.filter((event) => event.time >= from && event.time < to && kinds.has(event.kind))
}

describe('the tree of kinds', () => {
  test('any choice of kinds is a signed sum of few sets', () => {
    const tree = new KindTree(KINDS)
    expect(tree.codes).toEqual(CODES)
    fc.assert(
      fc.property(fc.subarray(CODES), (codes) => {
        const counts = new Array<number>(CODES.length).fill(0)
        const cover = tree.cover(codes)
        for (const { node, sign } of cover) for (const kind of tree.nodes[node].kinds) counts[kind] += sign
        expect(counts).toEqual(CODES.map((code) => (codes.includes(code) ? 1 : 0)))
        expect(cover.length).toBeLessThanOrEqual(Math.max(codes.length, 1))
      }),
      { numRuns: RUNS, seed: 7 },
    )
    expect(tree.cover(null)).toHaveLength(1)
    expect(tree.cover(CODES.filter((code) => code !== 'b'))).toHaveLength(2)
    expect(tree.cover(['d'])).toEqual([])
  })
})

describe('the cube in memory', () => {
  // Few distinct times, so that many incidents share one and blocks are split between equal ones.
  const time = fc
    .integer({ min: 0, max: 400 })
    .map((tenth) => Math.floor(tenth / 10) * 86_400_000 + (tenth % 10))
  const event = fc.record({
    time,
    slot: fc.nat({ max: 11 }),
    kind: fc.nat({ max: CODES.length - 1 }),
  })
  const step = fc.oneof(
    { arbitrary: fc.record({ add: event }), weight: 3 },
    { arbitrary: fc.record({ remove: fc.nat() }), weight: 2 },
    { arbitrary: fc.record({ late: fc.array(event, { minLength: 1, maxLength: 40 }) }), weight: 1 },
    { arbitrary: fc.record({ grow: fc.nat({ max: 3 }) }), weight: 1 },
  )

  test('counts what the rows count after any history of insertions, late ones, removals and new cells', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { maxLength: 900 }),
        fc.array(step, { maxLength: 60 }),
        fc.array(fc.tuple(time, time, fc.subarray(CODES)), { minLength: 3, maxLength: 8 }),
        fc.constantFrom(1, 1e9),
        async (first, steps, questions, budget) => {
          const tree = new KindTree(KINDS)
          let rows = [...first]
          const cube = await CityCube.build(tree, 12, columns(first), { budget, breathe })
          const change = (changed: Event, n: number): CubeChange => ({ ...changed, n })
          for (const each of steps) {
            if ('add' in each) {
              rows.push(each.add)
              expect(cube.apply(change(each.add, 1))).toBe(true)
            } else if ('late' in each) {
              rows = [...rows, ...each.late]
              for (const late of each.late) cube.apply(change(late, 1))
            } else if ('grow' in each) {
              cube.growSlots(cube.slots + each.grow)
              const newest = { time: 0, slot: cube.slots - 1, kind: 0 }
              rows.push(newest)
              cube.apply(change(newest, 1))
            } else if (rows.length > 0) {
              const [removed] = rows.splice(each.remove % rows.length, 1)
              expect(cube.apply(change(removed, -1))).toBe(true)
            }
          }
          expect(cube.length).toBe(rows.length)
          const place = { slots: Uint16Array.of(1, 3, 5), inside: new Uint8Array(cube.slots) }
          for (const slot of place.slots) place.inside[slot] = 1
          for (const [a, b, codes] of questions) {
            const [from, to] = [Math.min(a, b), Math.max(a, b) + 1]
            const expected = counted(rows, codes, from, to)
            const bySlot = new Int32Array(cube.slots).fill(99)
            cube.countBySlot(bySlot, tree.cover(codes), from, to)
            expect([...bySlot]).toEqual(
              Array.from(bySlot, (_, slot) => expected.filter((row) => row.slot === slot).length),
            )
            const middle = (from + to) / 2
            const segments = {
              from: Float64Array.of(from, middle),
              to: Float64Array.of(middle, to),
              bucket: Uint32Array.of(1, 0),
            }
            const inside = new Float64Array(2)
            cube.countSegments(inside, tree.cover(codes), place, segments)
            const isInside = (row: Event) => place.inside[row.slot] === 1
            expect([...inside]).toEqual([
              expected.filter((row) => isInside(row) && row.time >= middle).length,
              expected.filter((row) => isInside(row) && row.time < middle).length,
            ])
            const everywhere = new Float64Array(2)
            cube.countSegments(everywhere, tree.cover(codes), null, segments)
            expect(everywhere[0] + everywhere[1]).toBe(expected.length)
            for (const [kind, code] of CODES.entries()) {
              expect(cube.countKind(kind, null, from, to)).toBe(counted(rows, [code], from, to).length)
              expect(cube.countKind(kind, place, from, to)).toBe(
                counted(rows, [code], from, to).filter(isInside).length,
              )
            }
          }
        },
      ),
      { numRuns: RUNS, seed: 7 },
    )
  })

  test('counts on where a micro-grid has more than 16 bits hold', async () => {
    const tree = new KindTree(KINDS)
    for (const size of [65_534, 65_536]) {
      const rows = Array.from({ length: size }, (_, time) => ({ time, slot: 1, kind: 0 }))
      const cube = await CityCube.build(tree, 3, columns(rows), { budget: 1e6, breathe })
      const count = (from: number, to: number) => {
        const out = new Int32Array(cube.slots)
        cube.countBySlot(out, tree.cover(['a']), from, to)
        return [...out]
      }
      for (const slot of [1, 2, 1]) cube.apply({ time: 40_000, slot, kind: 0, n: 1 })
      expect(count(0, size)).toEqual([0, size + 2, 1])
      expect(count(10_000, 60_000)).toEqual([0, 50_002, 1])
      cube.growSlots(5)
      cube.apply({ time: 5, slot: 4, kind: 0, n: 1 })
      cube.apply({ time: 7, slot: 1, kind: 0, n: -1 })
      expect(count(1, size)).toEqual([0, size, 1, 0, 1])
      expect(cube.countKind(0, null, 0, size)).toBe(size + 3)
    }
  })

  test('says when it is told to take away what is not there', async () => {
    const tree = new KindTree(KINDS)
    const cube = await CityCube.build(tree, 3, columns([{ time: 5, slot: 1, kind: 0 }]), {
      budget: 1e6,
      breathe,
    })
    expect(cube.apply({ time: 5, slot: 2, kind: 0, n: -1 })).toBe(false)
    expect(cube.apply({ time: 5, slot: 1, kind: 0, n: -1 })).toBe(true)
    expect(cube.length).toBe(0)
  })
})
