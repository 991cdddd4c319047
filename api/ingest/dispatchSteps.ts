import type { DispatchState } from '../../db/queries/dispatch.ts'

/** What a dispatch system says a unit does at an incident. 'enRoute' is another word for 'acknowledged'. */
export const TOLD_STATES = ['assigned', 'acknowledged', 'enRoute', 'onScene', 'done', 'withdrawn'] as const
export type ToldState = (typeof TOLD_STATES)[number]

/** A dispatch of one unit to one incident, as far as it decides what a statement changes. */
export interface KnownDispatch {
  state: DispatchState
  endedAt: Date | null
}

/** What a statement makes of it: a new dispatch, steps of the open one in order, nothing new, or nothing that could be. */
export type DispatchChange =
  | { send: 'assigned' | 'acknowledged' | 'onScene' }
  | { steps: ('acknowledged' | 'onScene' | 'done' | 'withdrawn')[] }
  | 'known'
  | 'neverSent'

const RANK = { assigned: 0, acknowledged: 1, onScene: 2, done: 3, withdrawn: 3 } as const

/**
 * Stages only go forward: what is told late or twice is known already. Whoever is done was there, also where nobody said so.
 * Pure.
 * @param last The last dispatch of the unit to the incident; null: none.
 */
export function dispatchChange(
  last: KnownDispatch | null,
  { state, at }: { state: ToldState; at: Date },
): DispatchChange {
  const to = state === 'enRoute' ? 'acknowledged' : state
  if (last === null || last.endedAt !== null) {
    if (last?.endedAt && last.endedAt >= at) return 'known'
    if (to === 'done' || to === 'withdrawn') return last === null ? 'neverSent' : 'known'
    return { send: to }
  }
  if (RANK[to] <= RANK[last.state]) return 'known'
  return { steps: to === 'done' && last.state !== 'onScene' ? ['onScene', 'done'] : [to as 'done'] }
}
