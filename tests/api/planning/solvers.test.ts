import { describe, expect, test } from 'vitest'
import { districtingFaults, pMedianFaults, routingFaults } from '../../../api/planning/answerChecks.ts'
import { coverageFaults, pCentreFaults, setCoverFaults } from '../../../api/planning/coverChecks.ts'
import { PlanRefusal } from '../../../api/planning/refusal.ts'
import { rosterFaults } from '../../../api/planning/rosterCheck.ts'
import { type RosterInput, SAMPLE_RULES } from '../../../api/planning/rosterInput.ts'
import type { Progress, Proof, SearchOptions } from '../../../api/planning/search.ts'
import { planningTasks, type TaskAnswer, type TaskInput, type TaskName } from '../../../api/planning/tasks.ts'
import { inPlanningThread } from '../../../api/planning/thread.ts'
import { createRandom } from '../../../geodata/random.ts'

const random = createRandom(11, 'solvers')
const places = Array.from({ length: 24 }, () => [random.between(0, 100), random.between(0, 100)])
const distances = Float64Array.from({ length: places.length ** 2 }, (_, index) => {
  const [a, b] = [places[Math.floor(index / places.length)], places[index % places.length]]
  return Math.hypot(a[0] - b[0], a[1] - b[1])
})
const near = places.map((_, place) =>
  [...places.keys()].filter((other) => distances[place * places.length + other] < 30),
)
const numbers = Array.from(places, () => random.int(1, 9))
const withNaN = (values: ArrayLike<number>) =>
  Float64Array.from(values, (value, at) => (at === 5 ? Number.NaN : value))
/** Units of a lattice six wide. */
const lattice = places.map((_, unit) =>
  [unit % 6 > 0 ? unit - 1 : -1, unit % 6 < 5 ? unit + 1 : -1, unit - 6, unit + 6].filter(
    (other) => other >= 0 && other < places.length,
  ),
)
const posts = { customers: places.length, candidates: places.length, costs: distances, p: 4 }
const rosterInput: RosterInput = {
  days: 7,
  firstWeekday: 0,
  shifts: [{ code: 'day', startHour: 8, hours: 8, night: false }],
  teams: ['a', 'b', 'c'].map((code) => ({ code, squad: 0, modes: [0], duties: [0] })),
  lines: [{ shift: 0, mode: 0, duty: 0, teams: 1 }],
  rules: SAMPLE_RULES,
}

interface Case<Name extends TaskName> {
  input: TaskInput<Name>
  /** The same with a number that is none. */
  broken: TaskInput<Name>
  faults: (input: TaskInput<Name>, answer: TaskAnswer<Name>) => string[]
  /** Progress rises instead of falling. */
  most?: boolean
}

const cases: { [Name in TaskName]: Case<Name> } = {
  cover: {
    input: { demand: numbers, reach: near, p: 4, backup: 0.5 },
    broken: { demand: withNaN(numbers), reach: near, p: 4 },
    faults: coverageFaults,
    most: true,
  },
  district: {
    input: {
      weights: numbers,
      costs: distances,
      neighbours: lattice,
      areasOfZone: [3],
      // Any areas are balanced: until they are, that comes before their cost.
      tolerance: 3,
    },
    broken: {
      weights: withNaN(numbers),
      costs: distances,
      neighbours: lattice,
      areasOfZone: [3],
      tolerance: 0.3,
    },
    faults: districtingFaults,
  },
  hypercube: {
    input: {
      arrivals: numbers,
      serviceRates: [60, 60, 60],
      preferences: places.map((_, atom) => [atom % 3, (atom + 1) % 3, (atom + 2) % 3]),
      travelTimes: distances.slice(0, 3 * places.length),
      whenAllBusy: 'wait',
    },
    broken: {
      arrivals: withNaN(numbers),
      serviceRates: [60],
      preferences: places.map(() => [0]),
      whenAllBusy: 'wait',
    },
    // Everybody who calls is answered by somebody.
    faults: (_, { dispatches }) =>
      Math.abs(dispatches.reduce((sum, share) => sum + share, 0) - 1) < 1e-6
        ? []
        : ['dispatches do not sum to 1'],
  },
  pCentre: { input: posts, broken: { ...posts, costs: withNaN(distances) }, faults: pCentreFaults },
  pMedian: { input: posts, broken: { ...posts, costs: withNaN(distances) }, faults: pMedianFaults },
  planRoutes: {
    input: {
      places: places.length,
      costs: distances,
      jobs: numbers.slice(1).map((demand, index) => ({ from: index + 1, to: index + 1, demand })),
      vehicles: [{ start: 0, end: 0, capacity: 30 }],
    },
    broken: {
      places: places.length,
      costs: withNaN(distances),
      jobs: [{ from: 1, to: 1 }],
      vehicles: [{ start: 0, end: 0 }],
    },
    faults: routingFaults,
  },
  roster: {
    input: rosterInput,
    broken: { ...rosterInput, rules: { ...SAMPLE_RULES, restHours: Number.NaN } },
    faults: rosterFaults,
  },
  setCover: {
    input: { rows: places.length, costs: numbers, covers: near },
    broken: { rows: places.length, costs: withNaN(numbers), covers: near },
    faults: setCoverFaults,
  },
}

/** Steps decide where a solver counts them, else all of it is done long before the time is up. */
const options = { seconds: 60, seed: 3, steps: 200, rounds: 4 }

async function here<Name extends TaskName>(
  name: Name,
  input: TaskInput<Name>,
  more: Partial<SearchOptions> = {},
): Promise<TaskAnswer<Name>> {
  const solver: (input: never, options: never) => unknown = planningTasks[name]
  return (await solver(input as never, { ...options, ...more } as never)) as TaskAnswer<Name>
}

const untimed = (answer: object) => ({ ...answer, seconds: 0 })

/** What every solver promises, whatever it solves. */
async function promises<Name extends TaskName>(
  name: Name,
  { input, broken, faults, most }: Case<Name>,
): Promise<void> {
  const told: Progress[] = []
  const answer = await here(name, input, { onProgress: (progress) => told.push(progress) })
  expect(faults(input, answer)).toEqual([])
  const { objective, bound, gap, seconds, proven }: Proof = answer
  expect([objective, seconds].every(Number.isFinite)).toBe(true)
  const sign = most ? -1 : 1
  if (bound !== undefined) {
    expect(sign * (objective - bound)).toBeGreaterThanOrEqual(-1e-6 * Math.abs(objective))
    expect(gap).toBeGreaterThanOrEqual(0)
  }
  if (proven && bound !== undefined) expect(gap).toBe(0)
  if (name !== 'hypercube') {
    // The hypercube tells how far it is from the balance, not better answers.
    for (let at = 1; at < told.length; at++)
      expect(sign * (told[at].objective - told[at - 1].objective)).toBeLessThanOrEqual(1e-9)
    if (told.length > 0)
      expect(sign * (objective - told[told.length - 1].objective)).toBeLessThanOrEqual(1e-9)
  }
  expect(untimed(await here(name, input))).toEqual(untimed(answer))
  expect(untimed(await inPlanningThread(name, input, options))).toEqual(untimed(answer))
  const stopped = await here(name, input, { signal: AbortSignal.abort() })
  expect(faults(input, stopped)).toEqual([])
  expect(sign * (stopped.objective - objective)).toBeGreaterThanOrEqual(
    name === 'hypercube' ? Number.NEGATIVE_INFINITY : -1e-9,
  )
  await expect(here(name, broken)).rejects.toThrow(PlanRefusal)
  await expect(here(name, broken)).rejects.toThrow(/NaN/)
}

describe('every solver', () => {
  const names = Object.keys(planningTasks) as TaskName[]
  test.each(names)(
    '%s: proof, better and better, same seed same answer, in a thread too, stopped, refuses NaN',
    async (name) => {
      await promises(name, cases[name] as Case<typeof name>)
    },
  )
})
