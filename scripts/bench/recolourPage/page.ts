/**
 * The page the recolour bench drives, not shipped. `?page=texture` is our map, recoloured as the player does it;
 * `scene` our map told a new scene for each step; `vertices` the same areas in deck.gl's own polygon layer, whose
 * colours are vertex attributes. All show nothing but the areas of one level, on MapLibre, at the same view.
 */

import { SolidPolygonLayer } from '@deck.gl/layers'
import { MapLibreOverlay } from '@deck.gl/maplibre'
import * as maplibregl from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import { takeSpent } from './frameClock.ts'
import 'maplibre-gl/dist/maplibre-gl.css'
import { areaPolygons } from '../../../geodata/areaBundle.ts'
import type { Position } from '../../../geodata/city.ts'
import { type DayPlanes, dayPlanes, decodeDayCube, windowCounts } from '../../../geodata/dayCube.ts'
import { areaPaint } from '../../../web/layers/areas.ts'
import { loadAreaBundle } from '../../../web/map/bundles.ts'
import { sequentialBreaks } from '../../../web/map/classBreaks.ts'
import { classOf, rampColors } from '../../../web/map/colors.ts'
import { createMapController } from '../../../web/map/mapController.ts'
import { type LayerId, layerIds, type MapScene } from '../../../web/map/scene.ts'
import { DayPlayer } from '../../../web/player/dayPlayer.ts'
import { playSpans } from '../../../web/state/playSteps.ts'
import type { LoadedAreas } from '../../../web/workers/protocol.ts'

/** Script of frames in pairs, milliseconds: one that shows a new window, and beside it one that shows the same again. */
export interface Pairs {
  /** From the window to what is handed to the map. */
  hand: number[]
  /** With all that the map's libraries then do before the frame is drawn. */
  recoloured: number[]
  same: number[]
  /** Bytes that go to the graphics device for a new window, and for the same again. */
  uploaded: number[]
  uploadedSame: number[]
}

export interface Played {
  steps: number
  wallMs: number
}

export interface RecolourPage {
  ready: boolean
  areas: number
  days: number
  /** Milliseconds: reading the bundle; making the planes of the level. */
  decodeMs: number
  planesMs: number
  pairs(count: number): Promise<Pairs>
  /** Plays all windows from the first to the last, at a speed. Only on the page `texture`. */
  playThrough(speed: number): Promise<Played>
}

declare global {
  interface Window {
    recolour: RecolourPage
  }
}

const query = new URLSearchParams(location.search)
const page = query.get('page') ?? 'texture'
const level = query.get('level') ?? 'microGrid'
const theme = 'dark'
const view = { center: [104.402, 28.622] as [number, number], zoom: 13 }
const found = document.getElementById('map')
if (!found) throw new Error('The page has no #map.')
const container = found

const areas = await loadAreaBundle('/data/areas.bin')
const bytes = new Uint8Array(await (await fetch('/data/days.bin')).arrayBuffer())
const decodeStart = performance.now()
const cube = decodeDayCube(bytes)
const decodeMs = performance.now() - decodeStart
const planesStart = performance.now()
const planes = dayPlanes(cube, areas.version, level, null)
const planesMs = performance.now() - planesStart
const spans = playSpans(cube.firstDay, cube.days, { window: '30d', step: 'day' })
const breaks = breaksOf(planes)

function breaksOf(each: DayPlanes): number[] {
  const counts = new Uint32Array(each.areaId.length + 1)
  windowCounts(each, spans.from[spans.count - 1], spans.to[spans.count - 1], counts)
  return sequentialBreaks(counts.subarray(0, -1))
}

function plainScene(loaded: LoadedAreas): MapScene {
  const off = Object.fromEntries(layerIds.map((id) => [id, { visible: false, opacity: 1 }]))
  const layers: Partial<Record<LayerId, { visible: boolean; opacity: number }>> = {
    ...off,
    [level === 'microGrid' ? 'microGrids' : 'grids']: { visible: true, opacity: 1 },
  }
  return {
    theme,
    language: 'zh',
    reducedMotion: false,
    areas: loaded,
    level: { mode: 'pinned', level },
    values: {},
    layers,
    incidents: null,
    cameras: null,
    ground: null,
    relief: null,
    patrolRoutes: [],
    posts: [],
    centres: [],
    selection: { kind: 'none' },
    highlighted: [],
    padding: { top: 0, right: 0, bottom: 0, left: 0 },
  }
}

function nextFrame(): Promise<number> {
  return new Promise((resolve) => requestAnimationFrame(resolve))
}

/** One frame may build the layers, one tell the library, one draw. */
async function drawnFrame(): Promise<void> {
  for (let frame = 0; frame < 4; frame++) await nextFrame()
}

/** Frames in pairs: `show` tells the map the next window, `repeat` has the same drawn again. */
async function inPairs(count: number, show: (step: number) => void, repeat: () => void): Promise<Pairs> {
  const pairs: Pairs = { hand: [], recoloured: [], same: [], uploaded: [], uploadedSame: [] }
  for (let step = 0; step < count; step++) {
    takeSpent()
    const before = performance.now()
    show((7 * step) % spans.count)
    const hand = performance.now() - before
    await drawnFrame()
    const spent = takeSpent()
    pairs.hand.push(hand)
    pairs.recoloured.push(hand + spent.ms)
    pairs.uploaded.push(spent.uploaded)
    const again = performance.now()
    repeat()
    const told = performance.now() - again
    await drawnFrame()
    const spentAgain = takeSpent()
    pairs.same.push(told + spentAgain.ms)
    pairs.uploadedSame.push(spentAgain.uploaded)
  }
  return pairs
}

async function ours(): Promise<RecolourPage> {
  const controller = createMapController(container, { view })
  const scene = plainScene(areas)
  controller.setScene(scene)
  const index = areas.levels.findIndex((each) => each.level === level)
  const paint = areaPaint(areas, index, planes.areaId, breaks, theme, 1)
  const player = new DayPlayer()
  player.load({ spans, planes, measure: (counts) => counts, paint, repaint: controller.repaint })
  if (page === 'texture') controller.paint(paint)
  const areaId = Array.from(planes.areaId)
  const counts = new Uint32Array(planes.areaId.length + 1)
  const tell = (step: number) => {
    windowCounts(planes, spans.from[step], spans.to[step], counts)
    const value = counts.slice(0, -1)
    controller.setScene({
      ...scene,
      values: { [level]: { areaId, value, suppressed: null, breaks, ramp: 'sequential' } },
    })
  }
  await pause(3000)
  return {
    ...facts(),
    pairs: (count) =>
      inPairs(count, page === 'texture' ? (step) => player.seek(step) : tell, controller.repaint),
    async playThrough(speed) {
      let shown = 0
      player.setPace({ speed, loop: false, calm: false })
      player.seek(0)
      const off = player.onStep(() => shown++)
      const startedAt = performance.now()
      const ended = new Promise<void>((resolve) => {
        const offState = player.onState(() => {
          if (player.playing) return
          offState()
          resolve()
        })
      })
      player.play()
      await ended
      off()
      return { steps: shown, wallMs: performance.now() - startedAt }
    },
  }
}

/** deck.gl as its documentation has it: a polygon layer whose colours are asked for anew when a trigger changes. */
async function vertices(): Promise<RecolourPage> {
  maplibregl.setWorkerUrl(workerUrl)
  const map = new maplibregl.Map({
    container,
    style: {
      version: 8,
      sources: {},
      layers: [{ id: 'ground', type: 'background', paint: { 'background-color': '#0E1420' } }],
    },
    ...view,
    attributionControl: false,
    renderWorldCopies: false,
    fadeDuration: 0,
  })
  const overlay = new MapLibreOverlay({ interleaved: true, layers: [] })
  await new Promise((resolve) => map.on('load', resolve))
  map.addControl(overlay)
  const column = new Map(Array.from(planes.areaId, (id, at) => [id, at]))
  const data: { column: number; polygon: Position[][] }[] = []
  areas.id.forEach((id, area) => {
    if (areas.levels[areas.level[area]].level !== level) return
    for (const polygon of areaPolygons(areas, area)) data.push({ column: column.get(id) ?? 0, polygon })
  })
  const counts = new Uint32Array(planes.areaId.length + 1)
  const colors = rampColors('sequential', breaks.length + 1, theme).map(
    ([red, green, blue]) => [red, green, blue, 255] as [number, number, number, number],
  )
  const show = (step: number) => {
    windowCounts(planes, spans.from[step], spans.to[step], counts)
    overlay.setProps({
      layers: [
        new SolidPolygonLayer<(typeof data)[number]>({
          id: 'areas',
          data,
          getPolygon: (each) => each.polygon,
          getFillColor: (each) => colors[classOf(counts[each.column], breaks)],
          updateTriggers: { getFillColor: step },
          extruded: false,
        }),
      ],
    })
  }
  show(0)
  await pause(5000)
  return {
    ...facts(),
    pairs: (count) => inPairs(count, show, () => map.triggerRepaint()),
    playThrough: () => Promise.reject(new Error('Only the page "texture" plays.')),
  }
}

function facts(): Pick<RecolourPage, 'ready' | 'areas' | 'days' | 'decodeMs' | 'planesMs'> {
  return { ready: true, areas: planes.areaId.length, days: cube.days, decodeMs, planesMs }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

window.recolour = page === 'vertices' ? await vertices() : await ours()
