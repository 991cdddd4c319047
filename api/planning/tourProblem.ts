import type { RoutingProblem } from './routing.ts'

/** One tour of stops with prizes within a length (orienteering: Golden, Levy and Vohra 1987). */
export interface TourProblem {
  /** Nodes 0 … n − 1; the tour leaves node 0 and ends at node n − 1. */
  nodes: number
  /** Length from node a to node b at [a * nodes + b], the same both ways; half the time spent at each end is in it. */
  lengths: Float64Array
  prizes: Float64Array
  /** 1 where a node must be in the tour. */
  must: Uint8Array
  longest: number
}

/**
 * The problem as one tour, or null where it is not: several vehicles, windows, orders, streets, loads, or ways that
 * differ by direction.
 */
export function asOneTour({
  places,
  costs,
  times,
  jobs,
  vehicles,
  onlyPenalties,
  start: today,
}: RoutingProblem): TourProblem | null {
  const [vehicle] = vehicles
  if (!onlyPenalties || times || today || vehicles.length !== 1 || vehicle.count !== 1) return null
  const { start, end, capacity = Number.POSITIVE_INFINITY, opens = 0, closes } = vehicle
  if (closes === undefined) return null
  const load = jobs.reduce((sum, { demand = 0 }) => sum + demand, 0)
  const isStop = jobs.every(
    ({ from, to, opens: first = 0, closes: last = closes, cost = 0, rank }) =>
      from === to && first <= opens && last >= closes && cost === 0 && rank === undefined,
  )
  if (!isStop || load > capacity) return null
  const place = [start, ...jobs.map(({ from }) => from), end]
  const spent = [0, ...jobs.map(({ duration = 0 }) => duration), 0]
  const nodes = place.length
  const lengths = new Float64Array(nodes * nodes)
  for (let a = 0; a < nodes; a++) {
    for (let b = 0; b < nodes; b++) {
      const there = costs[place[a] * places + place[b]]
      if (there !== costs[place[b] * places + place[a]] || !Number.isFinite(there)) return null
      lengths[a * nodes + b] = there + (spent[a] + spent[b]) / 2
    }
  }
  return {
    nodes,
    lengths,
    prizes: Float64Array.from([0, ...jobs.map(({ penalty = 0 }) => penalty), 0]),
    must: Uint8Array.from([1, ...jobs.map(({ penalty }) => (penalty === undefined ? 1 : 0)), 1]),
    longest: closes - opens,
  }
}
