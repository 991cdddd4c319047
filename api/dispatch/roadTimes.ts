import type { Database } from '../../db/client.ts'
import { cityMadeAt } from '../../db/queries/dispatchGround.ts'
import { plannedRoads } from '../../db/queries/planning.ts'
import type { Position } from '../../geodata/city.ts'
import type { DrillWay } from '../../geodata/drillWay.ts'
import {
  type Access,
  accessFinder,
  type NetworkRoad,
  type RoadNetwork,
  roadNetwork,
  roadSeconds,
  UNIT_SPEEDS,
  type UnitKind,
} from '../planning/roadNetwork.ts'
import { RoadPaths } from '../planning/roadPaths.ts'
import { TravelTimes } from '../planning/travelTimes.ts'
import { wayOfLegs } from './roadWay.ts'

/** A unit of command drives a car. */
export type DispatchedKind = UnitKind | 'command'

interface KindTimes {
  seconds: Float64Array
  find: (place: Position) => Access
  times: TravelTimes
}

/**
 * Road times of one city, kind of unit by kind, at the speeds of a patrol (`UNIT_SPEEDS`): what a unit needs at least,
 * without lights. Roads are as fast one way as the other, so that one search from the incident answers for all units.
 */
export class RoadTimes {
  private readonly network: RoadNetwork
  private readonly kinds = new Map<UnitKind, KindTimes>()

  /** @throws PlanRefusal where a road has no length or speed. */
  constructor(roads: readonly NetworkRoad[]) {
    this.network = roadNetwork(roads)
  }

  /** Laying out the roads of a kind takes tens of milliseconds; done once, when first asked for. */
  private of(kind: UnitKind): KindTimes {
    const known = this.kinds.get(kind)
    if (known) return known
    const seconds = roadSeconds(this.network, UNIT_SPEEDS[kind])
    const made = {
      seconds,
      find: accessFinder(this.network, seconds),
      times: new TravelTimes(this.network, seconds, UNIT_SPEEDS[kind]),
    }
    this.kinds.set(kind, made)
    return made
  }

  /**
   * Seconds from each place to one; null where there is no way or the city has no roads.
   * @param to [lng, lat] in degrees, as the places.
   */
  secondsTo(
    to: Position,
    from: readonly { kind: DispatchedKind; place: Position | null }[],
  ): (number | null)[] {
    const answer: (number | null)[] = from.map(() => null)
    if (this.network.roads.length === 0) return answer
    const byKind = new Map<UnitKind, number[]>()
    from.forEach(({ kind, place }, index) => {
      if (place === null) return
      const moving = kind === 'command' ? 'car' : kind
      byKind.set(moving, [...(byKind.get(moving) ?? []), index])
    })
    for (const [kind, indexes] of byKind) {
      const { find, times } = this.of(kind)
      const places = indexes.flatMap((index) => {
        const { place } = from[index]
        return place === null ? [] : [find(place)]
      })
      const row = times.matrix([find(to)], places)
      indexes.forEach((index, column) => {
        if (Number.isFinite(row[column])) answer[index] = row[column]
      })
    }
    return answer
  }

  /** The quickest way from one place to another, point by point; null where there is none or the city has no roads. */
  way(kind: DispatchedKind, from: Position, to: Position): DrillWay | null {
    if (this.network.roads.length === 0) return null
    const moving = kind === 'command' ? 'car' : kind
    const { find, seconds } = this.of(moving)
    const [start, end] = [find(from), find(to)]
    const legs = new RoadPaths(this.network, seconds, UNIT_SPEEDS[moving]).between(start, end)
    return legs
      ? wayOfLegs(this.network, legs, { place: from, access: start }, { place: to, access: end })
      : null
  }
}

const kept = new WeakMap<Database, Map<string, { madeAt: number; times: Promise<RoadTimes> }>>()

/** Road times of a city, read once for as long as its ground is the same: roads only change when a city is written anew. */
export async function roadTimesOf(database: Database, city: string): Promise<RoadTimes> {
  const cities = kept.get(database) ?? new Map<string, { madeAt: number; times: Promise<RoadTimes> }>()
  kept.set(database, cities)
  const madeAt = (await cityMadeAt(database, city))?.getTime() ?? Number.NaN
  const known = cities.get(city)
  if (known?.madeAt === madeAt) return known.times
  const times = plannedRoads(database, city).then((roads) => new RoadTimes(roads))
  const entry = { madeAt, times }
  cities.set(city, entry)
  // Told to whoever asked, and tried again at the next question.
  times.catch(() => {
    if (cities.get(city) === entry) cities.delete(city)
  })
  return times
}
