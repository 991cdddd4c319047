import { alertColors, cssColor, mapColors } from './colors.ts'
import type { Atlas, AtlasEntry } from './gl/Atlas.ts'
import type { IncidentStage, UnitKind, UnitState } from './livePicture.ts'
import { type KindGroup, kindGroups, type Theme } from './scene.ts'

/** Pictures of the map's symbols, drawn once each in an atlas; legible at 16 px. Shapes say what, colour and size say level. */

const half = 9

type Draw = (context: CanvasRenderingContext2D) => void

/** Outlines around (0, 0), about 6 px in radius. */
const shapes: Readonly<Record<KindGroup, Draw>> = {
  criminal: (c) => polygon(c, 4, 6.6, 0),
  publicOrder: (c) => {
    c.arc(0, 0, 5.4, 0, 2 * Math.PI)
  },
  traffic: (c) => {
    c.rect(-4.8, -4.8, 9.6, 9.6)
  },
  fire: (c) => polygon(c, 3, 6.8, 0, 1),
  help: (c) => {
    // A plus sign.
    const [a, b] = [2.1, 5.8]
    for (const [x, y] of [
      [-a, -b],
      [a, -b],
      [a, -a],
      [b, -a],
      [b, a],
      [a, a],
      [a, b],
      [-a, b],
      [-a, a],
      [-b, a],
      [-b, -a],
      [-a, -a],
    ])
      c.lineTo(x, y)
    c.closePath()
  },
  complaint: (c) => polygon(c, 3, 6.8, Math.PI, -1),
  hazard: (c) => polygon(c, 6, 6, 0),
  other: (c) => polygon(c, 5, 5.8, 0),
}

function polygon(c: CanvasRenderingContext2D, corners: number, radius: number, turn: number, drop = 0): void {
  for (let i = 0; i < corners; i++) {
    const angle = turn + (2 * Math.PI * i) / corners
    c.lineTo(radius * Math.sin(angle), drop - radius * Math.cos(angle))
  }
  c.closePath()
}

export function isKindGroup(group: string): group is KindGroup {
  return kindGroups.some((known) => known === group)
}

/** How much larger marks of a level are: not everybody tells its colour. The first is red, the fourth blue. */
const sizeOfLevel = [1, 1.3, 1.2, 1.1, 1]

/** @param level 1…4, anything else is grey. */
export function incidentSymbol(atlas: Atlas, group: string, level: number, theme: Theme): AtlasEntry | null {
  const shape = isKindGroup(group) ? group : 'other'
  const color = alertColors[level] ?? alertColors[0]
  const size = sizeOfLevel[level] ?? 1
  return atlas.entry(`incident ${shape} ${level} ${theme}`, 2 * half * size, 2 * half * size, (c) => {
    c.scale(size, size)
    c.translate(half, half)
    shapes[shape](c)
    c.lineJoin = 'round'
    c.lineWidth = 3
    c.strokeStyle = cssColor(mapColors[theme].halo)
    c.stroke()
    c.fillStyle = cssColor(color)
    c.fill()
  })
}

function outlined(c: CanvasRenderingContext2D, fill: string, halo: string): void {
  c.lineJoin = 'round'
  c.lineWidth = 3
  c.strokeStyle = halo
  c.stroke()
  c.fillStyle = fill
  c.fill()
}

const liveHalf = 15

/** An incident of now: its shape, larger, and around it how far it has come. @param level 1…4, anything else is grey. */
export function liveIncidentSymbol(
  atlas: Atlas,
  group: string,
  level: number,
  stage: IncidentStage,
  theme: Theme,
): AtlasEntry | null {
  const shape = isKindGroup(group) ? group : 'other'
  const rgb = alertColors[level] ?? alertColors[0]
  const halo = cssColor(mapColors[theme].halo)
  return atlas.entry(`live ${shape} ${level} ${stage} ${theme}`, 2 * liveHalf, 2 * liveHalf, (c) => {
    c.translate(liveHalf, liveHalf)
    if (stage === 'new') {
      c.arc(0, 0, 14, 0, 2 * Math.PI)
      c.fillStyle = cssColor(rgb, 0.42)
      c.fill()
      c.lineWidth = 1.5
      c.strokeStyle = cssColor(rgb)
      c.stroke()
    } else if (stage === 'dispatched' || stage === 'onScene') {
      ring(c, 12.5, stage === 'dispatched', cssColor(rgb), halo)
    }
    c.beginPath()
    const size = 1.15 * (sizeOfLevel[level] ?? 1)
    c.scale(size, size)
    shapes[shape](c)
    c.lineJoin = 'round'
    c.lineWidth = 3
    c.strokeStyle = halo
    c.stroke()
    if (stage === 'closed') {
      c.fillStyle = halo
      c.fill()
      c.lineWidth = 1.4
      c.strokeStyle = cssColor(rgb)
      c.stroke()
    } else {
      c.fillStyle = cssColor(rgb)
      c.fill()
    }
  })
}

/** Around what somebody is on the way to (broken) or has reached (whole). */
function ring(
  c: CanvasRenderingContext2D,
  radius: number,
  broken: boolean,
  color: string,
  halo: string,
): void {
  c.beginPath()
  c.arc(0, 0, radius, 0, 2 * Math.PI)
  const eighth = (2 * Math.PI * radius) / 8
  c.setLineDash(broken ? [0.6 * eighth, 0.4 * eighth] : [])
  c.lineWidth = 3.4
  c.strokeStyle = halo
  c.stroke()
  c.lineWidth = 1.8
  c.strokeStyle = color
  c.stroke()
  c.setLineDash([])
}

/** Outlines of units looking north, about 8 px long. */
const unitShapes: Readonly<Record<UnitKind, Draw>> = {
  car: (c) => corners(c, [0, -9, 6.2, 7, 0, 4, -6.2, 7]),
  motorcycle: (c) => corners(c, [0, -9, 4, 7, 0, 4.6, -4, 7]),
  foot: (c) => {
    c.moveTo(0, -9.5)
    c.lineTo(4, -3.2)
    c.arc(0, 0.6, 5, -0.72, Math.PI + 0.72)
    c.closePath()
  },
  command: (c) => corners(c, [0, -10, 5.6, -4.4, 5.6, 6, -5.6, 6, -5.6, -4.4]),
}

function corners(c: CanvasRenderingContext2D, points: readonly number[]): void {
  for (let i = 0; i < points.length; i += 2) c.lineTo(points[i], points[i + 1])
  c.closePath()
}

/** A unit looking north; without a heading a disc. Grey and hollow: not heard for long. */
export function unitSymbol(
  atlas: Atlas,
  kind: UnitKind,
  state: UnitState,
  stale: boolean,
  headed: boolean,
  theme: Theme,
): AtlasEntry | null {
  const { ink, inkSoft, halo } = mapColors[theme]
  const color = cssColor(stale ? inkSoft : ink)
  const ringed = state === 'assigned' || state === 'enRoute' || state === 'onScene'
  // No larger than what is drawn: empty corners are painted too.
  const unitHalf = ringed ? 16 : 12
  return atlas.entry(`unit ${kind} ${state} ${stale} ${headed} ${theme}`, 2 * unitHalf, 2 * unitHalf, (c) => {
    c.translate(unitHalf, unitHalf)
    if (ringed) ring(c, 13.5, state !== 'onScene', color, cssColor(halo))
    c.beginPath()
    if (headed) unitShapes[kind](c)
    else c.arc(0, 0, 5.6, 0, 2 * Math.PI)
    c.lineJoin = 'round'
    c.lineWidth = 3.6
    c.strokeStyle = cssColor(halo)
    c.stroke()
    c.fillStyle = stale ? cssColor(halo) : color
    c.fill()
    if (stale) {
      c.lineWidth = 1.5
      c.strokeStyle = color
      c.stroke()
    }
  })
}

/** Words that belong to a mark and move with it, with a halo; null when the atlas is full. @param size CSS pixels. */
export function markText(
  atlas: Atlas,
  text: string,
  size: number,
  soft: boolean,
  theme: Theme,
): AtlasEntry | null {
  const key = `words ${text} ${size} ${soft} ${theme}`
  // Measuring costs more than finding, and these are asked for in every frame.
  const known = atlas.known(key)
  if (known) return known
  const font = `600 ${size}px Inter, "Noto Sans CJK SC", "Source Han Sans SC", sans-serif`
  const width = Math.ceil(atlas.measure(text, font)) + 6
  const height = Math.ceil(1.3 * size) + 4
  const { ink, inkSoft, halo } = mapColors[theme]
  return atlas.entry(key, width, height, (c) => {
    c.font = font
    c.textAlign = 'center'
    c.textBaseline = 'middle'
    c.lineJoin = 'round'
    c.lineWidth = 3.5
    c.strokeStyle = cssColor(halo, 0.85)
    c.strokeText(text, width / 2, height / 2)
    c.fillStyle = cssColor(soft ? inkSoft : ink)
    c.fillText(text, width / 2, height / 2)
  })
}

/** A house for centres, a square for posts, a pin of its kind for sites. */
export function placeSymbol(atlas: Atlas, category: string, theme: Theme): AtlasEntry | null {
  const colors = mapColors[theme]
  const ink = cssColor(colors.ink)
  const halo = cssColor(colors.halo)
  return atlas.entry(`place ${category} ${theme}`, 2 * half + 2, 2 * half + 2, (c) => {
    c.translate(half + 1, half + 1)
    switch (category) {
      case 'centre':
      case 'hall':
        for (const [x, y] of [
          [0, -7],
          [7.4, -0.6],
          [5.2, -0.6],
          [5.2, 6.2],
          [-5.2, 6.2],
          [-5.2, -0.6],
          [-7.4, -0.6],
        ])
          c.lineTo(x, y)
        c.closePath()
        outlined(c, category === 'centre' ? ink : cssColor(colors.accent), halo)
        c.fillStyle = halo
        c.fillRect(-1.7, 1.2, 3.4, 5)
        break
      case 'post':
        c.rect(-5, -5, 10, 10)
        outlined(c, cssColor(colors.accent), halo)
        c.fillStyle = halo
        c.fillRect(-1.8, -1.8, 3.6, 3.6)
        break
      default:
        c.arc(0, 0, 4.2, 0, 2 * Math.PI)
        outlined(c, cssColor(colors.inkSoft), halo)
    }
  })
}

/** A camera looking north: body and a short cone; hollow when it is not online. */
export function cameraSymbol(atlas: Atlas, online: boolean, theme: Theme): AtlasEntry | null {
  const colors = mapColors[theme]
  return atlas.entry(`camera ${online} ${theme}`, 18, 18, (c) => {
    c.translate(9, 9)
    c.moveTo(0, 1)
    c.lineTo(-5, -7)
    c.lineTo(5, -7)
    c.closePath()
    c.moveTo(3.6, 3)
    c.arc(0, 3, 3.6, 0, 2 * Math.PI)
    c.lineJoin = 'round'
    c.lineWidth = 2.5
    c.strokeStyle = cssColor(colors.halo)
    c.stroke()
    if (online) {
      c.fillStyle = cssColor(colors.ink)
      c.fill()
    } else {
      c.fillStyle = cssColor(colors.halo)
      c.fill()
      c.lineWidth = 1.1
      c.strokeStyle = cssColor(colors.inkSoft)
      c.stroke()
    }
  })
}

const sectorSide = 128

/** What a camera sees, looking north: a sector fading outwards; scaled to twice its range. */
export function sectorSymbol(
  atlas: Atlas,
  fieldOfView: number,
  online: boolean,
  theme: Theme,
): AtlasEntry | null {
  const colors = mapColors[theme]
  // A few widths are enough for the eye.
  const degrees = Math.min(360, Math.max(15, Math.round(fieldOfView / 15) * 15))
  return atlas.entry(`sector ${degrees} ${online} ${theme}`, sectorSide, sectorSide, (c) => {
    const radius = sectorSide / 2
    const spread = (degrees / 2) * (Math.PI / 180)
    c.translate(radius, radius)
    const fade = c.createRadialGradient(0, 0, 0, 0, 0, radius)
    const color = online ? colors.accent : colors.inkSoft
    fade.addColorStop(0, cssColor(color, 0.09))
    fade.addColorStop(1, cssColor(color, 0))
    c.fillStyle = fade
    if (degrees < 360) c.moveTo(0, 0)
    c.arc(0, 0, radius - 1, -Math.PI / 2 - spread, -Math.PI / 2 + spread)
    c.closePath()
    c.fill()
    c.strokeStyle = cssColor(color, 0.08)
    c.lineWidth = 1
    c.stroke()
  })
}

/** A chevron pointing north, in a route's colour. */
export function arrowSymbol(atlas: Atlas, color: string, theme: Theme): AtlasEntry | null {
  return atlas.entry(`arrow ${color} ${theme}`, 14, 14, (c) => {
    c.translate(7, 7)
    c.moveTo(-4, 3)
    c.lineTo(0, -3.5)
    c.lineTo(4, 3)
    c.lineJoin = 'round'
    c.lineCap = 'round'
    c.lineWidth = 4
    c.strokeStyle = cssColor(mapColors[theme].halo)
    c.stroke()
    c.lineWidth = 2
    c.strokeStyle = color
    c.stroke()
  })
}

/** A thin ring of a colour, for selected points and new incidents; drawn large and scaled. */
export function ringSymbol(atlas: Atlas, color: string): AtlasEntry | null {
  return atlas.entry(`ring ${color}`, 64, 64, (c) => {
    c.arc(32, 32, 28, 0, 2 * Math.PI)
    c.lineWidth = 5
    c.strokeStyle = color
    c.stroke()
  })
}

/** The picture as a data URL, for legends. */
export function symbolUrl(atlas: Atlas, entry: AtlasEntry): string {
  const side = atlas.canvas.width
  const canvas = document.createElement('canvas')
  canvas.width = Math.round((entry.u1 - entry.u0) * side)
  canvas.height = Math.round((entry.v1 - entry.v0) * side)
  const context = canvas.getContext('2d')
  context?.drawImage(atlas.canvas, -entry.u0 * side, -entry.v0 * side)
  return canvas.toDataURL()
}
