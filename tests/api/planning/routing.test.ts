import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { routingFaults } from '../../../api/planning/answerChecks.ts'
import { exactTour, MOST_EXACT } from '../../../api/planning/exactTour.ts'
import type { Job, RoutingAnswer, RoutingProblem } from '../../../api/planning/routing.ts'
import { planRoutes } from '../../../api/planning/ruinAndRecreate.ts'
import { asOneTour } from '../../../api/planning/tourProblem.ts'

/** Steps decide, not the clock. */
const options = { seconds: 60, steps: 300, seed: 4 }

/** Goes along every route and says what is wrong with the answer, and what it costs. */
function drive(problem: RoutingProblem, answer: RoutingAnswer): { faults: string[]; cost: number } {
  const { places, costs, jobs, vehicles } = problem
  const times = problem.times ?? costs
  const faults: string[] = []
  const done = new Map<number, number>()
  let cost = 0
  for (const { vehicle, stops, load } of answer.routes) {
    const { start, end, capacity = Infinity, opens = 0, closes = Infinity } = vehicles[vehicle]
    let [place, time, carried] = [start, opens, 0]
    for (const { job: index, reversed } of stops) {
      const job = jobs[index]
      if (reversed && !job.bothWays) faults.push(`job ${index} the wrong way round`)
      done.set(index, (done.get(index) ?? 0) + 1)
      const [from, to] = reversed ? [job.to, job.from] : [job.from, job.to]
      cost += costs[place * places + from] + (job.cost ?? 0)
      time = Math.max(job.opens ?? 0, time + times[place * places + from])
      if (time > (job.closes ?? Infinity) + 1e-9) faults.push(`job ${index} too late`)
      time += job.duration ?? 0
      carried += job.demand ?? 0
      place = to
    }
    cost += costs[place * places + end]
    time += times[place * places + end]
    if (time > closes + 1e-9) faults.push('back too late')
    if (carried > capacity + 1e-9) faults.push('too much in one vehicle')
    if (Math.abs(carried - load) > 1e-9) faults.push('another load than told')
    if (stops.length === 0) faults.push('an empty route')
  }
  vehicles.forEach(({ count = Infinity }, type) => {
    if (answer.routes.filter(({ vehicle }) => vehicle === type).length > count)
      faults.push('too many vehicles')
  })
  jobs.forEach((job, index) => {
    const times = done.get(index) ?? 0
    if (times + (answer.unserved.includes(index) ? 1 : 0) !== 1)
      faults.push(`job ${index} done ${times} times`)
    if (times === 0) cost += job.penalty ?? 0
  })
  if (answer.complete !== answer.unserved.every((index) => jobs[index].penalty !== undefined))
    faults.push('complete or not')
  return { faults, cost }
}

const points = (count: number) =>
  fc.array(fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 })), {
    minLength: count,
    maxLength: count,
  })

function distances(places: readonly (readonly [number, number])[]): Float64Array {
  return Float64Array.from({ length: places.length ** 2 }, (_, index) => {
    const [a, b] = [places[Math.floor(index / places.length)], places[index % places.length]]
    return Math.hypot(a[0] - b[0], a[1] - b[1])
  })
}

/** Two posts, two kinds of vehicles, stops and streets, windows, capacities, some jobs that may be left out. */
const problems = fc.integer({ min: 1, max: 12 }).chain((count) =>
  fc
    .record({
      places: points(count + 3),
      jobs: fc.array(
        fc.record({
          street: fc.boolean(),
          bothWays: fc.boolean(),
          demand: fc.integer({ min: 0, max: 5 }),
          duration: fc.integer({ min: 0, max: 10 }),
          opens: fc.integer({ min: 0, max: 300 }),
          window: fc.option(fc.integer({ min: 0, max: 300 })),
          penalty: fc.option(fc.integer({ min: 0, max: 200 })),
        }),
        { minLength: count, maxLength: count },
      ),
      capacity: fc.integer({ min: 5, max: 20 }),
      closes: fc.option(fc.integer({ min: 300, max: 1000 }), { nil: undefined }),
    })
    .map(
      ({ places, jobs, capacity, closes }): RoutingProblem => ({
        places: places.length,
        costs: distances(places),
        jobs: jobs.map(
          ({ street, bothWays, demand, duration, opens, window, penalty }, index): Job => ({
            from: index + 2,
            to: street ? index + 3 : index + 2,
            bothWays,
            demand,
            duration,
            ...(window === null ? {} : { opens, closes: opens + window }),
            ...(penalty === null ? {} : { penalty }),
          }),
        ),
        vehicles: [
          { start: 0, end: 0, capacity, closes },
          { start: 1, end: 0, capacity: capacity + 3, count: 2, closes },
        ],
      }),
    ),
)

describe('patrol routes', () => {
  test('whatever is asked, every route can be driven and costs what it says', () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const answer = planRoutes(problem, options)
        const { faults, cost } = drive(problem, answer)
        expect(faults).toEqual([])
        expect(answer.objective).toBeCloseTo(cost, 6)
      }),
      { numRuns: 60 },
    )
  })

  test('as good as the best of all orders, where there are few', () => {
    fc.assert(
      fc.property(points(7), (places) => {
        const costs = distances(places)
        const n = places.length
        const jobs = Array.from({ length: n - 1 }, (_, index) => ({ from: index + 1, to: index + 1 }))
        const answer = planRoutes(
          { places: n, costs, jobs, vehicles: [{ start: 0, end: 0, count: 1 }] },
          options,
        )
        const best = (place: number, left: number[]): number =>
          left.length === 0
            ? costs[place * n]
            : Math.min(
                ...left.map(
                  (next) =>
                    costs[place * n + next] +
                    best(
                      next,
                      left.filter((each) => each !== next),
                    ),
                ),
              )
        expect(answer.objective).toBeCloseTo(
          best(
            0,
            jobs.map(({ from }) => from),
          ),
          6,
        )
      }),
      { numRuns: 25 },
    )
  })

  // A square of streets around a post, each 10 long, and one across.
  const square: RoutingProblem = {
    places: 4,
    costs: Float64Array.from([0, 10, 20, 10, 10, 0, 10, 20, 20, 10, 0, 10, 10, 20, 10, 0]),
    jobs: [
      { from: 0, to: 1, bothWays: true, cost: 10, demand: 1 },
      { from: 2, to: 1, bothWays: true, cost: 10, demand: 1 },
      { from: 2, to: 3, bothWays: true, cost: 10, demand: 1 },
      { from: 0, to: 3, bothWays: true, cost: 10, demand: 1 },
    ],
    vehicles: [{ start: 0, end: 0 }],
  }

  test('streets are driven the way round that needs no detour', () => {
    const answer = planRoutes(square, options)
    expect(answer.objective).toBe(40)
    expect(answer.routes).toHaveLength(1)
    expect(planRoutes({ ...square, vehicles: [{ start: 0, end: 0, capacity: 2 }] }, options)).toMatchObject({
      objective: 80,
      complete: true,
    })
  })

  test('more room never costs more; one-way streets never less', () => {
    const tight = planRoutes({ ...square, vehicles: [{ start: 0, end: 0, capacity: 2 }] }, options).objective
    const oneWay = { ...square, jobs: square.jobs.map((job) => ({ ...job, bothWays: false })) }
    expect(planRoutes(square, options).objective).toBeLessThanOrEqual(tight)
    expect(planRoutes(oneWay, options).objective).toBeGreaterThanOrEqual(40)
  })

  test('where time is short the prizes count, and not the way', () => {
    const places = [
      [0, 0],
      [10, 0],
      [20, 0],
      [0, 30],
      [3, 30],
    ] as const
    const problem: RoutingProblem = {
      places: 5,
      costs: distances(places),
      jobs: [1, 2, 3, 4].map((place) => ({ from: place, to: place, penalty: place < 3 ? 1 : 5 })),
      vehicles: [{ start: 0, end: 0, count: 1, closes: 64 }],
      onlyPenalties: true,
    }
    const answer = planRoutes(problem, options)
    expect(answer.unserved).toEqual([0, 1])
    const { faults } = drive(problem, answer)
    expect(faults).toEqual([])
  })

  test("from today's routes no more jobs change route than may, and no fewer changes cost less", () => {
    fc.assert(
      fc.property(problems, fc.nat({ max: 4 }), (problem, mostChanges) => {
        const today = planRoutes(problem, { ...options, steps: 3, seed: 9 })
        const isOn = new Map(today.routes.flatMap(({ stops }, route) => stops.map(({ job }) => [job, route])))
        const open = problem.jobs.filter((job, index) => job.penalty === undefined && !isOn.has(index)).length
        const most = mostChanges + open
        const changed = { ...problem, start: today.routes, mostChanges: most }
        const answer = planRoutes(changed, options)
        expect(drive(changed, answer).faults).toEqual([])
        const now = new Map(
          answer.routes.flatMap(({ stops, today: from = -2 }) => stops.map(({ job }) => [job, from])),
        )
        const changes = problem.jobs.filter((_, job) => (now.get(job) ?? -1) !== (isOn.get(job) ?? -1)).length
        expect(changes).toBeLessThanOrEqual(most)
        expect(answer.objective).toBeLessThanOrEqual(today.objective + 1e-6)
      }),
      { numRuns: 40 },
    )
  })

  test('without changes every job stays on its route', () => {
    const routes = [
      { vehicle: 0, stops: [0, 2].map((job) => ({ job, reversed: false })) },
      { vehicle: 0, stops: [1, 3].map((job) => ({ job, reversed: false })) },
    ]
    const answer = planRoutes({ ...square, start: routes, mostChanges: 0 }, options)
    const together = answer.routes.map(({ stops }) => stops.map(({ job }) => job).sort())
    expect(together.sort()).toEqual([
      [0, 2],
      [1, 3],
    ])
    expect(planRoutes({ ...square, start: routes, mostChanges: 2 }, options).objective).toBe(40)
  })

  test('one tour takes the most prizes that fit, as all orders of all choices say', () => {
    fc.assert(
      fc.property(
        points(7),
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 6, maxLength: 6 }),
        fc.integer({ min: 0, max: 300 }),
        (places, prizes, closes) => {
          const costs = distances(places)
          const n = places.length
          const problem: RoutingProblem = {
            places: n,
            costs,
            jobs: prizes.map((penalty, index) => ({ from: index + 1, to: index + 1, penalty, duration: 2 })),
            vehicles: [{ start: 0, end: 0, count: 1, closes }],
            onlyPenalties: true,
          }
          const answer = planRoutes(problem, options)
          expect(routingFaults(problem, answer)).toEqual([])
          const most = (place: number, time: number, left: readonly number[]): number =>
            Math.max(
              0,
              ...left.map((job) => {
                const then = time + costs[place * n + job + 1] + 2
                if (then + costs[(job + 1) * n] > closes + 1e-9) return 0
                return (
                  prizes[job] +
                  most(
                    job + 1,
                    then,
                    left.filter((other) => other !== job),
                  )
                )
              }),
            )
          const all = prizes.reduce((sum, prize) => sum + prize, 0)
          expect(answer.objective).toBe(all - most(0, 0, [...prizes.keys()]))
        },
      ),
      { numRuns: 30 },
    )
  })

  test('more stops than can all be tried: the search finds nothing better than there is, and nearly always that', () => {
    const cases = fc.sample(fc.tuple(points(MOST_EXACT + 3), fc.integer({ min: 100, max: 400 })), {
      seed: 3,
      numRuns: 20,
    })
    let found = 0
    for (const [places, closes] of cases) {
      const problem: RoutingProblem = {
        places: places.length,
        costs: distances(places),
        jobs: places.slice(1).map((_, job) => ({ from: job + 1, to: job + 1, penalty: 1 + (job % 5) })),
        vehicles: [{ start: 0, end: 0, count: 1, closes }],
        onlyPenalties: true,
      }
      const tour = asOneTour(problem)
      const exact = tour && exactTour(tour)
      if (!tour || !exact) throw new Error('expected one tour')
      const left = problem.jobs.reduce((sum, { penalty = 0 }) => sum + penalty, 0)
      const least = exact.reduce((sum, node) => sum - tour.prizes[node], left)
      const answer = planRoutes(problem, { ...options, steps: 2000 })
      expect(routingFaults(problem, answer)).toEqual([])
      expect(answer.objective).toBeGreaterThanOrEqual(least)
      if (answer.objective === least) found++
    }
    expect(found).toBeGreaterThanOrEqual(18)
  })

  test('a job that no vehicle can do in time is told, and nothing else is lost', () => {
    const streets = square.jobs.map((job) => ({ ...job, duration: 10 }))
    const late = { ...square, jobs: [...streets, { from: 2, to: 2, opens: 0, closes: 5 }] }
    const answer = planRoutes(late, options)
    expect(answer).toMatchObject({ unserved: [4], complete: false })
  })

  test('the same seed gives the same routes; what is told gets better; stopped at once there is a plan', () => {
    const problem = fc.sample(problems, { seed: 11, numRuns: 1 })[0]
    expect(planRoutes(problem, options).routes).toEqual(planRoutes(problem, options).routes)
    const told: number[] = []
    planRoutes(square, { ...options, onProgress: ({ objective }) => told.push(objective) })
    expect(told).toEqual([...told].sort((a, b) => b - a))
    const stopped = planRoutes(square, { ...options, signal: { aborted: true } })
    expect(drive(square, stopped).faults).toEqual([])
  })

  test.each<[string, Partial<RoutingProblem>, string]>([
    [
      'more than a vehicle holds',
      { vehicles: [{ start: 0, end: 0, capacity: 0.5 }] },
      'some vehicle can hold (0.5), got 1',
    ],
    [
      'more than all vehicles hold',
      { vehicles: [{ start: 0, end: 0, capacity: 1, count: 3 }] },
      'all vehicles hold (3), got 4',
    ],
    ['a place that is none', { vehicles: [{ start: 9, end: 0 }] }, 'a place from 0 to 3, got 9'],
    [
      'a cost that is none',
      { costs: square.costs.map((cost, index) => (index === 6 ? Number.NaN : cost)) },
      'got NaN',
    ],
    [
      'a job without a way',
      { costs: square.costs.map((cost, index) => (index % 4 === index >> 2 ? cost : Infinity)) },
      'expected a way',
    ],
    ['a window that ends before it opens', { jobs: [{ from: 1, to: 1, opens: 5, closes: 4 }] }, 'got 5 to 4'],
    ['no vehicle', { vehicles: [] }, 'at least one type'],
    ['changes of nothing', { mostChanges: 1 }, 'expected "start" routes'],
    [
      'fewer changes than new jobs',
      { start: [{ vehicle: 0, stops: [{ job: 0, reversed: false }] }], mostChanges: 1 },
      'at least 3',
    ],
    [
      'a job twice',
      { start: [0, 0].map((job) => ({ vehicle: 0, stops: [{ job, reversed: false }] })) },
      'got job 0 on route 1',
    ],
    [
      'an overfull route',
      {
        vehicles: [{ start: 0, end: 0, capacity: 1 }],
        start: [{ vehicle: 0, stops: [0, 1].map((job) => ({ job, reversed: false })) }],
      },
      'got route 0 overfull or late',
    ],
  ])('refuses %s', (_, change, words) => {
    expect(() => planRoutes({ ...square, ...change }, options)).toThrow(words)
  })
})
