/**
 * The rural mesh: a Voronoi diagram of scattered sites whose edges wander like the edges of fields, woods and spurs.
 * Source of the wandering: "noisy edges", Amit Patel, Polygonal Map Generation for Games, 2010: an edge is displaced
 * inside the quadrilateral of its two ends and its two sites, so that edges never cross.
 */
import Delaunator from 'delaunator'
import type { Position } from '../../city.ts'
import type { Random } from '../../random.ts'

/** What sites are scattered over: a box in metres and the wanted spacing by place. */
export interface ScatterOptions {
  minX: number
  minY: number
  maxX: number
  maxY: number
  least: number
  most: number
  spacing: (x: number, y: number) => number
  /** Where sites may be. */
  allowed: (x: number, y: number) => boolean
  /** Sites that are there already. */
  given?: readonly Position[]
}

/** Points apart by `spacing` (Bridson's Poisson-disc sampling, 2007, with varying radius). */
export function scatter(options: ScatterOptions, random: Random): Position[] {
  const { minX, minY, maxX, maxY, least, most, spacing, allowed } = options
  const size = least
  const columns = Math.ceil((maxX - minX) / size) + 1
  const rows = Math.ceil((maxY - minY) / size) + 1
  const head = new Int32Array(columns * rows).fill(-1)
  const chain: number[] = []
  const points: Position[] = []
  const place = (x: number, y: number) => {
    const square = Math.floor((y - minY) / size) * columns + Math.floor((x - minX) / size)
    chain.push(head[square])
    head[square] = points.push([x, y]) - 1
  }
  const free = (x: number, y: number, radius: number) => {
    const c0 = Math.max(0, Math.floor((x - radius - minX) / size))
    const c1 = Math.min(columns - 1, Math.floor((x + radius - minX) / size))
    const r0 = Math.max(0, Math.floor((y - radius - minY) / size))
    const r1 = Math.min(rows - 1, Math.floor((y + radius - minY) / size))
    for (let r = r0; r <= r1; r++) {
      for (let c = c0; c <= c1; c++) {
        for (let i = head[r * columns + c]; i >= 0; i = chain[i]) {
          const dx = points[i][0] - x
          const dy = points[i][1] - y
          if (dx * dx + dy * dy < radius * radius) return false
        }
      }
    }
    return true
  }
  const radiusAt = (x: number, y: number) => Math.min(most, Math.max(least, spacing(x, y)))
  for (const [x, y] of options.given ?? []) {
    if (x >= minX && x <= maxX && y >= minY && y <= maxY) place(x, y)
  }
  const active: number[] = points.map((_, i) => i)
  const start = () => {
    const x = random.between(minX, maxX)
    const y = random.between(minY, maxY)
    if (allowed(x, y) && free(x, y, radiusAt(x, y))) {
      place(x, y)
      active.push(points.length - 1)
    }
  }
  for (let i = 0; i < 40; i++) start()
  while (active.length > 0) {
    const at = Math.floor(random.next() * active.length)
    const [px, py] = points[active[at]]
    const radius = radiusAt(px, py)
    let found = false
    for (let attempt = 0; attempt < 14; attempt++) {
      const angle = random.next() * 2 * Math.PI
      const distance = radius * (1 + 0.8 * random.next())
      const x = px + Math.cos(angle) * distance
      const y = py + Math.sin(angle) * distance
      if (x < minX || x > maxX || y < minY || y > maxY) continue
      if (!allowed(x, y) || !free(x, y, radiusAt(x, y))) continue
      place(x, y)
      active.push(points.length - 1)
      found = true
      break
    }
    if (!found) {
      active[at] = active[active.length - 1]
      active.pop()
    }
  }
  return points
}

/** Edges of the Voronoi diagram as lines, the long ones displaced. Unbounded edges are left out. */
export function wanderingEdges(
  sites: readonly Position[],
  box: { minX: number; minY: number; maxX: number; maxY: number },
  amplitude: number,
  finest: number,
  random: Random,
): Position[][] {
  const flat = new Float64Array(sites.length * 2)
  sites.forEach(([x, y], i) => {
    flat[2 * i] = x
    flat[2 * i + 1] = y
  })
  const { triangles, halfedges } = new Delaunator(flat)
  const centreX = new Float64Array(triangles.length / 3)
  const centreY = new Float64Array(triangles.length / 3)
  for (let t = 0; t < centreX.length; t++) {
    const [ax, ay] = sites[triangles[3 * t]]
    const dx = sites[triangles[3 * t + 1]][0] - ax
    const dy = sites[triangles[3 * t + 1]][1] - ay
    const ex = sites[triangles[3 * t + 2]][0] - ax
    const ey = sites[triangles[3 * t + 2]][1] - ay
    const b = dx * dx + dy * dy
    const c = ex * ex + ey * ey
    const d = 0.5 / (dx * ey - dy * ex)
    centreX[t] = ax + (ey * b - dy * c) * d
    centreY[t] = ay + (dx * c - ex * b) * d
  }
  const inBox = (t: number) =>
    centreX[t] > box.minX && centreX[t] < box.maxX && centreY[t] > box.minY && centreY[t] < box.maxY
  const lines: Position[][] = []
  for (let h = 0; h < triangles.length; h++) {
    const twin = halfedges[h]
    if (twin < h) continue
    const s = Math.floor(h / 3)
    const t = Math.floor(twin / 3)
    if (!inBox(s) || !inBox(t)) continue
    const p = sites[triangles[h]]
    const q = sites[triangles[h % 3 === 2 ? h - 2 : h + 1]]
    const line: Position[] = [[centreX[s], centreY[s]]]
    wander(line, [centreX[s], centreY[s]], p, [centreX[t], centreY[t]], q, amplitude, finest, random)
    lines.push(line)
  }
  return lines
}

const middle = (a: Position, b: Position, share: number): Position => [
  a[0] + (b[0] - a[0]) * share,
  a[1] + (b[1] - a[1]) * share,
]

/** Appends the displaced way from a to c (without a) inside the quadrilateral a, b, c, d. */
function wander(
  line: Position[],
  a: Position,
  b: Position,
  c: Position,
  d: Position,
  amplitude: number,
  finest: number,
  random: Random,
): void {
  if (Math.hypot(a[0] - c[0], a[1] - c[1]) < finest) {
    line.push(c)
    return
  }
  const ab = middle(a, b, 0.5)
  const bc = middle(b, c, 0.5)
  const cd = middle(c, d, 0.5)
  const da = middle(d, a, 0.5)
  const centre = middle(b, d, 0.5 + (random.next() - 0.5) * amplitude)
  wander(line, a, ab, centre, da, amplitude, finest, random)
  wander(line, centre, bc, c, cd, amplitude, finest, random)
}
