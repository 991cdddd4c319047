import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { routingFaults } from '../../../api/planning/answerChecks.ts'
import { fewestTours } from '../../../api/planning/fewerTours.ts'
import type { RoutingProblem } from '../../../api/planning/routing.ts'
import { RoutingModel } from '../../../api/planning/routingModel.ts'
import { planRoutes } from '../../../api/planning/ruinAndRecreate.ts'

/** Steps decide, not the clock. */
const options = { seconds: 60, steps: 600, seed: 4 }

/** A few stops of one post, with and without windows. */
const problems = fc
  .record({
    jobs: fc.array(
      fc.record({
        at: fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 })),
        demand: fc.integer({ min: 0, max: 4 }),
        opens: fc.integer({ min: 0, max: 200 }),
        window: fc.integer({ min: 10, max: 100 }),
      }),
      { minLength: 1, maxLength: 6 },
    ),
    hasWindows: fc.boolean(),
    capacity: fc.integer({ min: 4, max: 9 }),
  })
  .map(({ jobs, hasWindows, capacity }): RoutingProblem => {
    const places = [[30, 30], ...jobs.map(({ at }) => at)]
    return {
      places: places.length,
      costs: Float64Array.from(places.flatMap(([x, y]) => places.map(([u, v]) => Math.hypot(x - u, y - v)))),
      jobs: jobs.map(({ demand, opens, window }, index) => ({
        from: index + 1,
        to: index + 1,
        demand,
        ...(hasWindows ? { opens, closes: opens + window, duration: 5 } : {}),
      })),
      vehicles: [{ start: 0, end: 0, capacity }],
    }
  })

/** Of all orders and all ways to cut them into routes: the fewest routes, and the least they cost. */
function least({ places, costs, jobs, vehicles: [{ capacity = 0 }] }: RoutingProblem): [number, number] {
  const better = (a: [number, number], b: [number, number]) =>
    a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]) ? a : b
  const go = (place: number, time: number, load: number, left: readonly number[]): [number, number] => {
    let best: [number, number] = left.length === 0 ? [1, costs[place * places]] : [Infinity, Infinity]
    if (place !== 0 && left.length > 0) {
      const [routes, cost] = go(0, 0, 0, left)
      best = [routes + 1, cost + costs[place * places]]
    }
    for (const index of left) {
      const { opens = 0, closes = Infinity, duration = 0, demand = 0 } = jobs[index]
      const way = costs[place * places + index + 1]
      const begins = Math.max(opens, time + way)
      if (begins > closes || load + demand > capacity) continue
      const others = left.filter((other) => other !== index)
      const [routes, cost] = go(index + 1, begins + duration, load + demand, others)
      best = better([routes, cost + way], best)
    }
    return best
  }
  return go(0, 0, 0, [...jobs.keys()])
}

describe('vehicles first', () => {
  test('as few routes as can be, and of those what costs least, where there are few; never fewer than the bound', () => {
    fc.assert(
      fc.property(problems, (drawn) => {
        const problem = { ...drawn, fewestVehicles: true }
        const [routes, cost] = least(problem)
        fc.pre(routes < Infinity)
        const answer = planRoutes(problem, options)
        expect(routingFaults(problem, answer)).toEqual([])
        expect(answer.routes).toHaveLength(routes)
        expect(answer.objective).toBeCloseTo(cost, 6)
        expect(fewestTours(new RoutingModel(problem))).toBeLessThanOrEqual(routes)
        // Without, it costs no more, and may take more vehicles.
        expect(planRoutes(drawn, options).objective).toBeLessThanOrEqual(answer.objective + 1e-6)
      }),
      { numRuns: 60 },
    )
  })

  // Two far places with a post at each, and one stop beside each: two routes are short, one is long.
  const apart: RoutingProblem = {
    places: 4,
    costs: Float64Array.from([0, 100, 1, 99, 100, 0, 99, 1, 1, 99, 0, 98, 99, 1, 98, 0]),
    jobs: [
      { from: 2, to: 2 },
      { from: 3, to: 3 },
    ],
    vehicles: [
      { start: 0, end: 0 },
      { start: 1, end: 1 },
    ],
  }

  test('of several posts one is left idle, where one vehicle can do all', () => {
    expect(planRoutes(apart, options)).toMatchObject({ objective: 4, routes: { length: 2 } })
    expect(planRoutes({ ...apart, fewestVehicles: true }, options)).toMatchObject({
      objective: 198,
      routes: { length: 1 },
    })
  })

  test("today's routes may be as many as the changes that are allowed leave them", () => {
    const start = planRoutes(apart, options).routes
    const few = (mostChanges: number) =>
      planRoutes({ ...apart, fewestVehicles: true, start, mostChanges }, options).routes
    expect(few(0)).toHaveLength(2)
    expect(few(1)).toHaveLength(1)
  })

  test('refused where jobs may be left out', () => {
    const jobs = apart.jobs.map((job) => ({ ...job, penalty: 5 }))
    expect(() => planRoutes({ ...apart, jobs, fewestVehicles: true }, options)).toThrow('all must be done')
  })
})
