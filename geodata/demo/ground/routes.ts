/** Country roads: cheapest ways over the terrain from the root to every place, which merge into valley roads. */
import { createNoise2D } from 'simplex-noise'
import type { Position, RoadClass } from '../../city.ts'
import type { Random } from '../../random.ts'
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
 * A network of roads.
 * @param allowed where roads may run (metres).
 * @throws RangeError when the root lies on no open ground; destinations out of reach are left out.
 */
export function planRoads(
  terrain: Terrain,
  allowed: (x: number, y: number) => boolean,
  root: Position,
  destinations: readonly Destination[],
  random: Random,
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
  // Ground that suits a road and ground that does not: ways wander a little even on the flat.
  const noise = createNoise2D(random.next)
  const mood = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    if (open[i]) mood[i] = 1 + 0.55 * (1 + noise((i % columns) / 5, Math.floor(i / columns) / 5))
  }
  /** Cheapest way back to the root, cell by cell, over the roads there are already. */
  const waysBack = (): Int32Array => {
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
          const built = links.get(i)?.has(j) ? 0.3 : 1
          const through = cost[i] + built * distance * (mood[j] + 70 * grade * grade + 1.6 * slope[j] + wet)
          if (through < cost[j]) {
            cost[j] = through
            back[j] = i
            heap.push(through, j)
          }
        }
      }
    }
    return back
  }

  // Important roads first; lesser ones lead to them rather than run beside them.
  const links = new Map<number, Map<number, { rank: number; leadsTo: number }>>()
  const ends = new Set<number>([start])
  roadClasses.forEach((roadClass, rank) => {
    const group = destinations.flatMap((destination, d) => (destination.class === roadClass ? [d] : []))
    if (group.length === 0) return
    const back = waysBack()
    for (const d of group) {
      let i = nearestOpen(destinations[d].x, destinations[d].y)
      if (i < 0 || (i !== start && back[i] < 0)) continue
      ends.add(i)
      for (; back[i] >= 0; i = back[i]) {
        const j = back[i]
        if (links.get(i)?.has(j)) continue
        for (const [from, to] of [
          [i, j],
          [j, i],
        ]) {
          const list = links.get(from) ?? new Map()
          list.set(to, { rank, leadsTo: d })
          links.set(from, list)
        }
      }
    }
  })

  const at = (i: number): Position => [minX + (i % columns) * cell, minY + Math.floor(i / columns) * cell]
  const isNode = (i: number) => {
    const around = [...(links.get(i)?.values() ?? [])]
    return ends.has(i) || around.length !== 2 || around[0].rank !== around[1].rank
  }
  const routes: Route[] = []
  const done = new Set<number>()
  for (const [i, around] of links) {
    if (!isNode(i)) continue
    for (const [second, { rank, leadsTo }] of around) {
      if (done.has(i * count + second)) continue
      const chain = [i, second]
      while (!isNode(chain[chain.length - 1])) {
        const here = chain[chain.length - 1]
        const before = chain[chain.length - 2]
        for (const to of links.get(here)?.keys() ?? []) {
          if (to !== before) {
            chain.push(to)
            break
          }
        }
      }
      done.add(chain[chain.length - 1] * count + chain[chain.length - 2])
      routes.push({ line: smooth(chain.map(at), 5), class: roadClasses[rank], leadsTo })
    }
  }
  return routes
}
