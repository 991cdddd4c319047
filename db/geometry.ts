import { customType } from 'drizzle-orm/pg-core'
import type { Position } from '../geodata/city.ts'

/** Polygons of rings: each ring closed, the outer one first. [lng, lat], EPSG:4326, degrees. */
export type MultiPolygon = Position[][][]

// Types of OGC 06-103r4 §8.2.8, with PostGIS's flag that says "an SRID follows".
const POINT = 1
const LINE_STRING = 2
const POLYGON = 3
const MULTI_POLYGON = 6
const HAS_SRID = 0x20000000
const SRID = 4326

function header(byteLength: number, type: number): Buffer {
  const bytes = Buffer.allocUnsafe(9 + byteLength)
  bytes.writeUInt8(1, 0) // little-endian
  bytes.writeUInt32LE((type | HAS_SRID) >>> 0, 1)
  bytes.writeUInt32LE(SRID, 5)
  return bytes
}

function writePositions(bytes: Buffer, at: number, positions: Position[]): number {
  let offset = bytes.writeUInt32LE(positions.length, at)
  for (const position of positions) {
    offset = bytes.writeDoubleLE(position[0], offset)
    offset = bytes.writeDoubleLE(position[1], offset)
  }
  return offset
}

/** EWKB in hexadecimal, as PostGIS reads and writes it. @param position [lng, lat], EPSG:4326, degrees. */
export function encodePoint(position: Position): string {
  const bytes = header(16, POINT)
  bytes.writeDoubleLE(position[0], 9)
  bytes.writeDoubleLE(position[1], 17)
  return bytes.toString('hex')
}

/** EWKB in hexadecimal. @param line [lng, lat][], EPSG:4326, degrees. */
export function encodeLineString(line: Position[]): string {
  const bytes = header(4 + line.length * 16, LINE_STRING)
  writePositions(bytes, 9, line)
  return bytes.toString('hex')
}

/** EWKB in hexadecimal. @param polygons polygons of closed rings of [lng, lat], EPSG:4326, degrees. */
export function encodeMultiPolygon(polygons: MultiPolygon): string {
  let length = 4
  for (const polygon of polygons) {
    length += 9
    for (const ring of polygon) length += 4 + ring.length * 16
  }
  const bytes = header(length, MULTI_POLYGON)
  let offset = bytes.writeUInt32LE(polygons.length, 9)
  for (const polygon of polygons) {
    offset = bytes.writeUInt8(1, offset)
    offset = bytes.writeUInt32LE(POLYGON, offset)
    offset = bytes.writeUInt32LE(polygon.length, offset)
    for (const ring of polygon) offset = writePositions(bytes, offset, ring)
  }
  return bytes.toString('hex')
}

class Reader {
  private readonly bytes: Buffer
  private offset = 0

  constructor(hex: string) {
    this.bytes = Buffer.from(hex, 'hex')
  }

  count(): number {
    const value = this.bytes.readUInt32LE(this.offset)
    this.offset += 4
    return value
  }

  position(): Position {
    const position: Position = [
      this.bytes.readDoubleLE(this.offset),
      this.bytes.readDoubleLE(this.offset + 8),
    ]
    this.offset += 16
    return position
  }

  positions(): Position[] {
    return Array.from({ length: this.count() }, () => this.position())
  }

  /** Reads byte order, type and SRID, and refuses anything but what the column holds. */
  expect(type: number, name: string): void {
    const order = this.bytes.readUInt8(this.offset)
    if (order !== 1)
      throw new Error(`Expected little-endian EWKB of a ${name} but its first byte is ${order}.`)
    this.offset += 1
    const found = this.count()
    const srid = found & HAS_SRID ? this.count() : SRID
    if ((found & ~HAS_SRID) >>> 0 !== type || srid !== SRID) {
      throw new Error(
        `Expected a ${name} in EPSG:${SRID} but found geometry type ${(found & ~HAS_SRID) >>> 0} in EPSG:${srid}.`,
      )
    }
  }
}

/** Reads what `encodePoint` writes. @returns [lng, lat], EPSG:4326, degrees. @throws when it is no point in EPSG:4326. */
export function decodePoint(hex: string): Position {
  const reader = new Reader(hex)
  reader.expect(POINT, 'Point')
  return reader.position()
}

/** Reads what `encodeLineString` writes. @throws when it is no line string in EPSG:4326. */
export function decodeLineString(hex: string): Position[] {
  const reader = new Reader(hex)
  reader.expect(LINE_STRING, 'LineString')
  return reader.positions()
}

/** Reads what `encodeMultiPolygon` writes. @throws when it is no multipolygon in EPSG:4326. */
export function decodeMultiPolygon(hex: string): MultiPolygon {
  const reader = new Reader(hex)
  reader.expect(MULTI_POLYGON, 'MultiPolygon')
  return Array.from({ length: reader.count() }, () => {
    reader.expect(POLYGON, 'Polygon')
    return Array.from({ length: reader.count() }, () => reader.positions())
  })
}

// drizzle's own geometry() drops type and SRID on the way; these keep both, and check them when reading.

/** Column of a point: [lng, lat], EPSG:4326, degrees. */
export const point = customType<{ data: Position; driverData: string }>({
  dataType: () => `geometry(Point, ${SRID})`,
  toDriver: encodePoint,
  fromDriver: decodePoint,
})

/** Column of a line: [lng, lat][], EPSG:4326, degrees. */
export const lineString = customType<{ data: Position[]; driverData: string }>({
  dataType: () => `geometry(LineString, ${SRID})`,
  toDriver: encodeLineString,
  fromDriver: decodeLineString,
})

/** Column of an area's outline: polygons of closed rings of [lng, lat], EPSG:4326, degrees. */
export const multiPolygon = customType<{ data: MultiPolygon; driverData: string }>({
  dataType: () => `geometry(MultiPolygon, ${SRID})`,
  toDriver: encodeMultiPolygon,
  fromDriver: decodeMultiPolygon,
})
