/**
 * The page the frame bench drives, not shipped. `?page=map` is our map with its default layers, on which what is live (500
 * units, 100 incidents a second) can be switched on and off; `empty` a MapLibre map with a background only; `deck` the same
 * layers on a bare deck.gl canvas. Data lies beside it under `/data/`.
 */
import { Deck, MapView } from '@deck.gl/core'
import * as maplibregl from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import 'maplibre-gl/dist/maplibre-gl.css'
import { stepsPerDegree } from '../../../geodata/topology.ts'
import { loadAreaBundle, loadCameraBundle, loadLineBundle } from '../../../web/map/bundles.ts'
import { sequentialBreaks } from '../../../web/map/classBreaks.ts'
import { defaultLayers } from '../../../web/map/layerOrder.ts'
import { createMapController } from '../../../web/map/mapController.ts'
import type {
  AreaValues,
  LayerId,
  MapController,
  MapPlace,
  MapScene,
  PatrolRoutePath,
} from '../../../web/map/scene.ts'
import { type DrawnView, SceneLayers } from '../../../web/map/sceneLayers.ts'
import { type LiveSwitch, liveLoad } from './liveLoad.ts'

export interface PageData {
  relief: { url: string; bounds: [number, number, number, number] } | null
  incidents: { id: number; point: [number, number]; level: number; group: string; cellId: number }[]
  posts: MapPlace[]
  centres: MapPlace[]
  routes: PatrolRoutePath[]
}

export interface BenchPage {
  ready: boolean
  jump(center: [number, number], zoom: number): void
  /** Ids of the layers drawn now, for the log. */
  layers(): string[]
  live?: LiveSwitch
  controller?: MapController
  scene?: MapScene
}

declare global {
  interface Window {
    bench: BenchPage
  }
}

const query = new URLSearchParams(location.search)
const page = query.get('page') ?? 'map'
const theme = query.get('theme') === 'light' ? 'light' : 'dark'
const on = (query.get('on') ?? '').split(',').filter(Boolean)
const off = (query.get('off') ?? '').split(',').filter(Boolean)
const container = document.getElementById('map')
if (!container) throw new Error('The page has no #map.')
/** The middle of what is live: where the bench looks. */
const town = [104.402, 28.622] as const
const start = { center: [104.3, 28.53] as [number, number], zoom: Number(query.get('zoom') ?? 11) }

async function loadScene(): Promise<MapScene> {
  const response = await fetch('/data/page.json')
  const data: PageData = await response.json()
  const [areas, cameras, ground] = await Promise.all([
    loadAreaBundle('/data/areas.bin'),
    loadCameraBundle('/data/cameras.bin'),
    loadLineBundle('/data/lines.bin'),
  ])
  const values: Record<string, AreaValues> = {}
  const counts = new Float64Array(areas.count)
  const indexOf = new Map(Array.from(areas.id, (id, i) => [id, i]))
  for (const { cellId } of data.incidents) {
    for (let i = indexOf.get(cellId) ?? -1; i >= 0; i = areas.parent[i]) {
      counts[i]++
      if (areas.levels[areas.level[i]].level === 'grid' && areas.squad[i] >= 0) counts[areas.squad[i]]++
    }
  }
  areas.levels.forEach(({ level }, l) => {
    const mine = Array.from(areas.id.keys()).filter((i) => areas.level[i] === l)
    const value = mine.map((i) => counts[i])
    values[level] = {
      areaId: mine.map((i) => areas.id[i]),
      value,
      suppressed: query.has('hatch') ? mine.map((i) => i % 9 === 0) : null,
      breaks: sequentialBreaks(value),
      ramp: 'sequential',
    }
  })
  const groups = [...new Set(data.incidents.map(({ group }) => group))]
  const layers: Partial<Record<LayerId, { visible: boolean; opacity: number }>> = {}
  for (const id of on)
    if (id in defaultLayers) layers[id as LayerId] = { ...defaultLayers[id as LayerId], visible: true }
  for (const id of off)
    if (id in defaultLayers) layers[id as LayerId] = { ...defaultLayers[id as LayerId], visible: false }
  const pinned = query.get('level')
  return {
    theme,
    language: query.get('language') === 'en' ? 'en' : 'zh',
    reducedMotion: false,
    areas,
    level: pinned ? { mode: 'pinned', level: pinned } : { mode: 'zoom' },
    values,
    layers,
    incidents: {
      id: data.incidents.map(({ id }) => id),
      lng: data.incidents.map(({ point }) => Math.round(point[0] * stepsPerDegree)),
      lat: data.incidents.map(({ point }) => Math.round(point[1] * stepsPerDegree)),
      kindIndex: data.incidents.map(({ group }) => groups.indexOf(group)),
      level: data.incidents.map(({ level }) => level),
      kinds: groups,
      kindGroups: groups,
    },
    cameras,
    ground,
    relief: data.relief,
    patrolRoutes: data.routes,
    posts: data.posts,
    centres: data.centres,
    selection: { kind: 'none' },
    highlighted: [],
    padding: { top: 0, right: 0, bottom: 0, left: 0 },
  }
}

async function ourMap(root: HTMLElement): Promise<void> {
  const controller = createMapController(root, { view: start })
  let layers: string[] = []
  window.bench = {
    ready: false,
    jump: (center, zoom) => controller.flyTo({ center, zoom }, { durationMs: 0 }),
    layers: () => layers,
    controller,
  }
  const scene = await loadScene()
  controller.setScene(scene)
  window.bench.scene = scene
  layers = Object.keys(defaultLayers)
  if (query.has('live'))
    window.bench.live = liveLoad(controller, town, {
      units: Number(query.get('units') ?? 500),
      incidentsPerSecond: Number(query.get('incidents') ?? 100),
    })
  await pause(3000)
  window.bench.ready = true
}

async function emptyMap(root: HTMLElement): Promise<void> {
  maplibregl.setWorkerUrl(workerUrl)
  const map = new maplibregl.Map({
    container: root,
    style: {
      version: 8,
      sources: {},
      layers: [{ id: 'ground', type: 'background', paint: { 'background-color': '#0E1420' } }],
    },
    ...start,
    attributionControl: false,
    renderWorldCopies: false,
    fadeDuration: 0,
  })
  window.bench = { ready: false, jump: (center, zoom) => map.jumpTo({ center, zoom }), layers: () => [] }
  map.on('load', () => {
    window.bench.ready = true
  })
}

/** The same layer builders without MapLibre: what the map itself costs can be told apart. */
async function bareDeck(root: HTMLElement): Promise<void> {
  const canvas = document.createElement('canvas')
  root.append(canvas)
  const deck = new Deck({
    canvas,
    width: '100%',
    height: '100%',
    views: new MapView({ id: 'map', repeat: false }),
    viewState: { longitude: start.center[0], latitude: start.center[1], zoom: start.zoom },
    layers: [],
    useDevicePixels: true,
    controller: false,
  })
  let view = start
  let lastSettled = 0
  let scene: MapScene | null = null
  let drawn: ReturnType<SceneLayers['build']> = []
  const layers = new SceneLayers(window.devicePixelRatio, () => show(false), console.error)
  const show = (moving: boolean) => {
    const { clientWidth: width, clientHeight: height } = root
    const viewState = { longitude: view.center[0], latitude: view.center[1], zoom: view.zoom }
    const viewport = new MapView({ id: 'map' }).makeViewport({ width, height, viewState })
    if (!scene || !viewport) {
      deck.setProps({ viewState })
      return
    }
    const [west, south, east, north] = viewport.getBounds()
    const drawnView: DrawnView = {
      ...view,
      bounds: [west, south, east, north],
      width,
      height,
      project: (lng, lat) => {
        const [x, y] = viewport.project([lng, lat])
        return { x, y }
      },
    }
    const settled = !moving || performance.now() - lastSettled > 350
    if (settled) lastSettled = performance.now()
    const built = layers.build(scene, drawnView, [], settled)
    deck.setProps(built === drawn ? { viewState } : { viewState, layers: built })
    drawn = built
  }
  window.bench = {
    ready: false,
    jump: (center, zoom) => {
      view = { center, zoom }
      show(true)
    },
    layers: () => drawn.map((layer) => layer.id),
  }
  scene = await loadScene()
  show(false)
  await pause(3000)
  window.bench.ready = true
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

if (page === 'empty') await emptyMap(container)
else if (page === 'deck') await bareDeck(container)
else await ourMap(container)
