import type { RoutingProblem } from './routing.ts'

/** Neighbours of a stop beside which it is tried. */
const NEIGHBOURS = 20

/**
 * Stops that all must be done from one post by vehicles of one kind, ways being alike both ways round (CVRP, DCVRP).
 * Node 0 is the post, node i + 1 job i.
 */
export interface Capacitated {
  nodes: number
  /** From node a to node b at [a * nodes + b]. */
  lengths: Float64Array
  demand: Float64Array
  /** Time a stop takes, where routes may only last so long. */
  spent: Float64Array
  capacity: number
  longest: number
  /** Most routes there may be. */
  vehicles: number
  /** Nodes near node a, and those that node a is near to, but for the post, nearest first, in [nearStart[a], nearStart[a + 1]). */
  near: Int32Array
  nearStart: Int32Array
  /** Where nodes lie around the post, as far as lengths tell: routes beside each other are kept beside each other. */
  x: Float64Array
  y: Float64Array
}

/** The problem in these arrays, or null where it is another kind. */
export function asCapacitated({
  places,
  costs,
  times,
  jobs,
  vehicles,
  onlyPenalties,
  start: today,
}: RoutingProblem): Capacitated | null {
  const [{ start, end, capacity = Number.POSITIVE_INFINITY, count, opens = 0, closes }] = vehicles
  const longest = (closes ?? Number.POSITIVE_INFINITY) - opens
  const isStop = jobs.every(
    ({ from, to, cost = 0, penalty, opens: first = 0, closes: last = closes, rank }) =>
      from === to &&
      cost === 0 &&
      penalty === undefined &&
      rank === undefined &&
      first <= opens &&
      last === closes,
  )
  const fits = vehicles.length === 1 && start === end && !times && !today && !onlyPenalties
  if (!isStop || !fits || jobs.length < 2 || !Number.isFinite(capacity)) return null
  const nodes = jobs.length + 1
  const place = [start, ...jobs.map(({ from }) => from)]
  const lengths = new Float64Array(nodes * nodes)
  for (let a = 0; a < nodes; a++) {
    for (let b = 0; b < nodes; b++) {
      const length = costs[place[a] * places + place[b]]
      if (length !== costs[place[b] * places + place[a]] || !Number.isFinite(length)) return null
      lengths[a * nodes + b] = length
    }
  }
  const demand = Float64Array.from([0, ...jobs.map((job) => job.demand ?? 0)])
  const load = demand.reduce((sum, each) => sum + each, 0)
  // More routes than that are hardly shorter; where routes may only last so long, load does not tell how many.
  const enough = Number.isFinite(longest)
    ? jobs.length
    : Math.max(Math.ceil((1.3 * load) / capacity), packed(demand, capacity)) + 3
  return {
    nodes,
    lengths,
    demand,
    spent: Float64Array.from([0, ...jobs.map(({ duration = 0 }) => duration)]),
    capacity,
    longest,
    vehicles: Math.min(jobs.length, count ?? enough, enough),
    ...nearest(lengths, nodes),
    ...laidOut(lengths, nodes),
  }
}

/** Vehicles that hold all, the largest demand first, each where it first fits. */
function packed(demand: Float64Array, capacity: number): number {
  const room: number[] = []
  for (const need of demand.toSorted().reverse()) {
    const at = room.findIndex((left) => left >= need)
    if (at < 0) room.push(capacity - need)
    else room[at] -= need
  }
  return room.length
}

function nearest(lengths: Float64Array, nodes: number): Pick<Capacitated, 'near' | 'nearStart'> {
  const beside = Array.from({ length: nodes }, () => new Set<number>())
  const stops = Array.from({ length: nodes - 1 }, (_, index) => index + 1)
  const nearerTo = (node: number) => (a: number, b: number) =>
    lengths[node * nodes + a] - lengths[node * nodes + b] || a - b
  for (const node of stops) {
    const others = stops.filter((each) => each !== node).sort(nearerTo(node))
    for (const other of others.slice(0, NEIGHBOURS)) {
      beside[node].add(other)
      beside[other].add(node)
    }
  }
  const nearStart = new Int32Array(nodes + 1)
  const near = beside.flatMap((own, node) => {
    nearStart[node + 1] = nearStart[node] + own.size
    return [...own].sort(nearerTo(node))
  })
  return { near: Int32Array.from(near), nearStart }
}

/** Places by their lengths to the post and to two marks: the farthest node, and the one farthest beside the way there. */
function laidOut(lengths: Float64Array, nodes: number): { x: Float64Array; y: Float64Array } {
  const x = new Float64Array(nodes)
  const y = new Float64Array(nodes)
  let first = 0
  for (let node = 1; node < nodes; node++) if (lengths[node] > lengths[first]) first = node
  const reach = lengths[first]
  if (reach === 0) return { x, y }
  let second = 0
  for (let node = 1; node < nodes; node++) {
    const there = lengths[first * nodes + node]
    x[node] = (lengths[node] ** 2 + reach ** 2 - there ** 2) / (2 * reach)
    y[node] = Math.sqrt(Math.max(0, lengths[node] ** 2 - x[node] ** 2))
    if (y[node] > y[second]) second = node
  }
  const [besideX, beside] = [x[second], y[second]]
  for (let node = 1; node < nodes && beside > 0; node++) {
    const there = lengths[second * nodes + node]
    y[node] = ((lengths[node] ** 2 + lengths[second] ** 2 - there ** 2) / 2 - x[node] * besideX) / beside
  }
  return { x, y }
}
