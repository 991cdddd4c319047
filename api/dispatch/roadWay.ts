import type { Position } from '../../geodata/city.ts'
import { createPlane } from '../../geodata/demo/things/plane.ts'
import type { DrillWay } from '../../geodata/drillWay.ts'
import type { Access, RoadNetwork } from '../planning/roadNetwork.ts'
import type { PathLeg } from '../planning/roadPaths.ts'

const millionth = (degrees: number) => Math.round(degrees * 1e6) / 1e6

/** Metres along a line to each of its points. */
function metresAlong(line: readonly Position[]): number[] {
  const plane = createPlane(line[0])
  let sum = 0
  return line.map((position, i) => {
    if (i > 0) sum += plane.distance(line[i - 1], position)
    return sum
  })
}

/** A piece of a line between two shares of its length, in the order of going: from the first share to the second. */
function piece(line: readonly Position[], from: number, to: number): Position[] {
  const metres = metresAlong(line)
  const whole = metres[metres.length - 1]
  const [start, end] = [Math.min(from, to) * whole, Math.max(from, to) * whole]
  const at = (along: number): Position => {
    const next = Math.max(
      1,
      metres.findIndex((each) => each >= along),
    )
    const share = (along - metres[next - 1]) / (metres[next] - metres[next - 1] || 1)
    const [a, b] = [line[next - 1], line[next]]
    return [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])]
  }
  const inside = line.filter((_, i) => metres[i] > start && metres[i] < end)
  const points = [at(start), ...inside, at(end)]
  return from <= to ? points : points.reverse()
}

/**
 * The points of a quickest way with the seconds to each: from the place to the road it begins on, along the roads, and from
 * the last to the other place. What is gone off the roads is part of the first and the last leg.
 */
export function wayOfLegs(
  network: RoadNetwork,
  legs: readonly PathLeg[],
  from: { place: Position; access: Access },
  to: { place: Position; access: Access },
): DrillWay {
  const way: DrillWay = { lng: [millionth(from.place[0])], lat: [millionth(from.place[1])], s: [0] }
  const goOn = (points: readonly Position[], seconds: number) => {
    const begun = way.s[way.s.length - 1]
    const last: Position = [way.lng[way.lng.length - 1], way.lat[way.lat.length - 1]]
    const line = [last, ...points]
    const metres = metresAlong(line)
    const whole = metres[metres.length - 1]
    for (let i = 1; i < line.length; i++) {
      if (metres[i] === metres[i - 1]) continue
      way.lng.push(millionth(line[i][0]))
      way.lat.push(millionth(line[i][1]))
      way.s.push(Math.round((begun + (metres[i] / whole) * seconds) * 10) / 10)
    }
  }
  let at: number | null = null
  legs.forEach(({ road, seconds }, i) => {
    const { line } = network.roads[road]
    const [begin, end] = [network.fromNode[road], network.toNode[road]]
    const isLast = i === legs.length - 1
    if (at === null && isLast && road === from.access.road && road === to.access.road) {
      goOn([...piece(line, from.access.along, to.access.along), to.place], seconds)
      return
    }
    const touches = (other: number | undefined, node: number) =>
      other !== undefined && (network.fromNode[other] === node || network.toNode[other] === node)
    const own = from.access.road
    const start =
      at !== null ? Number(at !== begin) : road === own ? from.access.along : Number(!touches(own, begin))
    // The first leg leads to a junction of the next road, every other to its own other end.
    const after = legs[i + 1]?.road
    const [toBegin, toEnd] = [touches(after, begin), touches(after, end)]
    const first = toBegin && toEnd ? Number(start >= 0.5) : Number(toEnd)
    const stop = isLast ? to.access.along : at === null && road === own ? first : Number(start === 0)
    goOn([...piece(line, start, stop), ...(isLast ? [to.place] : [])], seconds)
    at = stop === 1 ? end : begin
  })
  return way
}
