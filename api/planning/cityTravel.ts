import type { Position } from '../../geodata/city.ts'
import type { PlanningCity } from './cityInputs.ts'
import {
  type Access,
  accessOfPlaces,
  type RoadNetwork,
  roadNetwork,
  roadSeconds,
  UNIT_SPEEDS,
  type UnitKind,
  type UnitSpeed,
} from './roadNetwork.ts'
import { TravelTimes } from './travelTimes.ts'

/** How a kind of unit gets about in a city. Seconds. */
export class CityTravel {
  readonly city: PlanningCity
  readonly kind: UnitKind
  readonly unit: UnitSpeed
  readonly network: RoadNetwork
  /** Of each road. */
  readonly seconds: Float64Array
  readonly times: TravelTimes
  /** Where each micro-grid meets the roads. */
  readonly cells: readonly Access[]

  /** @param closed Ids of roads nobody may take. */
  constructor(city: PlanningCity, kind: UnitKind, closed: ReadonlySet<number> = new Set()) {
    this.city = city
    this.kind = kind
    this.unit = UNIT_SPEEDS[kind]
    this.network = roadNetwork(city.roads)
    this.seconds = roadSeconds(this.network, this.unit, closed)
    this.times = new TravelTimes(this.network, this.seconds, this.unit)
    this.cells = this.accessOf(city.cells.points)
  }

  accessOf(places: readonly Position[]): Access[] {
    return accessOfPlaces(this.network, this.seconds, places)
  }

  /** Seconds between all micro-grids at [from * n + to]; Infinity where there is no way. */
  matrix(onRow?: (done: number) => void): Float32Array {
    return this.times.matrix(this.cells, this.cells, onRow)
  }

  /** Seconds from places to all micro-grids, at [place * n + cell]. */
  fromPlaces(places: readonly Access[]): Float32Array {
    return this.times.matrix(places, this.cells)
  }
}
