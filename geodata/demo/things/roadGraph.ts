/** The roads as a graph: nearest road to a point, shortest walks between nodes. */
import Flatbush from 'flatbush'
import type { Position, Road } from '../../city.ts'
import { Heap } from '../ground/heap.ts'
import type { Plane } from './plane.ts'

export interface RoadGraph {
  nodes: ReadonlyMap<number, { position: Position; roads: readonly Road[] }>
  /** The road nearest to a point and how far along it (0…1); null without roads. */
  nearest(position: Position): { road: Road; along: number; distance: number } | null
  /** Roads around a point, near ones first by their boxes. */
  around(position: Position, count: number): Road[]
  /**
   * The cheapest walk from one node to another, as roads in order; null where there is none.
   * @param cost metres the walker counts for a road; Infinity closes it
   */
  walk(fromNode: number, toNode: number, cost: (road: Road) => number): Road[] | null
  /** The least cost from a node to every node it reaches. */
  costsFrom(fromNode: number, cost: (road: Road) => number): Map<number, number>
}

export function createRoadGraph(roads: readonly Road[], plane: Plane): RoadGraph {
  const nodes = new Map<number, { position: Position; roads: Road[] }>()
  for (const road of roads) {
    for (const [id, position] of [
      [road.fromNode, road.line[0]],
      [road.toNode, road.line[road.line.length - 1]],
    ] as const) {
      const node = nodes.get(id)
      if (node) node.roads.push(road)
      else nodes.set(id, { position, roads: [road] })
    }
  }
  const indexOf = new Map([...nodes.keys()].map((id, i) => [id, i]))
  const ids = [...nodes.keys()]
  const slot = (id: number): number => {
    const index = indexOf.get(id)
    if (index === undefined) throw new Error(`expected a road node ${id}`)
    return index
  }

  const metres = roads.map(({ line }) => line.map((position) => plane.toMetres(position)))
  const index = roads.length > 0 ? new Flatbush(roads.length) : null
  for (const line of metres) {
    const xs = line.map(([x]) => x)
    const ys = line.map(([, y]) => y)
    index?.add(Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys))
  }
  index?.finish()

  const onto = (line: [number, number][], x: number, y: number) => {
    let best = { distance: Infinity, at: 0 }
    let walked = 0
    for (let i = 1; i < line.length; i++) {
      const [x1, y1] = line[i - 1]
      const [x2, y2] = line[i]
      const length = Math.hypot(x2 - x1, y2 - y1)
      const share =
        length > 0
          ? Math.max(0, Math.min(1, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / (length * length)))
          : 0
      const distance = Math.hypot(x1 + (x2 - x1) * share - x, y1 + (y2 - y1) * share - y)
      if (distance < best.distance) best = { distance, at: walked + length * share }
      walked += length
    }
    return { distance: best.distance, along: walked > 0 ? best.at / walked : 0 }
  }

  const costs = new Float64Array(ids.length)
  const cameBy: (Road | null)[] = ids.map(() => null)
  const heap = new Heap()

  /** Dijkstra 1959 from one slot, until the goal is settled (-1: until nothing is left). */
  const search = (start: number, goal: number, cost: (road: Road) => number) => {
    costs.fill(Infinity)
    cameBy.fill(null)
    heap.clear()
    costs[start] = 0
    heap.push(0, start)
    while (heap.size > 0) {
      const least = heap.least
      const at = heap.pop()
      if (at === goal) break
      if (least > costs[at]) continue
      for (const road of nodes.get(ids[at])?.roads ?? []) {
        const to = slot(road.fromNode === ids[at] ? road.toNode : road.fromNode)
        const total = least + cost(road)
        if (total < costs[to]) {
          costs[to] = total
          cameBy[to] = road
          heap.push(total, to)
        }
      }
    }
  }

  return {
    nodes,
    around(position, count) {
      const [x, y] = plane.toMetres(position)
      return index ? index.neighbors(x, y, count).map((i) => roads[i]) : []
    },
    nearest(position) {
      if (!index) return null
      const [x, y] = plane.toMetres(position)
      let best: { road: Road; along: number; distance: number } | null = null
      for (const i of index.neighbors(x, y, 8)) {
        const { distance, along } = onto(metres[i], x, y)
        if (!best || distance < best.distance) best = { road: roads[i], along, distance }
      }
      return best
    },
    walk(fromNode, toNode, cost) {
      const goal = slot(toNode)
      search(slot(fromNode), goal, cost)
      if (costs[goal] === Infinity) return null
      const walked: Road[] = []
      for (let at = goal; at !== slot(fromNode); ) {
        const road = cameBy[at]
        if (!road) return null
        walked.push(road)
        at = slot(road.fromNode === ids[at] ? road.toNode : road.fromNode)
      }
      return walked.reverse()
    },
    costsFrom(fromNode, cost) {
      search(slot(fromNode), -1, cost)
      return new Map(ids.flatMap((id, i) => (costs[i] < Infinity ? [[id, costs[i]] as const] : [])))
    },
  }
}
