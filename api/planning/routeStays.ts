import type { PlanningCity } from './cityInputs.ts'
import type { CityTravel } from './cityTravel.ts'
import type { Stay } from './dosage.ts'
import type { Access } from './roadNetwork.ts'
import { RoadPaths } from './roadPaths.ts'
import type { Route } from './routing.ts'
import { cellOfStop, type UnitRoute } from './shiftRoutes.ts'

/** Where a unit is while it goes its route, second by second. */
export interface RouteTrack {
  /**
   * Stays in micro-grids in order of time. A road that is the border of two counts half for each: first the one the unit was
   * in. −1: outside of all.
   */
  stays: Stay[]
  /** Roads in the order they are taken (places in the city's roads), stops not among them. */
  roads: number[]
  /** Seconds: at the end of the route, and of them gone without a job. */
  endS: number
  emptyS: number
  /** Seconds: when each job of the route begins. */
  begins: number[]
}

export interface TrackUnit {
  strength: number
  vehicle: boolean
  lights: boolean
}

/** Follows routes over the roads. */
export class RouteTracks {
  private readonly city: PlanningCity
  private readonly paths: RoadPaths

  constructor(city: PlanningCity, travel: CityTravel) {
    this.city = city
    this.paths = new RoadPaths(travel.network, travel.seconds, travel.unit)
  }

  /** @param startS When the shift begins, on the clock of the stays. Whoever is early waits where the job is. */
  follow(unit: UnitRoute, { stops, vehicle: type }: Route, startS: number, seen: TrackUnit): RouteTrack {
    const { problem, places, jobs } = unit
    const vehicle = problem.vehicles[type]
    const stays: Stay[] = []
    const roads: number[] = []
    const begins: number[] = []
    let now = startS + (vehicle.opens ?? 0)
    let emptyS = 0
    const stay = (cell: number, seconds: number) => {
      const last = stays.at(-1)
      if (seconds <= 0) return
      if (last?.cell === cell) last.to += seconds
      else stays.push({ cell, from: now, to: now + seconds, ...seen })
      now += seconds
    }
    const drive = (road: number, seconds: number) => {
      for (const cell of sidesFrom(this.city.roads[road].cells, stays.at(-1)?.cell)) {
        stay(cell, seconds / Math.max(1, this.city.roads[road].cells.length))
      }
    }
    const go = (from: Access, to: Access, cost: number) => {
      if (from === to) return
      // What the matrix says is in 32 bits: a little more room, so that the way is found.
      for (const { road, seconds } of this.paths.between(from, to, cost * (1 + 1e-6) + 1e-3) ?? []) {
        roads.push(road)
        emptyS += seconds
        drive(road, seconds)
      }
    }
    let at = vehicle.start
    for (const { job: index, reversed } of stops) {
      const job = problem.jobs[index]
      const what = jobs[index]
      const [first, last] = reversed ? [job.to, job.from] : [job.from, job.to]
      go(places[at], places[first], problem.costs[at * problem.places + first])
      const early = startS + (job.opens ?? 0) - now
      begins.push(now + Math.max(0, early))
      if ('street' in what) {
        const [first = -1] = sidesFrom(this.city.roads[what.street].cells, stays.at(-1)?.cell)
        stay(first, early)
        drive(what.street, job.duration ?? 0)
        roads.push(what.street)
      } else {
        const cell = cellOfStop(what) ?? -1
        stay(cell, early)
        stay(cell, job.duration ?? 0)
      }
      at = last
    }
    go(places[at], places[vehicle.end], problem.costs[at * problem.places + vehicle.end])
    return { stays, roads, endS: now, emptyS, begins }
  }
}

/** The sides of a road in the order a unit is counted in them: where it is already comes first. Outside of all: −1. */
export function sidesFrom(cells: readonly number[], at: number | undefined): readonly number[] {
  if (cells.length === 0) return [-1]
  return at === undefined || cells[0] === at || !cells.includes(at)
    ? cells
    : [at, ...cells.filter((cell) => cell !== at)]
}
