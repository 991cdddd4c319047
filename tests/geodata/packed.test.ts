import fc from 'fast-check'
import { expect, test } from 'vitest'
import { packCounts, unpackCounts } from '../../geodata/packed.ts'

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
const largest = 1e9

test('what is packed comes out again, hidden counts and long gaps of ids included', () => {
  const count = fc.oneof(
    { arbitrary: fc.nat({ max: 3 }), weight: 5 },
    { arbitrary: fc.nat({ max: 5000 }), weight: 3 },
    { arbitrary: fc.nat({ max: largest }), weight: 1 },
    { arbitrary: fc.constant(null), weight: 1 },
  )
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 3000 })), count, count), {
        maxLength: 300,
      }),
      fc.boolean(),
      (areas, compared) => {
        let id = 0
        const columns = {
          areaId: areas.map(([gap]) => (id += gap)),
          count: areas.map(([, each]) => each),
          compareCount: compared ? areas.map(([, , each]) => each) : undefined,
        }
        expect(unpackCounts(base64(packCounts(columns)))).toEqual(columns)
      },
    ),
    { numRuns: 500, seed: 7 },
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
