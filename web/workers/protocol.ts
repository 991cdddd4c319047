import type { AreaBundle } from '../../geodata/areaBundle.ts'
import type { CameraBundle } from '../../geodata/cameraBundle.ts'
import type { DayCube, DayPlanes } from '../../geodata/dayCube.ts'
import type { LineBundle } from '../../geodata/lineBundle.ts'
import type { AreaMesh } from '../map/geometry/areaMesh.ts'
import type { StrokeMesh } from '../map/geometry/strokeMesh.ts'

/** Names a bundle that the worker keeps, so that meshes can be asked for later. */
export type BundleKey = number

/** An area bundle with what the map needs to find areas under the pointer without the worker. */
export interface LoadedAreas extends AreaBundle {
  key: BundleKey
  /** Per level a Flatbush of its areas' boxes, and the area index of each of its items. */
  finders: readonly { data: ArrayBuffer; areas: Uint32Array }[]
}

export interface LoadedCameras extends CameraBundle {
  key: BundleKey
  /** A Flatbush of the cameras' positions. */
  finder: ArrayBuffer
}

export interface LoadedLines extends LineBundle {
  key: BundleKey
}

/** Counts by day as the page knows them; the counts themselves stay with the worker. */
export interface LoadedDays
  extends Omit<DayCube, 'cells' | 'levels' | 'dayStart' | 'cell' | 'kind' | 'count'> {
  key: BundleKey
  levels: readonly { version: string; level: string }[]
}

/** Cameras of a view in groups: `camera` is the index of a camera standing alone, else -1. */
export interface CameraClusters {
  lng: Float64Array
  lat: Float64Array
  count: Uint32Array
  camera: Int32Array
  /** Zoom at which a group falls apart. */
  expandZoom: Float32Array
}

/** Water is drawn as wide as it is: one group a kind and width. */
export interface LineMeshes {
  /** Group key: index into the bundle's road classes. */
  roads: StrokeMesh
  /** Group key: kind × 65536 + width in metres, in steps. */
  water: StrokeMesh
  blocks: AreaMesh
}

/** What the worker can be asked, with question and answer. */
export interface Calls {
  areas: [question: { url: string }, answer: LoadedAreas]
  /** `headers` go with the request: a look at single things may have to say why. */
  cameras: [question: { url: string; headers: Readonly<Record<string, string>> }, answer: LoadedCameras]
  lines: [question: { url: string }, answer: LoadedLines]
  areaMesh: [question: { key: BundleKey; level: number; detail: number }, answer: AreaMesh]
  borders: [question: { key: BundleKey; detail: number }, answer: StrokeMesh]
  lineMeshes: [question: { key: BundleKey; detail: number }, answer: LineMeshes]
  clusters: [
    question: { key: BundleKey; bounds: [number, number, number, number]; zoom: number },
    answer: CameraClusters,
  ]
  days: [question: { url: string }, answer: LoadedDays]
  /** Positions of kinds in `LoadedDays.kinds`; null: all. */
  dayPlanes: [
    question: { key: BundleKey; version: string; level: string; kinds: readonly number[] | null },
    answer: DayPlanes,
  ]
  /** The worker may forget the bundle. */
  forget: [question: { key: BundleKey }, answer: null]
}

export type CallName = keyof Calls

export type Question = {
  [Name in CallName]: { call: number; name: Name; question: Calls[Name][0] }
}[CallName]

export type Answer = { call: number; answer: Calls[CallName][1] } | { call: number; error: string }
