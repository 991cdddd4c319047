/**
 * All areas of one boundary version in one immutable binary: shared borders stored once as arcs, quantised to 1e-6
 * degrees, and beside them the columns that names, breadcrumb, search, tooltip and drill-down need.
 * Positions are [lng, lat], EPSG:4326.
 */
import type { Area, AreaLevel, LevelName } from './city.ts'

export interface AreaBundleInput {
  version: string
  levels: readonly AreaLevel[]
  /** All areas of the version; parents and squads may be missing (then null in the bundle). */
  areas: readonly Area[]
}

/** Areas as columns: element i of each belongs to area index i. Areas are ordered by level, then code. */
export interface AreaBundle {
  version: string
  levels: readonly AreaLevel[]
  /** Number of areas. */
  count: number
  id: Uint32Array
  /** Index into `levels`. */
  level: Uint8Array
  code: readonly string[]
  nameZh: readonly string[]
  nameEn: readonly string[]
  /** Index of the parent area, -1 without. */
  parent: Int32Array
  /** Index of the squad area, -1 without. */
  squad: Int32Array
  population: Uint32Array
  households: Uint32Array
  areaKm2: Float64Array
  synthetic: Uint8Array
  /** [lng, lat] of each area, degrees. */
  labelPoint: Float64Array
  /** [west, south, east, north] of each area, degrees. */
  bounds: Float64Array
  /** Borders, see `AreaShapes`. */
  shapes: AreaShapes
}

/** The topology: arcs of quantised vertices, and each area's rings as runs of signed arcs. */
export interface AreaShapes {
  /** x, y of every arc vertex in 1e-6 degrees. */
  vertices: Int32Array
  /** Level of detail at which a vertex first appears: 0 always … `detailLevels` - 1 only in full detail. */
  detail: Uint8Array
  /** Vertex at which arc a starts; arcCount + 1 long. */
  arcStart: Uint32Array
  /** Arc a of a ring forward is a, backward is ~a. */
  ringArcs: Int32Array
  /** Position in ringArcs at which ring r starts; ringCount + 1 long. */
  ringStart: Uint32Array
  /** Ring at which polygon p starts (outer ring first, then holes); polygonCount + 1 long. */
  polygonStart: Uint32Array
  /** Polygon at which area i starts; count + 1 long. */
  areaStart: Uint32Array
}

/** Index of an area by its id, by its code. Built on first use, kept with the bundle. */
const byId = new WeakMap<AreaBundle, Map<number, number>>()

/** Area index of an id, or -1. */
export function areaIndexOf(bundle: AreaBundle, areaId: number): number {
  let index = byId.get(bundle)
  if (!index) {
    index = new Map()
    for (let i = 0; i < bundle.count; i++) index.set(bundle.id[i], i)
    byId.set(bundle, index)
  }
  return index.get(areaId) ?? -1
}

/** Indices from the city down to the area itself. */
export function areaPath(bundle: AreaBundle, index: number): number[] {
  const path: number[] = []
  for (let i = index; i >= 0; i = bundle.parent[i]) path.unshift(i)
  return path
}

/** Name of the level of an area. */
export function levelOf(bundle: AreaBundle, index: number): LevelName {
  return bundle.levels[bundle.level[index]].level
}

export function encodeAreas(_input: AreaBundleInput): Uint8Array {
  throw new Error('encodeAreas is not written yet')
}

export function decodeAreas(_bytes: Uint8Array): AreaBundle {
  throw new Error('decodeAreas is not written yet')
}
