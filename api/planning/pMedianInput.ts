import { PlanRefusal, requireLength, requireNumbers } from './refusal.ts'

/** Where to put p posts so that all customers together are as near as can be (Hakimi 1964). */
export interface PMedianInput {
  customers: number
  /** Candidate places. */
  candidates: number
  /** Cost of customer c at candidate f (its weight × distance or time) at [f * customers + c]. */
  costs: Float64Array
  /** Posts. */
  p: number
  /** Candidates that are posts whatever happens. */
  fixed?: readonly number[]
  /** Today's posts, to start from. */
  start?: readonly number[]
  /** How many posts may stand where none stands in `start`; absent: all. */
  mostChanges?: number
}

/** @throws PlanRefusal for more posts than candidates, costs that are none, or changes that fixed posts forbid. */
export function checkPMedian(input: PMedianInput): void {
  const { customers, candidates, costs, p, fixed = [], start, mostChanges } = input
  if (!(Number.isInteger(customers) && customers >= 1)) {
    throw new PlanRefusal(`customers: expected at least one, got ${customers}`)
  }
  if (!Number.isInteger(p) || p < 1 || p > candidates) {
    throw new PlanRefusal(`p: expected 1 to ${candidates} posts, got ${p}`)
  }
  requireLength('costs', costs, customers * candidates)
  requireNumbers('costs', costs)
  for (const [name, list] of Object.entries({ fixed, start: start ?? [] })) {
    const isSound =
      list.length <= p &&
      new Set(list).size === list.length &&
      list.every((place) => Number.isInteger(place) && place >= 0 && place < candidates)
    if (!isSound) {
      throw new PlanRefusal(
        `${name}: expected at most ${p} different candidates from 0, got ${list.join(', ')}`,
      )
    }
  }
  if (mostChanges === undefined) return
  if (!Number.isInteger(mostChanges) || mostChanges < 0) {
    throw new PlanRefusal(`mostChanges: expected a whole number from 0, got ${mostChanges}`)
  }
  if (start?.length !== p)
    throw new PlanRefusal(`mostChanges: expected ${p} posts as "start" to change, got ${start?.length ?? 0}`)
  const moved = fixed.filter((place) => !start.includes(place)).length
  if (mostChanges < moved) {
    throw new PlanRefusal(
      `mostChanges: expected at least ${moved}, as many fixed posts are new, got ${mostChanges}`,
    )
  }
}
