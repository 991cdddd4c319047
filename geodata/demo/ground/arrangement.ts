/**
 * Planar arrangement of line work on a whole-number grid. Streets, roads, streams, the outline and the rural mesh
 * are thrown in together; out comes a planar graph whose edges meet only at vertices, and its faces. Tiling holds by
 * construction: every border made of its edges is shared by exactly two faces.
 *
 * Method: snap rounding (Hobby 1999; Guibas & Marimont 1998): every segment is led through the centres of the grid
 * cells ("hot pixels") of all end points and crossings it passes, which cannot create new crossings.
 */

/** What an edge is, as bits; an edge may be several things at once. */
export const lineKind = {
  outline: 1,
  river: 2,
  stream: 4,
  road: 8,
  street: 16,
  parcel: 32,
  mesh: 64,
  ridge: 128,
} as const

/** Line work to arrange: columns of equal length. */
export interface Segments {
  ax: number[]
  ay: number[]
  bx: number[]
  by: number[]
  /** Bits of lineKind. */
  kind: number[]
  /** Number of the road or stream it belongs to, or -1. */
  line: number[]
}

export const emptySegments = (): Segments => ({ ax: [], ay: [], bx: [], by: [], kind: [], line: [] })

export interface Arrangement {
  /** Vertices, grid steps. */
  x: Int32Array
  y: Int32Array
  edgeCount: number
  /** Half-edge h belongs to edge h >> 1; its twin is h ^ 1. */
  origin: Int32Array
  /** Next half-edge around the face on the left. */
  next: Int32Array
  /** Face on the left of the half-edge; 0 is the outside. */
  face: Int32Array
  /** Half-edges leaving each vertex, counter-clockwise: star[starOffset[v]…]. */
  star: Int32Array
  starOffset: Int32Array
  /** Bits of lineKind by edge. */
  kind: Uint8Array
  /** Lines that run along the edge, by edge: most have none or one. */
  lines: number[][]
  /** Faces 1…faceCount-1 lie inside. */
  faceCount: number
  /** A half-edge of each face (-1 for 0). */
  faceEdge: Int32Array
  /** Edges inside that border no face because they end in nothing: [ax, ay, bx, by], grid steps, with their lines. */
  spurs: { ends: [number, number, number, number]; lines: number[] }[]
}

const noLines: number[] = []

/** Buckets of numbers by the square they lie in, for a fixed extent. */
class SquareIndex {
  readonly minX: number
  readonly minY: number
  readonly size: number
  readonly columns: number
  readonly rows: number
  start: Int32Array
  items: Int32Array

  constructor(minX: number, minY: number, maxX: number, maxY: number, size: number) {
    this.minX = minX
    this.minY = minY
    this.size = size
    this.columns = Math.floor((maxX - minX) / size) + 1
    this.rows = Math.floor((maxY - minY) / size) + 1
    this.start = new Int32Array(0)
    this.items = new Int32Array(0)
  }

  column(x: number): number {
    return Math.min(this.columns - 1, Math.max(0, Math.floor((x - this.minX) / this.size)))
  }

  row(y: number): number {
    return Math.min(this.rows - 1, Math.max(0, Math.floor((y - this.minY) / this.size)))
  }

  /** Calls `visit` for every square that a segment, widened by `margin`, may touch. */
  walk(
    ax: number,
    ay: number,
    bx: number,
    by: number,
    margin: number,
    visit: (square: number) => void,
  ): void {
    const firstRow = this.row(Math.min(ay, by) - margin)
    const lastRow = this.row(Math.max(ay, by) + margin)
    const dy = by - ay
    for (let row = firstRow; row <= lastRow; row++) {
      let x0 = Math.min(ax, bx)
      let x1 = Math.max(ax, bx)
      if (firstRow !== lastRow && dy !== 0) {
        const low = this.minY + row * this.size - margin
        const t0 = (low - ay) / dy
        const t1 = (low + this.size + 2 * margin - ay) / dy
        const s0 = Math.min(1, Math.max(0, Math.min(t0, t1)))
        const s1 = Math.min(1, Math.max(0, Math.max(t0, t1)))
        const p = ax + s0 * (bx - ax)
        const q = ax + s1 * (bx - ax)
        x0 = Math.min(p, q)
        x1 = Math.max(p, q)
      }
      const from = this.column(x0 - margin)
      const to = this.column(x1 + margin)
      for (let column = from; column <= to; column++) visit(row * this.columns + column)
    }
  }

  fill(count: number, squaresOf: (item: number, visit: (square: number) => void) => void): void {
    this.start = new Int32Array(this.columns * this.rows + 1)
    for (let item = 0; item < count; item++) {
      squaresOf(item, (square) => {
        this.start[square + 1]++
      })
    }
    for (let i = 1; i < this.start.length; i++) this.start[i] += this.start[i - 1]
    this.items = new Int32Array(this.start[this.start.length - 1])
    const at = this.start.slice()
    for (let item = 0; item < count; item++) {
      squaresOf(item, (square) => {
        this.items[at[square]++] = item
      })
    }
  }
}

/** Vertices by grid position. */
class VertexTable {
  readonly x: number[] = []
  readonly y: number[] = []
  readonly #byKey = new Map<number, number>()

  add(x: number, y: number): number {
    const key = (x + 33554432) * 67108864 + (y + 33554432)
    const known = this.#byKey.get(key)
    if (known !== undefined) return known
    const vertex = this.x.length
    this.#byKey.set(key, vertex)
    this.x.push(x)
    this.y.push(y)
    return vertex
  }
}

/** Whether the segment a–b passes the unit square centred on p. */
function touchesPixel(ax: number, ay: number, bx: number, by: number, px: number, py: number): boolean {
  const x0 = px - 0.5
  const x1 = px + 0.5
  const y0 = py - 0.5
  const y1 = py + 0.5
  if (Math.max(ax, bx) < x0 || Math.min(ax, bx) > x1 || Math.max(ay, by) < y0 || Math.min(ay, by) > y1)
    return false
  const dx = bx - ax
  const dy = by - ay
  const c = (x: number, y: number) => dx * (y - ay) - dy * (x - ax)
  const c00 = c(x0, y0)
  const c10 = c(x1, y0)
  const c01 = c(x0, y1)
  const c11 = c(x1, y1)
  return !((c00 > 0 && c10 > 0 && c01 > 0 && c11 > 0) || (c00 < 0 && c10 < 0 && c01 < 0 && c11 < 0))
}

/** Snap-rounded edges: each pair of vertices once, with all it stands for. */
function snapRound(segments: Segments): {
  table: VertexTable
  from: number[]
  to: number[]
  kind: number[]
  lines: number[][]
} {
  const { ax, ay, bx, by } = segments
  const count = ax.length
  const table = new VertexTable()
  let minX = Number.POSITIVE_INFINITY
  let minY = Number.POSITIVE_INFINITY
  let maxX = Number.NEGATIVE_INFINITY
  let maxY = Number.NEGATIVE_INFINITY
  for (let i = 0; i < count; i++) {
    table.add(ax[i], ay[i])
    table.add(bx[i], by[i])
    minX = Math.min(minX, ax[i], bx[i])
    minY = Math.min(minY, ay[i], by[i])
    maxX = Math.max(maxX, ax[i], bx[i])
    maxY = Math.max(maxY, ay[i], by[i])
  }

  const squares = new SquareIndex(minX - 2, minY - 2, maxX + 2, maxY + 2, 600)
  squares.fill(count, (i, visit) => squares.walk(ax[i], ay[i], bx[i], by[i], 1, visit))
  for (let square = 0; square + 1 < squares.start.length; square++) {
    const first = squares.start[square]
    const last = squares.start[square + 1]
    for (let m = first; m < last; m++) {
      const i = squares.items[m]
      const iMinX = Math.min(ax[i], bx[i])
      const iMaxX = Math.max(ax[i], bx[i])
      const iMinY = Math.min(ay[i], by[i])
      const iMaxY = Math.max(ay[i], by[i])
      const dx = bx[i] - ax[i]
      const dy = by[i] - ay[i]
      for (let n = m + 1; n < last; n++) {
        const j = squares.items[n]
        if (ax[j] < iMinX && bx[j] < iMinX) continue
        if (ax[j] > iMaxX && bx[j] > iMaxX) continue
        if (ay[j] < iMinY && by[j] < iMinY) continue
        if (ay[j] > iMaxY && by[j] > iMaxY) continue
        const da = dx * (ay[j] - ay[i]) - dy * (ax[j] - ax[i])
        const db = dx * (by[j] - ay[i]) - dy * (bx[j] - ax[i])
        if ((da > 0 && db > 0) || (da < 0 && db < 0) || da === db) continue
        const ex = bx[j] - ax[j]
        const ey = by[j] - ay[j]
        const s = (ey * (ax[j] - ax[i]) - ex * (ay[j] - ay[i])) / (ey * dx - ex * dy)
        if (!(s >= 0 && s <= 1)) continue
        table.add(Math.round(ax[i] + s * dx), Math.round(ay[i] + s * dy))
      }
    }
  }

  const points = new SquareIndex(minX - 2, minY - 2, maxX + 2, maxY + 2, 200)
  points.fill(table.x.length, (v, visit) =>
    visit(points.row(table.y[v]) * points.columns + points.column(table.x[v])),
  )

  const from: number[] = []
  const to: number[] = []
  const kind: number[] = []
  const lines: number[][] = []
  const edges = new Map<number, number>()
  const vertexCount = table.x.length
  const onWay: { vertex: number; along: number }[] = []
  for (let i = 0; i < count; i++) {
    onWay.length = 0
    const dx = bx[i] - ax[i]
    const dy = by[i] - ay[i]
    points.walk(ax[i], ay[i], bx[i], by[i], 1, (square) => {
      for (let k = points.start[square]; k < points.start[square + 1]; k++) {
        const vertex = points.items[k]
        const px = table.x[vertex]
        const py = table.y[vertex]
        if (touchesPixel(ax[i], ay[i], bx[i], by[i], px, py)) {
          onWay.push({ vertex, along: (px - ax[i]) * dx + (py - ay[i]) * dy })
        }
      }
    })
    onWay.sort((p, q) => p.along - q.along || p.vertex - q.vertex)
    for (let k = 1; k < onWay.length; k++) {
      const a = onWay[k - 1].vertex
      const b = onWay[k].vertex
      if (a === b) continue
      const key = Math.min(a, b) * vertexCount + Math.max(a, b)
      let edge = edges.get(key)
      if (edge === undefined) {
        edge = from.length
        edges.set(key, edge)
        from.push(a)
        to.push(b)
        kind.push(0)
        lines.push(noLines)
      }
      kind[edge] |= segments.kind[i]
      const line = segments.line[i]
      if (line >= 0 && !lines[edge].includes(line)) lines[edge] = [...lines[edge], line]
    }
  }
  return { table, from, to, kind, lines }
}

/** Angle of a direction as a number that grows counter-clockwise from east; no trigonometry. */
function turn(dx: number, dy: number): number {
  const sum = Math.abs(dx) + Math.abs(dy)
  const p = dx / sum
  return dy < 0 ? 3 + p : 1 - p
}

/**
 * Arranges line work and keeps what lies inside the outline and is connected with it.
 * @param segments in grid steps; those of kind outline form one closed simple ring.
 * @param drop tells, of each edge inside by its kind and middle (grid steps), whether to leave it out of the faces.
 */
export function arrange(
  segments: Segments,
  drop: (kind: number, x: number, y: number) => boolean = () => false,
): Arrangement {
  const { table, from, to, kind, lines } = snapRound(segments)
  const { x, y } = table
  const vertexCount = x.length
  const total = from.length

  const keep = new Uint8Array(total).fill(1)
  for (let e = 0; e < total; e++) {
    if (
      !(kind[e] & lineKind.outline) &&
      drop(kind[e], (x[from[e]] + x[to[e]]) / 2, (y[from[e]] + y[to[e]]) / 2)
    )
      keep[e] = 0
  }

  // What is not connected with the outline would be an island inside a face: left out.
  const root = Int32Array.from({ length: vertexCount }, (_, v) => v)
  const find = (v: number) => {
    while (root[v] !== v) {
      root[v] = root[root[v]]
      v = root[v]
    }
    return v
  }
  let outlineEdge = -1
  for (let e = 0; e < total; e++) {
    if (!keep[e]) continue
    root[find(from[e])] = find(to[e])
    if (kind[e] & lineKind.outline) outlineEdge = e
  }
  if (outlineEdge < 0) throw new RangeError('expected an outline among the segments, found none')
  const main = find(from[outlineEdge])
  for (let e = 0; e < total; e++) if (keep[e] && find(from[e]) !== main) keep[e] = 0

  let graph = trace(x, y, from, to, keep)
  const beyond = findOutsideFaces(graph, x, y, from, to, kind, keep)
  for (let e = 0; e < total; e++) {
    if (keep[e] && beyond[graph.face[2 * e]] && beyond[graph.face[2 * e + 1]]) keep[e] = 0
  }
  const before = keep.slice()
  pruneDeadEnds(vertexCount, from, to, keep)
  const spurs: Arrangement['spurs'] = []
  for (let e = 0; e < total; e++) {
    if (before[e] && !keep[e] && lines[e].length > 0) {
      spurs.push({ ends: [x[from[e]], y[from[e]], x[to[e]], y[to[e]]], lines: lines[e] })
    }
  }
  graph = trace(x, y, from, to, keep)
  const outside = findOutsideFaces(graph, x, y, from, to, kind, keep)

  // Renumber: kept edges only, used vertices only, the outside face first.
  const edgeIds: number[] = []
  for (let e = 0; e < total; e++) if (keep[e]) edgeIds.push(e)
  const vertexOf = new Int32Array(vertexCount).fill(-1)
  let used = 0
  const useVertex = (v: number) => {
    if (vertexOf[v] < 0) vertexOf[v] = used++
    return vertexOf[v]
  }
  const edgeCount = edgeIds.length
  const origin = new Int32Array(2 * edgeCount)
  edgeIds.forEach((e, i) => {
    origin[2 * i] = useVertex(from[e])
    origin[2 * i + 1] = useVertex(to[e])
  })
  const vx = new Int32Array(used)
  const vy = new Int32Array(used)
  for (let v = 0; v < vertexCount; v++) {
    if (vertexOf[v] >= 0) {
      vx[vertexOf[v]] = x[v]
      vy[vertexOf[v]] = y[v]
    }
  }
  const halfOf = new Int32Array(2 * total).fill(-1)
  edgeIds.forEach((e, i) => {
    halfOf[2 * e] = 2 * i
    halfOf[2 * e + 1] = 2 * i + 1
  })
  const next = new Int32Array(2 * edgeCount)
  const face = new Int32Array(2 * edgeCount)
  const faceOf = new Int32Array(graph.faceCount).fill(-1)
  const faceEdge = [-1]
  for (let i = 0; i < edgeCount; i++) {
    for (let side = 0; side < 2; side++) {
      const old = 2 * edgeIds[i] + side
      const h = 2 * i + side
      next[h] = halfOf[graph.next[old]]
      const oldFace = graph.face[old]
      if (outside[oldFace]) continue
      if (faceOf[oldFace] < 0) {
        faceOf[oldFace] = faceEdge.length
        faceEdge.push(h)
      }
      face[h] = faceOf[oldFace]
    }
  }
  const starOffset = new Int32Array(used + 1)
  for (let h = 0; h < 2 * edgeCount; h++) starOffset[origin[h] + 1]++
  for (let v = 0; v < used; v++) starOffset[v + 1] += starOffset[v]
  const star = new Int32Array(2 * edgeCount)
  const seen = new Uint8Array(used)
  for (let h = 0; h < 2 * edgeCount; h++) {
    const v = origin[h]
    if (seen[v]) continue
    seen[v] = 1
    // Counter-clockwise: next(twin) turns clockwise, so the star is filled from the end.
    let at = h
    for (let k = starOffset[v + 1] - 1; k >= starOffset[v]; k--) {
      star[k] = at
      at = next[at ^ 1]
    }
  }
  return {
    x: vx,
    y: vy,
    edgeCount,
    origin,
    next,
    face,
    star,
    starOffset,
    kind: Uint8Array.from(edgeIds, (e) => kind[e]),
    lines: edgeIds.map((e) => lines[e]),
    faceCount: faceEdge.length,
    faceEdge: Int32Array.from(faceEdge),
    spurs,
  }
}

interface Traced {
  /** By half-edge 2e, 2e+1 of all edges; -1 where the edge is not kept. */
  next: Int32Array
  face: Int32Array
  faceCount: number
}

function trace(x: number[], y: number[], from: number[], to: number[], keep: Uint8Array): Traced {
  const halfCount = 2 * from.length
  const originOf = (h: number) => (h & 1 ? to[h >> 1] : from[h >> 1])
  const offset = new Int32Array(x.length + 1)
  for (let h = 0; h < halfCount; h++) if (keep[h >> 1]) offset[originOf(h) + 1]++
  for (let v = 0; v < x.length; v++) offset[v + 1] += offset[v]
  const star = new Int32Array(offset[x.length])
  const at = offset.slice()
  const angle = new Float64Array(halfCount)
  for (let h = 0; h < halfCount; h++) {
    if (!keep[h >> 1]) continue
    const a = originOf(h)
    const b = originOf(h ^ 1)
    angle[h] = turn(x[b] - x[a], y[b] - y[a])
    star[at[a]++] = h
  }
  const next = new Int32Array(halfCount).fill(-1)
  for (let v = 0; v < x.length; v++) {
    const around = star.subarray(offset[v], offset[v + 1])
    around.sort((p, q) => angle[p] - angle[q])
    for (let k = 0; k < around.length; k++) {
      // Arriving by the twin of around[k], the face on the left goes on along the next edge clockwise.
      next[around[k] ^ 1] = around[(k + around.length - 1) % around.length]
    }
  }
  const face = new Int32Array(halfCount).fill(-1)
  let faceCount = 0
  for (let h = 0; h < halfCount; h++) {
    if (!keep[h >> 1] || face[h] >= 0) continue
    for (let g = h; face[g] < 0; g = next[g]) face[g] = faceCount
    faceCount++
  }
  return { next, face, faceCount }
}

/** Which faces lie outside: the unbounded one and what it reaches without crossing the outline. */
function findOutsideFaces(
  graph: Traced,
  x: number[],
  y: number[],
  from: number[],
  to: number[],
  kind: number[],
  keep: Uint8Array,
): Uint8Array {
  const area = new Float64Array(graph.faceCount)
  const neighbours: number[][] = Array.from({ length: graph.faceCount }, () => [])
  for (let e = 0; e < from.length; e++) {
    if (!keep[e]) continue
    const cross = x[from[e]] * y[to[e]] - x[to[e]] * y[from[e]]
    const left = graph.face[2 * e]
    const right = graph.face[2 * e + 1]
    area[left] += cross
    area[right] -= cross
    if (!(kind[e] & lineKind.outline) && left !== right) {
      neighbours[left].push(right)
      neighbours[right].push(left)
    }
  }
  const outside = new Uint8Array(graph.faceCount)
  // Connected line work has exactly one face that runs clockwise: the unbounded one.
  const open: number[] = []
  area.forEach((value, f) => {
    if (value < 0) open.push(f)
  })
  if (open.length !== 1) throw new RangeError(`expected one unbounded face, found ${open.length}`)
  for (let f = open.pop(); f !== undefined; f = open.pop()) {
    if (outside[f]) continue
    outside[f] = 1
    open.push(...neighbours[f])
  }
  return outside
}

/** Takes away edges that end in nothing, again and again. */
function pruneDeadEnds(vertexCount: number, from: number[], to: number[], keep: Uint8Array): void {
  const degree = new Int32Array(vertexCount)
  const edgeSum = new Float64Array(vertexCount)
  // The one edge left at a vertex of degree one is the sum of its edges, once those taken away are subtracted.
  for (let e = 0; e < from.length; e++) {
    if (!keep[e]) continue
    degree[from[e]]++
    degree[to[e]]++
    edgeSum[from[e]] += e
    edgeSum[to[e]] += e
  }
  const open: number[] = []
  for (let v = 0; v < vertexCount; v++) if (degree[v] === 1) open.push(v)
  for (let v = open.pop(); v !== undefined; v = open.pop()) {
    if (degree[v] !== 1) continue
    const e = edgeSum[v]
    keep[e] = 0
    for (const end of [from[e], to[e]]) {
      degree[end]--
      edgeSum[end] -= e
      if (degree[end] === 1) open.push(end)
    }
  }
}
