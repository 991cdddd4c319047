import type { LocalTime } from '../../geodata/localTime.ts'
import { isInSchedule, type ScheduleSpan } from './schedule.ts'

/** A fence as far as it is watched. */
export interface WatchedFence {
  squadIds: readonly number[]
  /** Of those squads only these; empty: all. */
  unitIds: readonly number[]
  rule: 'inside' | 'outside'
  /** Inside: one unit of each squad is enough, or each unit on duty must be. */
  demand: 'one' | 'each'
  schedule: readonly ScheduleSpan[]
}

export interface WatchedUnit {
  id: number
  squadId: number
  onDuty: boolean
  /** The last fix of this duty: its micro-grid (null: outside all), and when, epoch milliseconds. */
  fix: { cellId: number | null; at: number } | null
}

/** Who breaks a fence: a unit, or (unitId null) a squad as a whole. */
export interface Breach {
  squadId: number
  unitId: number | null
}

/** After this nobody knows where a unit is: nowhere, for a fence. */
export const LOST_AFTER_MS = 300_000

/**
 * Who breaks a fence at an instant, by the micro-grids of last fixes alone. A unit whose last fix is older than five
 * minutes is known to be nowhere: not inside where it should be, and not where it should not be.
 * @param cells Micro-grids of the fence's areas.
 */
export function breachesOf(
  fence: WatchedFence,
  cells: ReadonlySet<number>,
  units: readonly WatchedUnit[],
  { now, localTime }: { now: number; localTime: LocalTime },
): Breach[] {
  if (!isInSchedule(fence.schedule, localTime.toLocal(now))) return []
  const members = units.filter(({ id, squadId }) =>
    fence.unitIds.length > 0 ? fence.unitIds.includes(id) : fence.squadIds.includes(squadId),
  )
  const isInside = ({ onDuty, fix }: WatchedUnit) =>
    onDuty && fix !== null && fix.cellId !== null && now - fix.at <= LOST_AFTER_MS && cells.has(fix.cellId)
  const each = (unit: WatchedUnit): Breach => ({ squadId: unit.squadId, unitId: unit.id })
  if (fence.rule === 'outside') return members.filter(isInside).map(each)
  if (fence.demand === 'each') return members.filter((unit) => unit.onDuty && !isInside(unit)).map(each)
  return fence.squadIds
    .filter((squadId) => !members.some((unit) => unit.squadId === squadId && isInside(unit)))
    .map((squadId) => ({ squadId, unitId: null }))
}
