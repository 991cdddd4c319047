import type { DistrictingAnswer, DistrictingInput } from './districting.ts'
import type { PMedianAnswer } from './pMedian.ts'
import type { PMedianInput } from './pMedianInput.ts'
import type { RoutingAnswer, RoutingProblem } from './routing.ts'

/**
 * Goes through answers from the beginning, with nothing of what the solvers know, and says in words what is wrong.
 * An empty list: nothing is. Costs are added up anew and compared to 1e-6 of their size.
 */

const SAME = 1e-6

function differs(told: number, found: number): boolean {
  return !(Math.abs(told - found) <= SAME * Math.max(1, Math.abs(found)))
}

/** Each area in one piece inside its zone, within its tolerance, none inside another, and not too much changed. */
export function districtingFaults(input: DistrictingInput, answer: DistrictingAnswer): string[] {
  const { weights, costs, neighbours, zones, areasOfZone, tolerance, atEdge, current, mostChanges } = input
  const { toleranceBelow = tolerance } = input
  const units = weights.length
  const faults: string[] = []
  const zoneOfArea = areasOfZone.flatMap((count, zone) => Array<number>(count).fill(zone))
  const members: number[][] = zoneOfArea.map(() => [])
  answer.areas.forEach((area, unit) => {
    if (zoneOfArea[area] !== (zones?.[unit] ?? 0))
      faults.push(`unit ${unit} is in area ${area} of another zone`)
    else members[area].push(unit)
  })
  let cost = 0
  members.forEach((own, area) => {
    if (own.length === 0) {
      faults.push(`area ${area} is empty`)
      return
    }
    const inside = new Set(own)
    const open = [own[0]]
    const reached = new Set(open)
    for (let unit = open.pop(); unit !== undefined; unit = open.pop()) {
      for (const other of Array.from(neighbours[unit])) {
        if (!inside.has(other) || reached.has(other)) continue
        reached.add(other)
        open.push(other)
      }
    }
    if (reached.size < own.length) faults.push(`area ${area} is not in one piece`)
    if (!inside.has(answer.centres[area])) faults.push(`area ${area} has a centre that is not its own`)
    for (const unit of own) cost += costs[answer.centres[area] * units + unit]
    const zoneUnits = Array.from(answer.areas.keys()).filter(
      (unit) => (zones?.[unit] ?? 0) === zoneOfArea[area],
    )
    const mean = zoneUnits.reduce((sum, unit) => sum + weights[unit], 0) / areasOfZone[zoneOfArea[area]]
    const load = own.reduce((sum, unit) => sum + weights[unit], 0)
    const isBalanced = load <= (1 + tolerance + SAME) * mean && load >= (1 - toleranceBelow - SAME) * mean
    if (!isBalanced && answer.balanced) faults.push(`area ${area} has workload ${load}, too far from ${mean}`)
    if (atEdge && !own.some((unit) => atEdge[unit] === 1)) {
      const beside = new Set(
        own
          .flatMap((unit) => Array.from(neighbours[unit], (other) => answer.areas[other]))
          .filter((each) => each !== area),
      )
      if (beside.size === 1) faults.push(`area ${area} lies wholly inside area ${[...beside][0]}`)
    }
  })
  if (differs(answer.objective, cost)) faults.push(`the objective is ${cost}, not ${answer.objective}`)
  if (!current) return faults
  const changes = answer.areas.reduce((sum, area, unit) => sum + (current[unit] === area ? 0 : 1), 0)
  if (changes !== answer.changes) faults.push(`${changes} units changed, not ${answer.changes}`)
  if (changes > (mostChanges ?? units)) faults.push(`${changes} units changed, more than ${mostChanges}`)
  return faults
}

/** p different candidates, the fixed ones among them, each customer at its nearest. */
export function pMedianFaults(input: PMedianInput, answer: PMedianAnswer): string[] {
  const { customers, costs, p, fixed = [], start, mostChanges } = input
  const posts = new Set(answer.posts)
  const faults: string[] = []
  if (posts.size !== p) faults.push(`${posts.size} posts, not ${p}`)
  for (const post of fixed) if (!posts.has(post)) faults.push(`fixed post ${post} is missing`)
  let cost = 0
  for (let customer = 0; customer < customers; customer++) {
    const least = answer.posts.reduce(
      (best, post) => Math.min(best, costs[post * customers + customer]),
      Number.POSITIVE_INFINITY,
    )
    if (
      differs(costs[answer.post[customer] * customers + customer], least) ||
      !posts.has(answer.post[customer])
    ) {
      faults.push(`customer ${customer} is not at its nearest post`)
    }
    cost += least
  }
  if (differs(answer.objective, cost)) faults.push(`the objective is ${cost}, not ${answer.objective}`)
  const fresh = answer.posts.filter((post) => !start?.includes(post)).length
  if (mostChanges !== undefined && fresh > mostChanges)
    faults.push(`${fresh} posts moved, more than ${mostChanges}`)
  return faults
}

/** Every route can be driven in its time and order with what it carries, every job is done once or left out, and it costs as told. */
export function routingFaults(problem: RoutingProblem, answer: RoutingAnswer): string[] {
  const { places, costs, jobs, vehicles, onlyPenalties } = problem
  const times = problem.times ?? costs
  const faults: string[] = []
  const done = new Uint32Array(jobs.length)
  let cost = 0
  answer.routes.forEach(({ vehicle, stops }, route) => {
    const {
      start,
      end,
      capacity = Number.POSITIVE_INFINITY,
      opens = 0,
      closes = Number.POSITIVE_INFINITY,
    } = vehicles[vehicle]
    let [place, time, load] = [start, opens, 0]
    let rank = Number.NEGATIVE_INFINITY
    for (const { job: index, reversed } of stops) {
      const job = jobs[index]
      if (reversed && !job.bothWays) faults.push(`route ${route}: job ${index} the wrong way round`)
      const [from, to] = reversed ? [job.to, job.from] : [job.from, job.to]
      cost += costs[place * places + from] + (job.cost ?? 0)
      time = Math.max(job.opens ?? 0, time + times[place * places + from])
      if (time > (job.closes ?? Number.POSITIVE_INFINITY) + SAME)
        faults.push(`route ${route}: job ${index} too late`)
      if (job.rank !== undefined) {
        if (job.rank < rank)
          faults.push(`route ${route}: job ${index} of rank ${job.rank} after rank ${rank}`)
        rank = Math.max(rank, job.rank)
      }
      time += job.duration ?? 0
      load += job.demand ?? 0
      done[index]++
      place = to
    }
    cost += costs[place * places + end]
    time += times[place * places + end]
    if (time > closes + SAME) faults.push(`route ${route} is back too late`)
    if (load > capacity + SAME) faults.push(`route ${route} carries ${load}, more than ${capacity}`)
  })
  vehicles.forEach(({ count = Number.POSITIVE_INFINITY }, type) => {
    const used = answer.routes.filter(({ vehicle }) => vehicle === type).length
    if (used > count) faults.push(`${used} vehicles of type ${type}, more than ${count}`)
  })
  const left = new Set(answer.unserved)
  let penalties = 0
  jobs.forEach((job, index) => {
    if (done[index] + (left.has(index) ? 1 : 0) !== 1)
      faults.push(`job ${index} is done ${done[index]} times`)
    if (done[index] === 0 && job.penalty === undefined && answer.complete)
      faults.push(`job ${index} must be done`)
    if (done[index] === 0) penalties += job.penalty ?? 0
  })
  const objective = penalties + (onlyPenalties ? 0 : cost)
  if (differs(answer.objective, objective))
    faults.push(`the objective is ${objective}, not ${answer.objective}`)
  return faults
}
