import { compareCounts, type Verdict } from './comparison.ts'

/** A kind group with its counts in the period and a year earlier. */
export interface GroupCount {
  group: string
  now: number
  before: number
}

export interface Headline {
  verdict: Verdict
  /** Groups that stand out enough to be named in a headline, most striking first, at most two. */
  groups: { group: string; verdict: Exclude<Verdict, 'normal'> }[]
  /** True when there is nothing to speak about: no incident in either window. */
  empty: boolean
}

/**
 * A group is named in the headline only from this |z|: eight groups are compared at once,
 * so at 2 some group would stand out in most months although nothing changed.
 */
export const HEADLINE_Z = 3

/** Decides what the headline may say; the wording is the language's. */
export function headlineOf(total: { now: number; before: number }, groups: readonly GroupCount[]): Headline {
  const named = groups
    .map((each) => ({ group: each.group, comparison: compareCounts(each.now, each.before) }))
    .filter(({ comparison }) => comparison.verdict !== 'normal' && Math.abs(comparison.z) >= HEADLINE_Z)
    .sort((a, b) => Math.abs(b.comparison.z) - Math.abs(a.comparison.z))
    .slice(0, 2)
  return {
    verdict: compareCounts(total.now, total.before).verdict,
    groups: named.map(({ group, comparison }) => ({ group, verdict: comparison.z > 0 ? 'more' : 'fewer' })),
    empty: total.now === 0 && total.before === 0,
  }
}
