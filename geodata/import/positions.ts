import type { Position } from '../city.ts'
import { epsgCode, isGeographicCrs, toWgs84 } from '../crs.ts'
import type { Manifest } from './manifest.ts'
import { ImportRefusal } from './refusal.ts'

/** A position in EPSG:4326, or why there is none. */
export type Placed = Position | { reason: string }

/** Turns positions of one source into EPSG:4326, many at once (a projected system asks the database). */
export type Placer = (positions: Position[]) => Promise<Placed[]>

/** What only PostGIS knows. */
export interface Projections {
  /** True for codes of projected systems known to the database. */
  isProjected(epsg: number): Promise<boolean>
  /** [easting, northing] to EPSG:4326; null outside the projection's domain. */
  project(epsg: number, positions: Position[]): Promise<(Position | null)[]>
}

const NUMBER = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i

/** Two numbers from text, or why not. Easting (lng) first. */
export function parsePosition(first: string, second: string): Placed {
  if (first.trim() === '' || second.trim() === '') return { reason: 'the position is empty' }
  if (!NUMBER.test(first) || !NUMBER.test(second)) {
    return { reason: `expected two numbers as position, found "${first}" and "${second}"` }
  }
  return [Number(first), Number(second)]
}

/** @throws ImportRefusal when the declared system is none we can turn. */
export async function placerOf(
  source: Manifest['sources'][number],
  projections: Projections,
): Promise<Placer> {
  const { crs } = source
  if (isGeographicCrs(crs)) {
    return async (positions) =>
      positions.map((position) => {
        const reason = degreesFault(position)
        return reason ? { reason } : toWgs84(position, crs)
      })
  }
  const epsg = epsgCode(crs)
  if (epsg === null || !(await projections.isProjected(epsg))) {
    throw new ImportRefusal(
      source.file,
      `expected EPSG:4326, EPSG:4490, GCJ-02, BD-09 or a projected EPSG code, came ${crs}, which PostGIS does not know as a projected system`,
    )
  }
  return async (positions) => {
    const projected = await projections.project(epsg, positions)
    return projected.map((position, index) => {
      const [easting, northing] = positions[index]
      if (Math.abs(easting) <= 180 && Math.abs(northing) <= 90) {
        return { reason: `${easting}, ${northing} looks like degrees, but ${crs} is a projected system` }
      }
      return position ?? { reason: `${easting}, ${northing} lies outside the domain of ${crs}` }
    })
  }
}

/**
 * Refuses a file whose `crs` member (GeoJSON of 2008) names another system than the manifest declares.
 * Files in GCJ-02 and BD-09 often carry a wrong member, or none: there the manifest counts.
 */
export function checkCrs(source: Manifest['sources'][number], member: unknown): void {
  const name = /"name":"([^"]+)"/.exec(JSON.stringify(member ?? null))?.[1]
  const declared = epsgCode(source.crs)
  if (!name || declared === null) return
  const own = /CRS84$/.test(name) ? 4326 : Number(/EPSG:(?:[\d.]*:)?(\d+)$/.exec(name)?.[1])
  const sameDegrees = [4326, 4490].includes(own) && [4326, 4490].includes(declared)
  if (own !== declared && !sameDegrees && !Number.isNaN(own)) {
    throw new ImportRefusal(
      source.file,
      `the manifest declares ${source.crs}, but the file itself says ${name}`,
    )
  }
}

function degreesFault([lng, lat]: Position): string | null {
  if (lng === 0 && lat === 0) return '0, 0 stands for a missing position'
  if (Math.abs(lng) <= 180 && Math.abs(lat) <= 90) return null
  const swapped = Math.abs(lat) <= 180 && Math.abs(lng) <= 90 ? '; longitude and latitude seem swapped' : ''
  if (Math.abs(lat) > 90) return `latitude ${lat} lies outside -90…90${swapped}`
  return `longitude ${lng} lies outside -180…180`
}
