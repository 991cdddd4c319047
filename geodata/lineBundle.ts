/**
 * Roads, water, residential blocks and key sites of a city in one immutable binary: what the map draws under and
 * over the areas. Positions are quantised to 1e-6 degrees, EPSG:4326.
 */
import type { Block, Road, RoadClass, Site, SiteKind, Water } from './city.ts'

export interface LineBundleInput {
  roads: readonly Pick<Road, 'id' | 'class' | 'name' | 'line'>[]
  water: readonly Pick<Water, 'id' | 'kind' | 'name' | 'widthM' | 'line'>[]
  blocks: readonly Pick<Block, 'id' | 'name' | 'point' | 'polygons'>[]
  sites: readonly Pick<Site, 'id' | 'kind' | 'name' | 'point'>[]
}

/** Lines as one vertex column (x, y in 1e-6 degrees) cut by `start` (count + 1 long). */
export interface Lines {
  count: number
  id: Uint32Array
  vertices: Int32Array
  start: Uint32Array
  nameZh: readonly string[]
  nameEn: readonly string[]
}

export interface LineBundle {
  roads: Lines & { classes: readonly RoadClass[]; class: Uint8Array }
  water: Lines & { kinds: readonly Water['kind'][]; kind: Uint8Array; widthM: Float32Array }
  /** Outer rings only matter to the map; `start` cuts rings, `ringBlock` says whose. */
  blocks: {
    count: number
    id: Uint32Array
    nameZh: readonly string[]
    nameEn: readonly string[]
    point: Int32Array
    vertices: Int32Array
    start: Uint32Array
    ringBlock: Uint32Array
  }
  sites: {
    count: number
    id: Uint32Array
    kinds: readonly SiteKind[]
    kind: Uint8Array
    nameZh: readonly string[]
    nameEn: readonly string[]
    point: Int32Array
  }
}

export function encodeLines(_input: LineBundleInput): Uint8Array {
  throw new Error('encodeLines is not written yet')
}

export function decodeLines(_bytes: Uint8Array): LineBundle {
  throw new Error('decodeLines is not written yet')
}
