/** Country roads: cheapest ways over the terrain from the root to every place, which merge into valley roads. */
import type { Position, RoadClass } from '../../city.ts'
import { Heap } from './heap.ts'
import { slopeAt, smooth, type Terrain } from './terrain.ts'

export interface Destination {
  x: number
  y: number
  /** Class of the road that leads there; the better one wins where several share the way. */
  class: RoadClass
}

export interface Route {
  line: Position[]
  class: RoadClass
  /** Name given to the ways that lead to one destination, or -1: index of that destination. */
  leadsTo: number
}

/** From the most to the least important. */
export const roadClasses: readonly RoadClass[] = [
  'motorway',
  'trunk',
  'primary',
  'secondary',
  'residential',
  'service',
  'track',
]

/**
 * A tree of roads.
 * @param allowed where roads may run (metres).
 * @throws RangeError when a destination cannot be reached.
 */
export function routeTree(
  terrain: Terrain,
  allowed: (x: number, y: number) => boolean,
  root: Position,
  destinations: readonly Destination[],
): Route[] {
  const { columns, rows, cell, minX, minY, height, drained, river } = terrain
  const count = columns * rows
  const open = new Uint8Array(count)
  const slope = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    const x = minX + (i % columns) * cell
    const y = minY + Math.floor(i / columns) * cell
    if (!river[i] && allowed(x, y)) {
      open[i] = 1
      slope[i] = slopeAt(terrain, i)
    }
  }
  const nearestOpen = (x: number, y: number) => {
    const c = Math.round((x - minX) / cell)
    const r = Math.round((y - minY) / cell)
    let best = -1
    let least = Number.POSITIVE_INFINITY
    for (let dr = -12; dr <= 12; dr++) {
      for (let dc = -12; dc <= 12; dc++) {
        const nc = c + dc
        const nr = r + dr
        if (nc < 0 || nr < 0 || nc >= columns || nr >= rows || !open[nr * columns + nc]) continue
        const d = dc * dc + dr * dr
        if (d < least) {
          least = d
          best = nr * columns + nc
        }
      }
    }
    return best
  }
  const start = nearestOpen(root[0], root[1])
  if (start < 0) throw new RangeError('expected the root of the roads on open ground')
  const cost = new Float64Array(count).fill(Number.POSITIVE_INFINITY)
  const back = new Int32Array(count).fill(-1)
  const heap = new Heap()
  cost[start] = 0
  heap.push(0, start)
  while (heap.size > 0) {
    const key = heap.least
    const i = heap.pop()
    if (key > cost[i]) continue
    const c = i % columns
    const r = (i - c) / columns
    for (let dr = -1; dr <= 1; dr++) {
      for (let dc = -1; dc <= 1; dc++) {
        if (dc === 0 && dr === 0) continue
        const nc = c + dc
        const nr = r + dr
        if (nc < 0 || nr < 0 || nc >= columns || nr >= rows) continue
        const j = nr * columns + nc
        if (!open[j]) continue
        const distance = cell * (dc !== 0 && dr !== 0 ? Math.SQRT2 : 1)
        const grade = Math.abs(height[j] - height[i]) / distance
        // A bed in the stream floods: beside it, not in it.
        const wet = drained[j] > 1.5e6 ? 0.9 : 0
        const through = cost[i] + distance * (1 + 70 * grade * grade + 1.6 * slope[j] + wet)
        if (through < cost[j]) {
          cost[j] = through
          back[j] = i
          heap.push(through, j)
        }
      }
    }
  }

  const rank = new Int8Array(count).fill(127)
  const node = new Uint8Array(count)
  const leads = new Int32Array(count).fill(-1)
  node[start] = 1
  const used: number[] = []
  destinations.forEach((destination, d) => {
    let i = nearestOpen(destination.x, destination.y)
    if (i < 0 || cost[i] === Number.POSITIVE_INFINITY) return
    node[i] = 1
    const r = roadClasses.indexOf(destination.class)
    while (i >= 0) {
      if (rank[i] === 127) used.push(i)
      if (r < rank[i]) {
        rank[i] = r
        leads[i] = d
      }
      i = back[i]
    }
  })
  const children = new Int32Array(count)
  for (const i of used) if (back[i] >= 0) children[back[i]]++
  for (const i of used) {
    if (children[i] > 1) node[i] = 1
    // Where the class changes the road changes.
    if (back[i] >= 0 && rank[back[i]] !== rank[i]) node[back[i]] = 1
  }
  const at = (i: number): Position => [minX + (i % columns) * cell, minY + Math.floor(i / columns) * cell]
  const routes: Route[] = []
  for (const i of used) {
    if (!node[i] || back[i] < 0) continue
    const line: Position[] = [at(i)]
    let j = i
    do {
      j = back[j]
      line.push(at(j))
    } while (!node[j])
    routes.push({ line: smooth(line, 4), class: roadClasses[rank[i]], leadsTo: leads[i] })
  }
  return routes
}
