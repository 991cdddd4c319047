import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { areaPolygons, encodeAreas } from '../../../geodata/areaBundle.ts'
import { encodeCameras } from '../../../geodata/cameraBundle.ts'
import { areaAt, areaHolds } from '../../../web/map/areaFinder.ts'
import { denseBounds, wholeBounds } from '../../../web/map/cityBounds.ts'
import { areaLabels, type LabelCandidate, placeWithoutOverlap } from '../../../web/map/labels.ts'
import { PointFinder } from '../../../web/map/pointFinder.ts'
import { BundleStore } from '../../../web/workers/bundleStore.ts'
import { brickCity } from '../../factories/mesh.ts'

const city = brickCity({ columns: 5, rows: 5, verticesPerEdge: 7, seed: 9 })
const store = new BundleStore(async (url) => {
  if (url === 'areas') return encodeAreas(city)
  return encodeCameras({
    count: 4,
    id: Uint32Array.of(1, 2, 3, 4),
    lng: Int32Array.of(104_400_000, 104_400_010, 104_400_020, 104_300_000),
    lat: Int32Array.of(28_600_000, 28_600_010, 28_600_020, 28_500_000),
    ownership: new Uint8Array(4),
    type: new Uint8Array(4),
    status: new Uint8Array(4),
    ownerships: ['public'],
    types: ['dome'],
    statuses: ['online'],
    direction: Uint16Array.of(0, 90, 180, 270),
    fieldOfView: new Uint16Array(4).fill(60),
    range: new Uint16Array(4).fill(30),
  })
})
const areas = await store.answer('areas', { url: 'areas' })
const cells = areas.levels.findIndex((level) => level.level === 'microGrid')

describe('the area under the pointer', () => {
  test('a point inside the city lies in exactly one cell, and that cell is found', () => {
    const [west, south, east, north] = areas.bounds.subarray(0, 4)
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (u, v) => {
          // Off the lattice of stored coordinates, so that no point lies on a border.
          const lng = west + u * (east - west) + 3.3e-7
          const lat = south + v * (north - south) + 1.7e-7
          const holding = [...areas.level.keys()].filter(
            (i) => areas.level[i] === cells && areaHolds(areas, i, lng, lat),
          )
          const found = areaAt(areas, cells, lng, lat)
          expect(holding).toEqual(found < 0 ? [] : [found])
          expect(areaHolds(areas, 0, lng, lat)).toBe(found >= 0)
        },
      ),
    )
  })

  test('outside of everything there is none', () => {
    expect(areaAt(areas, cells, 0, 0)).toBe(-1)
    expect(areaAt(areas, 99, 104.4, 28.6)).toBe(-1)
  })

  test('a hole is not inside', async () => {
    const square = (min: number, max: number) =>
      [
        [min, min],
        [max, min],
        [max, max],
        [min, max],
        [min, min],
      ] as [number, number][]
    const [first] = city.areas
    const holed = new BundleStore(async () =>
      encodeAreas({ ...city, areas: [{ ...first, polygons: [[square(0, 9), square(3, 6).reverse()]] }] }),
    )
    const loaded = await holed.answer('areas', { url: '' })
    expect(areaAt(loaded, 0, 1.5, 1.5)).toBe(0)
    expect(areaAt(loaded, 0, 4.5, 4.5)).toBe(-1)
    expect(areaPolygons(loaded, 0)[0]).toHaveLength(2)
  })
})

test('the worker groups cameras from afar and shows each from near', async () => {
  const cameras = await store.answer('cameras', { url: 'cameras', headers: {} })
  const box: [number, number, number, number] = [104, 28, 105, 29]
  const far = await store.answer('clusters', { key: cameras.key, bounds: box, zoom: 10 })
  expect([...far.count].sort()).toEqual([1, 3])
  expect([...far.camera].filter((camera) => camera >= 0)).toHaveLength(1)
  const near = await store.answer('clusters', { key: cameras.key, bounds: box, zoom: 18 })
  expect([...near.count]).toEqual([1, 1, 1, 1])
  await store.answer('forget', { key: cameras.key })
  await expect(store.answer('clusters', { key: cameras.key, bounds: box, zoom: 10 })).rejects.toThrow(
    'no bundle',
  )
})

test('the nearest point within reach is found, new data is noticed', () => {
  const finder = new PointFinder()
  const find = (points: [number, number][], x: number, y: number) =>
    finder.nearest(
      points,
      points.length,
      (i) => points[i][0],
      (i) => points[i][1],
      x,
      y,
      1,
      1,
    )
  const points: [number, number][] = [
    [0, 0],
    [0.5, 0.5],
    [9, 9],
  ]
  expect(find(points, 0.4, 0.4)).toBe(1)
  expect(find(points, 5, 5)).toBe(-1)
  expect(find([[5, 5]], 5, 5)).toBe(0)
  expect(find([], 5, 5)).toBe(-1)
})

describe('bounds', () => {
  test('the dense box holds most people and lies inside the whole', () => {
    const whole = wholeBounds(areas)
    const dense = denseBounds(areas)
    expect(whole).not.toBeNull()
    expect(dense).not.toBeNull()
    if (!whole || !dense) return
    expect(dense[2] - dense[0]).toBeLessThan(1.3 * (whole[2] - whole[0]))
    expect(dense[0]).toBeLessThan(dense[2])
    expect(dense[1]).toBeLessThan(dense[3])
  })
})

describe('labels', () => {
  const candidate = (text: string, lng: number, rest: Partial<LabelCandidate> = {}): LabelCandidate => ({
    text,
    lng,
    lat: 0,
    size: 12,
    bold: false,
    widthM: 0,
    fit: 1,
    below: 0,
    soft: false,
    ...rest,
  })
  const place = (candidates: LabelCandidate[]) =>
    placeWithoutOverlap(
      candidates,
      { width: 1000, height: 500, metresPerPixel: 10 },
      [-500, -250, 500, 250],
      (lng, lat) => ({ x: 500 + lng, y: 250 - lat }),
      ({ text, size }) => text.length * size,
    ).map(({ candidate: { text } }) => text)

  test('the earlier keeps its place, the later gives way', () => {
    expect(place([candidate('第一', 0), candidate('第二', 10), candidate('第三', 60)])).toEqual([
      '第一',
      '第三',
    ])
  })

  test('a name is written only where it fits and is in view', () => {
    expect(place([candidate('窄', 0, { widthM: 50 }), candidate('宽', 0, { widthM: 500 })])).toEqual(['宽'])
    expect(place([candidate('外', 900)])).toEqual([])
  })

  test('cells are called by what their parent does not say already, coarse before fine', () => {
    const labels = areaLabels(areas, [0, cells], 'zh')
    expect(labels).toHaveLength(areas.count - 1)
    expect(labels[0].text).toMatch(/^\d+格$/)
  })
})
