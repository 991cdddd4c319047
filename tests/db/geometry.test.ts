import { eq } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  decodeLineString,
  decodeMultiPolygon,
  decodePoint,
  encodeLineString,
  encodeMultiPolygon,
  encodePoint,
  type MultiPolygon,
} from '../../db/geometry.ts'
import { areaLevels, areas, boundaryVersions, cities, roads } from '../../db/schema/index.ts'
import type { Position } from '../../geodata/city.ts'
import { databaseKinds, openTestDatabase, type TestDatabase } from '../setup/database.ts'

const position = fc.tuple(
  fc.double({ min: -180, max: 180, noNaN: true }),
  fc.double({ min: -90, max: 90, noNaN: true }),
)

test('every position comes back to the last bit', () => {
  fc.assert(
    fc.property(position, fc.array(position), (at, line) => {
      expect(decodePoint(encodePoint(at))).toEqual(at)
      expect(decodeLineString(encodeLineString(line))).toEqual(line)
      expect(decodeMultiPolygon(encodeMultiPolygon([[line, line], [line]]))).toEqual([[line, line], [line]])
    }),
  )
})

test('a geometry of another type or reference system is refused by name', () => {
  expect(() => decodePoint(encodeLineString([[1, 2]]))).toThrow(
    'Expected a Point in EPSG:4326 but found geometry type 2',
  )
  const mercator = encodePoint([1, 2]).replace('e6100000', '110f0000')
  expect(() => decodePoint(mercator)).toThrow('in EPSG:3857')
})

const ring: Position[] = [
  [104.1, 28.5],
  [104.3, 28.5],
  [104.3, 28.6],
  [104.1, 28.5],
]
const hole: Position[] = [
  [104.21, 28.51],
  [104.25, 28.53],
  [104.25, 28.51],
  [104.21, 28.51],
]
const island: Position[] = [
  [105, 29],
  [105.1, 29],
  [105.1, 29.1],
  [105, 29],
]
const polygons: MultiPolygon = [[ring, hole], [island]]
const line: Position[] = [
  [104.123456, 28.654321],
  [104.2, 28.7],
  [104.25, 28.71],
]

describe.each(databaseKinds())('geometry in %s', (kind) => {
  let db: TestDatabase
  beforeAll(async () => {
    db = await openTestDatabase({ kind })
    await db.orm.insert(cities).values({
      code: 'toy',
      nameZh: '玩具市',
      nameEn: 'Toy',
      timeZone: 'Asia/Shanghai',
      synthetic: true,
      asOf: new Date('2026-11-22T06:32:00Z'),
      currentVersion: '1',
      origin: {},
    })
    await db.orm.insert(boundaryVersions).values({
      cityCode: 'toy',
      version: '1',
      validFrom: '2025-01-01',
      synthetic: true,
      source: 'test',
      contentHash: '0',
    })
    await db.orm.insert(areaLevels).values({
      cityCode: 'toy',
      version: '1',
      level: 'city',
      hierarchy: 'administration',
      rank: 0,
      nameZh: '市',
      nameEn: 'city',
    })
    await db.orm.insert(areas).values({
      cityCode: 'toy',
      id: 1,
      version: '1',
      level: 'city',
      code: '000000',
      nameZh: '玩具市',
      nameEn: 'Toy',
      areaKm2: 1,
      labelPoint: [104.2, 28.55],
      geom: polygons,
      synthetic: true,
    })
    await db.orm.insert(roads).values({
      cityCode: 'toy',
      id: 1,
      class: 'primary',
      speedKmh: 40,
      fromNode: 1,
      toNode: 2,
      lengthM: 12,
      geom: line,
      synthetic: true,
    })
  })
  afterAll(() => db?.close())

  test('polygons with holes, points and lines come back as they were written', async () => {
    const [area] = await db.orm.select().from(areas).where(eq(areas.cityCode, 'toy'))
    const [road] = await db.orm.select().from(roads).where(eq(roads.cityCode, 'toy'))
    expect(area.geom).toEqual(polygons)
    expect(area.labelPoint).toEqual([104.2, 28.55])
    expect(road.geom).toEqual(line)
  })

  test('PostGIS sees the same shapes, in EPSG:4326, x first', async () => {
    const [area] = await db.query(
      `SELECT ST_AsText(label_point) AS label, ST_SRID(geom) AS srid, ST_NumGeometries(geom) AS parts,
              ST_NumInteriorRings(ST_GeometryN(geom, 1)) AS holes, ST_AsText(ST_PointN(ST_ExteriorRing(ST_GeometryN(geom, 1)), 2)) AS second
       FROM areas`,
    )
    expect(area).toEqual({
      label: 'POINT(104.2 28.55)',
      srid: 4326,
      parts: 2,
      holes: 1,
      second: 'POINT(104.3 28.5)',
    })
  })

  test('a column keeps its type: a line is refused where a point belongs', async () => {
    await expect(
      db.query('UPDATE areas SET label_point = $1 WHERE id = 1', [encodeLineString(line)]),
    ).rejects.toThrow(/Geometry type \(LineString\) does not match column type \(Point\)/)
  })
})
