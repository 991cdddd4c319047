import { readFileSync } from 'node:fs'
import type { CoverageInput } from '../../../api/planning/coverage.ts'
import type { PMedianInput } from '../../../api/planning/pMedian.ts'
import type { RoutingProblem } from '../../../api/planning/routing.ts'
import type { SetCoverInput } from '../../../api/planning/setCover.ts'

/** Published instances of planning problems, as their families write them. @throws Error that names the file. */

function numbersOf(path: string): number[] {
  return readFileSync(path, 'latin1').trim().split(/\s+/).map(Number)
}

/** Rows of numbers between a heading and the next word. */
function section(text: string, heading: string): number[][] {
  const start = text.indexOf(heading)
  if (start < 0) throw new Error(`Expected a section ${heading}, found none.`)
  const rows: number[][] = []
  for (const line of text
    .slice(start + heading.length)
    .split('\n')
    .slice(1)) {
    const row = line.trim().split(/\s+/).map(Number)
    if (line.trim() === '' || row.some(Number.isNaN)) break
    rows.push(row)
  }
  return rows
}

function keyword(text: string, name: string): string {
  const match = new RegExp(`^\\s*${name}\\s*:\\s*(\\S+)`, 'm').exec(text)
  if (!match) throw new Error(`Expected a line ${name}, found none.`)
  return match[1]
}

type Metric = 'exact' | 'rounded' | 'att'

function distances(points: readonly (readonly number[])[], metric: Metric): Float64Array {
  return Float64Array.from({ length: points.length ** 2 }, (_, index) => {
    const [a, b] = [points[Math.floor(index / points.length)], points[index % points.length]]
    const distance = Math.hypot(a[0] - b[0], a[1] - b[1])
    if (metric === 'exact') return distance
    return metric === 'rounded' ? Math.round(distance) : Math.ceil(distance / Math.sqrt(10))
  })
}

function metricOf(text: string): Metric {
  const type = keyword(text, 'EDGE_WEIGHT_TYPE')
  if (type === 'EUC_2D') return 'rounded'
  if (type === 'ATT') return 'att'
  throw new Error(`Expected EDGE_WEIGHT_TYPE EUC_2D or ATT, got ${type}.`)
}

/** All shortest ways; of an edge told twice the last counts. */
function shortestWays(nodes: number, edges: Iterable<readonly [number, number, number]>): Float64Array {
  const ways = new Float64Array(nodes * nodes).fill(Number.POSITIVE_INFINITY)
  for (let node = 0; node < nodes; node++) ways[node * nodes + node] = 0
  for (const [a, b, cost] of edges) {
    ways[a * nodes + b] = cost
    ways[b * nodes + a] = cost
  }
  for (let via = 0; via < nodes; via++) {
    for (let from = 0; from < nodes; from++) {
      const first = ways[from * nodes + via]
      if (first === Number.POSITIVE_INFINITY) continue
      for (let to = 0; to < nodes; to++) {
        const way = first + ways[via * nodes + to]
        if (way < ways[from * nodes + to]) ways[from * nodes + to] = way
      }
    }
  }
  return ways
}

/** OR-Library p-median: `n m p`, then edges `i j cost` from 1. */
export function readPMedian(path: string): PMedianInput {
  const [nodes, edges, p, ...rest] = numbersOf(path)
  const costs = shortestWays(
    nodes,
    Array.from(
      { length: edges },
      (_, edge) => [rest[3 * edge] - 1, rest[3 * edge + 1] - 1, rest[3 * edge + 2]] as const,
    ),
  )
  return { customers: nodes, candidates: nodes, costs, p }
}

/** Points `x y demand` after a heading; every node is a candidate. */
export function readCovering(path: string, radius: number, p: number): CoverageInput {
  const rows = readFileSync(path, 'latin1')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/).map(Number))
  return {
    demand: rows.map(([, , demand]) => demand),
    reach: rows.map(([x, y]) =>
      rows.flatMap(([a, b], index) => (Math.hypot(x - a, y - b) <= radius ? [index] : [])),
    ),
    p,
  }
}

/** OR-Library set covering: `m n`, costs, then for each row its count and columns from 1. */
export function readSetCover(path: string): SetCoverInput {
  const [rows, columns, ...rest] = numbersOf(path)
  const covers: number[][] = Array.from({ length: columns }, () => [])
  let at = columns
  for (let row = 0; row < rows; row++) {
    const count = rest[at++]
    for (const column of rest.slice(at, at + count)) covers[column - 1].push(row)
    at += count
  }
  return { rows, costs: rest.slice(0, columns), covers }
}

/** CVRPLIB `.vrp` with coordinates. */
export function readCvrp(path: string): RoutingProblem {
  const text = readFileSync(path, 'latin1')
  const points = section(text, 'NODE_COORD_SECTION').map(([, x, y]) => [x, y])
  const demands = section(text, 'DEMAND_SECTION').map(([, demand]) => demand)
  const [[depot]] = section(text, 'DEPOT_SECTION')
  const post = depot - 1
  return {
    places: points.length,
    costs: distances(points, metricOf(text)),
    jobs: points.flatMap((_, place) =>
      place === post ? [] : [{ from: place, to: place, demand: demands[place] }],
    ),
    vehicles: [{ start: post, end: post, capacity: Number(keyword(text, 'CAPACITY')) }],
  }
}

/** Solomon `.txt`: rows of number, x, y, demand, ready, due, service; the first is the post. Distances as they are. */
export function readSolomon(path: string): RoutingProblem {
  const lines = readFileSync(path, 'latin1')
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
  const [[count, capacity]] = lines.filter((row) => row.length === 2 && row.every(Number.isFinite))
  const rows = lines.filter((row) => row.length === 7 && row.every(Number.isFinite))
  const points = rows.map(([, x, y]) => [x, y])
  return {
    places: rows.length,
    costs: distances(points, 'exact'),
    jobs: rows.slice(1).map(([place, , , demand, opens, closes, duration]) => ({
      from: place,
      to: place,
      demand,
      opens,
      closes,
      duration,
    })),
    vehicles: [{ start: 0, end: 0, capacity, count, opens: rows[0][4], closes: rows[0][5] }],
  }
}

/** Arc routing `.dat` of gdb and val: undirected edges, required ones with a demand; cost is service and deadheading. */
export function readArcRouting(path: string): RoutingProblem {
  const text = readFileSync(path, 'latin1')
  const nodes = Number(keyword(text, 'VERTICES'))
  const edges = [...text.matchAll(/\(\s*(\d+)\s*,\s*(\d+)\s*\)\s+coste\s+(\d+)(?:\s+demanda\s+(\d+))?/g)].map(
    ([, a, b, cost, demand]) => ({
      a: Number(a) - 1,
      b: Number(b) - 1,
      cost: Number(cost),
      demand: Number(demand ?? 0),
    }),
  )
  const post = Number(keyword(text, 'DEPOSITO')) - 1
  return {
    places: nodes,
    costs: shortestWays(
      nodes,
      edges.map(({ a, b, cost }) => [a, b, cost] as const),
    ),
    jobs: edges
      .filter(({ demand }) => demand > 0)
      .map(({ a, b, cost, demand }) => ({ from: a, to: b, bothWays: true, cost, demand })),
    vehicles: [{ start: post, end: post, capacity: Number(keyword(text, 'CAPACIDAD')) }],
  }
}

/** OPLib: a closed tour from the depot within COST_LIMIT; the penalty of a job is its score. */
export function readOrienteering(path: string): { problem: RoutingProblem; depotScore: number } {
  const text = readFileSync(path, 'latin1')
  const points = section(text, 'NODE_COORD_SECTION').map(([, x, y]) => [x, y])
  const scores = section(text, 'NODE_SCORE_SECTION').map(([, score]) => score)
  const [[depot]] = section(text, 'DEPOT_SECTION')
  const post = depot - 1
  return {
    depotScore: scores[post],
    problem: {
      places: points.length,
      costs: distances(points, metricOf(text)),
      jobs: points.flatMap((_, place) =>
        place === post ? [] : [{ from: place, to: place, penalty: scores[place] }],
      ),
      vehicles: [{ start: post, end: post, count: 1, opens: 0, closes: Number(keyword(text, 'COST_LIMIT')) }],
      onlyPenalties: true,
    },
  }
}
