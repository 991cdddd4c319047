/** Distances between points as TSPLIB defines them (Reinelt 1995), and as those who publish results use them. */
export type Metric =
  | 'EUC_2D'
  | 'CEIL_2D'
  | 'FLOOR_2D'
  | 'EXACT_2D'
  | 'TRUNCATED_2D'
  | 'MAN_2D'
  | 'MAX_2D'
  | 'ATT'
  | 'GEO'

type Point = readonly number[]

const metres: Record<Metric, (a: Point, b: Point) => number> = {
  EUC_2D: (a, b) => Math.round(exact(a, b)),
  CEIL_2D: (a, b) => Math.ceil(exact(a, b)),
  FLOOR_2D: (a, b) => Math.floor(exact(a, b)),
  EXACT_2D: (a, b) => exact(a, b),
  // To a tenth, as the DIMACS challenge of 2021 counts time windows.
  TRUNCATED_2D: (a, b) => Math.floor(10 * exact(a, b) + 1e-9) / 10,
  MAN_2D: (a, b) => Math.round(Math.abs(a[0] - b[0]) + Math.abs(a[1] - b[1])),
  MAX_2D: (a, b) => Math.max(Math.round(Math.abs(a[0] - b[0])), Math.round(Math.abs(a[1] - b[1]))),
  ATT: (a, b) => Math.ceil(exact(a, b) / Math.sqrt(10)),
  GEO: geographical,
}

function exact(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1])
}

/** Kilometres between points written as degrees.minutes, latitude first, with the π of TSPLIB, which is cut short. */
function geographical(a: Point, b: Point): number {
  const PI = Number('3.141592')
  const radians = (value: number) => {
    const degrees = Math.trunc(value)
    return (PI * (degrees + (5 * (value - degrees)) / 3)) / 180
  }
  const [latA, lngA, latB, lngB] = [a[0], a[1], b[0], b[1]].map(radians)
  const q1 = Math.cos(lngA - lngB)
  const q2 = Math.cos(latA - latB)
  const q3 = Math.cos(latA + latB)
  return Math.trunc(6378.388 * Math.acos(0.5 * ((1 + q1) * q2 - (1 - q1) * q3)) + 1)
}

export function isMetric(name: string): name is Metric {
  return name in metres
}

/** From point a to point b at [a * points + b]. */
export function distances(points: readonly Point[], metric: Metric): Float64Array {
  const count = points.length
  const measure = metres[metric]
  const matrix = new Float64Array(count * count)
  for (let a = 0; a < count; a++) {
    for (let b = a + 1; b < count; b++) {
      const distance = measure(points[a], points[b])
      matrix[a * count + b] = distance
      matrix[b * count + a] = distance
    }
  }
  return matrix
}

/** All shortest ways over undirected edges; of an edge told twice the last counts. Dijkstra from each node, on a heap. */
export function shortestWays(
  nodes: number,
  edges: Iterable<readonly [number, number, number]>,
): Float64Array {
  const beside: Map<number, number>[] = Array.from({ length: nodes }, () => new Map())
  for (const [a, b, cost] of edges) {
    if (!(cost >= 0)) throw new Error(`Expected an edge's cost from 0, got ${cost}.`)
    if (!beside[a] || !beside[b]) {
      throw new Error(`Expected an edge between nodes 1 to ${nodes}, got ${a + 1} and ${b + 1}.`)
    }
    beside[a].set(b, cost)
    beside[b].set(a, cost)
  }
  const ways = new Float64Array(nodes * nodes).fill(Number.POSITIVE_INFINITY)
  const done = new Uint8Array(nodes)
  for (let from = 0; from < nodes; from++) {
    const own = ways.subarray(from * nodes, (from + 1) * nodes)
    own[from] = 0
    done.fill(0)
    const heap: [number, number][] = [[0, from]]
    for (let first = pop(heap); first; first = pop(heap)) {
      const [, node] = first
      if (done[node]) continue
      done[node] = 1
      for (const [next, cost] of beside[node]) {
        if (own[node] + cost >= own[next]) continue
        own[next] = own[node] + cost
        push(heap, [own[next], next])
      }
    }
  }
  return ways
}

function push(heap: [number, number][], item: [number, number]): void {
  heap.push(item)
  for (let at = heap.length - 1; at > 0; ) {
    const up = (at - 1) >> 1
    if (heap[up][0] <= heap[at][0]) break
    ;[heap[up], heap[at]] = [heap[at], heap[up]]
    at = up
  }
}

function pop(heap: [number, number][]): [number, number] | undefined {
  const first = heap[0]
  const last = heap.pop()
  if (!first || !last || heap.length === 0) return first
  heap[0] = last
  for (let at = 0; ; ) {
    let least = at
    for (const child of [2 * at + 1, 2 * at + 2]) {
      if (child < heap.length && heap[child][0] < heap[least][0]) least = child
    }
    if (least === at) return first
    ;[heap[least], heap[at]] = [heap[at], heap[least]]
    at = least
  }
}
