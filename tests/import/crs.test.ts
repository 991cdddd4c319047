import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Position } from '../../geodata/city.ts'
import { epsgCode, fromWgs84, isGeographicCrs, toWgs84 } from '../../geodata/crs.ts'

/** Seen with an independent implementation; the same numbers stand in public code bases. */
const verified = {
  wgs84: [120.12, 30.26] as Position,
  'GCJ-02': [120.124779541, 30.25771891] as Position,
  'BD-09': [120.131207116, 30.264071969] as Position,
}

describe('coordinate systems', () => {
  it.each(['GCJ-02', 'BD-09'] as const)('%s agrees with the verified point', (crs) => {
    const [lng, lat] = fromWgs84(verified.wgs84, crs)
    expect(lng).toBeCloseTo(verified[crs][0], 8)
    expect(lat).toBeCloseTo(verified[crs][1], 8)
  })

  it.each(['GCJ-02', 'BD-09'] as const)(
    '%s turns back to WGS 84 within a centimetre anywhere in China',
    (crs) => {
      const inChina = fc.tuple(
        fc.double({ min: 74, max: 134, noNaN: true }),
        fc.double({ min: 19, max: 53, noNaN: true }),
      )
      fc.assert(
        fc.property(inChina, (position) => {
          const [lng, lat] = toWgs84(fromWgs84(position, crs), crs)
          expect(Math.abs(lng - position[0])).toBeLessThan(1e-7)
          expect(Math.abs(lat - position[1])).toBeLessThan(1e-7)
        }),
        { seed: 7, numRuns: 1000 },
      )
    },
  )

  it('leaves WGS 84 and CGCS2000 as they are, and GCJ-02 outside China', () => {
    expect(toWgs84(verified.wgs84, 'EPSG:4326')).toEqual(verified.wgs84)
    expect(toWgs84(verified.wgs84, 'EPSG:4490')).toEqual(verified.wgs84)
    expect(toWgs84([-122.42, 37.77], 'GCJ-02')).toEqual([-122.42, 37.77])
  })

  it('knows which names are systems of degrees, and which are EPSG codes', () => {
    expect(['EPSG:4326', 'EPSG:4490', 'GCJ-02', 'BD-09'].every(isGeographicCrs)).toBe(true)
    expect(['WGS84', 'epsg:4326', 'EPSG:4214', '', 'toString'].some(isGeographicCrs)).toBe(false)
    expect(epsgCode('EPSG:4549')).toBe(4549)
    expect(epsgCode('4549')).toBeNull()
    expect(epsgCode('EPSG:4549; DROP TABLE')).toBeNull()
  })
})
