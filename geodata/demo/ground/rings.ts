/** From labelled faces to polygons: rings made of shared vertices. */
import type { Position } from '../../city.ts'
import { type Arrangement, lineKind } from './arrangement.ts'

/**
 * Which vertices the borders of a labelling need: all where three borders meet, and of the chains between them those
 * that a tolerance keeps (Douglas–Peucker), so that both sides of a border get exactly the same vertices.
 * @param pinned vertices that must stay wherever a border passes them.
 * @param tolerance metres.
 */
export function neededVertices(
  arrangement: Arrangement,
  label: Int32Array,
  pinned: Uint8Array,
  stepX: number,
  stepY: number,
  tolerance: number,
): Uint8Array {
  const { face, origin, edgeCount, star, starOffset } = arrangement
  const vertexCount = arrangement.x.length
  const border = new Uint8Array(edgeCount)
  const degree = new Int32Array(vertexCount)
  for (let e = 0; e < edgeCount; e++) {
    if (label[face[2 * e]] === label[face[2 * e + 1]]) continue
    border[e] = 1
    degree[origin[2 * e]]++
    degree[origin[2 * e + 1]]++
  }
  const needed = new Uint8Array(vertexCount)
  for (let v = 0; v < vertexCount; v++) if (degree[v] > 2 || (degree[v] > 0 && pinned[v])) needed[v] = 1
  const done = new Uint8Array(edgeCount)
  const onwards = (h: number): number => {
    const v = origin[h ^ 1]
    for (let k = starOffset[v]; k < starOffset[v + 1]; k++) {
      const out = star[k]
      if (border[out >> 1] && out !== (h ^ 1)) return out
    }
    return -1
  }
  const walk = (start: number) => {
    const chain = [origin[start]]
    let h = start
    for (;;) {
      done[h >> 1] = 1
      const v = origin[h ^ 1]
      chain.push(v)
      if (needed[v] || v === chain[0]) break
      h = onwards(h)
    }
    thin(arrangement, chain, stepX, stepY, tolerance, needed)
  }
  for (let h = 0; h < 2 * edgeCount; h++) if (border[h >> 1] && !done[h >> 1] && needed[origin[h]]) walk(h)
  for (let h = 0; h < 2 * edgeCount; h++) {
    if (!border[h >> 1] || done[h >> 1]) continue
    needed[origin[h]] = 1
    walk(h)
  }
  return needed
}

/** Marks the vertices of an open or closed chain that lie off the straight way by more than the tolerance. */
function thin(
  { x, y }: Arrangement,
  chain: number[],
  stepX: number,
  stepY: number,
  tolerance: number,
  needed: Uint8Array,
): void {
  const open: [number, number][] = [[0, chain.length - 1]]
  const closed = chain[0] === chain[chain.length - 1]
  for (let range = open.pop(); range; range = open.pop()) {
    const [first, last] = range
    if (last - first < 2) continue
    const ax = x[chain[first]] * stepX
    const ay = y[chain[first]] * stepY
    const dx = x[chain[last]] * stepX - ax
    const dy = y[chain[last]] * stepY - ay
    const length = Math.hypot(dx, dy)
    let far = -1
    let farthest = closed && length === 0 ? -1 : tolerance
    for (let i = first + 1; i < last; i++) {
      const px = x[chain[i]] * stepX - ax
      const py = y[chain[i]] * stepY - ay
      const t = length > 0 ? Math.min(1, Math.max(0, (px * dx + py * dy) / (length * length))) : 0
      const off = Math.hypot(px - t * dx, py - t * dy)
      if (off > farthest) {
        farthest = off
        far = i
      }
    }
    if (far < 0) continue
    needed[chain[far]] = 1
    open.push([first, far], [far, last])
  }
}

/**
 * Polygons of every label, as vertex numbers: per label a list of polygons, each a list of rings, the outer one first
 * and counter-clockwise, holes clockwise; rings are not closed (the first vertex is not repeated).
 * @param label by face, -1 for what belongs to none.
 */
export function polygonsOf(
  arrangement: Arrangement,
  label: Int32Array,
  count: number,
  needed: Uint8Array,
): number[][][][] {
  const { face, origin, edgeCount, star, starOffset, x, y } = arrangement
  const rings: number[][][] = Array.from({ length: count }, () => [])
  const done = new Uint8Array(2 * edgeCount)
  for (let h = 0; h < 2 * edgeCount; h++) {
    const own = label[face[h]]
    if (own < 0 || done[h] || label[face[h ^ 1]] === own) continue
    const ring: number[] = []
    let g = h
    do {
      done[g] = 1
      if (needed[origin[g]]) ring.push(origin[g])
      const twin = g ^ 1
      const v = origin[twin]
      const first = starOffset[v]
      const degree = starOffset[v + 1] - first
      let k = 0
      while (star[first + k] !== twin) k++
      // Counter-clockwise over what is not ours to the next edge with us on its left.
      do {
        k = (k + 1) % degree
        g = star[first + k]
      } while (!(label[face[g]] === own && label[face[g ^ 1]] !== own))
    } while (g !== h)
    rings[own].push(ring)
  }
  const area = (ring: number[]) => {
    let sum = 0
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      sum += x[ring[j]] * y[ring[i]] - x[ring[i]] * y[ring[j]]
    }
    return sum
  }
  return rings.map((list) => {
    const outer = list.filter((ring) => area(ring) > 0).sort((a, b) => area(b) - area(a))
    const polygons = outer.map((ring) => [ring])
    for (const hole of list) {
      if (area(hole) > 0) continue
      const home =
        polygons.find(([ring]) => outer.length === 1 || contains(arrangement, ring, hole)) ?? polygons[0]
      home.push(hole)
    }
    return polygons
  })
}

/** Whether the first vertex of `hole` that is not on `ring` lies inside it. */
function contains({ x, y }: Arrangement, ring: number[], hole: number[]): boolean {
  const on = new Set(ring)
  const probe = hole.find((v) => !on.has(v))
  if (probe === undefined) return false
  let inside = false
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const a = ring[i]
    const b = ring[j]
    if (
      y[a] > y[probe] !== y[b] > y[probe] &&
      x[probe] < ((x[b] - x[a]) * (y[probe] - y[a])) / (y[b] - y[a]) + x[a]
    ) {
      inside = !inside
    }
  }
  return inside
}

/** A point well inside a polygon: the best of a refined lattice by distance from the rings. Metres. */
export function visualCentre(rings: readonly Position[][]): Position {
  let minX = Number.POSITIVE_INFINITY
  let minY = Number.POSITIVE_INFINITY
  let maxX = Number.NEGATIVE_INFINITY
  let maxY = Number.NEGATIVE_INFINITY
  for (const [x, y] of rings[0]) {
    minX = Math.min(minX, x)
    minY = Math.min(minY, y)
    maxX = Math.max(maxX, x)
    maxY = Math.max(maxY, y)
  }
  let best: Position = rings[0][0]
  let bestClearance = Number.NEGATIVE_INFINITY
  const probe = (x: number, y: number) => {
    const clearance = signedClearance(rings, x, y, bestClearance)
    if (clearance > bestClearance) {
      bestClearance = clearance
      best = [x, y]
    }
  }
  const n = 8
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++)
      probe(minX + ((i + 0.5) / n) * (maxX - minX), minY + ((j + 0.5) / n) * (maxY - minY))
  }
  let step = Math.max(maxX - minX, maxY - minY) / n / 2
  for (let level = 0; level < 5; level++) {
    const [cx, cy] = best
    for (let i = -1; i <= 1; i++)
      for (let j = -1; j <= 1; j++) if (i || j) probe(cx + i * step, cy + j * step)
    step /= 2
  }
  return best
}

/** Distance to the rings, negative outside; stops early below `enough`. */
function signedClearance(rings: readonly Position[][], x: number, y: number, enough: number): number {
  let inside = false
  let least = Number.POSITIVE_INFINITY
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [xi, yi] = ring[i]
      const [xj, yj] = ring[j]
      if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside
      const dx = xj - xi
      const dy = yj - yi
      const t = Math.min(1, Math.max(0, ((x - xi) * dx + (y - yi) * dy) / (dx * dx + dy * dy || 1)))
      const d = (x - xi - t * dx) ** 2 + (y - yi - t * dy) ** 2
      if (d < least) least = d
    }
    if (enough > 0 && least < enough * enough) return -1e9
  }
  return inside ? Math.sqrt(least) : -Math.sqrt(least)
}

/** Vertices of the arrangement at the given grid positions. */
export function pinVertices(
  arrangement: Arrangement,
  gridX: readonly number[],
  gridY: readonly number[],
): Uint8Array {
  const wanted = new Set(gridX.map((x, i) => `${x},${gridY[i]}`))
  const pinned = new Uint8Array(arrangement.x.length)
  const onOutline = new Uint8Array(arrangement.x.length)
  for (let e = 0; e < arrangement.edgeCount; e++) {
    if (!(arrangement.kind[e] & lineKind.outline)) continue
    onOutline[arrangement.origin[2 * e]] = 1
    onOutline[arrangement.origin[2 * e + 1]] = 1
  }
  for (let v = 0; v < pinned.length; v++) {
    if (onOutline[v] && wanted.has(`${arrangement.x[v]},${arrangement.y[v]}`)) pinned[v] = 1
  }
  return pinned
}
