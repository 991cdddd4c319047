/**
 * What the map is told to show. One plain value: build a new one when something changes, keep every part that did not
 * change the same reference, and the controller rebuilds only the layers whose parts are new.
 * Positions are [lng, lat] in EPSG:4326, boxes [west, south, east, north], widths CSS pixels, instants epoch milliseconds.
 */
import type { HotspotClass } from '../../api/statistics/areaHotspots.ts'
import type { LevelName, Names, Position } from '../../geodata/city.ts'
import type { LoadedAreas, LoadedCameras, LoadedLines } from '../workers/protocol.ts'
import type { AreaPaint } from './gl/AreaPaint.ts'
import type { LivePicture } from './livePicture.ts'

export type Theme = 'dark' | 'light'
export type Language = 'zh' | 'en'
export type Bounds = [west: number, south: number, east: number, north: number]

/** Every layer a person can switch, top of the panel first (the draw order is `layerOrder.ts`). */
export const layerIds = [
  'districts',
  'squads',
  'townships',
  'villages',
  'grids',
  'microGrids',
  'liveIncidents',
  'units',
  'incidents',
  'heatmap',
  'hexagons',
  'cameras',
  'patrolRoutes',
  'posts',
  'centres',
  'sites',
  'roads',
  'water',
  'blocks',
  'relief',
  'labels',
] as const
export type LayerId = (typeof layerIds)[number]

export interface LayerState {
  visible: boolean
  /** 0…1. */
  opacity: number
}

/** Which level the choropleth shows: the one that fits the zoom, or one chosen by a person. */
export type LevelMode = { mode: 'zoom' } | { mode: 'pinned'; level: LevelName }

export type Ramp = 'sequential' | 'diverging'

/** The numbers of one level. Areas not listed are "no data": outlined only. */
export interface AreaValues {
  areaId: ArrayLike<number>
  value: ArrayLike<number>
  /** True where the number must not be shown: hatched. */
  suppressed: ArrayLike<boolean> | null
  /** Ascending upper limits of all classes but the last: n breaks make n + 1 classes; value < breaks[0] is class 0. */
  breaks: readonly number[]
  ramp: Ramp
}

export const kindGroups = [
  'criminal',
  'publicOrder',
  'traffic',
  'fire',
  'help',
  'complaint',
  'hazard',
  'other',
] as const
export type KindGroup = (typeof kindGroups)[number]

/** Alert level as stored: 1 red, 2 orange, 3 yellow, 4 blue (the national order). */
export type AlertLevel = 1 | 2 | 3 | 4

/** Incidents as equally long columns; lng/lat in 1e-6 degrees (integers), as `incidents.inView` answers. */
export interface IncidentPoints {
  id: ArrayLike<number>
  lng: ArrayLike<number>
  lat: ArrayLike<number>
  kindIndex: ArrayLike<number>
  level: ArrayLike<number>
  /** Kind codes, and beside each the group that decides its shape. */
  kinds: readonly string[]
  kindGroups: readonly (KindGroup | string)[]
}

export interface PatrolRoutePath {
  id: number
  squadId: number
  name: Names
  line: readonly Position[]
}

/** A post, centre or any other named place. */
export interface MapPlace {
  id: number
  category: string
  name: Names
  point: Position
}

/** Where incidents gather more than chance makes them: drawn instead of the choropleth. */
export type HotspotMap =
  | { kind: 'areas'; level: LevelName; areaId: readonly number[]; class: readonly HotspotClass[] }
  | {
      kind: 'density'
      /** Origin is the south-west corner; cells in degrees. */
      grid: { origin: readonly number[]; cellLng: number; cellLat: number; columns: number; rows: number }
      /** 16 bit, base64, row by row from the south-west; one step is `perKm2` incidents per km². */
      steps: string
      perKm2: number
      most: number
    }

export type Selection =
  | { kind: 'none' }
  | { kind: 'area'; areaId: number }
  | { kind: 'incident'; id: number }
  | { kind: 'camera'; id: number }
  | { kind: 'place'; id: number }
  | { kind: 'unit'; id: number }

export interface MapScene {
  theme: Theme
  language: Language
  reducedMotion: boolean
  /** From `loadAreaBundle`, one boundary version. */
  areas: LoadedAreas | null
  level: LevelMode
  /** Numbers by level; a level without numbers is outlined only. */
  values: Readonly<Partial<Record<LevelName, AreaValues>>>
  /** Layers missing here take `defaultLayers`. */
  layers: Readonly<Partial<Record<LayerId, LayerState>>>
  incidents: IncidentPoints | null
  cameras: LoadedCameras | null
  ground: LoadedLines | null
  relief: { url: string; bounds: Bounds } | null
  patrolRoutes: readonly PatrolRoutePath[]
  posts: readonly MapPlace[]
  centres: readonly MapPlace[]
  selection: Selection
  /** A place that is asked about: ringed as a selected one. Absent or null: none. */
  pin?: Position | null
  /** Absent or null: none. */
  hotspots?: HotspotMap | null
  /** Areas shown as one group, e.g. the grids of a squad: the rest is dimmed. Empty = nothing is dimmed. */
  highlighted: readonly number[]
  /**
   * How much of each area the viewer may count, by index of `areas`: 0 nothing (quiet land), 1 a part (striped), 2 all of
   * it. Absent or null: everything.
   */
  sight?: Uint8Array | null
  /** What "fit the city" fits where that is only a part of it. Absent or null: the city. */
  home?: Bounds | null
  /** Room taken by panels; "fit" and "fly" keep their target in what is left. */
  padding: { top: number; right: number; bottom: number; left: number }
}

/** What lies under the pointer, the topmost first. */
export type Target =
  | { kind: 'area'; areaId: number }
  /** `more`: incidents beside it that its mark stands for. */
  | { kind: 'incident'; id: number; more: number }
  | { kind: 'camera'; id: number }
  | { kind: 'unit'; id: number }
  | { kind: 'cameraCluster'; point: Position; count: number; expandZoom: number }
  | { kind: 'place'; id: number; category: string }

export interface PointerReport {
  lngLat: Position
  /** CSS pixels from the container's top left corner. */
  point: { x: number; y: number }
  target: Target | null
  /** The area of the shown level under the pointer, whatever lies on top of it. */
  areaId: number | null
}

export interface MapView {
  center: Position
  zoom: number
  bearing: number
  pitch: number
  bounds: Bounds
  /** Level the choropleth shows now. */
  level: LevelName | null
  /** True while the view is still moving. */
  moving: boolean
}

export interface MapEvents {
  /** At most once a frame; null when the pointer leaves. */
  hover: PointerReport | null
  click: PointerReport
  doubleClick: PointerReport
  contextMenu: PointerReport
  view: MapView
  /** The shown level changed: ask for its numbers. */
  level: LevelName
  /** A person took hold of the map to move it. */
  drag: null
  /** The drawing context was lost (true) or is back (false). */
  contextLost: boolean
}

export interface MapOptions {
  view?: { center: Position; zoom: number; bearing?: number; pitch?: number }
  /** Moves of the map stay inside this box (grown by a margin). */
  maxBounds?: Bounds
  /** False on the wall: the map ignores pointer and keys. Default true. */
  interactive?: boolean
  /** As `magnify` says, from the start. Default 1. */
  magnification?: number
}

export interface FlyOptions {
  /** Default 600; 0 jumps. Reduced motion always jumps. */
  durationMs?: number
  maxZoom?: number
}

export interface MapController {
  setScene(scene: MapScene): void
  flyTo(
    view: { center: Position; zoom?: number; bearing?: number; pitch?: number },
    options?: FlyOptions,
  ): void
  /** Fits a box or an area, in the room the padding leaves. */
  fit(target: Bounds | { areaId: number }, options?: FlyOptions): void
  /** Fits what matters of the city: the densest half of the people at desk size, the whole city when there is room. */
  fitCity(options?: FlyOptions): void
  /**
   * Takes the colours of one level from a paint instead of the scene's numbers, until told null. After each new painting
   * `repaint` draws a frame: no scene, no layer and no vertex is touched.
   */
  paint(paint: AreaPaint | null): void
  repaint(): void
  /** Draws what is live on top, asking for it in each frame; null: nothing. After a change of it call `redraw`. */
  setLive(live: LivePicture | null): void
  redraw(): void
  /** Brings a point to the middle of the room the padding leaves, at once, unless it is nearer to it than `slack` CSS pixels. */
  centerOn(point: Position, slack?: number): void
  zoomBy(steps: number): void
  panBy(x: number, y: number): void
  getView(): MapView
  /** CSS pixel position of a point now. */
  project(point: Position): { x: number; y: number }
  /** One ring, 1.2 s, at each new incident (a still ring when motion is reduced). */
  pulse(points: readonly { point: Position; level: number }[]): void
  /** Outlines the area a list or chart points at, as the pointer on the map does; null ends it. */
  outline(areaId: number | null): void
  /** Answers from memory: what lies at a point of the container. */
  pick(point: { x: number; y: number }): PointerReport
  /** The picture as PNG, for exports. */
  snapshot(): Promise<Blob>
  /** The same at once, as a data URL: what is being built or fades over is taken as it is. */
  snapshotNow(): string
  on<Name extends keyof MapEvents>(name: Name, listener: (event: MapEvents[Name]) => void): () => void
  /**
   * Draws everything larger by a factor, for screens read from afar: a wall of 3840 × 2160 at 2 shows what a screen of
   * 1920 × 1080 shows at the same zoom. Places and paddings of this interface remain CSS pixels of the container; zooms
   * and steps of moves (`panBy`, `slack`) are the enlarged map's.
   */
  magnify(factor: number): void
  resize(): void
  destroy(): void
}

/** One line of the legend of a layer. */
export interface LegendItem {
  label: Names
  /** CSS colour. */
  color: string
  mark: 'fill' | 'hatch' | 'outline' | 'line' | 'dashed' | 'icon'
  /** Data URL of the symbol when mark is 'icon'. */
  icon?: string
  /** Width of the line or of the symbol, CSS pixels. */
  width?: number
}

export interface LegendEntry {
  layer: LayerId
  title: Names
  items: LegendItem[]
}
