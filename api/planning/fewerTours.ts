import type { Random } from '../../geodata/random.ts'
import type { RoutingModel } from './routingModel.ts'
import type { Plan, Tour } from './routingPlan.ts'

/** Temperature while as much is left out as before, as a share of what a job costs on average. */
const WARM = 0.1

export interface FewerTours {
  random: Random
  /** Takes jobs out and puts them back. */
  step(): void
  /** Whether to stop, asked at each step. */
  over(): boolean
  /** Called with each plan of fewer tours that does all. */
  onFewer(tours: Tour[]): void
}

/**
 * Gives up tours one by one: that whose jobs were left out least so far, then searches for places for them until none is
 * left out. Jobs often left out are hard to place, and count more (fleet minimisation with absence counters: Christiaens
 * and Vanden Berghe 2020, after Nagata and Bräysy 2009).
 * @param plan One that does all; left in the middle of the search.
 * @param fewest No plan can have fewer.
 * @returns The last plan that does all.
 */
export function removeTours(
  plan: Plan,
  fewest: number,
  { random, step, over, onFewer }: FewerTours,
): readonly Tour[] {
  const leftOut = new Float64Array(plan.model.jobs)
  // One more each: of jobs never left out the fewer are better.
  const weightOf = (jobs: readonly number[]) => jobs.reduce((sum, job) => sum + 1 + leftOut[job], 0)
  const temperature = (WARM * plan.cost) / Math.max(1, plan.model.jobs)
  let best = plan.copy()
  while (best.length > fewest && !over()) {
    plan.begin()
    plan.dropTour((job) => 1 + leftOut[job])
    plan.mostTours = best.length - 1
    let weight = weightOf(plan.absent)
    while (plan.absent.length > 0 && !over()) {
      const { cost } = plan
      plan.begin()
      step()
      const now = weightOf(plan.absent)
      const isTaken =
        now < weight || (now === weight && plan.cost < cost - temperature * Math.log(random.next()))
      for (const job of plan.absent) leftOut[job]++
      if (!isTaken || !plan.keepsEnough) plan.undo()
      weight = weightOf(plan.absent)
    }
    if (plan.absent.length > 0) break
    best = plan.copy()
    onFewer(best)
  }
  return best
}

/**
 * No plan of one kind of vehicle has fewer tours: by what they hold, and by jobs of which no two can be on one tour, found
 * greedily.
 */
export function fewestTours(model: RoutingModel): number {
  const { jobs, demand, capacity, timed, entry, exit, opens, closes, duration, times, places, bothWays } =
    model
  const load = demand.reduce((sum, each) => sum + each, 0)
  const byLoad = Math.max(1, Math.ceil(load / Math.max(...capacity) - 1e-9))
  if (!timed) return byLoad
  const leaves = Math.min(...model.leaves)
  const isBefore = (first: number, second: number) => {
    let way = Number.POSITIVE_INFINITY
    for (let a = 2 * first; a <= 2 * first + bothWays[first]; a++)
      for (let b = 2 * second; b <= 2 * second + bothWays[second]; b++)
        way = Math.min(way, times[exit[a] * places + entry[b]])
    return Math.max(leaves, opens[first]) + duration[first] + way <= closes[second]
  }
  const apart = Array.from({ length: jobs }, () => new Uint8Array(jobs))
  const apartFrom = new Int32Array(jobs)
  for (let a = 0; a < jobs; a++) {
    for (let b = 0; b < a; b++) {
      if (isBefore(a, b) || isBefore(b, a)) continue
      apart[a][b] = apart[b][a] = 1
      apartFrom[a]++
      apartFrom[b]++
    }
  }
  const order = Array.from(apartFrom.keys()).sort((a, b) => apartFrom[b] - apartFrom[a] || a - b)
  let most = 0
  for (const first of order) {
    const chosen = [first]
    for (const job of order) if (chosen.every((other) => apart[job][other] === 1)) chosen.push(job)
    most = Math.max(most, chosen.length)
  }
  return Math.max(byLoad, most)
}
