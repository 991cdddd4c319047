import Flatbush from 'flatbush'
import Supercluster from 'supercluster'
import { type AreaBundle, decodeAreas } from '../../geodata/areaBundle.ts'
import { type CameraBundle, decodeCameras } from '../../geodata/cameraBundle.ts'
import { type DayCube, dayPlanes, decodeDayCube } from '../../geodata/dayCube.ts'
import { decodeLines, type LineBundle, type Lines } from '../../geodata/lineBundle.ts'
import { stepsPerDegree } from '../../geodata/topology.ts'
import { type AreaMesh, buildAreaMesh, bundleOrigin, worldOffsets } from '../map/geometry/areaMesh.ts'
import { arcKeys, buildBorders } from '../map/geometry/borders.ts'
import { detailOf } from '../map/geometry/detail.ts'
import { buildRings } from '../map/geometry/ringMesh.ts'
import { StrokeBuilder, type StrokeMesh } from '../map/geometry/strokeMesh.ts'
import type {
  BundleKey,
  CallName,
  Calls,
  CameraClusters,
  LineMeshes,
  LoadedAreas,
  LoadedCameras,
  LoadedDays,
  LoadedLines,
} from './protocol.ts'

interface StoredAreas {
  bundle: AreaBundle
  origin: [number, number]
  offsets: Float32Array
  vertexDetail: Uint8Array
  keysOfArc: Uint32Array
}

export type FetchBytes = (url: string, headers?: Readonly<Record<string, string>>) => Promise<Uint8Array>

/** The worker's memory: bundles it decoded, and what is derived from them on demand. Runs without a worker as well. */
export class BundleStore {
  #nextKey = 1
  readonly #areas = new Map<BundleKey, StoredAreas>()
  readonly #cameras = new Map<BundleKey, { bundle: CameraBundle; clusters: Supercluster | null }>()
  readonly #lines = new Map<BundleKey, LineBundle>()
  readonly #days = new Map<BundleKey, DayCube>()
  readonly #daysOfUrl = new Map<string, BundleKey>()
  readonly #fetchBytes: FetchBytes

  constructor(fetchBytes: FetchBytes) {
    this.#fetchBytes = fetchBytes
  }

  async answer<Name extends CallName>(name: Name, question: Calls[Name][0]): Promise<Calls[Name][1]> {
    const handlers: {
      [Each in CallName]: (question: Calls[Each][0]) => Promise<Calls[Each][1]> | Calls[Each][1]
    } = {
      areas: async ({ url }) => this.#keepAreas(decodeAreas(await this.#fetchBytes(url))),
      cameras: async ({ url, headers }) =>
        this.#keepCameras(decodeCameras(await this.#fetchBytes(url, headers))),
      lines: async ({ url }) => this.#keepLines(decodeLines(await this.#fetchBytes(url))),
      days: async ({ url }) => this.#keepDays(url, decodeDayCube(await this.#fetchBytes(url))),
      dayPlanes: ({ key, version, level, kinds }) => dayPlanes(known(this.#days, key), version, level, kinds),
      areaMesh: ({ key, level, detail }) => this.#areaMesh(key, level, detail),
      borders: ({ key, detail }) => this.#borders(key, detail),
      lineMeshes: ({ key, detail }) => this.#lineMeshes(key, detail),
      clusters: ({ key, bounds, zoom }) => this.#clusters(key, bounds, zoom),
      forget: ({ key }) => {
        this.#areas.delete(key)
        this.#cameras.delete(key)
        this.#lines.delete(key)
        this.#days.delete(key)
        return null
      },
    }
    return handlers[name](question)
  }

  #keepAreas(bundle: AreaBundle): LoadedAreas {
    const key = this.#nextKey++
    const origin = bundleOrigin(bundle)
    this.#areas.set(key, {
      bundle,
      origin,
      offsets: worldOffsets(bundle.shapes.vertices, origin),
      vertexDetail: detailOf(bundle.shapes.vertices, bundle.shapes.arcStart),
      keysOfArc: arcKeys(bundle),
    })
    return { ...bundle, key, finders: bundle.levels.map((_, level) => levelFinder(bundle, level)) }
  }

  #keepCameras(bundle: CameraBundle): LoadedCameras {
    const key = this.#nextKey++
    this.#cameras.set(key, { bundle, clusters: null })
    const finder = new Flatbush(Math.max(1, bundle.count))
    for (let i = 0; i < bundle.count; i++) finder.add(bundle.lng[i], bundle.lat[i])
    if (bundle.count === 0) finder.add(0, 0)
    finder.finish()
    return { ...bundle, key, finder: asArrayBuffer(finder.data) }
  }

  #keepLines(bundle: LineBundle): LoadedLines {
    const key = this.#nextKey++
    this.#lines.set(key, bundle)
    return { ...bundle, key }
  }

  /** The one bundle whose content changes: what was counted before goes. */
  #keepDays(url: string, cube: DayCube): LoadedDays {
    const key = this.#nextKey++
    this.#days.delete(this.#daysOfUrl.get(url) ?? -1)
    this.#daysOfUrl.set(url, key)
    this.#days.set(key, cube)
    const { firstDay, days, asOf, grain, cut, kinds } = cube
    const levels = cube.levels.map(({ version, level }) => ({ version, level }))
    return { key, firstDay, days, asOf, grain, cut, kinds, levels }
  }

  #areaMesh(key: BundleKey, level: number, detail: number): AreaMesh {
    const { bundle, origin, offsets, vertexDetail } = known(this.#areas, key)
    return buildAreaMesh(bundle, level, detail, vertexDetail, offsets, origin)
  }

  #borders(key: BundleKey, detail: number): StrokeMesh {
    const { bundle, origin, offsets, vertexDetail, keysOfArc } = known(this.#areas, key)
    return buildBorders(bundle.shapes, keysOfArc, detail, vertexDetail, offsets, origin)
  }

  #lineMeshes(key: BundleKey, detail: number): LineMeshes {
    const { roads, water, blocks } = known(this.#lines, key)
    const first = [roads, water, blocks].find((lines) => lines.vertices.length > 0)?.vertices ?? [0, 0]
    const origin = bundleOriginOf(first)
    return {
      roads: strokesOf(roads, origin, detail, (line) => roads.class[line]),
      water: strokesOf(
        water,
        origin,
        detail,
        (line) => water.kind[line] * 65536 + drawnWidth(water.widthM[line]),
      ),
      blocks: buildRings(blocks, origin),
    }
  }

  #clusters(key: BundleKey, bounds: [number, number, number, number], zoom: number): CameraClusters {
    const stored = known(this.#cameras, key)
    const { bundle } = stored
    stored.clusters ??= clusterIndex(bundle)
    const groups = stored.clusters.getClusters(bounds, Math.floor(zoom))
    const answer: CameraClusters = {
      lng: new Float64Array(groups.length),
      lat: new Float64Array(groups.length),
      count: new Uint32Array(groups.length),
      camera: new Int32Array(groups.length),
      expandZoom: new Float32Array(groups.length),
    }
    const index = stored.clusters
    groups.forEach((group, i) => {
      ;[answer.lng[i], answer.lat[i]] = group.geometry.coordinates
      const { cluster, point_count: count, cluster_id: id, camera } = group.properties
      answer.count[i] = cluster ? count : 1
      answer.camera[i] = cluster ? -1 : camera
      answer.expandZoom[i] = cluster ? index.getClusterExpansionZoom(id) : zoom
    })
    return answer
  }
}

/** Zoom from which every camera stands alone. */
export const camerasAloneZoom = 16

function clusterIndex(bundle: CameraBundle): Supercluster {
  const clusters = new Supercluster({ radius: 56, extent: 512, maxZoom: camerasAloneZoom - 1, minPoints: 3 })
  return clusters.load(
    Array.from({ length: bundle.count }, (_, camera) => ({
      type: 'Feature' as const,
      properties: { camera },
      geometry: {
        type: 'Point' as const,
        coordinates: [bundle.lng[camera] / stepsPerDegree, bundle.lat[camera] / stepsPerDegree],
      },
    })),
  )
}

function levelFinder(bundle: AreaBundle, level: number): { data: ArrayBuffer; areas: Uint32Array } {
  const areas: number[] = []
  for (let i = 0; i < bundle.count; i++) if (bundle.level[i] === level) areas.push(i)
  const finder = new Flatbush(Math.max(1, areas.length))
  for (const area of areas)
    finder.add(
      bundle.bounds[4 * area],
      bundle.bounds[4 * area + 1],
      bundle.bounds[4 * area + 2],
      bundle.bounds[4 * area + 3],
    )
  if (areas.length === 0) finder.add(999, 999)
  finder.finish()
  return { data: asArrayBuffer(finder.data), areas: Uint32Array.from(areas) }
}

function asArrayBuffer(data: ArrayBufferLike): ArrayBuffer {
  if (data instanceof ArrayBuffer) return data
  throw new TypeError('Expected an index in memory of its own.')
}

function bundleOriginOf(vertices: ArrayLike<number>): [number, number] {
  const offsets = worldOffsets(Int32Array.of(vertices[0], vertices[1]), [0, 0])
  return [offsets[0], offsets[1]]
}

/** Widths are drawn in few steps, so that water is few groups: the largest step that is not wider, metres. */
function drawnWidth(widthM: number): number {
  return [400, 250, 150, 90, 50, 25, 12, 6].find((step) => widthM >= step) ?? 3
}

/** Ribbons of lines, grouped by key. */
function strokesOf(
  lines: Lines & { count: number },
  origin: [number, number],
  detail: number,
  keyOf: (line: number) => number,
): StrokeMesh {
  const offsets = worldOffsets(lines.vertices, origin)
  const vertexDetail = detailOf(lines.vertices, lines.start)
  const builder = new StrokeBuilder(origin)
  const order = Array.from({ length: lines.count }, (_, i) => i).sort((a, b) => keyOf(a) - keyOf(b) || a - b)
  let open: number | null = null
  for (const line of order) {
    if (keyOf(line) !== open) {
      open = keyOf(line)
      builder.group(open)
    }
    const points: number[] = []
    for (let vertex = lines.start[line]; vertex < lines.start[line + 1]; vertex++)
      if (vertexDetail[vertex] <= detail) points.push(offsets[2 * vertex], offsets[2 * vertex + 1])
    builder.line(points)
  }
  return builder.finish()
}

function known<Value>(store: ReadonlyMap<BundleKey, Value>, key: BundleKey): Value {
  const value = store.get(key)
  if (!value) throw new Error(`The worker has no bundle ${key}.`)
  return value
}
