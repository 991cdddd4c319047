import { describe, expect, test } from 'vitest'
import { areaPolygons, decodeAreas, encodeAreas } from '../../../geodata/areaBundle.ts'
import { buildAreaMesh, bundleOrigin, worldOffsets } from '../../../web/map/geometry/areaMesh.ts'
import { arcKeys, buildBorders, levelsOfKey, widthOfKey } from '../../../web/map/geometry/borders.ts'
import { Chunker, visibleRuns } from '../../../web/map/geometry/chunks.ts'
import { detailCount, detailForPixel, detailOf, toleranceM } from '../../../web/map/geometry/detail.ts'
import { latOfWorld, lngOfWorld, metresPerPixel, worldX, worldY } from '../../../web/map/geometry/mercator.ts'
import { floatsPerStrokeVertex, StrokeBuilder } from '../../../web/map/geometry/strokeMesh.ts'
import { brickCity } from '../../factories/mesh.ts'

const bundle = decodeAreas(encodeAreas(brickCity({ columns: 6, rows: 6, verticesPerEdge: 15, seed: 2 })))
const origin = bundleOrigin(bundle)
const offsets = worldOffsets(bundle.shapes.vertices, origin)
const vertexDetail = detailOf(bundle.shapes.vertices, bundle.shapes.arcStart)

test('world coordinates turn back into degrees', () => {
  for (const [lng, lat] of [
    [0, 0],
    [104.40783, 28.63215],
    [-122.4, -37.7],
  ]) {
    expect(lngOfWorld(worldX(lng))).toBeCloseTo(lng, 9)
    expect(latOfWorld(worldY(lat))).toBeCloseTo(lat, 9)
  }
  expect(metresPerPixel(0, 0)).toBeCloseTo(78271.517, 2)
})

describe('levels of detail', () => {
  test('an arc keeps its ends at every level and all vertices at the finest', () => {
    const { arcStart } = bundle.shapes
    for (let arc = 0; arc + 1 < arcStart.length; arc++) {
      expect(vertexDetail[arcStart[arc]]).toBe(0)
      expect(vertexDetail[arcStart[arc + 1] - 1]).toBe(0)
    }
    expect(Math.max(...vertexDetail)).toBeLessThan(detailCount)
  })

  test('a straight line keeps its ends only, a corner wider than the tolerance stays', () => {
    const line = Int32Array.from([0, 0, 1000, 0, 2000, 0, 3000, 1000, 4000, 0])
    const detail = detailOf(line, Uint32Array.of(0, 5))
    expect([...detail]).toEqual([0, detail[1], detail[2], 0, 0])
    expect(detail[1]).toBeGreaterThan(0)
  })

  test('what is left out is never farther away than the tolerance', () => {
    const { vertices, arcStart } = bundle.shapes
    for (let level = 0; level < detailCount - 1; level++) {
      for (let arc = 0; arc + 1 < arcStart.length; arc++) {
        let kept = arcStart[arc]
        for (let next = kept + 1; next < arcStart[arc + 1]; next++) {
          if (vertexDetail[next] > level) continue
          for (let between = kept + 1; between < next; between++)
            expect(distanceM(vertices, between, kept, next)).toBeLessThanOrEqual(toleranceM[level] + 1e-6)
          kept = next
        }
      }
    }
  })

  test('the coarsest level that stays below a pixel is taken', () => {
    expect(detailForPixel(100)).toBe(0)
    expect(detailForPixel(10)).toBe(1)
    expect(detailForPixel(0.2)).toBe(detailCount - 1)
  })
})

/** Metres from vertex p to the segment a–b. */
function distanceM(vertices: Int32Array, p: number, a: number, b: number): number {
  const scale = 0.11131949
  const x = (v: number) => vertices[2 * v] * scale * Math.cos((vertices[1] / 1e6) * (Math.PI / 180))
  const y = (v: number) => vertices[2 * v + 1] * scale
  const [dx, dy] = [x(b) - x(a), y(b) - y(a)]
  const along = Math.min(1, Math.max(0, ((x(p) - x(a)) * dx + (y(p) - y(a)) * dy) / (dx * dx + dy * dy || 1)))
  return Math.hypot(x(p) - x(a) - along * dx, y(p) - y(a) - along * dy)
}

test('the triangles of a level cover exactly its areas', () => {
  const level = bundle.levels.findIndex((each) => each.level === 'microGrid')
  const mesh = buildAreaMesh(bundle, level, detailCount - 1, vertexDetail, offsets, origin)
  const covered = new Map<number, number>()
  for (let i = 0; i < mesh.indices.length; i += 3) {
    const [a, b, c] = [0, 1, 2].map((corner) => 3 * mesh.indices[i + corner])
    const { vertices: v } = mesh
    expect(v[a + 2]).toBe(v[b + 2])
    expect(v[a + 2]).toBe(v[c + 2])
    const twice = (v[b] - v[a]) * (v[c + 1] - v[a + 1]) - (v[c] - v[a]) * (v[b + 1] - v[a + 1])
    covered.set(v[a + 2], (covered.get(v[a + 2]) ?? 0) + Math.abs(twice) / 2)
  }
  const areas = [...bundle.level.keys()].filter((i) => bundle.level[i] === level)
  expect([...covered.keys()].sort((a, b) => a - b)).toEqual(areas)
  for (const area of areas) {
    const [ring] = areaPolygons(bundle, area)[0]
    const twice = ring
      .slice(1)
      .reduce(
        (sum, [lng, lat], i) =>
          sum +
          (worldX(ring[i][0]) - origin[0]) * (worldY(lat) - origin[1]) -
          (worldX(lng) - origin[0]) * (worldY(ring[i][1]) - origin[1]),
        0,
      )
    expect((covered.get(area) ?? 0) / (Math.abs(twice) / 2)).toBeCloseTo(1, 3)
  }
  const drawn = mesh.chunks.reduce((sum, chunk) => sum + chunk.count, 0)
  expect(drawn).toBe(mesh.indices.length)
})

test('every border is drawn once and knows the levels it bounds', () => {
  const keys = arcKeys(bundle)
  const borders = buildBorders(bundle.shapes, keys, detailCount - 1, vertexDetail, offsets, origin)
  const segments = borders.groups
    .flatMap((group) => group.chunks)
    .reduce((sum, chunk) => sum + chunk.count / 6, 0)
  expect(segments).toBe(bundle.shapes.vertices.length / 2 - (bundle.shapes.arcStart.length - 1))
  const city = bundle.levels.findIndex((each) => each.level === 'city')
  const onOutline = [...keys].filter((key) => (levelsOfKey(key) >> city) % 2 === 1)
  expect(onOutline.length).toBeGreaterThan(20)
  expect(onOutline.length).toBeLessThan(keys.length)
  const widest = 1000 * Math.sqrt(Math.max(...bundle.areaKm2))
  for (const key of keys) expect(widthOfKey(key)).toBeLessThanOrEqual(widest)
})

describe('ribbons', () => {
  test('a line has two vertices a point, pushed to both sides by half a width, and reaches past its ends', () => {
    const builder = new StrokeBuilder([0, 0])
    builder.group(5)
    builder.line([0, 0, 10, 0])
    const mesh = builder.finish()
    expect(mesh.groups.map((group) => group.key)).toEqual([5])
    expect([...mesh.indices]).toEqual([0, 1, 2, 2, 1, 3])
    const vertex = (i: number) => [
      ...mesh.vertices.subarray(i * floatsPerStrokeVertex, (i + 1) * floatsPerStrokeVertex),
    ]
    expect(vertex(0)).toEqual([0, 0, -1, 1, 1, 0])
    expect(vertex(1)).toEqual([0, 0, -1, -1, -1, 0])
    expect(vertex(3)).toEqual([10, 0, 1, -1, -1, 10])
  })

  test('a sharp corner is cut short, repeated points and single points draw nothing wrong', () => {
    const builder = new StrokeBuilder([0, 0])
    builder.group(0)
    builder.line([0, 0, 10, 0, 0, 0.1])
    builder.line([3, 3, 3, 3])
    builder.line([])
    const mesh = builder.finish()
    expect(mesh.indices.length).toBe(12)
    for (let i = 0; i < mesh.vertices.length; i += floatsPerStrokeVertex)
      expect(Math.hypot(mesh.vertices[i + 2], mesh.vertices[i + 3])).toBeLessThanOrEqual(2 + 1e-6)
    expect([...mesh.vertices].every(Number.isFinite)).toBe(true)
  })

  test('a closed line has no ends', () => {
    const builder = new StrokeBuilder([0, 0])
    builder.group(0)
    builder.line([0, 0, 1, 0, 1, 1, 0, 1, 0, 0])
    const { vertices } = builder.finish()
    const first = [...vertices.subarray(2, 4)]
    const last = [...vertices.subarray(vertices.length - 2 * floatsPerStrokeVertex + 2).subarray(0, 2)]
    expect(first[0]).toBeCloseTo(last[0], 6)
    expect(first[1]).toBeCloseTo(last[1], 6)
  })
})

test('chunks out of view are skipped and neighbours drawn together', () => {
  const chunker = new Chunker(10)
  chunker.add(0, 10, 0, 0, 1, 1)
  chunker.add(10, 10, 1, 0, 2, 1)
  chunker.add(20, 5, 50, 0, 51, 1)
  chunker.add(25, 5, 1, 1, 2, 2)
  expect(chunker.chunks).toHaveLength(3)
  expect(visibleRuns(chunker.chunks, [0, 0, 3, 3])).toEqual([{ first: 0, count: 30 }])
  expect(visibleRuns(chunker.chunks.slice(0, 2), [1.5, 0, 3, 3])).toEqual([{ first: 10, count: 10 }])
  expect(visibleRuns(chunker.chunks, [-9, -9, -8, -8])).toEqual([])
})
