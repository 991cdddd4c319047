import type { Layer } from '@deck.gl/core'
import { MapLibreOverlay } from '@deck.gl/maplibre'
import * as maplibregl from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import 'maplibre-gl/dist/maplibre-gl.css'
import { areaIndexOf } from '../../geodata/areaBundle.ts'
import type { Position } from '../../geodata/city.ts'
import type { Ring } from '../layers/selection.ts'
import { denseBounds, wholeBounds } from './cityBounds.ts'
import { alertColors, cssColor, mapColors } from './colors.ts'
import { metresPerPixel } from './geometry/mercator.ts'
import type { LiveFrame, LivePicture } from './livePicture.ts'
import { Picker } from './picker.ts'
import type {
  Bounds,
  FlyOptions,
  MapController,
  MapEvents,
  MapOptions,
  MapScene,
  MapView,
  PointerReport,
} from './scene.ts'
import { type DrawnView, SceneLayers } from './sceneLayers.ts'

maplibregl.setWorkerUrl(workerUrl)

const defaultFlightMs = 600
const pulseMs = 1200
/** Rings at once at most, the newest: more say nothing more and cost a screen full of pixels. */
const mostPulses = 12
/** How long a ring stands still when motion is reduced. */
const stillRingMs = 4000
/** While the view moves, labels are placed anew at most this often. */
const labelPauseMs = 600
/** A view that did not move for so long rests. */
const restMs = 90
/** Sides up to which the canvas keeps the screen's own pixels: a wall of 7,680 × 4,320. */
const canvasLimit: [number, number] = [8192, 8192]
/** A finger that rests so long asks what is here. */
const longPressMs = 600
/** A change expected sooner than this is drawn in the next frame. */
const frameMs = 17
/** What rests longer than this is not waited for. */
const longestTimerMs = 3_600_000
/** From this container width on the whole city is legible at once. */
const roomyWidth = 2200
const deepestZoom = 20
/** Told to the browser's timeline when areas are on the map for the first time. */
const firstPicture = 'gridwall:first-picture'

interface Pulse {
  point: Position
  color: string
  startedAt: number
}

/** Makes the one object that owns MapLibre and the deck overlay; everything drawn follows from `setScene`. */
export function createMapController(container: HTMLElement, options: MapOptions = {}): MapController {
  const { view, maxBounds, interactive = true } = options
  let { magnification = 1 } = options
  const pixelRatio = () => magnification * (window.devicePixelRatio || 1)
  // Laid out smaller and enlarged again: within it everything is as at a desk, in pixels of its own.
  const stage = document.createElement('div')
  stage.style.cssText = 'position: absolute; top: 0; left: 0; transform-origin: 0 0'
  const layOut = () => {
    stage.style.width = stage.style.height = `${100 / magnification}%`
    stage.style.scale = String(magnification)
  }
  layOut()
  container.append(stage)
  const map = new maplibregl.Map({
    container: stage,
    style: {
      version: 8,
      sources: {},
      layers: [
        { id: 'ground', type: 'background', paint: { 'background-color': cssColor(mapColors.dark.ground) } },
      ],
    },
    center: view?.center ?? [104.4, 28.6],
    zoom: view?.zoom ?? 11,
    bearing: view?.bearing ?? 0,
    pitch: view?.pitch ?? 0,
    maxBounds: maxBounds ? grown(maxBounds) : undefined,
    maxZoom: deepestZoom,
    maxPitch: 60,
    maxCanvasSize: canvasLimit,
    pixelRatio: pixelRatio(),
    attributionControl: false,
    renderWorldCopies: false,
    doubleClickZoom: false,
    fadeDuration: 0,
    interactive,
    trackResize: false,
  })
  const overlay = new MapLibreOverlay({ interleaved: true, layers: [], useDevicePixels: true })
  const picker = new Picker()
  const listeners: { [Name in keyof MapEvents]: Set<(event: MapEvents[Name]) => void> } = {
    hover: new Set(),
    click: new Set(),
    doubleClick: new Set(),
    contextMenu: new Set(),
    view: new Set(),
    level: new Set(),
    drag: new Set(),
    contextLost: new Set(),
  }
  let scene: MapScene | null = null
  let loaded = false
  let destroyed = false
  let drawn: Layer[] = []
  let pictured = false
  let frame = 0
  let lastLevel: string | null = null
  let labelledAt = 0
  let movedAt = 0
  let restTimer: ReturnType<typeof setTimeout> | undefined
  let pointer: { x: number; y: number } | null = null
  let pointerFrame = 0
  let pulses: Pulse[] = []
  let waiting: (() => void) | null = null
  let pressTimer: ReturnType<typeof setTimeout> | undefined
  let live: LivePicture | null = null
  /** What was drawn of it last: what the pointer can meet. */
  let lastLive: LiveFrame | null = null
  let liveTimer: ReturnType<typeof setTimeout> | undefined

  const layers = new SceneLayers(pixelRatio(), schedule, (error) => {
    // The page shows the map without what could not be made; the console says why.
    console.error(error)
  })

  function emit<Name extends keyof MapEvents>(name: Name, event: MapEvents[Name]): void {
    for (const listener of listeners[name]) listener(event)
  }

  /** Builds the layers once before the next frame, however often it is asked. */
  function schedule(): void {
    if (frame !== 0 || destroyed) return
    frame = requestAnimationFrame(() => {
      frame = 0
      draw()
    })
  }

  function drawnView(): DrawnView {
    const { width, height } = size()
    const { lng, lat } = map.getCenter()
    return {
      zoom: map.getZoom(),
      center: [lng, lat],
      bounds: bounds(),
      width,
      height,
      project: (pointLng, pointLat) => map.project([pointLng, pointLat]),
    }
  }

  function size(): { width: number; height: number } {
    const canvas = map.getCanvas()
    return { width: canvas.clientWidth, height: canvas.clientHeight }
  }

  function bounds(): Bounds {
    const box = map.getBounds()
    return [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()]
  }

  function draw(): void {
    if (!scene || !loaded || destroyed) return
    const now = performance.now()
    // Labels move along with the view and are placed anew when it rests, or now and then on a long way.
    const settled = now - movedAt > restMs || now - labelledAt > labelPauseMs
    if (settled) labelledAt = now
    const rings = currentRings(now)
    const view = drawnView()
    lastLive = live?.frame(now, view.bounds, metresPerPixel(view.center[1], view.zoom)) ?? null
    const { written } = layers
    const built = layers.build(scene, view, rings, settled, lastLive)
    if (built !== drawn) {
      if (!pictured && built.some(({ id }) => id === 'fill')) {
        pictured = true
        map.once('render', () => performance.mark(firstPicture))
      }
      drawn = built
      overlay.setProps({ layers: built })
    } else if (layers.written !== written) map.triggerRepaint()
    const level = shownLevelName()
    if (level !== null && level !== lastLevel) {
      lastLevel = level
      emit('level', level)
    }
    if (pulses.length > 0) schedule()
    else scheduleLive(now)
  }

  /** Draws again when what is live looks different: in the next frame while it glides, later while it only ages. */
  function scheduleLive(now: number): void {
    clearTimeout(liveTimer)
    if (!live) return
    const rest = live.restsFor(now, metresPerPixel(map.getCenter().lat, map.getZoom()))
    if (rest <= frameMs) schedule()
    else if (rest < longestTimerMs) liveTimer = setTimeout(schedule, rest - frameMs / 2)
  }

  function currentRings(now: number): Ring[] {
    if (pulses.length === 0) return noRings
    const still = scene?.reducedMotion ?? false
    pulses = pulses.filter(({ startedAt }) => now - startedAt < (still ? stillRingMs : pulseMs))
    return pulses.map(({ point, color, startedAt }) => {
      const share = still ? 0.5 : (now - startedAt) / pulseMs
      const eased = 1 - (1 - share) ** 3
      return { point, color, diameter: 14 + 44 * eased, alpha: still ? 0.9 : 1 - share }
    })
  }

  function shownLevelName(): string | null {
    if (!scene?.areas) return null
    const level = layers.shownLevel(scene, map.getZoom())
    return level < 0 ? null : scene.areas.levels[level].level
  }

  function currentView(): MapView {
    const { lng, lat } = map.getCenter()
    return {
      center: [lng, lat],
      zoom: map.getZoom(),
      bearing: map.getBearing(),
      pitch: map.getPitch(),
      bounds: bounds(),
      level: shownLevelName(),
      moving: map.isMoving(),
    }
  }

  /** @param point in the map's own pixels. */
  function report(point: { x: number; y: number }): PointerReport {
    const { lng, lat } = map.unproject([point.x, point.y])
    const outside = { x: point.x * magnification, y: point.y * magnification }
    if (!scene) return { lngLat: [lng, lat], point: outside, target: null, areaId: null }
    const aside = map.unproject([point.x + 1, point.y - 1])
    const degreesPerPixel = [Math.abs(aside.lng - lng), Math.abs(aside.lat - lat)] as const
    const level = layers.shownLevel(scene, map.getZoom())
    return {
      lngLat: [lng, lat],
      point: outside,
      ...picker.pick(scene, layers, [lng, lat], level, degreesPerPixel, lastLive),
    }
  }

  /** The area that a click would select is outlined. */
  function outlineHovered(found: PointerReport | null): void {
    const areas = scene?.areas
    outlineArea(
      interactive && areas && found?.target?.kind === 'area' ? areaIndexOf(areas, found.target.areaId) : -1,
    )
  }

  function outlineArea(index: number): void {
    if (index === layers.hovered) return
    layers.hovered = index
    schedule()
  }

  /** The room panels take, in the map's own pixels. */
  function padding(): MapScene['padding'] {
    const { top, right, bottom, left } = scene?.padding ?? { top: 0, right: 0, bottom: 0, left: 0 }
    return {
      top: top / magnification,
      right: right / magnification,
      bottom: bottom / magnification,
      left: left / magnification,
    }
  }

  function whenSized(run: () => void): void {
    const { width, height } = size()
    // A hidden container has no size: fitting waits until it is shown.
    if (width > 0 && height > 0) run()
    else waiting = run
  }

  function fitBounds(
    [west, south, east, north]: Bounds,
    { durationMs, maxZoom = 18 }: FlyOptions = {},
  ): void {
    whenSized(() => {
      const camera = map.cameraForBounds(
        [
          [west, south],
          [east, north],
        ],
        { padding: withinRoom(padding(), size()), maxZoom },
      )
      if (camera) move({ ...camera }, durationMs)
    })
  }

  function move(camera: maplibregl.CameraOptions, durationMs = defaultFlightMs): void {
    if (durationMs <= 0 || (scene?.reducedMotion ?? false)) map.jumpTo(camera)
    else map.easeTo({ ...camera, duration: durationMs, essential: true })
  }

  map.on('load', () => {
    loaded = true
    map.addControl(overlay)
    if (scene) applyScene(null, scene)
  })
  map.on('move', () => {
    movedAt = performance.now()
    schedule()
    emit('view', currentView())
  })
  map.on('moveend', () => {
    clearTimeout(restTimer)
    // `isMoving` still answers true inside the event.
    restTimer = setTimeout(() => {
      if (destroyed) return
      schedule()
      emit('view', currentView())
    }, restMs + 1)
  })
  map.on('mousemove', ({ point }) => {
    pointer = { x: point.x, y: point.y }
    if (pointerFrame !== 0) return
    pointerFrame = requestAnimationFrame(() => {
      pointerFrame = 0
      if (!pointer || destroyed) return
      const found = map.isMoving() ? null : report(pointer)
      outlineHovered(found)
      emit('hover', found)
    })
  })
  map.on('mouseout', () => {
    pointer = null
    outlineHovered(null)
    emit('hover', null)
  })
  map.on('click', ({ point }) => emit('click', report({ x: point.x, y: point.y })))
  map.on('dblclick', ({ point }) => emit('doubleClick', report({ x: point.x, y: point.y })))
  map.on('contextmenu', ({ point, originalEvent }) => {
    originalEvent.preventDefault()
    emit('contextMenu', report({ x: point.x, y: point.y }))
  })
  // A finger that rests opens the menu, as the right button does; some browsers tell of it themselves.
  const endPress = () => clearTimeout(pressTimer)
  map.on('touchstart', ({ point, points }) => {
    endPress()
    if (points.length !== 1) return
    pressTimer = setTimeout(() => emit('contextMenu', report({ x: point.x, y: point.y })), longPressMs)
  })
  for (const end of ['touchend', 'touchcancel', 'touchmove', 'contextmenu'] as const) map.on(end, endPress)
  map.on('dragstart', () => emit('drag', null))
  map.on('webglcontextlost', () => emit('contextLost', true))
  map.on('webglcontextrestored', () => emit('contextLost', false))
  map.on('error', ({ error }) => console.error(error))

  function resize(): void {
    if (destroyed) return
    map.setPixelRatio(pixelRatio())
    layers.setPixelRatio(pixelRatio())
    map.resize()
    schedule()
    const { width, height } = size()
    if (waiting && width > 0 && height > 0) {
      const run = waiting
      waiting = null
      run()
    }
  }
  const observer = new ResizeObserver(resize)
  observer.observe(stage)

  function applyScene(before: MapScene | null, next: MapScene): void {
    if (before?.theme !== next.theme)
      map.setPaintProperty('ground', 'background-color', cssColor(mapColors[next.theme].ground))
    schedule()
  }

  return {
    setScene(next) {
      const before = scene
      scene = next
      if (before?.areas !== next.areas) {
        lastLevel = null
        layers.hovered = -1
      }
      if (loaded) applyScene(before, next)
    },
    flyTo({ center, zoom, ...turn }, { durationMs, maxZoom = deepestZoom } = {}) {
      whenSized(() => move({ center, zoom: Math.min(zoom ?? map.getZoom(), maxZoom), ...turn }, durationMs))
    },
    fit(target, flight) {
      if (!('areaId' in target)) {
        fitBounds(target, flight)
        return
      }
      const areas = scene?.areas
      const index = areas ? areaIndexOf(areas, target.areaId) : -1
      if (!areas || index < 0) return
      const [west, south, east, north] = areas.bounds.subarray(4 * index, 4 * index + 4)
      fitBounds([west, south, east, north], flight)
    },
    fitCity(flight) {
      if (!scene?.areas) return
      if (scene.home) {
        fitBounds(scene.home, flight)
        return
      }
      const dense = container.clientWidth < roomyWidth ? denseBounds(scene.areas) : null
      const box = dense ?? wholeBounds(scene.areas)
      if (box) fitBounds(box, flight)
    },
    paint(paint) {
      layers.paint = paint
      schedule()
    },
    repaint() {
      map.triggerRepaint()
    },
    setLive(next) {
      live = next
      schedule()
    },
    redraw: schedule,
    centerOn(point, slack = 0) {
      const { width, height } = size()
      const { top, right, bottom, left } = padding()
      const { x, y } = map.project(point)
      const away: [number, number] = [x - (left + width - right) / 2, y - (top + height - bottom) / 2]
      if (Math.hypot(...away) > slack) map.panBy(away, { duration: 0 })
    },
    zoomBy(steps) {
      move({ zoom: map.getZoom() + steps }, 200)
    },
    panBy(x, y) {
      map.panBy([x, y], { duration: scene?.reducedMotion ? 0 : 200 })
    },
    getView: currentView,
    project(point) {
      const { x, y } = map.project(point)
      return { x: x * magnification, y: y * magnification }
    },
    pulse(points) {
      const startedAt = performance.now()
      for (const { point, level } of points)
        pulses.push({ point, color: cssColor(alertColors[level] ?? alertColors[0]), startedAt })
      if (pulses.length > mostPulses) pulses = pulses.slice(-mostPulses)
      schedule()
    },
    outline(areaId) {
      const areas = scene?.areas
      outlineArea(areas && areaId !== null ? areaIndexOf(areas, areaId) : -1)
    },
    pick: ({ x, y }) => report({ x: x / magnification, y: y / magnification }),
    snapshot() {
      return new Promise((resolve, reject) => {
        const take = () =>
          // Inside the render event the drawing buffer is still there.
          map.getCanvas().toBlob((blob) => {
            if (blob) resolve(blob)
            else reject(new Error('The browser gave no picture of the map.'))
          }, 'image/png')
        // Idle first: colours fade over, and a scene told just now is built in the next frames.
        map.once('idle', () => {
          map.once('render', take)
          map.triggerRepaint()
        })
        map.triggerRepaint()
      })
    },
    snapshotNow() {
      // Read in the task that drew it, while the drawing buffer is still there.
      map.redraw()
      return map.getCanvas().toDataURL('image/png')
    },
    on(name, listener) {
      listeners[name].add(listener)
      return () => {
        listeners[name].delete(listener)
      }
    },
    magnify(factor) {
      if (factor === magnification) return
      magnification = factor
      layOut()
      resize()
    },
    resize,
    destroy() {
      if (destroyed) return
      destroyed = true
      observer.disconnect()
      cancelAnimationFrame(frame)
      cancelAnimationFrame(pointerFrame)
      clearTimeout(restTimer)
      clearTimeout(liveTimer)
      clearTimeout(pressTimer)
      for (const set of Object.values(listeners)) set.clear()
      if (loaded) map.removeControl(overlay)
      map.remove()
      stage.remove()
    },
  }
}

const noRings: Ring[] = []

/** Panels never take more than half of the map from a fit. */
function withinRoom(
  { top, right, bottom, left }: MapScene['padding'],
  { width, height }: { width: number; height: number },
): MapScene['padding'] {
  const across = Math.min(1, (0.6 * width) / Math.max(1, left + right))
  const down = Math.min(1, (0.6 * height) / Math.max(1, top + bottom))
  const rim = 24
  return {
    top: top * down + rim,
    bottom: bottom * down + rim,
    left: left * across + rim,
    right: right * across + rim,
  }
}

/** A box with room around it, so that the city may stand at an edge of the screen. */
function grown([west, south, east, north]: Bounds): [number, number, number, number] {
  const x = Math.max(0.2, east - west)
  const y = Math.max(0.2, north - south)
  return [west - x, Math.max(-85, south - y), east + x, Math.min(85, north + y)]
}
