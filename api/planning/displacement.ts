import { requireLength, requireNumbers } from './refusal.ts'

/** Counts [before, after] an operation. */
export type BeforeAfter = readonly [before: number, after: number]

export interface OperationCounts {
  treated: BeforeAfter
  /** A place much like it where nothing was done. */
  control: BeforeAfter
  /** Around the treated place, where incidents may have gone; absent: not looked at. */
  aroundTreated?: BeforeAfter
  aroundControl?: BeforeAfter
}

export interface Displacement {
  /** Incidents more (+) or fewer (−) than the control would have it, displaced ones counted. */
  estimate: number
  /** The same in the treated place alone. */
  local: number
  variance: number
  z: number
  /** 95 % interval. */
  low: number
  high: number
}

/**
 * The weighted displacement difference (Wheeler and Ratcliffe, Crime Science 7, 2018): what an operation changed, less
 * what changed anyway, plus what moved next door. Counts are taken as Poisson.
 */
export function weightedDisplacementDifference(counts: OperationCounts): Displacement {
  const { treated, control, aroundTreated = [0, 0], aroundControl = [0, 0] } = counts
  const all = [treated, control, aroundTreated, aroundControl]
  for (const pair of all) {
    requireLength('counts', pair, 2)
    requireNumbers('counts', pair)
  }
  const change = ([before, after]: BeforeAfter) => after - before
  const local = change(treated) - change(control)
  const estimate = local + change(aroundTreated) - change(aroundControl)
  const variance = all.flat().reduce((sum, count) => sum + count, 0)
  const half = 1.959963984540054 * Math.sqrt(variance)
  return {
    estimate,
    local,
    variance,
    z: variance === 0 ? 0 : estimate / Math.sqrt(variance),
    low: estimate - half,
    high: estimate + half,
  }
}
