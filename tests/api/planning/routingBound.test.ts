import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { boundedRoutes } from '../../../api/planning/boundedRoutes.ts'
import type { Job, RoutingProblem } from '../../../api/planning/routing.ts'
import { routingBound } from '../../../api/planning/routingBound.ts'

const time = { seconds: 60 }

/** A few stops and streets, with loads, windows, penalties and ranks or without, one kind of vehicle or two. */
const problems = fc
  .record({
    jobs: fc.array(
      fc.record({
        at: fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 })),
        isStreet: fc.boolean(),
        demand: fc.integer({ min: 0, max: 4 }),
        duration: fc.integer({ min: 0, max: 10 }),
        opens: fc.integer({ min: 0, max: 120 }),
        window: fc.option(fc.integer({ min: 60, max: 160 })),
        penalty: fc.option(fc.integer({ min: 0, max: 150 })),
        rank: fc.option(fc.integer({ min: 0, max: 2 }), { freq: 1 }),
      }),
      { minLength: 1, maxLength: 5 },
    ),
    isTimed: fc.boolean(),
    isWhole: fc.boolean(),
    capacity: fc.double({ min: 4, max: 12, noNaN: true }),
    counts: fc.array(fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }), {
      minLength: 1,
      maxLength: 2,
    }),
  })
  .map(({ jobs, isTimed, isWhole, capacity, counts }): RoutingProblem => {
    const places = [[30, 30], [5, 40], ...jobs.map(({ at }) => at)]
    const length = ([x, y]: number[], [u, v]: number[]) =>
      isWhole ? Math.round(Math.hypot(x - u, y - v)) : Math.hypot(x - u, y - v)
    return {
      places: places.length,
      costs: Float64Array.from(places.flatMap((a) => places.map((b) => length(a, b)))),
      jobs: jobs.map(({ isStreet, demand, duration, opens, window, penalty, rank }, index): Job => {
        const from = index + 2
        const to = isStreet ? 2 + ((index + 1) % jobs.length) : from
        const own = length(places[from], places[to])
        return {
          from,
          to,
          bothWays: isStreet,
          cost: own,
          demand,
          duration: isTimed ? own + duration : 0,
          ...(window === null || !isTimed ? {} : { opens, closes: opens + window }),
          ...(penalty === null ? {} : { penalty }),
          ...(rank === null ? {} : { rank }),
        }
      }),
      vehicles: counts.map((count, type) => ({
        start: type,
        end: 0,
        capacity: capacity + type,
        ...(count === undefined ? {} : { count }),
        ...(isTimed ? { closes: 400 } : {}),
      })),
    }
  })

/** The least of all orders of all choices on all routes; Infinity where not all that must be done can be. */
function least({ places, costs, jobs, vehicles }: RoutingProblem): number {
  const go = (used: readonly number[], left: readonly number[]): number => {
    let best = left.reduce((sum, job) => sum + (jobs[job].penalty ?? Infinity), 0)
    vehicles.forEach(({ start, end, count = Infinity, capacity = Infinity, closes = Infinity }, type) => {
      if (used[type] >= count) return
      const then = used.map((each, other) => each + (other === type ? 1 : 0))
      const drive = (
        place: number,
        time: number,
        load: number,
        rank: number,
        cost: number,
        rest: readonly number[],
      ) => {
        const home = costs[place * places + end]
        if (rest.length < left.length && time + home <= closes)
          best = Math.min(best, cost + home + go(then, rest))
        for (const index of rest) {
          const job = jobs[index]
          if (load + (job.demand ?? 0) > capacity || (job.rank ?? rank) < rank) continue
          for (const [from, to] of job.bothWays
            ? [
                [job.from, job.to],
                [job.to, job.from],
              ]
            : [[job.from, job.to]]) {
            const way = costs[place * places + from]
            const begins = Math.max(job.opens ?? 0, time + way)
            if (begins > (job.closes ?? Infinity)) continue
            const others = rest.filter((other) => other !== index)
            const more = cost + way + (job.cost ?? 0)
            drive(
              to,
              begins + (job.duration ?? 0),
              load + (job.demand ?? 0),
              Math.max(rank, job.rank ?? rank),
              more,
              others,
            )
          }
        }
      }
      drive(start, 0, 0, -1, 0, left)
    })
    return best
  }
  return go(
    vehicles.map(() => 0),
    [...jobs.keys()],
  )
}

describe('a bound of routes', () => {
  test('is never above the best of all plans, and near it where there are few', async () => {
    let [bounds, bests] = [0, 0]
    await fc.assert(
      fc.asyncProperty(problems, async (problem) => {
        const best = least(problem)
        const bound = (await routingBound(problem, time)) ?? Number.NaN
        expect(bound).toBeLessThanOrEqual(best + 1e-6)
        if (best === Infinity) return
        bounds += bound
        bests += best
      }),
      { numRuns: 25 },
    )
    expect(bounds).toBeGreaterThan(0.8 * bests)
  })

  test('proves routes that no others can be below, and tells nothing where nothing limits a route', async () => {
    // Pairs of places on opposite sides of the post, two to a vehicle.
    const at = [0, 10, 11, -10, -11]
    const costs = Float64Array.from(at.flatMap((a) => at.map((b) => Math.abs(a - b))))
    const jobs = [1, 2, 3, 4].map((place) => ({ from: place, to: place, demand: 1 }))
    const problem: RoutingProblem = { places: 5, costs, jobs, vehicles: [{ start: 0, end: 0, capacity: 2 }] }
    expect(await routingBound(problem, time)).toBe(44)
    expect(await routingBound({ ...problem, vehicles: [{ start: 0, end: 0 }] }, time)).toBeUndefined()
    // Stopped at once it may know nothing, but nothing wrong.
    expect(await routingBound(problem, { ...time, signal: { aborted: true } })).toBeLessThanOrEqual(44)
    // Beside a search: a thread may take long to start.
    let answer = await boundedRoutes(problem, { seconds: 0.5 })
    for (let seconds = 1; !answer.proven && seconds <= 16; seconds *= 2)
      answer = await boundedRoutes(problem, { seconds })
    expect(answer).toMatchObject({ objective: 44, bound: 44, gap: 0, proven: true })
  })
})
