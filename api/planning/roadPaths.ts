import type { Access, RoadNetwork, UnitSpeed } from './roadNetwork.ts'
import { TravelTimes } from './travelTimes.ts'

/** A part of a way: one road, or a piece of it, and how long that takes. */
export interface PathLeg {
  /** Place of the road in the network's list. */
  road: number
  seconds: number
}

/** Relative: sums of the same numbers in another order differ in their last digits. */
const SAME = 1e-9

/** Quickest ways, road by road. */
export class RoadPaths {
  private readonly network: RoadNetwork
  private readonly seconds: Float64Array
  private readonly offRoadMs: number
  private readonly times: TravelTimes

  /** @param seconds Of each road (`roadSeconds`); Infinity: closed. */
  constructor(network: RoadNetwork, seconds: Float64Array, unit: UnitSpeed) {
    this.network = network
    this.seconds = seconds
    this.offRoadMs = unit.offRoadKmh / 3.6
    this.times = new TravelTimes(network, seconds, unit)
  }

  /**
   * The quickest way in order of going; what is gone off the roads counts for the road it begins or ends at. Undefined
   * where there is none within `longest` seconds.
   */
  between(from: Access, to: Access, longest = Number.POSITIVE_INFINITY): PathLeg[] | undefined {
    const { network, seconds, offRoadMs } = this
    const [offFrom, offTo] = [from.offRoadM / offRoadMs, to.offRoadM / offRoadMs]
    const distance = this.times.toJunctions(from, longest)
    const duration = seconds[to.road]
    const ends = [
      { node: network.fromNode[to.road], rest: to.along * duration },
      { node: network.toNode[to.road], rest: (1 - to.along) * duration },
    ].sort((a, b) => distance[a.node] + a.rest - distance[b.node] - b.rest)
    const around = distance[ends[0].node] + ends[0].rest
    if (from.road === to.road) {
      const direct = offFrom + Math.abs(from.along - to.along) * duration
      if (direct <= around)
        return direct + offTo <= longest ? [{ road: from.road, seconds: direct + offTo }] : undefined
    }
    if (!(around + offTo <= longest)) return undefined
    const legs: PathLeg[] = [{ road: to.road, seconds: ends[0].rest + offTo }]
    const starts = [
      { node: network.fromNode[from.road], first: offFrom + from.along * seconds[from.road] },
      { node: network.toNode[from.road], first: offFrom + (1 - from.along) * seconds[from.road] },
    ]
    let node = ends[0].node
    // As many steps as there are junctions, at most: no junction comes twice on a quickest way.
    for (let step = 0; step <= network.nodes; step++) {
      const own = distance[node]
      const start = starts.find(
        (each) => each.node === node && Math.abs(each.first - own) <= SAME * (1 + own),
      )
      if (start) {
        legs.push({ road: from.road, seconds: start.first })
        return legs.reverse().filter((leg) => leg.seconds > 0)
      }
      let before = -1
      for (let arc = network.firstArc[node]; arc < network.firstArc[node + 1]; arc++) {
        const [other, road] = [network.arcTo[arc], network.arcRoad[arc]]
        if (Math.abs(distance[other] + seconds[road] - own) > SAME * (1 + own) || distance[other] >= own)
          continue
        legs.push({ road, seconds: seconds[road] })
        before = other
        break
      }
      if (before < 0) break
      node = before
    }
    throw new Error(`Expected a way back from junction ${node}, found none.`)
  }
}
