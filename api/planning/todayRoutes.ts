import type { PlanningCity } from './cityInputs.ts'
import type { CityTravel } from './cityTravel.ts'
import type { UnitKind } from './roadNetwork.ts'
import { type RouteTrack, sidesFrom, type TrackUnit } from './routeStays.ts'

/**
 * What a unit does in a shift as patrols are today: the squad's routes for its kind of unit, one after the other, again and
 * again until the shift is over. A route's time is shared among its roads as they are driven; roads that are not the unit's
 * (a track by another speed) by their length.
 */
export function todayTrack(
  city: PlanningCity,
  travel: CityTravel,
  {
    squad,
    kind,
    startS,
    shiftS,
    seen,
  }: { squad: number; kind: UnitKind; startS: number; shiftS: number; seen: TrackUnit },
): RouteTrack {
  const own = city.routes.filter(
    (route) => route.squad === squad && route.unitKind === kind && route.roads.length > 0,
  )
  const track: RouteTrack = { stays: [], roads: [], endS: startS, emptyS: 0, begins: [] }
  const end = startS + shiftS
  for (let turn = 0; own.length > 0 && track.endS < end; turn++) {
    const { roads, durationS } = own[turn % own.length]
    const weights = roads.map((road) =>
      Number.isFinite(travel.seconds[road]) ? travel.seconds[road] : city.roads[road].lengthM / 5,
    )
    const whole = weights.reduce((sum, weight) => sum + weight, 0)
    roads.forEach((road, index) => {
      const from = track.endS
      if (from >= end) return
      const to = Math.min(end, from + (durationS * weights[index]) / whole)
      const cells = sidesFrom(city.roads[road].cells, track.stays.at(-1)?.cell)
      cells.forEach((cell, side) => {
        const last = track.stays.at(-1)
        const until = from + ((to - from) * (side + 1)) / cells.length
        if (last?.cell === cell) last.to = until
        else track.stays.push({ cell, from: last?.to ?? from, to: until, ...seen })
      })
      track.roads.push(road)
      track.endS = to
    })
  }
  return track
}
