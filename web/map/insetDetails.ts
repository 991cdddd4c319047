/** What the town inset of the rooms shows besides its areas, drawn with Canvas2D: routes, points, the selection, names. */
import type { Position } from '../../geodata/city.ts'
import { stepsPerDegree } from '../../geodata/topology.ts'
import { labelFont } from '../layers/labels.ts'
import { squadColor, squadOrder } from '../layers/patrolRoutes.ts'
import { alertColors, cssColor, mapColors } from './colors.ts'
import { areaLabels, placeWithoutOverlap } from './labels.ts'
import { layerState, levelState } from './layerOrder.ts'
import type { Bounds, MapScene } from './scene.ts'

/** The inset's own picture of the ground; all lengths CSS pixels. */
export interface InsetGround {
  width: number
  height: number
  bounds: Bounds
  metresPerPixel: number
  project: (lng: number, lat: number) => { x: number; y: number }
}

/**
 * @param level index of the level the inset shows. @param unit how much larger than at desk size everything is drawn.
 */
export function drawInsetDetails(
  context: CanvasRenderingContext2D,
  scene: MapScene,
  level: number,
  ground: InsetGround,
  unit: number,
): void {
  drawRoutes(context, scene, ground, unit)
  drawPoints(context, scene, ground, unit)
  drawNames(context, scene, level, ground, unit)
}

function drawRoutes(
  context: CanvasRenderingContext2D,
  { layers, patrolRoutes, theme }: MapScene,
  { project }: InsetGround,
  unit: number,
): void {
  if (!layerState(layers, 'patrolRoutes').visible) return
  const order = squadOrder(patrolRoutes)
  const { halo } = mapColors[theme]
  context.lineJoin = 'round'
  for (const { line, squadId } of patrolRoutes) {
    context.beginPath()
    line.forEach(([lng, lat], at) => {
      const { x, y } = project(lng, lat)
      if (at === 0) context.moveTo(x, y)
      else context.lineTo(x, y)
    })
    for (const [color, width] of [
      [cssColor(halo, 0.5), 3.5],
      [cssColor(squadColor(order, squadId)), 1.75],
    ] as const) {
      context.lineWidth = width * unit
      context.strokeStyle = color
      context.stroke()
    }
  }
}

function drawPoints(
  context: CanvasRenderingContext2D,
  { layers, incidents, posts, theme }: MapScene,
  { project }: InsetGround,
  unit: number,
): void {
  const { halo, accent } = mapColors[theme]
  const dot = ([lng, lat]: Position, radius: number, color: string) => {
    const { x, y } = project(lng, lat)
    context.beginPath()
    context.arc(x, y, radius * unit, 0, 2 * Math.PI)
    context.fillStyle = cssColor(halo)
    context.fill()
    context.beginPath()
    context.arc(x, y, (radius - 0.75) * unit, 0, 2 * Math.PI)
    context.fillStyle = color
    context.fill()
  }
  if (layerState(layers, 'posts').visible) for (const { point } of posts) dot(point, 4, cssColor(accent))
  if (!incidents || !layerState(layers, 'incidents').visible) return
  for (let i = 0; i < incidents.id.length; i++) {
    const point: Position = [incidents.lng[i] / stepsPerDegree, incidents.lat[i] / stepsPerDegree]
    dot(point, 3, cssColor(alertColors[incidents.level[i]] ?? alertColors[0]))
  }
}

/** Names of the shown level and of those above it, as far as there is room. */
function drawNames(
  context: CanvasRenderingContext2D,
  { areas, layers, language, theme }: MapScene,
  level: number,
  ground: InsetGround,
  unit: number,
): void {
  if (!areas || !layerState(layers, 'labels').visible) return
  const shown = areas.levels[level]
  const levels = areas.levels
    .map((each, index) => ({ ...each, index }))
    .filter(
      (each) =>
        levelState(layers, each.level).visible &&
        (each.hierarchy !== shown.hierarchy || each.rank <= shown.rank),
    )
    .sort((a, b) => (a.hierarchy === b.hierarchy ? a.rank - b.rank : a.hierarchy === 'patrol' ? -1 : 1))
  const candidates = areaLabels(
    areas,
    levels.map(({ index }) => index),
    language,
  ).map((candidate) => ({ ...candidate, size: candidate.size * unit }))
  const placed = placeWithoutOverlap(candidates, ground, ground.bounds, ground.project, (candidate) => {
    context.font = labelFont(candidate)
    return context.measureText(candidate.text).width
  })
  const { halo, ink } = mapColors[theme]
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.lineJoin = 'round'
  context.lineWidth = 4 * unit
  for (const { candidate } of placed) {
    const { x, y } = ground.project(candidate.lng, candidate.lat)
    context.font = labelFont(candidate)
    context.strokeStyle = cssColor(halo, 0.85)
    context.strokeText(candidate.text, x, y)
    context.fillStyle = cssColor(ink, candidate.soft ? 0.82 : 1)
    context.fillText(candidate.text, x, y)
  }
}
