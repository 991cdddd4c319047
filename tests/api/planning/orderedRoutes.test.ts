import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { routingFaults } from '../../../api/planning/answerChecks.ts'
import { PlanRefusal } from '../../../api/planning/refusal.ts'
import type { Job, RoutingAnswer, RoutingProblem } from '../../../api/planning/routing.ts'
import { planRoutes } from '../../../api/planning/ruinAndRecreate.ts'

/** Steps decide, not the clock. */
const options = { seconds: 60, steps: 600, seed: 4 }
/** What a job that must be done counts while it is left out. */
const MUST = 1e6

/** Places on a line, the post at 0. */
function onLine(at: readonly number[]): Pick<RoutingProblem, 'places' | 'costs'> {
  const places = [0, ...at]
  return {
    places: places.length,
    costs: Float64Array.from(places.flatMap((a) => places.map((b) => Math.abs(a - b)))),
  }
}

/** A few stops and streets, some with a rank, a window or a penalty, one vehicle or two. */
const problems = fc
  .record({
    jobs: fc.array(
      fc.record({
        at: fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 })),
        isStreet: fc.boolean(),
        duration: fc.integer({ min: 0, max: 10 }),
        rank: fc.option(fc.integer({ min: -1, max: 3 }), { freq: 3 }),
        opens: fc.integer({ min: 0, max: 120 }),
        window: fc.option(fc.integer({ min: 0, max: 120 })),
        penalty: fc.option(fc.integer({ min: 0, max: 150 })),
      }),
      { minLength: 1, maxLength: 5 },
    ),
    count: fc.integer({ min: 1, max: 2 }),
    closes: fc.integer({ min: 200, max: 500 }),
  })
  .map(({ jobs, count, closes }): RoutingProblem => {
    const places = [[30, 30], ...jobs.map(({ at }) => at)]
    const length = ([x, y]: number[], [u, v]: number[]) => Math.hypot(x - u, y - v)
    return {
      places: places.length,
      costs: Float64Array.from(places.flatMap((a) => places.map((b) => length(a, b)))),
      jobs: jobs.map(({ isStreet, duration, rank, opens, window, penalty }, index): Job => {
        const from = index + 1
        const to = isStreet ? (from % jobs.length) + 1 : from
        const own = length(places[from], places[to])
        return {
          from,
          to,
          bothWays: isStreet,
          cost: own,
          duration: own + duration,
          ...(rank === null ? {} : { rank }),
          ...(window === null ? {} : { opens, closes: opens + window }),
          ...(penalty === null ? {} : { penalty }),
        }
      }),
      vehicles: [{ start: 0, end: 0, count, closes }],
    }
  })

/** The least of all orders of all choices on all routes. */
function least({ places, costs, jobs, vehicles: [{ count = 1, closes = 0 }] }: RoutingProblem): number {
  const go = (place: number, time: number, rank: number, routes: number, left: readonly number[]): number => {
    const home = costs[place * places]
    if (time + home > closes) return Number.POSITIVE_INFINITY
    let best = home + left.reduce((sum, job) => sum + (jobs[job].penalty ?? MUST), 0)
    if (routes > 1 && place !== 0 && left.length > 0)
      best = Math.min(best, home + go(0, 0, Number.NEGATIVE_INFINITY, routes - 1, left))
    for (const index of left) {
      const job = jobs[index]
      if (job.rank !== undefined && job.rank < rank) continue
      for (const [from, to] of job.bothWays
        ? [
            [job.from, job.to],
            [job.to, job.from],
          ]
        : [[job.from, job.to]]) {
        const way = costs[place * places + from]
        const begins = Math.max(job.opens ?? 0, time + way)
        if (begins > (job.closes ?? Number.POSITIVE_INFINITY)) continue
        const others = left.filter((other) => other !== index)
        const rest = go(to, begins + (job.duration ?? 0), Math.max(rank, job.rank ?? rank), routes, others)
        best = Math.min(best, way + (job.cost ?? 0) + rest)
      }
    }
    return best
  }
  return go(0, 0, Number.NEGATIVE_INFINITY, count, [...jobs.keys()])
}

const worth = (problem: RoutingProblem, { objective, unserved }: RoutingAnswer) =>
  objective + MUST * unserved.filter((job) => problem.jobs[job].penalty === undefined).length

describe('must-visit points in order', () => {
  test('as good as the best of all orders that are kept, where there are few; without the order it never costs more', () => {
    fc.assert(
      fc.property(problems, (drawn) => {
        // All must be done, at any time, streets one way.
        const jobs = drawn.jobs.map(({ opens: _, closes: __, penalty: ___, bothWays: ____, ...job }) => job)
        const problem = { ...drawn, jobs, vehicles: [{ start: 0, end: 0, count: 1, closes: 1000 }] }
        const answer = planRoutes(problem, options)
        expect(routingFaults(problem, answer)).toEqual([])
        expect(answer.objective).toBeCloseTo(least(problem), 6)
        const relaxed = { ...problem, jobs: jobs.map(({ rank: _, ...job }) => job) }
        expect(planRoutes(relaxed, options).objective).toBeLessThanOrEqual(answer.objective + 1e-6)
        expect(planRoutes(problem, options).routes).toEqual(answer.routes)
      }),
      { numRuns: 60 },
    )
  })

  test('streets in a given order are driven the way round that is best for all of them together', () => {
    fc.assert(
      fc.property(problems, (drawn) => {
        const jobs = drawn.jobs.map(
          ({ opens: _, closes: __, penalty: ___, ...job }, rank): Job => ({ ...job, rank }),
        )
        const problem = { ...drawn, jobs, vehicles: [{ start: 0, end: 0, count: 1, closes: 1000 }] }
        const answer = planRoutes(problem, { ...options, steps: 20 })
        expect(routingFaults(problem, answer)).toEqual([])
        expect(answer.objective).toBeCloseTo(least(problem), 6)
      }),
      { numRuns: 60 },
    )
  })

  test('with windows, penalties and several vehicles the order is kept too, and refused only what cannot be', () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const best = least(problem)
        let answer: RoutingAnswer
        try {
          answer = planRoutes(problem, options)
        } catch (error) {
          if (!(error instanceof PlanRefusal)) throw error
          expect(error.message).toContain('after those of lower rank')
          expect(best).toBeGreaterThanOrEqual(MUST)
          return
        }
        expect(routingFaults(problem, answer)).toEqual([])
        expect(worth(problem, answer)).toBeGreaterThanOrEqual(best - 1e-6)
      }),
      { numRuns: 60 },
    )
  })

  // Three points on a line, the nearest last.
  const line: RoutingProblem = {
    ...onLine([10, 20, 30]),
    jobs: [
      { from: 1, to: 1, rank: 3 },
      { from: 2, to: 2 },
      { from: 3, to: 3, rank: 1 },
    ],
    vehicles: [{ start: 0, end: 0, count: 1, capacity: 3 }],
  }
  const stopsOf = ({ routes }: RoutingAnswer) => routes.map(({ stops }) => stops.map(({ job }) => job))

  test('what has no rank lies anywhere between, and several vehicles do not wait for each other', () => {
    const [order] = stopsOf(planRoutes(line, options))
    expect(order.filter((job) => job !== 1)).toEqual([2, 0])
    const back = {
      ...line,
      jobs: [0, 1, 2].map((job) => ({ from: job + 1, to: job + 1, rank: [1, 1, 0][job] })),
    }
    expect(stopsOf(planRoutes(back, options))).toEqual([[2, 1, 0]])
    const close = { ...line, jobs: line.jobs.map((job) => ({ ...job, closes: 30 })) }
    const apart = { ...close, vehicles: [{ start: 0, end: 0, count: 2 }] }
    expect(planRoutes(apart, options)).toMatchObject({ complete: true })
    expect(planRoutes(close, options)).toMatchObject({ complete: false })
  })

  test('the checker finds a wrong order whoever made it', () => {
    const answer = planRoutes(line, options)
    const routes = answer.routes.map((route) => ({ ...route, stops: route.stops.toReversed() }))
    expect(routingFaults(line, { ...answer, routes })).toEqual(['route 0: job 2 of rank 1 after rank 3'])
    expect(routingFaults(line, { ...answer, routes: [], unserved: [0, 1, 2], objective: 0 })).toEqual(
      [0, 1, 2].map((job) => `job ${job} must be done`),
    )
  })

  test('points of an order find their place among many streets and prizes, and from routes of today', () => {
    const at = Array.from({ length: 180 }, (_, index) => (index * 37) % 181)
    const many: RoutingProblem = {
      ...onLine(at),
      jobs: at.map(
        (_, index): Job => ({
          from: index + 1,
          to: index + 1,
          ...(index % 20 === 0 ? { rank: index } : { penalty: 5 }),
        }),
      ),
      vehicles: [{ start: 0, end: 0, count: 1, closes: 2000 }],
    }
    for (const problem of [many, { ...many, onlyPenalties: true }]) {
      const answer = planRoutes(problem, { ...options, steps: 100 })
      expect(routingFaults(problem, answer)).toEqual([])
      expect(answer.complete).toBe(true)
      const again = { ...problem, start: answer.routes, mostChanges: 3 }
      const changed = planRoutes(again, { ...options, steps: 100 })
      expect(routingFaults(again, changed)).toEqual([])
      expect(changed.objective).toBeLessThanOrEqual(answer.objective + 1e-6)
    }
  })

  test.each<[string, Partial<RoutingProblem>, string]>([
    [
      'a rank that is none',
      { jobs: [{ from: 1, to: 1, rank: Number.NaN }] },
      'a rank that is a number, got NaN',
    ],
    [
      'windows against the order',
      {
        jobs: [
          { from: 1, to: 1, rank: 1, opens: 50, closes: 60, duration: 5 },
          { from: 2, to: 2, rank: 2, opens: 0, closes: 54 },
        ],
      },
      'jobs 1, rank 2: expected to begin after those of lower rank, at 55 or later, but it must by 54',
    ],
    [
      'more stays than the shift is long',
      {
        jobs: [1, 2, 2].map((rank) => ({ from: rank, to: rank, rank, duration: 40 })),
        vehicles: [{ start: 0, end: 0, count: 1, closes: 70 }],
      },
      'at 40 or later, but it must by 30',
    ],
    [
      'routes of today in another order',
      { start: [{ vehicle: 0, stops: [0, 2].map((job) => ({ job, reversed: false })) }] },
      'the order of their ranks, got another on route 0',
    ],
  ])('refuses %s', (_, change, words) => {
    expect(() => planRoutes({ ...line, ...change }, options)).toThrow(words)
  })
})
