import { PlanRefusal, requireNumbers } from './refusal.ts'

/** Answers to "how many units for so many calls" where any unit may take any call (Erlang 1917). */

function check(units: number, load: number): void {
  if (!Number.isInteger(units) || units < 1) {
    throw new PlanRefusal(`units: expected a whole number from 1, got ${units}`)
  }
  requireNumbers('load', [load])
}

/**
 * Erlang B: the share of calls that find every unit busy, where such a call is lost.
 * @param load Calls in an hour × hours a call keeps a unit busy (erlang).
 */
export function erlangB(units: number, load: number): number {
  check(units, load)
  let blocked = 1
  for (let n = 1; n <= units; n++) blocked = (load * blocked) / (n + load * blocked)
  return blocked
}

/** Erlang C: the share of calls that have to wait, where they queue. 1 where the load is more than all units can do. */
export function erlangC(units: number, load: number): number {
  check(units, load)
  if (load >= units) return 1
  const blocked = erlangB(units, load)
  return blocked / (1 - (load / units) * (1 - blocked))
}

/** The mean wait in a queue of all calls, in units of the mean service time; Infinity where the queue only grows. */
export function erlangWait(units: number, load: number): number {
  return load >= units ? Number.POSITIVE_INFINITY : erlangC(units, load) / (units - load)
}

/** The fewest units with at most this share of calls waiting. @param share Above 0. */
export function unitsForWaiting(load: number, share: number): number {
  requireNumbers('load', [load])
  if (!(share > 0)) throw new PlanRefusal(`share: expected a number above 0, got ${share}`)
  let units = Math.max(1, Math.floor(load))
  while (erlangC(units, load) > share) units++
  return units
}
