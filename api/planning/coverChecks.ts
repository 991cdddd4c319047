import type { CoverageAnswer, CoverageInput } from './coverage.ts'
import type { PCentreAnswer, PCentreInput } from './pCentre.ts'
import type { SetCoverAnswer, SetCoverInput } from './setCover.ts'

/** As answerChecks.ts: goes through answers from the beginning and says in words what is wrong. Empty: nothing is. */

const SAME = 1e-6

function differs(told: number, found: number): boolean {
  return !(Math.abs(told - found) <= SAME * Math.max(1, Math.abs(found)))
}

function choiceFaults(
  posts: readonly number[],
  { p, start, mostChanges }: { p: number; start?: readonly number[]; mostChanges?: number },
): string[] {
  const faults: string[] = []
  if (new Set(posts).size !== p) faults.push(`${new Set(posts).size} posts, not ${p}`)
  const fresh = posts.filter((post) => !start?.includes(post)).length
  if (mostChanges !== undefined && fresh > mostChanges)
    faults.push(`${fresh} posts moved, more than ${mostChanges}`)
  return faults
}

/** p different candidates; what they cover, once and twice, is what is said. */
export function coverageFaults(input: CoverageInput, answer: CoverageAnswer): string[] {
  const faults = choiceFaults(answer.posts, input)
  const times = new Uint16Array(input.demand.length)
  for (const post of answer.posts) for (const demand of Array.from(input.reach[post])) times[demand]++
  const weight = (least: number) =>
    times.reduce((sum, count, index) => sum + (count >= least ? input.demand[index] : 0), 0)
  if (differs(answer.covered, weight(1))) faults.push(`${weight(1)} are covered, not ${answer.covered}`)
  if (differs(answer.backedUp, weight(2))) faults.push(`${weight(2)} are backed up, not ${answer.backedUp}`)
  const objective = weight(1) + (input.backup ?? 0) * weight(2)
  if (differs(answer.objective, objective))
    faults.push(`the objective is ${objective}, not ${answer.objective}`)
  return faults
}

/** Every row in a chosen column, and the columns cost what is said. */
export function setCoverFaults({ rows, costs, covers }: SetCoverInput, answer: SetCoverAnswer): string[] {
  const faults: string[] = []
  const covered = new Uint8Array(rows)
  for (const column of answer.columns) for (const row of Array.from(covers[column])) covered[row] = 1
  const open = covered.indexOf(0)
  if (open >= 0) faults.push(`row ${open} is not covered`)
  if (new Set(answer.columns).size !== answer.columns.length) faults.push('a column is chosen twice')
  const cost = answer.columns.reduce((sum, column) => sum + costs[column], 0)
  if (differs(answer.objective, cost)) faults.push(`the objective is ${cost}, not ${answer.objective}`)
  return faults
}

/** p different candidates, each customer at its nearest, the farthest as far as is said. */
export function pCentreFaults(input: PCentreInput, answer: PCentreAnswer): string[] {
  const { customers, costs } = input
  const faults = choiceFaults(answer.posts, input)
  let farthest = 0
  for (let customer = 0; customer < customers; customer++) {
    const least = answer.posts.reduce(
      (best, post) => Math.min(best, costs[post * customers + customer]),
      Number.POSITIVE_INFINITY,
    )
    if (differs(costs[answer.post[customer] * customers + customer], least))
      faults.push(`customer ${customer} is not at its nearest post`)
    farthest = Math.max(farthest, least)
  }
  if (differs(answer.objective, farthest))
    faults.push(`the objective is ${farthest}, not ${answer.objective}`)
  return faults
}
