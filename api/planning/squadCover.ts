import type { CoverageInput } from './coverage.ts'
import type { SquadPosts } from './squadPosts.ts'

/** Cover of posts, as the planner sets it. */
export interface CoverRule {
  /** Minutes on the road within which a post covers a micro-grid. */
  minutes: number
  /** What being covered by a second post too counts more, as a share, from 0 to 1. */
  backup: number
}

/** Workload within reach of one post of the own squad at least, and of two: so that one is left when a unit is out. */
export interface Covered {
  once: number
  twice: number
}

function within({ seconds, cells }: SquadPosts, place: number, minutes: number): number[] {
  return Array.from(cells.keys()).filter((cell) => seconds[place * cells.length + cell] <= 60 * minutes)
}

/**
 * The posts of a squad as a maximal covering problem: as many as today, of the same places, so that most of its workload
 * lies within reach of one, and of two. Posts that are fixed stay: each is the only one that reaches a demand of its own
 * that weighs more than all others.
 */
export function squadCover(
  posed: SquadPosts,
  workload: ArrayLike<number>,
  { minutes, backup }: CoverRule,
): CoverageInput {
  const { places, cells, input } = posed
  const { fixed = [] } = input
  const demand = cells.map((cell) => workload[cell])
  const whole = fixedWeight(posed, workload)
  return {
    demand: [...demand, ...fixed.map(() => whole)],
    reach: places.map((_, place) => [
      ...within(posed, place, minutes),
      ...fixed.flatMap((each, index) => (each === place ? [cells.length + index] : [])),
    ]),
    p: input.p,
    backup,
    start: input.start,
  }
}

/** What the demand of a fixed post weighs: to be taken off what `squadCover` says. */
export function fixedWeight({ cells }: SquadPosts, workload: ArrayLike<number>): number {
  return 1 + 2 * cells.reduce((sum, cell) => sum + workload[cell], 0)
}

/** What posts at these places cover. */
export function coveredBy(
  posed: SquadPosts,
  workload: ArrayLike<number>,
  { chosen, minutes }: { chosen: readonly number[]; minutes: number },
): Covered {
  const times = new Uint16Array(posed.cells.length)
  for (const place of chosen) for (const cell of within(posed, place, minutes)) times[cell]++
  const covered: Covered = { once: 0, twice: 0 }
  posed.cells.forEach((cell, index) => {
    if (times[index] > 0) covered.once += workload[cell]
    if (times[index] > 1) covered.twice += workload[cell]
  })
  return covered
}
