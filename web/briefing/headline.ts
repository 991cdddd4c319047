import { compareCounts, type Verdict } from '../../api/statistics/comparison.ts'

/** A kind group with its counts in the period and a year earlier. */
export interface GroupCount {
  group: string
  now: number
  before: number
}

export interface Headline {
  verdict: Verdict
  /** Groups that stand out enough to be named in a headline, most striking first, at most two. */
  groups: { group: string; verdict: 'more' | 'fewer' }[]
  /** True when there is nothing to speak about: no incident in either window. */
  empty: boolean
}

/**
 * Decides what the headline may say; the wording is the language's.
 * @param among how many areas there are like the one spoken of, itself included: see `unusualFrom`.
 */
export function headlineOf(
  total: { now: number; before: number },
  groups: readonly GroupCount[],
  among: number,
): Headline {
  const named = groups
    .map((each) => ({
      group: each.group,
      comparison: compareCounts(each.now, each.before, among * groups.length),
    }))
    .filter(({ comparison }) => comparison.verdict === 'more' || comparison.verdict === 'fewer')
    .sort((a, b) => Math.abs(b.comparison.z) - Math.abs(a.comparison.z))
    .slice(0, 2)
  return {
    verdict: compareCounts(total.now, total.before, among).verdict,
    groups: named.map(({ group, comparison }) => ({ group, verdict: comparison.z > 0 ? 'more' : 'fewer' })),
    empty: total.now === 0 && total.before === 0,
  }
}
