/** Which area holds a point. */
import { AreaRaster } from './areaRaster.ts'
import type { Area, Position } from './city.ts'

export interface AreaLocator {
  /** The area that holds [lng, lat] in its inside; null outside of all, and on a border. */
  locate(lng: number, lat: number): Area | null
}

type Side = 'inside' | 'outside' | 'border'

/** Ray crossing over one ring, EPSG:4326 degrees taken as a plane (borders are straight in degrees, as in PostGIS geometry). */
function sideOfRing(ring: readonly Position[], lng: number, lat: number): Side {
  let inside = false
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [x1, y1] = ring[j]
    const [x2, y2] = ring[i]
    if (y1 > lat !== y2 > lat) {
      const x = x1 + ((lat - y1) / (y2 - y1)) * (x2 - x1)
      if (Math.abs(x - lng) < 1e-12) return 'border'
      if (x > lng) inside = !inside
    } else if (y1 === lat && y2 === lat && Math.min(x1, x2) <= lng && lng <= Math.max(x1, x2)) {
      return 'border'
    } else if ((x1 === lng && y1 === lat) || (x2 === lng && y2 === lat)) {
      return 'border'
    }
  }
  return inside ? 'inside' : 'outside'
}

/** True where [lng, lat] lies in the inside of polygons (rings closed, holes after the outer ring). */
export function contains(polygons: readonly Position[][][], lng: number, lat: number): boolean {
  for (const [outer, ...holes] of polygons) {
    const side = sideOfRing(outer, lng, lat)
    if (side === 'border') return false
    if (side === 'inside') return holes.every((hole) => sideOfRing(hole, lng, lat) === 'outside')
  }
  return false
}

/** [west, south, east, north] of polygons. */
export function boundsOf(polygons: readonly Position[][][]): [number, number, number, number] {
  let west = Infinity
  let south = Infinity
  let east = -Infinity
  let north = -Infinity
  for (const [outer] of polygons) {
    for (const [lng, lat] of outer) {
      if (lng < west) west = lng
      if (lng > east) east = lng
      if (lat < south) south = lat
      if (lat > north) north = lat
    }
  }
  return [west, south, east, north]
}

/** An index over areas that do not overlap, e.g. one level of one version. */
export function createAreaLocator(areas: readonly Area[]): AreaLocator {
  if (areas.length === 0) return { locate: () => null }
  const polygons = areas.map((area) => area.polygons)
  const raster = new AreaRaster(polygons, boundsOf(polygons.flat()))
  return { locate: (lng, lat) => areas[raster.locate(lng, lat)] ?? null }
}
