import type { Layer } from '@deck.gl/core'
import { areaIndexOf } from '../../geodata/areaBundle.ts'
import type { Position } from '../../geodata/city.ts'
import { stepsPerDegree } from '../../geodata/topology.ts'
import { areasLayer, areaTexels } from '../layers/areas.ts'
import { borderPasses, bordersLayer } from '../layers/borders.ts'
import { cameraSprites, camerasLayer, coneSprites, conesFromZoom, conesLayer } from '../layers/cameras.ts'
import {
  blocksLayer,
  blockTexels,
  roadPasses,
  roadsLayer,
  waterLayer,
  waterPasses,
} from '../layers/ground.ts'
import { hexagonBins, hexagonsLayer, hexagonTexels } from '../layers/hexagons.ts'
import {
  densityLayer,
  densityPicture,
  hotspotMesh,
  hotspotPasses,
  hotspotsLayer,
  hotspotTexels,
} from '../layers/hotspots.ts'
import {
  heatmapLayer,
  incidentPositions,
  incidentScale,
  incidentSprites,
  incidentsLayer,
  placesOfIncidents,
  withoutPlaces,
} from '../layers/incidents.ts'
import { labelFont, labelSprites, labelsLayer } from '../layers/labels.ts'
import {
  agesFromZoom,
  crowdSideAt,
  type LiveMark,
  liveIncidentScale,
  liveIncidentSprites,
  liveIncidentsLayer,
  liveMarks,
  mostAges,
  placesOfWords,
} from '../layers/liveIncidents.ts'
import {
  patrolArrows,
  patrolArrowsLayer,
  patrolRouteMesh,
  patrolRoutePasses,
  patrolRoutesLayer,
} from '../layers/patrolRoutes.ts'
import { placeSprites, placesLayer } from '../layers/places.ts'
import { reliefLayer } from '../layers/relief.ts'
import {
  outlineLayer,
  outlineMesh,
  outlinePasses,
  pointedPasses,
  type Ring,
  ringSprites,
  ringsLayer,
} from '../layers/selection.ts'
import { trailMesh, trailPasses, trailsLayer } from '../layers/trails.ts'
import {
  below,
  callSignsWritten,
  unitScale,
  unitSprites,
  unitsLayer,
  unitsWithRoom,
} from '../layers/units.ts'
import type { CameraClusters, LoadedAreas } from '../workers/protocol.ts'
import { cssColor, mapColors } from './colors.ts'
import type { AreaMesh } from './geometry/areaMesh.ts'
import { detailForPixel } from './geometry/detail.ts'
import { metresPerPixel, worldX, worldY } from './geometry/mercator.ts'
import type { StrokeMesh } from './geometry/strokeMesh.ts'
import type { AreaPaint } from './gl/AreaPaint.ts'
import { Atlas } from './gl/Atlas.ts'
import { type Sprites, SpriteWriter } from './gl/SpriteWriter.ts'
import type { StrokePass } from './gl/StrokeLayer.ts'
import { areaLabels, type LabelCandidate, placeLabels, placeWithoutOverlap } from './labels.ts'
import { type DrawnLayer, layerOfLevel, layerOrder, layerState, levelState } from './layerOrder.ts'
import { levelAtZoom } from './levels.ts'
import type { DrawnIncident, DrawnUnit, LiveFrame } from './livePicture.ts'
import { Memo } from './memo.ts'
import { ClusterStore, MeshStore } from './meshStore.ts'
import { PictureStore } from './pictureStore.ts'
import type { IncidentPoints, LayerId, MapPlace, MapScene } from './scene.ts'

/** What of the map's view decides what is drawn. */
export interface DrawnView {
  zoom: number
  center: Position
  bounds: readonly [number, number, number, number]
  width: number
  height: number
  project: (lng: number, lat: number) => { x: number; y: number }
}

const symbolSide = 1024
const sectorSide = 1024
const textSide = 1024

/** Where the relief has faded out. */
const reliefToZoom = 15

const noIncidents: ReadonlySet<number> = new Set()
const noUnits: ReadonlyMap<number, number> = new Map()
const noSprites: Sprites = { origin: [0, 0], count: 0, data: new Float32Array(0), version: 0 }

type Box = readonly [west: number, south: number, east: number, north: number]

/**
 * A box around the view, world units, that is another one only after a move of half a screen: what lies outside of it need
 * not be handed to the graphics card.
 */
function nearBox({ center, zoom, width, height }: DrawnView): Box {
  // Turned by any bearing the view stays inside a square of its longer side.
  const step = Math.max(width, height) / 2 / 2 ** Math.floor(zoom)
  const x = Math.round(worldX(center[0]) / step) * step
  const y = Math.round(worldY(center[1]) / step) * step
  const reach = 1.75 * step
  return [x - reach, y - reach, x + reach, y + reach]
}

function within([west, south, east, north]: Box): (thing: { x: number; y: number }) => boolean {
  return ({ x, y }) => x > west && x < east && y > south && y < north
}

type Drawn = Partial<Record<DrawnLayer, Layer>>

/** Sites the map writes names for. */
const namedPlacesFromZoom = 14

/**
 * Turns a scene and a view into deck.gl layers. Every derived thing is remembered with the inputs it was made from, so
 * that a new scene or a moved view rebuilds only what changed.
 */
export class SceneLayers {
  readonly #meshes: MeshStore
  readonly #clusters: ClusterStore
  readonly #pictures: PictureStore
  #symbols: Atlas
  #texts: Atlas
  /** What cameras see is soft: one pixel ratio is enough. */
  readonly #sectors = new Atlas(sectorSide, 1)
  readonly #onReady: () => void
  readonly #texels = new Memo<Uint8Array<ArrayBuffer>>()
  readonly #hotspotTexels = new Memo<Uint8Array<ArrayBuffer>>()
  readonly #hotspotMesh = new Memo<StrokeMesh>()
  readonly #hotspotPasses = new Memo<StrokePass[]>()
  readonly #density = new Memo<ImageData>()
  readonly #borderPasses = new Memo<StrokePass[]>()
  readonly #blockTexels = new Memo<Uint8Array<ArrayBuffer>>()
  readonly #roadPasses = new Memo<StrokePass[]>()
  readonly #waterPasses = new Memo<StrokePass[]>()
  readonly #hexagons = new Memo<ReturnType<typeof hexagonBins>>()
  readonly #hexagonTexels = new Memo<Uint8Array<ArrayBuffer>>()
  readonly #positions = new Memo<ReturnType<typeof incidentPositions>>()
  readonly #placesOfLive = new Memo<readonly number[]>()
  #livePlaces: readonly number[] = []
  readonly #resting = new Memo<IncidentPoints>()
  readonly #incidents = new Memo<Sprites>()
  readonly #routeMesh = new Memo<StrokeMesh>()
  readonly #routePasses = new Memo<StrokePass[]>()
  readonly #arrows = new Memo<Sprites>()
  readonly #cameras = new Memo<Sprites>()
  readonly #cones = new Memo<Sprites>()
  readonly #posts = new Memo<Sprites>()
  readonly #centres = new Memo<Sprites>()
  readonly #sites = new Memo<Sprites>()
  readonly #sitePlaces = new Memo<MapPlace[]>()
  readonly #outline = new Memo<StrokeMesh>()
  readonly #outlinePasses = new Memo<StrokePass[]>()
  readonly #pointed = new Memo<StrokeMesh>()
  readonly #pointedPasses = new Memo<StrokePass[]>()
  readonly #marks = new Memo<Sprites>()
  readonly #rings = new Memo<Sprites>()
  readonly #nearIncidents = new Memo<readonly DrawnIncident[]>()
  readonly #liveMarks = new Memo<readonly LiveMark[]>()
  readonly #liveIncidents = new Memo<Sprites>()
  readonly #nearUnits = new Memo<readonly DrawnUnit[]>()
  readonly #units = new Memo<Sprites>()
  readonly #namedUnits = new Memo<ReadonlyMap<number, number>>()
  readonly #trails = new Memo<StrokeMesh>()
  readonly #trailPasses = new Memo<StrokePass[]>()
  /** Written into again and again: what moves is new in every frame. */
  readonly #writers = {
    incidents: new SpriteWriter(),
    units: new SpriteWriter(),
    rings: new SpriteWriter(),
    marks: new SpriteWriter(),
  }
  /** Symbols and words of what is live, made when something is. */
  #liveAtlas: Atlas | null = null
  readonly #candidates = new Memo<LabelCandidate[]>()
  readonly #labels = new Memo<Sprites>()
  readonly #widths = new Map<string, number>()
  readonly #layers = new Map<DrawnLayer, Memo<Layer>>()
  /** Colours of one level that change from frame to frame; they win over the scene's. */
  paint: AreaPaint | null = null
  /** The area under the pointer, -1 without: outlined thinly. */
  hovered = -1
  /** Incidents drawn last as what is no longer live. */
  restingIncidents: IncidentPoints | null = null
  /** Of incidents of now those that were drawn last. */
  liveMarks: readonly LiveMark[] = []
  #built: Layer[] = []
  #lastFill: { areas: LoadedAreas; mesh: AreaMesh; level: number } | null = null

  constructor(pixelRatio: number, onReady: () => void, onError: (error: Error) => void) {
    this.#onReady = onReady
    this.#meshes = new MeshStore(onReady, onError)
    this.#clusters = new ClusterStore(onReady, onError)
    this.#pictures = new PictureStore(onReady, onError)
    this.#symbols = new Atlas(symbolSide * Math.ceil(pixelRatio), pixelRatio)
    this.#texts = new Atlas(textSide * Math.ceil(pixelRatio), pixelRatio)
  }

  /** Symbols are drawn again for another screen. */
  setPixelRatio(pixelRatio: number): void {
    if (pixelRatio === this.#symbols.pixelRatio) return
    this.#symbols = new Atlas(symbolSide * Math.ceil(pixelRatio), pixelRatio)
    this.#texts = new Atlas(textSide * Math.ceil(pixelRatio), pixelRatio)
    this.#liveAtlas = null
  }

  get symbols(): Atlas {
    return this.#symbols
  }

  /** Grows whenever sprites of layers that stay were written anew: then the map must be drawn, and deck.gl is not told. */
  get written(): number {
    return Object.values(this.#writers).reduce((sum, { sprites }) => sum + sprites.version, 0)
  }

  get clusters(): CameraClusters | null {
    return this.#clusters.current
  }

  /** The same layer as long as it is made from the same things: then deck.gl has nothing to compare. */
  #keep(drawn: Drawn, id: DrawnLayer, inputs: readonly unknown[], make: () => Layer): void {
    let memo = this.#layers.get(id)
    if (!memo) {
      memo = new Memo<Layer>()
      this.#layers.set(id, memo)
    }
    drawn[id] = memo.get(inputs, make)
  }

  /** Index of the level the choropleth shows, -1 without areas. */
  shownLevel(scene: MapScene, zoom: number): number {
    const { areas, level } = scene
    if (!areas || areas.count === 0) return -1
    if (level.mode === 'pinned') {
      const pinned = areas.levels.findIndex((each) => each.level === level.level)
      if (pinned >= 0) return pinned
    }
    return levelAtZoom(areas, zoom, (name) => levelState(scene.layers, name).visible)
  }

  /** Sites of the ground bundle as places. */
  sites(scene: MapScene): readonly MapPlace[] {
    const { ground } = scene
    if (!ground) return []
    const { sites } = ground
    return this.#sitePlaces.get([sites], () =>
      Array.from({ length: sites.count }, (_, i) => ({
        id: sites.id[i],
        category: 'site',
        name: { zh: sites.nameZh[i], en: sites.nameEn[i] },
        point: [sites.point[2 * i] / stepsPerDegree, sites.point[2 * i + 1] / stepsPerDegree],
      })),
    )
  }

  /**
   * @param rings new incidents' rings of this instant. @param settled false while the view moves: labels stay.
   * @param live what is live at this instant.
   */
  build(
    scene: MapScene,
    view: DrawnView,
    rings: readonly Ring[],
    settled: boolean,
    live: LiveFrame | null = null,
  ): Layer[] {
    const drawn: Drawn = {}
    const state = (id: LayerId) => layerState(scene.layers, id)
    const { theme, areas, ground, incidents, cameras, patrolRoutes } = scene
    const pixel = metresPerPixel(view.center[1], view.zoom)
    const detail = detailForPixel(pixel)
    // Steps of an eighth of a zoom: widths follow without new passes in every frame.
    const zoomStep = Math.round(view.zoom * 8) / 8
    const level = this.shownLevel(scene, view.zoom)

    if (areas && level >= 0) {
      const shown = areas.levels[level]
      const mesh = this.#meshes.areaMesh(areas, level, detail)
      if (mesh) this.#lastFill = { areas, mesh, level }
      const fill = this.#lastFill
      // Until the mesh of a new level is there, the last one stays.
      if (fill?.areas === areas) {
        const name = areas.levels[fill.level].level
        const { visible, opacity } = levelState(scene.layers, name)
        // One scale at a time: under a density the areas are plain land.
        const hotspots = scene.hotspots ?? null
        const density = state('heatmap').visible || state('hexagons').visible || hotspots !== null
        const values = density ? undefined : scene.values[name]
        const sight = scene.sight ?? null
        const texels = this.#texels.get(
          [areas, fill.level, values, theme, scene.highlighted, opacity, sight],
          () => areaTexels(areas, fill.level, values, theme, scene.highlighted, opacity, sight),
        )
        const marked =
          hotspots?.kind === 'areas'
            ? this.#hotspotTexels.get([texels, hotspots, theme], () =>
                hotspotTexels(areas, fill.level, hotspots, texels, theme),
              )
            : texels
        // At rest, areas lit up by the legend are the scene's to colour: its numbers are those of the step.
        const free = scene.highlighted.length === 0 || this.paint?.moving === true
        const paint = !density && free && this.paint?.level === name ? this.paint : null
        this.#keep(drawn, 'fill', [fill.mesh, marked, theme, visible, paint], () =>
          areasLayer(fill.mesh, marked, theme, visible, paint),
        )
      }
      const relief = state('relief')
      // Up close the terrain is a blur: it fades out, and its full-screen pass is saved.
      const strength = relief.opacity * Math.min(1, Math.max(0, reliefToZoom - zoomStep))
      if (scene.relief && relief.visible && strength > 0) {
        const image = this.#pictures.get(scene.relief.url)
        const whole = areas.levels.findIndex((each) => each.rank === 0)
        const land = this.#meshes.areaMesh(areas, Math.max(0, whole), detail)
        const { bounds } = scene.relief
        if (image && land)
          this.#keep(drawn, 'relief', [land, image, strength], () =>
            reliefLayer(land, image, bounds, strength),
          )
      }
      const borders = this.#meshes.borders(areas, detail)
      if (borders) {
        const passes = this.#borderPasses.get([areas, borders, scene.layers, level, zoomStep, theme], () => {
          const visible = areas.levels.map(
            (each, i) =>
              levelState(scene.layers, each.level).visible &&
              (i === level || each.hierarchy !== shown.hierarchy || each.rank <= shown.rank) &&
              // Squads are found by their borders while the administration is shown, and the other way round.
              (each.hierarchy === 'administration' || layerOfLevel[each.level] !== undefined),
          )
          return borderPasses(areas, borders, visible, metresPerPixel(view.center[1], zoomStep), theme)
        })
        this.#keep(drawn, 'borders', [borders, passes], () => bordersLayer(borders, passes))
      }
    }

    const hotspots = scene.hotspots ?? null
    if (hotspots?.kind === 'density') {
      const picture = this.#density.get([hotspots, theme], () => densityPicture(hotspots, theme))
      this.#keep(drawn, 'density', [hotspots, picture], () => densityLayer(hotspots, picture))
    } else if (areas && hotspots && areas.levels[level]?.level === hotspots.level) {
      const mesh = this.#hotspotMesh.get([areas, hotspots], () => hotspotMesh(areas, hotspots))
      const passes = this.#hotspotPasses.get([theme], () => hotspotPasses(theme))
      this.#keep(drawn, 'hotspots', [mesh, passes], () => hotspotsLayer(mesh, passes))
    }

    const meshes = ground ? this.#meshes.lines(ground, detail) : null
    if (ground && meshes) {
      const blocks = state('blocks')
      if (blocks.visible && view.zoom >= 13) {
        const texels = this.#blockTexels.get([ground, theme], () => blockTexels(ground.blocks.count, theme))
        this.#keep(drawn, 'blocks', [meshes, texels, blocks.opacity], () =>
          blocksLayer(meshes.blocks, texels, blocks.opacity),
        )
      }
      const water = state('water')
      if (water.visible) {
        const passes = this.#waterPasses.get([meshes, theme], () => waterPasses(meshes.water, theme))
        this.#keep(drawn, 'water', [meshes, passes, water.opacity], () =>
          waterLayer(meshes.water, passes, water.opacity),
        )
      }
      const roads = state('roads')
      if (roads.visible) {
        const passes = this.#roadPasses.get([ground, zoomStep, theme], () =>
          roadPasses(ground, zoomStep, theme),
        )
        this.#keep(drawn, 'roads', [meshes, passes, roads.opacity], () =>
          roadsLayer(meshes.roads, passes, roads.opacity),
        )
      }
    }

    this.restingIncidents = null
    if (incidents && incidents.id.length > 0) {
      const hexagons = state('hexagons')
      if (hexagons.visible) {
        // Hexagons of about 16 pixels at the nearest whole zoom.
        const radius = 16 / 2 ** Math.round(view.zoom)
        const bins = this.#hexagons.get([incidents, radius], () => hexagonBins(incidents, radius))
        const texels = this.#hexagonTexels.get([bins, theme], () => hexagonTexels(bins.counts, theme))
        this.#keep(drawn, 'hexagons', [bins, texels, hexagons.opacity], () =>
          hexagonsLayer(bins.mesh, texels, hexagons.opacity),
        )
      }
      const heatmap = state('heatmap')
      if (heatmap.visible) {
        const positions = this.#positions.get([incidents], () => incidentPositions(incidents))
        this.#keep(drawn, 'heatmap', [positions, theme, heatmap.opacity], () =>
          heatmapLayer(positions, theme, heatmap.opacity),
        )
      }
      const points = state('incidents')
      if (points.visible) {
        const resting = this.#restingOf(incidents, scene, live)
        this.restingIncidents = resting
        const sprites = this.#incidents.get([resting, theme, this.#symbols], () =>
          incidentSprites(resting, this.#symbols, theme),
        )
        this.#keep(
          drawn,
          'incidents',
          [sprites, this.#symbols.version, incidentScale(zoomStep), points.opacity],
          () => incidentsLayer(sprites, this.#symbols, incidentScale(zoomStep), points.opacity),
        )
      }
    }

    if (patrolRoutes.length > 0 && state('patrolRoutes').visible) {
      const { opacity } = state('patrolRoutes')
      const mesh = this.#routeMesh.get([patrolRoutes], () => patrolRouteMesh(patrolRoutes))
      const passes = this.#routePasses.get([patrolRoutes, theme], () =>
        patrolRoutePasses(patrolRoutes, theme),
      )
      this.#keep(drawn, 'patrolRoutes', [mesh, passes, opacity], () =>
        patrolRoutesLayer(mesh, passes, opacity),
      )
      const spacing = 140 / 2 ** Math.round(view.zoom)
      const arrows = this.#arrows.get([patrolRoutes, spacing, theme, this.#symbols], () =>
        patrolArrows(patrolRoutes, spacing, this.#symbols, theme),
      )
      this.#keep(drawn, 'patrolArrows', [arrows, this.#symbols.version, opacity], () =>
        patrolArrowsLayer(arrows, this.#symbols, opacity),
      )
    }

    if (cameras && state('cameras').visible) this.#addCameras(drawn, scene, view)
    this.#addPlaces(drawn, scene)
    this.liveMarks = []
    if (live) this.#addLive(drawn, scene, view, live, zoomStep)
    this.#addSelection(drawn, scene, live)
    if (rings.length > 0) {
      const sprites = this.#rings.get([rings, this.#symbols], () =>
        ringSprites(rings, this.#symbols, this.#writers.rings),
      )
      this.#keep(drawn, 'rings', [sprites, this.#symbols.version], () =>
        ringsLayer('rings', sprites, this.#symbols),
      )
    }
    if (state('labels').visible) this.#addLabels(drawn, scene, view, level, pixel, settled)
    // deck.gl ends a layer that is left out; it cannot come back as the same one.
    for (const [id, memo] of this.#layers) if (!drawn[id]) memo.clear()
    const built = layerOrder.flatMap((id) => drawn[id] ?? [])
    // The same list for the same layers: the caller need not tell deck.gl at all.
    if (built.length !== this.#built.length || built.some((layer, i) => layer !== this.#built[i]))
      this.#built = built
    return this.#built
  }

  /** Without those that are drawn as live ones. */
  #restingOf(incidents: IncidentPoints, scene: MapScene, live: LiveFrame | null): IncidentPoints {
    const shown = live && layerState(scene.layers, 'liveIncidents').visible ? live.incidentIds : noIncidents
    const before = this.#livePlaces
    const places = this.#placesOfLive.get([incidents, shown], () => placesOfIncidents(incidents, shown))
    // Most of what comes and goes is not among them: then nothing is drawn anew.
    if (places.length !== before.length || places.some((place, i) => place !== before[i]))
      this.#livePlaces = places
    return this.#resting.get([incidents, this.#livePlaces], () => withoutPlaces(incidents, this.#livePlaces))
  }

  #addCameras(drawn: Drawn, scene: MapScene, view: DrawnView): void {
    const { cameras, theme } = scene
    if (!cameras) return
    const clusters = this.#clusters.get(cameras, view.bounds, view.zoom)
    if (!clusters) return
    const { opacity } = layerState(scene.layers, 'cameras')
    const sprites = this.#cameras.get([clusters, theme, this.#symbols], () =>
      this.#drawn(() => cameraSprites(clusters, cameras, this.#symbols, theme)),
    )
    if (view.zoom >= conesFromZoom) {
      const cones = this.#cones.get([clusters, theme], () => {
        const first = coneSprites(clusters, cameras, this.#sectors, theme)
        if (first) return first
        this.#sectors.clear()
        return coneSprites(clusters, cameras, this.#sectors, theme) ?? noSprites
      })
      this.#keep(drawn, 'cameraCones', [cones, this.#sectors.version, opacity], () =>
        conesLayer(cones, this.#sectors, opacity),
      )
    }
    this.#keep(drawn, 'cameras', [sprites, this.#symbols.version, opacity], () =>
      camerasLayer(sprites, this.#symbols, opacity),
    )
  }

  /** Draws with the symbols; when their atlas is full it starts afresh, and everything made from it too. */
  #drawn(make: () => Sprites | null): Sprites {
    const sprites = make()
    if (sprites) return sprites
    this.#symbols.clear()
    for (const memo of [
      this.#incidents,
      this.#arrows,
      this.#cameras,
      this.#cones,
      this.#posts,
      this.#centres,
    ])
      memo.clear()
    this.#sites.clear()
    this.#marks.clear()
    this.#rings.clear()
    // What was built before this in the same pass is made anew in the next.
    this.#onReady()
    return make() ?? noSprites
  }

  #addPlaces(drawn: Drawn, scene: MapScene): void {
    const { theme } = scene
    const groups = [
      { id: 'posts', places: scene.posts, memo: this.#posts },
      { id: 'centres', places: scene.centres, memo: this.#centres },
      { id: 'sites', places: this.sites(scene), memo: this.#sites },
    ] as const
    for (const { id, places, memo } of groups) {
      const { visible, opacity } = layerState(scene.layers, id)
      if (!visible || places.length === 0) continue
      const sprites = memo.get([places, theme, this.#symbols], () =>
        placeSprites(places, this.#symbols, theme),
      )
      this.#keep(drawn, id, [sprites, this.#symbols.version, opacity], () =>
        placesLayer(id, sprites, this.#symbols, opacity),
      )
    }
  }

  #addLive(drawn: Drawn, scene: MapScene, view: DrawnView, live: LiveFrame, zoomStep: number): void {
    const { theme } = scene
    const ratio = this.#symbols.pixelRatio
    this.#liveAtlas ??= new Atlas(symbolSide * Math.ceil(ratio), ratio)
    const atlas = this.#liveAtlas
    const { trails, versions } = live
    const box = nearBox(view)
    const marks = layerState(scene.layers, 'liveIncidents')
    let words = (): { x: number; y: number }[] => []
    if (marks.visible && live.incidents.length > 0) {
      const incidents = this.#nearIncidents.get([versions.incidents, ...box], () =>
        live.incidents.filter(within(box)),
      )
      const ages = view.zoom >= agesFromZoom && incidents.length <= mostAges
      const scale = liveIncidentScale(zoomStep, incidents.length)
      const side = crowdSideAt(view.zoom)
      const chosen = scene.selection.kind === 'incident' ? scene.selection.id : null
      this.liveMarks = this.#liveMarks.get([incidents, side, chosen], () =>
        liveMarks(incidents, side, chosen),
      )
      words = () => placesOfWords(this.liveMarks, ages, scale, 2 ** -zoomStep)
      const sprites = this.#liveIncidents.get([this.liveMarks, theme, ages, scale, atlas], () =>
        this.#drawnLive(atlas, () =>
          liveIncidentSprites(this.liveMarks, ages, scale, atlas, theme, this.#writers.incidents),
        ),
      )
      this.#keep(drawn, 'liveIncidents', [sprites, atlas.version, scale, marks.opacity], () =>
        liveIncidentsLayer(sprites, atlas, scale, marks.opacity),
      )
    }
    const { visible, opacity } = layerState(scene.layers, 'units')
    if (!visible) return
    if (trails.length > 0) {
      const mesh = this.#trails.get([versions.trails], () => trailMesh(trails))
      const passes = this.#trailPasses.get([theme], () => trailPasses(theme))
      this.#keep(drawn, 'trails', [mesh, passes, opacity], () => trailsLayer(mesh, passes, opacity))
    }
    if (live.units.length > 0) {
      const units = this.#nearUnits.get([versions.units, ...box], () => live.units.filter(within(box)))
      const written = callSignsWritten(view.zoom, units.length)
      // Who has room is worked out anew now and then, not in every frame of a glide.
      const chosen = scene.selection.kind === 'unit' ? scene.selection.id : null
      const named = this.#namedUnits.get(
        [written, chosen, zoomStep, Math.floor(performance.now() / 1000), ...box],
        () => {
          if (written) return unitsWithRoom(units, 2 ** -zoomStep, words())
          return chosen === null ? noUnits : new Map([[chosen, below]])
        },
      )
      const size = unitScale(zoomStep, units.length)
      const sprites = this.#units.get([units, named, theme, size, atlas], () =>
        this.#drawnLive(atlas, () => unitSprites(units, named, atlas, theme, size, this.#writers.units)),
      )
      this.#keep(drawn, 'units', [sprites, atlas.version, opacity], () => unitsLayer(sprites, atlas, opacity))
    }
  }

  /** Draws what is live; when its atlas is full it starts afresh, and both layers with it. */
  #drawnLive(atlas: Atlas, make: () => Sprites | null): Sprites {
    const sprites = make()
    if (sprites) return sprites
    atlas.clear()
    this.#liveIncidents.clear()
    this.#units.clear()
    this.#onReady()
    return make() ?? noSprites
  }

  #addSelection(drawn: Drawn, scene: MapScene, live: LiveFrame | null): void {
    const { selection, areas, theme } = scene
    const pointed = this.hovered
    if (areas && pointed >= 0) {
      const mesh = this.#pointed.get([areas, pointed], () => outlineMesh(areas, pointed))
      const passes = this.#pointedPasses.get([theme], () => pointedPasses(theme))
      this.#keep(drawn, 'pointed', [mesh, passes], () => outlineLayer('pointed', mesh, passes))
    }
    if (selection.kind === 'none' && !scene.pin) return
    if (selection.kind === 'area') {
      const index = areas ? areaIndexOf(areas, selection.areaId) : -1
      if (!areas || index < 0) return
      const mesh = this.#outline.get([areas, index], () => outlineMesh(areas, index))
      const passes = this.#outlinePasses.get([theme], () => outlinePasses(theme))
      this.#keep(drawn, 'outline', [mesh, passes], () => outlineLayer('outline', mesh, passes))
      return
    }
    const point =
      selection.kind === 'none'
        ? scene.pin
        : (this.#livePoint(live, selection) ?? this.pointOf(scene, selection))
    if (!point) return
    const sprites = this.#marks.get([point[0], point[1], theme, this.#symbols], () =>
      ringSprites(
        [{ point, color: cssColor(mapColors[theme].accent), diameter: 34, alpha: 1 }],
        this.#symbols,
        this.#writers.marks,
      ),
    )
    this.#keep(drawn, 'marks', [sprites, this.#symbols.version], () =>
      ringsLayer('marks', sprites, this.#symbols),
    )
  }

  /** Where a selected unit, or an incident of now, stands at this instant. */
  #livePoint(live: LiveFrame | null, { kind, id }: { kind: string; id: number }): Position | null {
    const things = kind === 'unit' ? live?.units : kind === 'incident' ? live?.incidents : undefined
    const thing = things?.find((each) => each.id === id)
    return thing ? [thing.lng, thing.lat] : null
  }

  /** Where a selected incident, camera or place is, null when it is not on the map. */
  pointOf(
    scene: MapScene,
    { kind, id }: { kind: 'incident' | 'camera' | 'place' | 'unit'; id: number },
  ): Position | null {
    const { incidents, cameras } = scene
    switch (kind) {
      case 'unit':
        return null
      case 'incident': {
        const i = incidents ? Array.prototype.indexOf.call(incidents.id, id) : -1
        return incidents && i >= 0
          ? [incidents.lng[i] / stepsPerDegree, incidents.lat[i] / stepsPerDegree]
          : null
      }
      case 'camera': {
        const i = cameras ? cameras.id.indexOf(id) : -1
        return cameras && i >= 0 ? [cameras.lng[i] / stepsPerDegree, cameras.lat[i] / stepsPerDegree] : null
      }
      case 'place':
        return (
          [...scene.centres, ...scene.posts, ...this.sites(scene)].find((place) => place.id === id)?.point ??
          null
        )
    }
  }

  #addLabels(
    drawn: Drawn,
    scene: MapScene,
    view: DrawnView,
    level: number,
    pixel: number,
    settled: boolean,
  ): void {
    const { areas, theme, language } = scene
    const { opacity } = layerState(scene.layers, 'labels')
    const namesPlaces = view.zoom >= namedPlacesFromZoom
    const candidates = this.#candidates.get(
      [areas, level, language, scene.layers, scene.centres, scene.posts, scene.ground, namesPlaces],
      () => {
        const visible = (id: LayerId) => layerState(scene.layers, id).visible
        const places = namesPlaces
          ? [
              ...(visible('centres') ? scene.centres : []),
              ...(visible('posts') ? scene.posts : []),
              ...(visible('sites') ? this.sites(scene) : []),
            ]
          : []
        return [
          ...(areas ? areaLabels(areas, this.#labelledLevels(scene, level), language) : []),
          ...placeLabels(places, language),
        ]
      },
    )
    const make = (): Sprites | null => {
      const placed = placeWithoutOverlap(
        candidates,
        { width: view.width, height: view.height, metresPerPixel: pixel },
        view.bounds,
        view.project,
        (candidate) => this.#measure(candidate),
      )
      return labelSprites(placed, this.#texts, theme, view.center)
    }
    // While the view moves the labels move along; they are placed anew when it rests.
    const when = settled ? [view.zoom, view.center[0], view.center[1], view.width, view.height] : null
    const sprites = this.#labels.get(
      when ? [candidates, theme, this.#texts, ...when] : (this.#labelInputs ?? []),
      () => {
        const first = make()
        if (first) return first
        this.#texts.clear()
        return make() ?? noSprites
      },
    )
    if (when) this.#labelInputs = [candidates, theme, this.#texts, ...when]
    this.#keep(drawn, 'labels', [sprites, this.#texts.version, opacity], () =>
      labelsLayer(sprites, this.#texts, opacity),
    )
  }

  #labelInputs: readonly unknown[] | null = null

  /** Most important first: patrol, then coarse to fine. */
  #labelledLevels(scene: MapScene, level: number): number[] {
    const { areas } = scene
    if (!areas || level < 0) return []
    const shown = areas.levels[level]
    return areas.levels
      .map((each, index) => ({ ...each, index }))
      .filter(
        (each) =>
          levelState(scene.layers, each.level).visible &&
          (each.index === level || each.hierarchy !== shown.hierarchy || each.rank <= shown.rank),
      )
      .sort((a, b) => (a.hierarchy === b.hierarchy ? a.rank - b.rank : a.hierarchy === 'patrol' ? -1 : 1))
      .map((each) => each.index)
  }

  #measure(candidate: LabelCandidate): number {
    const font = labelFont(candidate)
    const key = `${font} ${candidate.text}`
    let width = this.#widths.get(key)
    if (width === undefined) {
      width = this.#texts.measure(candidate.text, font)
      this.#widths.set(key, width)
    }
    return width
  }
}
