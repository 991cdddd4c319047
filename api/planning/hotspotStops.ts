import type { PlanningCity } from './cityInputs.ts'
import { KOPER, type StopRule } from './dosage.ts'
import { PlanRefusal } from './refusal.ts'
import { type WorkloadRule, weightedIncidents } from './workload.ts'

/** A shift of the week. */
export interface ShiftTime {
  /** Hour of the week it begins in: 0 is Monday 00–01 in the city's time zone. */
  hourOfWeek: number
  hours: number
}

/** A stop of a hot spot, in seconds since the beginning of the shift. */
export interface HotspotStop {
  cell: number
  /** It begins in [opens, closes]. */
  opens: number
  closes: number
  seconds: number
  /** Weighted incidents a year in the hours of its window. */
  weight: number
}

export interface HotspotRule {
  /** Hot spots a squad is given. */
  count: number
  stop: StopRule
  /** Part of the hot spot's busiest block that a block must have to be worth a stop. */
  leastOfPeak: number
}

export const SAMPLE_HOTSPOTS: HotspotRule = { count: 4, stop: KOPER, leastOfPeak: 0.5 }

/** Hours of the week a shift covers. */
export function hoursOfShift({ hourOfWeek, hours }: ShiftTime): number[] {
  if (!Number.isInteger(hourOfWeek) || hourOfWeek < 0 || hourOfWeek > 167 || !(hours > 0 && hours <= 24)) {
    throw new PlanRefusal(
      `shift: expected an hour of the week from 0 to 167 and 1 to 24 hours, got ${hourOfWeek} and ${hours}`,
    )
  }
  return Array.from({ length: Math.ceil(hours) }, (_, index) => (hourOfWeek + index) % 168)
}

/**
 * Stops for the micro-grids of a squad where most happens in a shift's hours, each about every two hours for 10 to 15
 * minutes (Koper 1995). A window is one such block of the shift; blocks in which little happens there have none. Few
 * incidents fall into one hour of the week, so each hour counts for its neighbours and for the same hour of the other days too.
 * @param cells The squad's micro-grids.
 */
export function hotspotStops(
  city: PlanningCity,
  cells: readonly number[],
  shift: ShiftTime,
  workload: WorkloadRule,
  { count, stop, leastOfPeak }: HotspotRule = SAMPLE_HOTSPOTS,
): HotspotStop[] {
  const hours = hoursOfShift(shift)
  const inHours = weightedIncidents(city, workload, new Set(hours))
  const hottest = cells
    .filter((cell) => inHours[cell] > 0)
    .toSorted((a, b) => inHours[b] - inHours[a] || a - b)
    .slice(0, count)
  const blockHours = stop.everyS / 3600
  const seconds = (stop.leastS + stop.mostS) / 2
  return hottest.flatMap((cell) => {
    const byHour = smoothedByHour(city, cell, workload)
    const blocks: HotspotStop[] = []
    for (let from = 0; shift.hours - from >= blockHours / 2; from += blockHours) {
      const to = Math.min(shift.hours, from + blockHours)
      let weight = 0
      for (let hour = from; hour < to; hour++) weight += byHour[(shift.hourOfWeek + Math.floor(hour)) % 168]
      blocks.push({ cell, opens: from * 3600, closes: to * 3600 - seconds, seconds, weight })
    }
    const peak = Math.max(...blocks.map(({ weight }) => weight))
    return blocks.filter(({ weight }) => weight > 0 && weight >= leastOfPeak * peak)
  })
}

/** Of a micro-grid by hour of the week: half from the hour itself and its neighbours, half from that hour of every day. */
function smoothedByHour(city: PlanningCity, cell: number, rule: WorkloadRule): Float64Array {
  const raw = new Float64Array(168)
  const { incidents, kinds } = city
  for (let index = 0; index < incidents.cell.length; index++) {
    if (incidents.cell[index] === cell)
      raw[incidents.hourOfWeek[index]] += rule.groups[kinds[incidents.kind[index]].group] ?? 0
  }
  return raw.map((own, hour) => {
    const near = (raw[(hour + 167) % 168] + own + raw[(hour + 1) % 168]) / 3
    let daily = 0
    for (let day = 0; day < 7; day++) daily += raw[(hour % 24) + 24 * day] / 7
    return (near + daily) / 2
  })
}
