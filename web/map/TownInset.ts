import { areaIndexOf, forEachRingVertex } from '../../geodata/areaBundle.ts'
import type { Position } from '../../geodata/city.ts'
import { stepsPerDegree } from '../../geodata/topology.ts'
import { areaTexels } from '../layers/areas.ts'
import { densityPicture, hotspotTexels } from '../layers/hotspots.ts'
import type { LoadedAreas } from '../workers/protocol.ts'
import { areaAt } from './areaFinder.ts'
import { denseBounds, wholeBounds } from './cityBounds.ts'
import { cssColor, mapColors } from './colors.ts'
import { latOfWorld, lngOfWorld, worldPerMetre, worldX, worldY } from './geometry/mercator.ts'
import { drawInsetDetails } from './insetDetails.ts'
import { levelState } from './layerOrder.ts'
import type { Bounds, HotspotMap, MapScene, MapView, Theme } from './scene.ts'

/** A town that fills more than this share of the city's own box needs no second view. */
const mostShare = 0.25

/** Where the town lies on the inset's canvas: world units to CSS pixels. */
interface Placement {
  left: number
  top: number
  scale: number
  width: number
  height: number
}

/**
 * A second, linked view of where people live, at its own scale: in the demo city they live in three per cent of the
 * picture. Drawn with Canvas2D from the same bundle and colours, so that the page keeps one GL context. It shows the
 * choropleth and the main view's rectangle; a click answers the point to fly to.
 */
export class TownInset {
  readonly canvas: HTMLCanvasElement
  readonly #base = document.createElement('canvas')
  readonly #observer: ResizeObserver
  readonly #onPick: (point: Position, areaId: number | null) => void
  readonly #detailed: boolean
  readonly #unit: number
  #scene: MapScene | null = null
  #view: MapView | null = null
  #placement: Placement | null = null
  #drawnFrom: readonly unknown[] = []

  /**
   * @param detailed also the scene's points, routes, names and selection: where the inset is read by itself.
   * @param unit how much larger than at desk size lines and words are drawn.
   */
  constructor(
    container: HTMLElement,
    onPick: (point: Position, areaId: number | null) => void,
    { detailed = false, unit = 1 }: { detailed?: boolean; unit?: number } = {},
  ) {
    this.#onPick = onPick
    this.#detailed = detailed
    this.#unit = unit
    this.canvas = document.createElement('canvas')
    this.canvas.style.cssText = 'display:block;width:100%;height:100%;cursor:pointer'
    this.canvas.addEventListener('click', this.#pick)
    container.append(this.canvas)
    this.#observer = new ResizeObserver(() => this.#draw())
    this.#observer.observe(container)
  }

  /** Tells what the main map shows and where; cheap when only the view moved. */
  update(scene: MapScene, view: MapView | null): void {
    this.#scene = scene
    this.#view = view
    this.#draw()
  }

  /** False where the town is the city or nobody lives: then there is nothing to enlarge. */
  static suits(areas: LoadedAreas): boolean {
    const whole = wholeBounds(areas)
    const dense = denseBounds(areas)
    const extent = ([west, south, east, north]: Bounds) => (east - west) * (north - south)
    return whole !== null && dense !== null && extent(dense) < mostShare * extent(whole)
  }

  destroy(): void {
    this.#observer.disconnect()
    this.canvas.remove()
  }

  #pick = (event: MouseEvent): void => {
    const placement = this.#placement
    const areas = this.#scene?.areas
    if (!placement || !areas) return
    const lng = lngOfWorld(placement.left + event.offsetX / placement.scale)
    const lat = latOfWorld(placement.top - event.offsetY / placement.scale)
    const area = areaAt(areas, this.#level(areas), lng, lat)
    this.#onPick([lng, lat], area < 0 ? null : areas.id[area])
  }

  snapshotNow(): string {
    return this.canvas.toDataURL('image/png')
  }

  /** The picture as PNG, for paper. */
  snapshot(): Promise<Blob> {
    return new Promise((resolve, reject) => {
      this.canvas.toBlob((blob) => {
        if (blob) resolve(blob)
        else reject(new Error('The browser gave no picture of the inset.'))
      }, 'image/png')
    })
  }

  /** The pinned level, else the main map's, as long as this city has it. */
  #level(areas: LoadedAreas): number {
    const mode = this.#scene?.level
    const shown = mode?.mode === 'pinned' ? mode.level : this.#view?.level
    const found = areas.levels.findIndex(({ level }) => level === shown)
    return found >= 0 ? found : areas.levels.length - 1
  }

  #draw(): void {
    const scene = this.#scene
    const { clientWidth: width, clientHeight: height } = this.canvas
    if (!scene?.areas || width === 0 || height === 0) return
    const box = denseBounds(scene.areas)
    if (!box) return
    const ratio = window.devicePixelRatio || 1
    const level = this.#level(scene.areas)
    const name = scene.areas.levels[level].level
    const inputs = [
      scene.areas,
      level,
      scene.values[name],
      scene.hotspots,
      scene.theme,
      scene.highlighted,
      scene.sight,
      width,
      height,
      ratio,
      ...(this.#detailed
        ? [scene.layers, scene.incidents, scene.patrolRoutes, scene.posts, scene.language, scene.selection]
        : []),
    ]
    if (inputs.some((input, i) => input !== this.#drawnFrom[i])) {
      this.#drawnFrom = inputs
      this.#placement = placementOf(box, width, height)
      for (const canvas of [this.canvas, this.#base]) {
        canvas.width = Math.round(width * ratio)
        canvas.height = Math.round(height * ratio)
      }
      this.#drawBase(scene, scene.areas, level, this.#placement, ratio)
    }
    this.#drawView(scene, ratio)
  }

  #drawBase(scene: MapScene, areas: LoadedAreas, level: number, placement: Placement, ratio: number): void {
    const context = this.#base.getContext('2d')
    if (!context) return
    const colors = mapColors[scene.theme]
    const name = areas.levels[level].level
    const { opacity } = levelState(scene.layers, name)
    const hotspots = scene.hotspots ?? null
    const values = hotspots ? undefined : scene.values[name]
    const plain = areaTexels(
      areas,
      level,
      values,
      scene.theme,
      scene.highlighted,
      opacity,
      scene.sight ?? null,
    )
    const texels =
      hotspots?.kind === 'areas' ? hotspotTexels(areas, level, hotspots, plain, scene.theme) : plain
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    context.fillStyle = cssColor(colors.ground)
    context.fillRect(0, 0, placement.width, placement.height)
    context.lineWidth = 0.5
    context.lineJoin = 'round'
    for (const area of areasIn(areas, level, placement)) {
      const path = areaPath(areas, area, placement)
      context.fillStyle = `rgb(${texels[4 * area]} ${texels[4 * area + 1]} ${texels[4 * area + 2]})`
      context.fill(path, 'evenodd')
      context.strokeStyle = cssColor(colors.borderFine, 0.8)
      context.stroke(path)
    }
    if (this.#detailed) this.#drawSelection(context, scene, areas, placement)
    if (hotspots?.kind === 'density') drawDensity(context, hotspots, scene.theme, placement)
    // Squads, or whatever the coarser levels are, find the eye its way.
    areas.levels.forEach((each, i) => {
      if (i === level || each.rank === 0 || each.hierarchy !== 'patrol') return
      if (!levelState(scene.layers, each.level).visible) return
      context.lineWidth = 1.25
      context.setLineDash([4, 3])
      context.strokeStyle = cssColor(colors.borderStrong, 0.9)
      for (const area of areasIn(areas, i, placement)) context.stroke(areaPath(areas, area, placement))
      context.setLineDash([])
    })
    if (!this.#detailed) return
    const bounds = boundsOf(placement)
    const [, south, , north] = bounds
    drawInsetDetails(
      context,
      scene,
      level,
      {
        width: placement.width,
        height: placement.height,
        bounds,
        metresPerPixel: 1 / (placement.scale * worldPerMetre((south + north) / 2)),
        project: (lng, lat) => ({
          x: (worldX(lng) - placement.left) * placement.scale,
          y: (placement.top - worldY(lat)) * placement.scale,
        }),
      },
      this.#unit,
    )
  }

  #drawSelection(
    context: CanvasRenderingContext2D,
    { selection, theme }: MapScene,
    areas: LoadedAreas,
    placement: Placement,
  ): void {
    const area = selection.kind === 'area' ? areaIndexOf(areas, selection.areaId) : -1
    if (area < 0) return
    const path = areaPath(areas, area, placement)
    const { halo, accent } = mapColors[theme]
    for (const [color, width] of [
      [cssColor(halo, 0.9), 5.5],
      [cssColor(accent), 3],
    ] as const) {
      context.lineWidth = width * this.#unit
      context.strokeStyle = color
      context.stroke(path)
    }
  }

  #drawView(scene: MapScene, ratio: number): void {
    const context = this.canvas.getContext('2d')
    const placement = this.#placement
    if (!context || !placement) return
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.drawImage(this.#base, 0, 0)
    if (!this.#view) return
    const [west, south, east, north] = this.#view.bounds
    const x = (worldX(west) - placement.left) * placement.scale
    const y = (placement.top - worldY(north)) * placement.scale
    const width = (worldX(east) - worldX(west)) * placement.scale
    const height = (worldY(north) - worldY(south)) * placement.scale
    // A rectangle that holds the whole inset says nothing.
    if (x <= 0 && y <= 0 && x + width >= placement.width && y + height >= placement.height) return
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    context.strokeStyle = cssColor(mapColors[scene.theme].accent)
    context.lineWidth = 2
    context.strokeRect(x, y, width, height)
  }
}

/** The density's picture stretched over the inset; degrees and the map's projection differ by less than a cell here. */
function drawDensity(
  context: CanvasRenderingContext2D,
  density: Extract<HotspotMap, { kind: 'density' }>,
  theme: Theme,
  placement: Placement,
): void {
  const { origin, cellLng, cellLat, columns, rows } = density.grid
  const picture = document.createElement('canvas')
  picture.width = columns
  picture.height = rows
  picture.getContext('2d')?.putImageData(densityPicture(density, theme), 0, 0)
  const [west, south] = origin
  const [left, top] = [worldX(west), worldY(south + rows * cellLat)]
  context.drawImage(
    picture,
    (left - placement.left) * placement.scale,
    (placement.top - top) * placement.scale,
    (worldX(west + columns * cellLng) - left) * placement.scale,
    (top - worldY(south)) * placement.scale,
  )
}

/** The box in the middle of the canvas, as large as it fits. */
function placementOf([west, south, east, north]: Bounds, width: number, height: number): Placement {
  const [left, right, bottom, top] = [worldX(west), worldX(east), worldY(south), worldY(north)]
  const scale = Math.min(width / (right - left), height / (top - bottom))
  return {
    left: left - (width / scale - (right - left)) / 2,
    top: top + (height / scale - (top - bottom)) / 2,
    scale,
    width,
    height,
  }
}

/** The ground on the canvas, degrees. */
function boundsOf({ left, top, scale, width, height }: Placement): Bounds {
  return [
    lngOfWorld(left),
    latOfWorld(top - height / scale),
    lngOfWorld(left + width / scale),
    latOfWorld(top),
  ]
}

function areasIn(areas: LoadedAreas, level: number, placement: Placement): number[] {
  const [west, south, east, north] = boundsOf(placement)
  const found: number[] = []
  for (let i = 0; i < areas.count; i++) {
    if (areas.level[i] !== level) continue
    const box = 4 * i
    if (areas.bounds[box] > east || areas.bounds[box + 2] < west) continue
    if (areas.bounds[box + 1] > north || areas.bounds[box + 3] < south) continue
    found.push(i)
  }
  return found
}

/** Rings of an area in CSS pixels, vertices closer than half a pixel left out. */
function areaPath(areas: LoadedAreas, area: number, placement: Placement): Path2D {
  const { shapes } = areas
  const path = new Path2D()
  const end = shapes.polygonStart[shapes.areaStart[area + 1]]
  for (let ring = shapes.polygonStart[shapes.areaStart[area]]; ring < end; ring++) {
    let lastX = Number.NaN
    let lastY = Number.NaN
    forEachRingVertex(shapes, ring, (vertex) => {
      const x = (worldX(shapes.vertices[2 * vertex] / stepsPerDegree) - placement.left) * placement.scale
      const y = (placement.top - worldY(shapes.vertices[2 * vertex + 1] / stepsPerDegree)) * placement.scale
      if (Math.abs(x - lastX) < 0.5 && Math.abs(y - lastY) < 0.5) return
      if (Number.isNaN(lastX)) path.moveTo(x, y)
      else path.lineTo(x, y)
      lastX = x
      lastY = y
    })
    path.closePath()
  }
  return path
}
