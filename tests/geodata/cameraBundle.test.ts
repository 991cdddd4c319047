import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CameraBundle, decodeCameras, encodeCameras } from '../../geodata/cameraBundle.ts'

type Row = [
  lng: number,
  lat: number,
  ownership: number,
  status: number,
  direction: number,
  fov: number,
  range: number,
]

function bundleOf(rows: Row[]): CameraBundle {
  const column = (at: number) => rows.map((row) => row[at])
  return {
    count: rows.length,
    id: Uint32Array.from(rows, (_, i) => 3 * i + 1),
    lng: Int32Array.from(column(0)),
    lat: Int32Array.from(column(1)),
    ownership: Uint8Array.from(column(2)),
    type: Uint8Array.from(rows, (_, i) => i % 3),
    status: Uint8Array.from(column(3)),
    ownerships: ['public', 'social'],
    types: ['dome', 'gun', '半球'],
    statuses: ['online', 'offline', 'repair'],
    direction: Uint16Array.from(column(4)),
    fieldOfView: Uint16Array.from(column(5)),
    range: Uint16Array.from(column(6)),
  }
}

function rowsById(bundle: CameraBundle): Map<number, number[]> {
  const rows = new Map<number, number[]>()
  for (let i = 0; i < bundle.count; i++) {
    const { lng, lat, ownership, type, status, direction, fieldOfView, range } = bundle
    rows.set(
      bundle.id[i],
      [lng, lat, ownership, type, status, direction, fieldOfView, range].map((column) => column[i]),
    )
  }
  return rows
}

test('every camera comes back with all it had, whatever the order', () => {
  const row: fc.Arbitrary<Row> = fc.tuple(
    fc.integer({ min: -180_000_000, max: 180_000_000 }),
    fc.integer({ min: -90_000_000, max: 90_000_000 }),
    fc.integer({ min: 0, max: 1 }),
    fc.integer({ min: 0, max: 2 }),
    fc.integer({ min: 0, max: 359 }),
    fc.integer({ min: 1, max: 360 }),
    fc.integer({ min: 1, max: 60_000 }),
  )
  fc.assert(
    fc.property(fc.array(row, { maxLength: 60 }), (rows) => {
      const bundle = bundleOf(rows)
      const back = decodeCameras(encodeCameras(bundle))
      expect(rowsById(back)).toEqual(rowsById(bundle))
      expect(back.types).toEqual(bundle.types)
      expect(back.ownerships).toEqual(bundle.ownerships)
    }),
  )
})

test('neighbours on the ground are neighbours in the bytes', () => {
  const rows = [
    [0, 0],
    [900, 900],
    [1, 1],
    [901, 899],
  ].map(([x, y]): Row => [x, y, 0, 0, 0, 1, 1])
  expect([...decodeCameras(encodeCameras(bundleOf(rows))).lng]).toEqual([0, 1, 901, 900])
})

test('a point and a kind that repeat are written once', () => {
  const pole = (count: number) =>
    Array.from({ length: count }, (_, i): Row => [104_412_345, 28_623_456, 0, 0, (i * 90) % 360, 84, 40])
  // One byte a camera for each of: number, its low bits, status, kind and turn.
  const bytes = (count: number) => encodeCameras(bundleOf(pole(count))).length
  expect(bytes(3000) - bytes(2000)).toBeLessThan(5100)
})

test('refuses bytes of another kind or cut short', () => {
  const bytes = encodeCameras(bundleOf([[1, 2, 0, 0, 90, 60, 30]]))
  expect(() => decodeCameras(bytes.subarray(0, bytes.length - 1))).toThrow(RangeError)
  expect(() => decodeCameras(bytes.subarray(1))).toThrow(RangeError)
})
