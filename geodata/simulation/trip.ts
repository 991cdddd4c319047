/** A way along roads that a unit drives or walks, and where on it the unit is. */
import type { Road } from '../city.ts'
import type { SimulatedCity } from './city.ts'

/** A piece of the way with one speed, which ends at a node of the road graph (null: off the graph). */
export interface Leg {
  /** Metres from the beginning of the trip to the leg's end. */
  endM: number
  endNode: number | null
  /** Metres a second. */
  speed: number
}

export interface Trip {
  /** East and north in metres of the city's plane, x0, y0, x1, y1 … */
  points: number[]
  /** Metres from the beginning to each point. */
  metres: number[]
  legs: Leg[]
}

export const lengthOf = (trip: Trip): number => trip.metres.at(-1) ?? 0

export function startTrip(x: number, y: number): Trip {
  return { points: [x, y], metres: [0], legs: [] }
}

/** Goes on in straight lines; a leg of no length is left out. */
export function goOn(
  trip: Trip,
  points: readonly (readonly [number, number])[],
  end: Omit<Leg, 'endM'>,
): void {
  const before = lengthOf(trip)
  let along = before
  for (const [x, y] of points) {
    const step = Math.hypot(x - trip.points[trip.points.length - 2], y - trip.points[trip.points.length - 1])
    if (step === 0) continue
    along += step
    trip.points.push(x, y)
    trip.metres.push(along)
  }
  if (along > before) trip.legs.push({ ...end, endM: along })
}

/** Goes on along roads in order from a node. @returns the node at the end */
export function goOnRoads(
  trip: Trip,
  city: SimulatedCity,
  from: number,
  roads: readonly Road[],
  speedOn: (road: Road) => number,
): number {
  let at = from
  for (const road of roads) {
    const forward = road.fromNode === at
    const line = forward ? road.line : road.line.toReversed()
    at = forward ? road.toNode : road.fromNode
    goOn(
      trip,
      line.map((position) => city.frame.plane.toMetres(position)),
      { endNode: at, speed: speedOn(road) },
    )
  }
  return at
}

const indexAt = (ends: (i: number) => number, count: number, along: number): number => {
  let low = 0
  let high = count - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (ends(middle) > along) high = middle
    else low = middle + 1
  }
  return low
}

/** The leg a unit is on; undefined for a trip that goes nowhere. */
export function legAt(trip: Trip, along: number): Leg | undefined {
  return trip.legs[indexAt((i) => trip.legs[i].endM, trip.legs.length, along)]
}

/** Where that is, and which way the trip goes there: degrees clockwise from north, null where it goes nowhere. */
export function placeAt(trip: Trip, along: number): { x: number; y: number; headingDeg: number | null } {
  const { points, metres } = trip
  if (metres.length === 1) return { x: points[0], y: points[1], headingDeg: null }
  const i = indexAt((k) => metres[k + 1], metres.length - 1, along)
  const [x1, y1, x2, y2] = points.slice(2 * i, 2 * i + 4)
  const share = Math.max(0, Math.min(1, (along - metres[i]) / (metres[i + 1] - metres[i])))
  return {
    x: x1 + (x2 - x1) * share,
    y: y1 + (y2 - y1) * share,
    headingDeg: ((Math.atan2(x2 - x1, y2 - y1) * 180) / Math.PI + 360) % 360,
  }
}

/** The rest of the leg a unit is on, as the beginning of another trip. */
export function restOfLeg(trip: Trip, along: number): { trip: Trip; node: number | null } {
  const { x, y } = placeAt(trip, along)
  const rest = startTrip(x, y)
  const leg = legAt(trip, along)
  if (!leg) return { trip: rest, node: null }
  const points: [number, number][] = []
  for (let i = 0; i < trip.metres.length; i++) {
    if (trip.metres[i] > along && trip.metres[i] <= leg.endM)
      points.push([trip.points[2 * i], trip.points[2 * i + 1]])
  }
  goOn(rest, points, { endNode: leg.endNode, speed: leg.speed })
  return { trip: rest, node: leg.endNode }
}
