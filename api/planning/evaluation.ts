import type { PlanningCity } from './cityInputs.ts'
import type { CityTravel } from './cityTravel.ts'
import { type BeforeAfter, type Displacement, weightedDisplacementDifference } from './displacement.ts'
import {
  longestGap,
  type Span,
  type Stay,
  type StopRule,
  stopsOwed,
  type Visibility,
  visibilityByHourOfWeek,
} from './dosage.ts'
import { type Equity, equity } from './equity.ts'
import type { HotspotStop } from './hotspotStops.ts'
import { PlanRefusal } from './refusal.ts'
import type { Access } from './roadNetwork.ts'
import type { RouteTrack } from './routeStays.ts'
import { byGrid } from './workload.ts'

/** Minutes within which reach is told. */
export const REACH_MINUTES = [1, 3, 5] as const

/** What is the same whatever the plan: looked up once. */
export interface EvaluationGround {
  city: PlanningCity
  travel: CityTravel
  /** By micro-grid. */
  workload: Float64Array
  /** By micro-grid: weighted incidents in the hours of the shift. */
  weights: Float64Array
  /** Hot spots' stops, in seconds since the beginning of the shift. */
  stops: readonly HotspotStop[]
  rule: StopRule
  /** The shift, in seconds since Monday 00:00. */
  shift: Span
}

export interface Reach {
  minutes: number
  /** Shares of calls and of residents a unit at the nearest post reaches in time. */
  calls: number
  residents: number
}

/** What areas and posts bring. */
export interface Placement {
  /** By squad: its workload and how far that is from its district's mean, as a share. */
  balance: { workload: number; imbalance: number }[]
  reach: Reach[]
  /** Mean seconds from the nearest post, by workload. */
  meanTravelS: number
  /** By micro-grid. */
  travelS: Float32Array
}

/** What routes bring in one shift. */
export interface Presence {
  /** Unit minutes by micro-grid. */
  minutes: Float64Array
  /** Unit minutes in all. */
  totalMinutes: number
  /** Share of weighted incidents of the shift's hours in micro-grids that a unit comes to. */
  incidentsSeen: number
  /** Roads driven along, each once. */
  streetsKm: number
  /** Stops hot spots are owed by Koper's rule, those they get, and the longest time one is alone. */
  stops: { owed: number; paid: number; longestGapS: number }
  /** Minutes per resident, by grid. */
  equity: Equity
  /** Share of residents in grids that a unit comes to. */
  residentsSeen: number
}

export function placement(
  ground: EvaluationGround,
  squadOfGrid: ArrayLike<number>,
  posts: readonly Access[],
): Placement {
  const { city, travel, workload } = ground
  const loads = new Float64Array(city.squads.length)
  byGrid(city, workload).forEach((load, grid) => {
    loads[squadOfGrid[grid]] += load
  })
  const balance = city.squads.map(({ district }, squad) => {
    const own = city.squads.flatMap((each, index) => (each.district === district ? [loads[index]] : []))
    const mean = own.reduce((sum, load) => sum + load, 0) / own.length
    return { workload: loads[squad], imbalance: mean === 0 ? 0 : loads[squad] / mean - 1 }
  })
  const cells = city.cells.ids.length
  const travelS = new Float32Array(cells).fill(Number.POSITIVE_INFINITY)
  const seconds = travel.fromPlaces(posts)
  for (let index = 0; index < seconds.length; index++) {
    const cell = index % cells
    if (seconds[index] < travelS[cell]) travelS[cell] = seconds[index]
  }
  const calls = new Float64Array(cells)
  city.incidents.cell.forEach((cell, index) => {
    if (city.incidents.call[index]) calls[cell]++
  })
  const within = (weights: ArrayLike<number>, limit: number) => {
    let [inside, all] = [0, 0]
    for (let cell = 0; cell < cells; cell++) {
      all += weights[cell]
      if (travelS[cell] <= limit) inside += weights[cell]
    }
    return all === 0 ? 0 : inside / all
  }
  let [weighted, all] = [0, 0]
  for (let cell = 0; cell < cells; cell++) {
    if (!Number.isFinite(travelS[cell])) continue
    weighted += workload[cell] * travelS[cell]
    all += workload[cell]
  }
  return {
    balance,
    reach: REACH_MINUTES.map((minutes) => ({
      minutes,
      calls: within(calls, minutes * 60),
      residents: within(city.cells.residents, minutes * 60),
    })),
    meanTravelS: weighted / all,
    travelS,
  }
}

/**
 * What a shift's routes bring, kept so that one of them can be changed and the rest need not be looked at again.
 * Stays are in seconds since Monday 00:00, like the shift.
 */
export class PlanPresence {
  private readonly ground: EvaluationGround
  private readonly tracks: RouteTrack[]
  private readonly minutes: Float64Array
  /** By road: how many routes take it. */
  private readonly taken: Uint16Array
  private readonly hot: Set<number>

  constructor(ground: EvaluationGround, tracks: readonly RouteTrack[]) {
    this.ground = ground
    this.tracks = [...tracks]
    this.minutes = new Float64Array(ground.city.cells.ids.length)
    this.taken = new Uint16Array(ground.city.roads.length)
    this.hot = new Set(ground.stops.map(({ cell }) => cell))
    for (const track of tracks) this.count(track, 1)
  }

  private count(track: RouteTrack, sign: 1 | -1): void {
    const { from, to } = this.ground.shift
    for (const stay of track.stays) {
      if (stay.cell >= 0)
        this.minutes[stay.cell] +=
          (sign * Math.max(0, Math.min(stay.to, to) - Math.max(stay.from, from))) / 60
    }
    for (const road of new Set(track.roads)) this.taken[road] += sign
  }

  /** Puts another route in the place of one. @returns what was there. */
  replace(route: number, track: RouteTrack): RouteTrack {
    const before = this.tracks[route]
    if (!before) throw new PlanRefusal(`route: expected one of ${this.tracks.length}, got ${route}`)
    this.count(before, -1)
    this.count(track, 1)
    this.tracks[route] = track
    return before
  }

  get stays(): Stay[] {
    return this.tracks.flatMap(({ stays }) => stays)
  }

  /** Officers, vehicles and lights by hour of the week: minutes. */
  get visibility(): Visibility {
    return visibilityByHourOfWeek(this.stays, this.ground.shift, 0)
  }

  summary(): Presence {
    const { city, weights, stops, rule, shift } = this.ground
    const minutes = this.minutes.map((each) => (each < 1e-9 ? 0 : each))
    let [seen, all, totalMinutes] = [0, 0, 0]
    minutes.forEach((each, cell) => {
      totalMinutes += each
      all += weights[cell]
      if (each > 0) seen += weights[cell]
    })
    let metres = 0
    this.taken.forEach((times, road) => {
      if (times > 0) metres += city.roads[road].lengthM
    })
    const hotStays = this.tracks.flatMap(({ stays }) => stays.filter(({ cell }) => this.hot.has(cell)))
    const told = { owed: 0, paid: 0, longestGapS: 0 }
    for (const cell of this.hot) {
      // Only blocks that are worth a stop: those hot spots have windows for.
      for (const { opens } of stops.filter((stop) => stop.cell === cell)) {
        const from = shift.from + opens
        const block = { from, to: Math.min(shift.to, from + rule.everyS) }
        const { owed, paid } = stopsOwed(hotStays, cell, block, rule)
        told.owed += owed
        told.paid += paid
      }
      told.longestGapS = Math.max(told.longestGapS, longestGap(hotStays, cell, shift))
    }
    const ofGrid = byGrid(city, minutes)
    const { residents } = city.grids
    let [reached, people] = [0, 0]
    ofGrid.forEach((each, grid) => {
      people += residents[grid]
      if (each > 0) reached += residents[grid]
    })
    return {
      minutes,
      totalMinutes,
      incidentsSeen: all === 0 ? 0 : seen / all,
      streetsKm: metres / 1000,
      stops: told,
      equity: equity(ofGrid, residents),
      residentsSeen: people === 0 ? 0 : reached / people,
    }
  }
}

export interface Difference {
  /** Place of the micro-grid in the city's. */
  cell: number
  minutes: number
  travelS: number
}

/** After less before, by micro-grid. */
export function differences(
  before: { placement: Placement; presence: Presence },
  after: { placement: Placement; presence: Presence },
): { minutes: Float64Array; travelS: Float32Array } {
  return {
    minutes: after.presence.minutes.map((minutes, cell) => minutes - before.presence.minutes[cell]),
    travelS: after.placement.travelS.map((seconds, cell) => seconds - before.placement.travelS[cell]),
  }
}

/** An operation that is over, in days before the city's `asOf`: it ran in [from, to), and as many days before it are compared. */
export interface Operation {
  /** Micro-grids treated, and much like them where nothing was done. */
  treated: readonly number[]
  control: readonly number[]
  /** Around them, where incidents may have gone. */
  aroundTreated?: readonly number[]
  aroundControl?: readonly number[]
  /** Days ago it began, and days ago it ended; from > to. */
  from: number
  to: number
}

/**
 * What an operation changed: the weighted displacement difference of its days and as many before it.
 * @throws PlanRefusal where the looked-back days do not hold both.
 */
export function operationEffect(city: PlanningCity, operation: Operation): Displacement {
  const { from, to } = operation
  const length = from - to
  if (
    !(Number.isInteger(from) && Number.isInteger(to) && to >= 0 && length > 0 && from + length <= city.days)
  ) {
    throw new PlanRefusal(`operation: expected days ago within half of ${city.days}, got ${from} to ${to}`)
  }
  const counted = (cells: readonly number[] = []): BeforeAfter => {
    const own = new Set(cells)
    let [before, after] = [0, 0]
    city.incidents.cell.forEach((cell, index) => {
      if (!own.has(cell)) return
      const ago = city.incidents.daysAgo[index]
      if (ago >= to && ago < from) after++
      else if (ago >= from && ago < from + length) before++
    })
    return [before, after]
  }
  return weightedDisplacementDifference({
    treated: counted(operation.treated),
    control: counted(operation.control),
    ...(operation.aroundTreated ? { aroundTreated: counted(operation.aroundTreated) } : {}),
    ...(operation.aroundControl ? { aroundControl: counted(operation.aroundControl) } : {}),
  })
}
