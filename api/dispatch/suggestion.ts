import type { LiveUnit } from '../live/messages.ts'

/** A unit as far as it decides how well it may be sent. */
export interface Candidate {
  unit: Pick<LiveUnit, 'id' | 'state' | 'incidentId' | 'squadId'>
  /** By road to the incident; null: no known place or no way. */
  roadSeconds: number | null
  /** What the time was worked out from. */
  from: 'fix' | 'post' | null
  /** Seconds since the last fix; null: none. */
  fixAgeS: number | null
  /** Incidents the unit was at within `WORK_HOURS`. */
  work: number
}

/** Why a unit stands where it stands in the list: data for words on screen. */
export type SuggestionReason =
  | { code: 'road'; seconds: number }
  | { code: 'noRoad' }
  | { code: 'fromPost' }
  | { code: 'oldFix'; seconds: number }
  | { code: 'busy'; state: 'assigned' | 'enRoute' | 'onScene'; incidentId: number | null }
  | { code: 'work'; incidents: number }
  | { code: 'inCharge' }

export interface Suggestion extends Candidate {
  /** Seconds by road with what speaks against the unit added; the list's order. */
  weightS: number
  reasons: SuggestionReason[]
}

/** How far back incidents count as a unit's load, hours. */
export const WORK_HOURS = 8
/** A fix older than this may be somewhere else by now, seconds. */
const OLD_FIX_S = 120
/**
 * What speaks against a unit, in seconds by road: each incident of this shift two minutes; a place that is only supposed
 * (its post) three; an old fix half its age, five minutes at most; another squad's ground two. Few enough that the nearest
 * unit stays first where it is much nearer, and each is said beside the unit.
 */
const AGAINST = { work: 120, post: 180, oldFixShare: 0.5, oldFixMost: 300, otherSquad: 120 } as const
/** Behind all that are free: on its way elsewhere, then at work elsewhere, then nowhere known. */
const BEHIND = { free: 0, assigned: 1e5, enRoute: 2e5, onScene: 3e5, noRoad: 1e6 } as const

/**
 * Units in the order in which they might be sent: free ones by road time and load, then those at other incidents, then
 * those with no way. A person decides. Units off duty and those already sent to this incident are left out.
 * @param inChargeSquadId The squad whose incident it is; null: none.
 */
export function suggestUnits(
  candidates: readonly Candidate[],
  { incidentId, inChargeSquadId }: { incidentId: number; inChargeSquadId: number | null },
): Suggestion[] {
  return candidates
    .flatMap((candidate) => {
      const { unit } = candidate
      if (unit.state === 'offDuty' || unit.incidentId === incidentId) return []
      return [weighed(candidate, unit.state, inChargeSquadId)]
    })
    .sort((a, b) => a.weightS - b.weightS || a.unit.id - b.unit.id)
}

function weighed(
  candidate: Candidate,
  state: 'free' | 'assigned' | 'enRoute' | 'onScene',
  inChargeSquadId: number | null,
): Suggestion {
  const { unit, roadSeconds, from, fixAgeS, work } = candidate
  const reasons: SuggestionReason[] = []
  let weightS: number = BEHIND[state]
  if (roadSeconds === null) {
    reasons.push({ code: 'noRoad' })
    weightS += BEHIND.noRoad
  } else {
    reasons.push({ code: 'road', seconds: roadSeconds })
    weightS += roadSeconds
  }
  if (from === 'post') {
    reasons.push({ code: 'fromPost' })
    weightS += AGAINST.post
  } else if (fixAgeS !== null && fixAgeS > OLD_FIX_S) {
    reasons.push({ code: 'oldFix', seconds: fixAgeS })
    weightS += Math.min(AGAINST.oldFixMost, AGAINST.oldFixShare * fixAgeS)
  }
  if (state !== 'free') reasons.push({ code: 'busy', state, incidentId: unit.incidentId })
  if (work > 0) {
    reasons.push({ code: 'work', incidents: work })
    weightS += AGAINST.work * work
  }
  if (inChargeSquadId !== null && unit.squadId === inChargeSquadId) reasons.push({ code: 'inCharge' })
  else if (inChargeSquadId !== null) weightS += AGAINST.otherSquad
  return { ...candidate, weightS, reasons }
}
