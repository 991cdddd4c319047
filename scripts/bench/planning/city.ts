import { districtingFaults, pMedianFaults, routingFaults } from '../../../api/planning/answerChecks.ts'
import type { PlanningCity } from '../../../api/planning/cityInputs.ts'
import { CityTravel } from '../../../api/planning/cityTravel.ts'
import type { DistrictingAnswer } from '../../../api/planning/districting.ts'
import { PlanPresence } from '../../../api/planning/evaluation.ts'
import { hoursOfShift } from '../../../api/planning/hotspotStops.ts'
import { hypercube } from '../../../api/planning/hypercube.ts'
import type { PMedianInput } from '../../../api/planning/pMedianInput.ts'
import { type PlanPreset, PRESETS, shiftOfRoutes } from '../../../api/planning/presets.ts'
import { responseInput } from '../../../api/planning/response.ts'
import type { Stop } from '../../../api/planning/routing.ts'
import { type SquadAreas, squadAreas } from '../../../api/planning/squadAreas.ts'
import { squadPosts } from '../../../api/planning/squadPosts.ts'
import { inPlanningThread } from '../../../api/planning/thread.ts'
import { WhatIf } from '../../../api/planning/whatIf.ts'
import { type WholePlan, wholePlan } from '../../../api/planning/wholePlan.ts'
import { byGrid, cellWorkload } from '../../../api/planning/workload.ts'
import { createRandom } from '../../../geodata/random.ts'
import { demoPlanningCity } from '../../planCity.ts'
import { median, roundTo } from '../shared/measure.ts'

// The planner on the demo city, one line a target: `targetSeconds` is what it may take, `ratio` what it took against doing
// the same the plain way (`baseline` says which), above 1 where ours is quicker.

const SEED = 7
/** Times short things are done; the median is told, and the worst. */
const TIMES = 15
const PLAN_SECONDS = 20
/** Of two seconds, what the search gets: the rest is for the thread, and for what is copied to it. */
const AGAIN_SECONDS = 1.7

export interface CityLine {
  family: 'city'
  case: string
  objective: number
  known: null
  gap: null
  seconds: number
  targetSeconds: number
  met: boolean
  proven: boolean
  faults?: string[]
}

function line(
  name: string,
  targetSeconds: number,
  seconds: number,
  { objective, proven = false, ...more }: { objective: number; proven?: boolean; [more: string]: unknown },
  faults: readonly string[] = [],
): CityLine {
  return {
    family: 'city',
    case: name,
    objective,
    known: null,
    gap: null,
    seconds: roundTo(seconds, 4),
    targetSeconds,
    met: seconds <= targetSeconds && faults.length === 0,
    proven,
    ...more,
    ...(faults.length > 0 ? { faults: faults.slice(0, 3) } : {}),
  }
}

/** Seconds of each of several times, the first not counted. */
function timed(run: (time: number) => void, times = TIMES): { seconds: number; worst: number; cpu: number } {
  run(0)
  const cpu = process.cpuUsage()
  const seconds = Array.from({ length: times }, (_, time) => {
    const start = performance.now()
    run(time)
    return (performance.now() - start) / 1000
  })
  return {
    seconds: median(seconds),
    worst: roundTo(Math.max(...seconds), 4),
    cpu: roundTo(cpuSince(cpu) / times, 4),
  }
}

/** Seconds of this process, all its threads: what a busy machine does not change. */
function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

function worstImbalance({ imbalance }: DistrictingAnswer): number {
  return roundTo(Math.max(...imbalance.map(Math.abs)), 5)
}

/** Squads' areas anew, then from those after a grid's work has doubled. */
async function* areas(city: PlanningCity, travel: CityTravel, preset: PlanPreset): AsyncGenerator<CityLine> {
  const workload = byGrid(city, cellWorkload(city, preset.workload))
  const { input }: SquadAreas = squadAreas(city, travel, workload, preset.areas)
  const anew = await inPlanningThread('district', input, { seconds: 20, seed: SEED })
  yield line(
    `areas ${input.weights.length} → ${input.areasOfZone.reduce((sum, count) => sum + count, 0)}`,
    20,
    // The thread it began in is not a part of it: `seconds` are the search's own.
    anew.seconds,
    {
      objective: anew.objective,
      proven: anew.proven,
      bound: anew.bound,
      ownGap: anew.gap,
      imbalance: worstImbalance(anew),
    },
    [...districtingFaults(input, anew), ...(anew.balanced ? [] : ['not balanced'])],
  )
  // One that its squad can bear without another's help least of all: the median one of the heaviest squad's.
  const heaviest = anew.loads.indexOf(Math.max(...anew.loads))
  const own = Array.from(anew.areas.keys())
    .filter((grid) => anew.areas[grid] === heaviest)
    .sort((a, b) => workload[b] - workload[a])
  const grid = own[Math.floor(own.length / 10)]
  const weights = workload.map((weight, index) => (index === grid ? 2 * weight : weight))
  const costs = input.costs.map((cost, index) => (index % weights.length === grid ? 2 * cost : cost))
  const changed = { ...input, weights, costs, current: anew.areas, mostChanges: 40 }
  const start = performance.now()
  const again = await inPlanningThread('district', changed, { seconds: AGAIN_SECONDS, seed: SEED })
  yield line(
    'areas again after one change',
    2,
    (performance.now() - start) / 1000,
    {
      objective: again.objective,
      bound: again.bound,
      ownGap: again.gap,
      proven: again.proven,
      imbalance: worstImbalance(again),
      changes: again.changes,
      mostChanges: changed.mostChanges,
      ratio: roundTo(anew.seconds / again.seconds, 2),
      baseline: 'seconds of areas from nothing',
    },
    [...districtingFaults(changed, again), ...(again.balanced ? [] : ['not balanced'])],
  )
}

/** All micro-grids to all. */
function matrix(city: PlanningCity): CityLine {
  const travel = new CityTravel(city, 'car')
  const start = performance.now()
  const cpu = process.cpuUsage()
  const times = travel.matrix()
  const seconds = (performance.now() - start) / 1000
  const used = roundTo(cpuSince(cpu), 4)
  const cells = city.cells.ids.length
  const finite = times.reduce((count, time) => count + (Number.isFinite(time) ? 1 : 0), 0)
  return line(`travel matrix ${cells} × ${cells}`, 3, seconds, {
    objective: times.reduce((sum, time) => sum + (Number.isFinite(time) ? time : 0), 0) / finite,
    cpu: used,
    unreached: times.length - finite,
    proven: true,
  })
}

/** One unit a squad, and two. */
function* response(city: PlanningCity, travel: CityTravel, preset: PlanPreset): Generator<CityLine> {
  const hours = new Set(hoursOfShift(shiftOfRoutes(preset)))
  for (const each of [1, 2]) {
    const units = city.squads.flatMap((_, squad) => {
      const posts = city.posts.filter((post) => post.squad === squad)
      return Array.from({ length: each }, (__, index) => ({ squad, post: posts[index % posts.length] }))
    })
    const at = travel.accessOf(units.map(({ post }) => post.point))
    const { hypercube: input } = responseInput(city, travel, {
      units: units.map(({ squad }, index) => ({ at: at[index], squad })),
      squadOfGrid: city.grids.squad,
      hours,
    })
    const answer = hypercube(input)
    const { seconds, worst, cpu } = timed(() => hypercube(input))
    yield line(`hypercube ${units.length} units`, 0.05, seconds, {
      objective: answer.travel?.mean ?? answer.allBusy,
      atoms: input.arrivals.length,
      residual: answer.residual,
      cpu,
      worst,
      proven: answer.proven,
    })
  }
}

function pMedianCost({ customers, costs }: PMedianInput, posts: readonly number[]): number {
  let cost = 0
  for (let customer = 0; customer < customers; customer++)
    cost += Math.min(...posts.map((post) => costs[post * customers + customer]))
  return cost
}

/** Posts and a route again from what they are, after one change. */
async function* again(
  city: PlanningCity,
  travel: CityTravel,
  preset: PlanPreset,
  plan: WholePlan,
): AsyncGenerator<CityLine> {
  const workload = cellWorkload(city, preset.workload)
  const { input } = squadPosts(city, travel, { squad: 0, squadOfGrid: plan.squadOfGrid, workload })
  const first = await inPlanningThread('pMedian', input, { seconds: 20, seed: SEED })
  // Half as much again happens in one micro-grid in twenty.
  const costs = input.costs.map((cost, index) => ((index % input.customers) % 20 === 0 ? 1.5 * cost : cost))
  const changed = { ...input, costs, start: first.posts, mostChanges: 1 }
  let start = performance.now()
  const posts = await inPlanningThread('pMedian', changed, { seconds: AGAIN_SECONDS, seed: SEED })
  yield line(
    'posts again after one change',
    2,
    (performance.now() - start) / 1000,
    {
      objective: posts.objective,
      bound: posts.bound,
      ownGap: posts.gap,
      proven: posts.proven,
      changes: posts.posts.filter((post) => !first.posts.includes(post)).length,
      ratio: roundTo(pMedianCost(changed, first.posts) / posts.objective, 4),
      baseline: 'posts as they were',
    },
    pMedianFaults(changed, posts),
  )
  const [{ unit, answer }] = plan.units
  const { problem } = unit
  // A street is closed: its jobs are gone, the others stay on the route.
  const closed = unit.jobs.findIndex((job) => 'street' in job)
  const street = unit.jobs[closed]
  const jobs = unit.jobs.flatMap((job, index) =>
    'street' in job && 'street' in street && job.street === street.street ? [] : [index],
  )
  const numberOf = new Map(jobs.map((job, index) => [job, index]))
  const without = {
    ...problem,
    jobs: jobs.map((job) => problem.jobs[job]),
    start: answer.routes.map((route) => ({
      vehicle: route.vehicle,
      stops: route.stops.flatMap(({ job, reversed }): Stop[] => {
        const number = numberOf.get(job)
        return number === undefined ? [] : [{ job: number, reversed }]
      }),
    })),
  }
  start = performance.now()
  const route = await inPlanningThread('planRoutes', without, { seconds: AGAIN_SECONDS, seed: SEED })
  const seconds = (performance.now() - start) / 1000
  const fresh = await inPlanningThread(
    'planRoutes',
    { ...without, start: undefined },
    { seconds: AGAIN_SECONDS, seed: SEED },
  )
  yield line(
    'route again after one change',
    2,
    seconds,
    {
      objective: route.objective,
      jobs: jobs.length,
      ratio: roundTo(fresh.objective / route.objective, 4),
      baseline: 'objective of as long from nothing',
    },
    routingFaults(without, route),
  )
}

/** Each unit with two stops of its route exchanged, one taken out, and a part turned round. */
function whatIf(city: PlanningCity, plan: WholePlan): CityLine {
  const changes = new WhatIf(city, plan)
  const random = createRandom(SEED, 'whatIf')
  const seconds: number[] = []
  const cpus: number[] = []
  for (let time = 0; time < 4 * plan.units.length; time++) {
    const unit = time % plan.units.length
    const stops = [...(plan.units[unit].answer.routes[0]?.stops ?? [])]
    if (stops.length < 3) continue
    const at = random.int(0, stops.length - 3)
    const change = Math.floor(time / plan.units.length)
    if (change === 0) stops.splice(at, 1)
    else if (change === 1) [stops[at], stops[at + 2]] = [stops[at + 2], stops[at]]
    else if (change === 2) stops.push(...stops.splice(at, Math.ceil(stops.length / 4)))
    else stops.reverse()
    const start = performance.now()
    const cpu = process.cpuUsage()
    changes.route(unit, stops)
    seconds.push((performance.now() - start) / 1000)
    cpus.push(cpuSince(cpu))
  }
  const tracks = plan.units.map(({ track }) => track)
  const anew = timed(() => {
    const presence = new PlanPresence(plan.ground, tracks)
    return [presence.summary(), presence.visibility]
  })
  return line('what-if of a changed route', 0.1, Math.max(...seconds), {
    objective: median(seconds),
    median: roundTo(median(seconds), 4),
    cpu: roundTo(median(cpus), 4),
    worstCpu: roundTo(Math.max(...cpus), 4),
    changes: seconds.length,
    ratio: roundTo(anew.seconds / median(seconds), 2),
    baseline: 'evaluating all tracks anew, without following the changed one',
  })
}

/** Every target of the demo city. @param only Names of cases. */
export async function* cityLines(only: RegExp): AsyncGenerator<CityLine> {
  const city = demoPlanningCity('shuifu')
  const preset = PRESETS['six-squads'](city)
  const travel = new CityTravel(city, 'car')
  if (only.test('matrix')) yield matrix(city)
  if (only.test('hypercube')) yield* response(city, travel, preset)
  if (only.test('areas')) yield* areas(city, travel, preset)
  if (!only.test('whatIf') && !only.test('again')) return
  const plan = await wholePlan(city, preset, {
    seed: SEED,
    seconds: PLAN_SECONDS,
    solve: inPlanningThread,
  })
  if (only.test('whatIf')) yield whatIf(city, plan)
  if (only.test('again')) yield* again(city, travel, preset, plan)
}
