import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkOf, packCounts, unpackCounts } from '../../geodata/packed.ts'
import { createRandom } from '../../geodata/random.ts'

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
const largest = 1e9

const count = fc.oneof(
  { arbitrary: fc.nat({ max: 3 }), weight: 5 },
  { arbitrary: fc.nat({ max: 5000 }), weight: 3 },
  { arbitrary: fc.nat({ max: largest }), weight: 1 },
)
const countOrHidden = fc.oneof({ arbitrary: count, weight: 9 }, { arbitrary: fc.constant(null), weight: 1 })
const gap = fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 3000 }))

test('what is packed comes out again, hidden counts and long gaps of ids included, with held counts or without', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(gap, countOrHidden, countOrHidden, count), { maxLength: 300 }),
      fc.boolean(),
      // Nothing held, anything at all, or one of the very columns.
      fc.constantFrom('nothing', 'others', 'count', 'compareCount'),
      (areas, compared, holding) => {
        let id = 0
        const columns = {
          areaId: areas.map(([gap]) => (id += gap)),
          count: areas.map(([, each]) => each),
          compareCount: compared ? areas.map(([, , each]) => each) : undefined,
        }
        const held = {
          nothing: undefined,
          others: Int32Array.from(areas, ([, , , each]) => each),
          count: Int32Array.from(columns.count, Number),
          compareCount: Int32Array.from(columns.compareCount ?? columns.count, Number),
        }[holding]
        const packed = packCounts(columns, held)
        expect(unpackCounts(base64(packed), held)).toEqual(columns)
        // But for what says by how many times the counts differ.
        expect(packed.length).toBeLessThanOrEqual(packCounts(columns).length + 14)
      },
    ),
    { numRuns: 700, seed: 7 },
  )
})

test('what is held already takes next to nothing, and cannot be read without', () => {
  const random = createRandom(7)
  const areaId = Array.from({ length: 3000 }, (_, index) => index + 1)
  const held = Int32Array.from(areaId, () => random.int(0, 500))
  const later = held.map((each) => 2 * each + random.int(-20, 20) + 20)
  const alone = packCounts({ areaId, count: later })
  const same = packCounts({ areaId, count: held, compareCount: later }, held)
  const [byHeld, whole] = [packCounts({ areaId, count: later }, held), packCounts({ areaId, count: held })]
  expect(same.length - byHeld.length).toBeLessThan(20)
  expect(byHeld.length).toBeLessThan(0.8 * alone.length)
  expect(() => unpackCounts(base64(byHeld))).toThrow(
    /Expected 3000 held counts to read these by, got undefined/,
  )
  expect(() => unpackCounts(base64(byHeld), held.subarray(1))).toThrow(
    /Expected 3000 held counts .* got 2999/,
  )
  expect(() => packCounts({ areaId, count: later }, held.subarray(1))).toThrow(/3000 counts .* got 2999/)
  expect(unpackCounts(base64(whole), later).count).toEqual([...held])
})

test('counts that differ have another check', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(gap, count), { minLength: 1, maxLength: 50 }),
      fc.nat(),
      fc.integer({ min: 1, max: 3 }),
      (areas, at, more) => {
        const areaId = areas.map(([each]) => each)
        const counts = areas.map(([, each]) => each)
        const check = checkOf(areaId, counts)
        expect(Number.isSafeInteger(check) && check >= 0).toBe(true)
        expect(checkOf(areaId, Int32Array.from(counts))).toBe(check)
        const place = at % areas.length
        expect(checkOf(areaId, counts.with(place, counts[place] + more))).not.toBe(check)
        expect(checkOf(areaId.with(place, areaId[place] + more), counts)).not.toBe(check)
        // One moved from an area to the next one.
        if (place > 0) {
          const moved = counts.with(place, counts[place] + 1).with(place - 1, counts[place - 1] - 1)
          expect(checkOf(areaId, moved)).not.toBe(check)
        }
      },
    ),
    { numRuns: 700, seed: 7 },
  )
})

test('ids that do not ascend and counts below zero are refused', () => {
  expect(() => packCounts({ areaId: [2, 2], count: [0, 0] })).toThrow(/ascending, got 2 after 2/)
  expect(() => packCounts({ areaId: [2], count: [-1] })).toThrow(/from 0 to 1000000000, got -1/)
})

test('text that was cut is refused', () => {
  const text = base64(packCounts({ areaId: [1, 2, 3], count: [70_000, 80_000, 90_000] }))
  expect(() => unpackCounts(text.slice(0, 8))).toThrow(/end too early/)
})
