import type { PlanningCity } from './cityInputs.ts'
import type { CityTravel } from './cityTravel.ts'
import { erlangB, erlangC, unitsForWaiting } from './erlang.ts'
import { type HypercubeAnswer, type HypercubeInput, hypercube } from './hypercube.ts'
import { PlanRefusal } from './refusal.ts'
import type { Access } from './roadNetwork.ts'

/** Longer than this on one call is handling at a desk, not a unit bound. */
const LONGEST_BUSY_S = 4 * 3600

export interface ResponseInput {
  hypercube: HypercubeInput
  /** Calls an hour in all, and hours a call binds a unit. */
  callsPerHour: number
  busyHours: number
}

/**
 * Calls to 110 in some hours of the week and the units that answer them: each goes to the squad's own units first, the
 * nearest first, then to the others', the nearest first.
 * @param units Where each waits, and its squad.
 * @throws PlanRefusal where no call was ever handled by a unit.
 */
export function responseInput(
  city: PlanningCity,
  travel: CityTravel,
  {
    units,
    squadOfGrid,
    hours,
  }: {
    units: readonly { at: Access; squad: number }[]
    squadOfGrid: ArrayLike<number>
    hours: ReadonlySet<number>
  },
): ResponseInput {
  const cells = city.cells.ids.length
  const { cell, hourOfWeek, call, busyS } = city.incidents
  const arrivals = new Float64Array(cells)
  let [bound, handled] = [0, 0]
  // An hour of the week comes once a week.
  const perHour = 7 / (city.days * hours.size)
  for (let index = 0; index < cell.length; index++) {
    if (!call[index]) continue
    if (hours.has(hourOfWeek[index])) arrivals[cell[index]] += perHour
    if (busyS[index] <= LONGEST_BUSY_S) {
      bound += busyS[index]
      handled++
    }
  }
  if (handled === 0) throw new PlanRefusal('incidents: expected calls that a unit has handled, got none')
  const busyHours = bound / handled / 3600
  const travelTimes = Float64Array.from(travel.fromPlaces(units.map(({ at }) => at)))
  const preferences = Array.from({ length: cells }, (_, at) => {
    const squad = squadOfGrid[city.cells.grid[at]]
    return units
      .map((unit, index) => ({
        index,
        abroad: unit.squad === squad ? 0 : 1,
        time: travelTimes[index * cells + at],
      }))
      .sort((a, b) => a.abroad - b.abroad || a.time - b.time || a.index - b.index)
      .map(({ index }) => index)
  })
  return {
    hypercube: {
      arrivals,
      serviceRates: new Float64Array(units.length).fill(1 / busyHours),
      preferences,
      home: Uint16Array.from(preferences, (order) => order[0]),
      travelTimes,
      whenAllBusy: 'wait',
    },
    callsPerHour: arrivals.reduce((sum, rate) => sum + rate, 0),
    busyHours,
  }
}

export interface ResponseAnswer {
  callsPerHour: number
  busyHours: number
  hypercube: HypercubeAnswer
  /** Share of dispatches of units into another squad's area. */
  interSquad: number
  /** All units as one: share of calls that would be lost, that wait, and the fewest units for `mostWaiting`. */
  erlang: { blocked: number; waiting: number; unitsNeeded: number }
  seconds: number
}

export function responseAnswer(
  input: ResponseInput,
  {
    squadOfUnit,
    squadOfCell,
    mostWaiting,
  }: { squadOfUnit: readonly number[]; squadOfCell: ArrayLike<number>; mostWaiting: number },
): ResponseAnswer {
  const start = performance.now()
  const answer = hypercube(input.hypercube)
  const units = squadOfUnit.length
  const cells = squadOfCell.length
  let interSquad = 0
  for (let unit = 0; unit < units; unit++) {
    for (let cell = 0; cell < cells; cell++) {
      if (squadOfCell[cell] !== squadOfUnit[unit]) interSquad += answer.dispatches[unit * cells + cell]
    }
  }
  const load = input.callsPerHour * input.busyHours
  return {
    callsPerHour: input.callsPerHour,
    busyHours: input.busyHours,
    hypercube: answer,
    interSquad,
    erlang: {
      blocked: erlangB(units, load),
      waiting: erlangC(units, load),
      unitsNeeded: unitsForWaiting(load, mostWaiting),
    },
    seconds: (performance.now() - start) / 1000,
  }
}
