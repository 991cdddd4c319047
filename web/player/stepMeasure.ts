/** What the map shows of a step of the player, from the counts in memory. */
import { FEWEST_TO_JUDGE, zOf } from '../../api/statistics/comparison.ts'
import { per1000Residents, perKm2 } from '../../api/statistics/rate.ts'
import { type AreaBundle, areaIndexOf } from '../../geodata/areaBundle.ts'
import { type DayPlanes, windowCounts } from '../../geodata/dayCube.ts'
import type { Measure } from '../state/measures.ts'
import { yearBack } from '../state/playSteps.ts'

/**
 * Numbers of all areas over days `from` … `to` − 1, by column of the planes; NaN where there is none to show. What comes
 * back is overwritten by the next call. @param counts of the same days.
 */
export type StepMeasure = (counts: ArrayLike<number>, from: number, to: number) => ArrayLike<number>

/** @param sight see `MapScene`: of an area seen in part there is a count and no rate. */
export function stepMeasure(
  measure: Measure,
  bundle: AreaBundle,
  planes: DayPlanes,
  firstDay: string,
  sight: Uint8Array | null,
): StepMeasure {
  switch (measure) {
    case 'perKm2':
    case 'per1000':
      return rates(measure, bundle, planes, sight)
    case 'change':
      return changes(planes, firstDay)
    default:
      return (counts) => counts
  }
}

function rates(
  measure: 'perKm2' | 'per1000',
  bundle: AreaBundle,
  { areaId }: DayPlanes,
  sight: Uint8Array | null,
): StepMeasure {
  const index = Int32Array.from(areaId, (id) => areaIndexOf(bundle, id))
  const values = new Float64Array(areaId.length)
  return (counts) => {
    for (let i = 0; i < values.length; i++) {
      const area = index[i]
      const seen = area >= 0 && sight?.[area] !== 1
      const { rate } =
        measure === 'perKm2'
          ? perKm2(counts[i], bundle.areaKm2[area])
          : per1000Residents(counts[i], bundle.population[area])
      values[i] = seen ? (rate ?? Number.NaN) : Number.NaN
    }
    return values
  }
}

/** 2(√now − √then) against the same days a year earlier. A last day that is still going on is left out of both. */
function changes(planes: DayPlanes, firstDay: string): StepMeasure {
  const columns = planes.areaId.length + 1
  const now = new Uint32Array(columns)
  const then = new Uint32Array(columns)
  const values = new Float64Array(columns - 1)
  return (_counts, from, to) => {
    const end = Math.min(to, planes.days - 1)
    const before = { from: yearBack(firstDay, from), to: yearBack(firstDay, end) }
    if (end <= from || before.from < 0) return values.fill(Number.NaN)
    windowCounts(planes, from, end, now)
    windowCounts(planes, before.from, before.to, then)
    for (let i = 0; i < values.length; i++)
      values[i] = now[i] + then[i] < FEWEST_TO_JUDGE ? Number.NaN : zOf(now[i], then[i])
    return values
  }
}
