import { length, lineSliceAlong, lineString } from '@turf/turf'
import type { Position } from '../../geodata/city.ts'
import type { Access, RoadNetwork, UnitSpeed } from './roadNetwork.ts'

/** Shortest times over the roads, by Dijkstra's algorithm on packed arrays with a binary heap. Seconds everywhere. */
export class TravelTimes {
  private readonly network: RoadNetwork
  private readonly seconds: Float64Array
  private readonly offRoadMs: number
  private readonly distance: Float64Array
  /** Heap of junctions, nearest first, and where each stands in it (−1: not). */
  private readonly heap: Uint32Array
  private readonly place: Int32Array
  private heapSize = 0

  /** @param seconds Of each road (`roadSeconds`); Infinity: closed. */
  constructor(network: RoadNetwork, seconds: Float64Array, unit: UnitSpeed) {
    this.network = network
    this.seconds = seconds
    this.offRoadMs = unit.offRoadKmh / 3.6
    this.distance = new Float64Array(network.nodes)
    this.heap = new Uint32Array(network.nodes)
    this.place = new Int32Array(network.nodes)
  }

  /**
   * Seconds from one place to every junction, Infinity where there is no way within `longest`. The array is used again
   * by the next question.
   */
  toJunctions(from: Access, longest = Number.POSITIVE_INFINITY): Float64Array {
    const { network, seconds, distance } = this
    distance.fill(Number.POSITIVE_INFINITY)
    this.place.fill(-1)
    this.heapSize = 0
    const start = from.offRoadM / this.offRoadMs
    this.reach(network.fromNode[from.road], start + from.along * seconds[from.road])
    this.reach(network.toNode[from.road], start + (1 - from.along) * seconds[from.road])
    while (this.heapSize > 0) {
      const node = this.nearest()
      const own = distance[node]
      if (own > longest) {
        distance[node] = Number.POSITIVE_INFINITY
        continue
      }
      for (let arc = network.firstArc[node]; arc < network.firstArc[node + 1]; arc++) {
        this.reach(network.arcTo[arc], own + seconds[network.arcRoad[arc]])
      }
    }
    return distance
  }

  /** Seconds between two places on the roads, given what `toJunctions` said of the first. */
  private between(from: Access, to: Access): number {
    const { network, seconds, distance } = this
    const off = to.offRoadM / this.offRoadMs
    const duration = seconds[to.road]
    const around = Math.min(
      distance[network.fromNode[to.road]] + to.along * duration,
      distance[network.toNode[to.road]] + (1 - to.along) * duration,
    )
    const direct =
      from.road === to.road
        ? from.offRoadM / this.offRoadMs + Math.abs(from.along - to.along) * duration
        : Number.POSITIVE_INFINITY
    return off + Math.min(around, direct)
  }

  /** Seconds from each place to each, at [from * to.length + to]; Infinity where there is no way. A place is 0 from itself. */
  matrix(
    from: readonly Access[],
    to: readonly Access[] = from,
    onRow: (done: number) => void = () => undefined,
  ): Float32Array {
    const times = new Float32Array(from.length * to.length)
    from.forEach((start, row) => {
      this.toJunctions(start)
      for (let column = 0; column < to.length; column++) {
        times[row * to.length + column] = start === to[column] ? 0 : this.between(start, to[column])
      }
      onRow(row + 1)
    })
    return times
  }

  /**
   * The roads within reach of a place: lines [lng, lat][] in degrees, cut where the time is up.
   * @param longest Seconds.
   */
  isochrone(from: Access, longest: number): Position[][] {
    const { network, seconds } = this
    const distance = this.toJunctions(from, longest)
    const lines: Position[][] = []
    network.roads.forEach((road, index) => {
      const duration = seconds[index]
      if (!Number.isFinite(duration)) return
      const reach = (node: number) => Math.max(0, (longest - distance[node]) / duration)
      const ahead = Math.min(1, reach(network.fromNode[index]))
      const back = Math.min(1, reach(network.toNode[index]))
      const own = index === from.road ? (longest - from.offRoadM / this.offRoadMs) / duration : 0
      const spans: [number, number][] = []
      if (ahead > 0) spans.push([0, ahead])
      if (own > 0) spans.push([Math.max(0, from.along - own), Math.min(1, from.along + own)])
      if (back > 0) spans.push([1 - back, 1])
      for (const [start, end] of joined(spans)) lines.push(cutLine(road.line, start, end))
    })
    return lines
  }

  private reach(node: number, time: number): void {
    if (!(time < this.distance[node])) return
    this.distance[node] = time
    let at = this.place[node]
    if (at < 0) at = this.heapSize++
    while (at > 0) {
      const above = (at - 1) >> 1
      const parent = this.heap[above]
      if (this.distance[parent] <= time) break
      this.heap[at] = parent
      this.place[parent] = at
      at = above
    }
    this.heap[at] = node
    this.place[node] = at
  }

  private nearest(): number {
    const { heap, place, distance } = this
    const first = heap[0]
    // What has left is never reached more cheaply again: weights are not negative.
    place[first] = -1
    const last = heap[--this.heapSize]
    if (this.heapSize === 0) return first
    const time = distance[last]
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      if (below >= this.heapSize) break
      if (below + 1 < this.heapSize && distance[heap[below + 1]] < distance[heap[below]]) below++
      if (distance[heap[below]] >= time) break
      heap[at] = heap[below]
      place[heap[at]] = at
      at = below
    }
    heap[at] = last
    place[last] = at
    return first
  }
}

/** Spans in their order, those that touch made one. */
function joined(spans: [number, number][]): [number, number][] {
  const whole: [number, number][] = []
  for (const [start, end] of spans.sort((a, b) => a[0] - b[0])) {
    const last = whole.at(-1)
    if (last && start <= last[1]) last[1] = Math.max(last[1], end)
    else whole.push([start, end])
  }
  return whole
}

/** The part of a line between two shares of its length. */
function cutLine(line: readonly Position[], start: number, end: number): Position[] {
  if (start <= 0 && end >= 1) return [...line]
  const whole = lineString(line.map(([lng, lat]) => [lng, lat]))
  const kilometres = length(whole)
  const part = lineSliceAlong(whole, start * kilometres, end * kilometres)
  return part.geometry.coordinates.map(([lng, lat]): Position => [lng, lat])
}
