import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { routingFaults } from '../../../api/planning/answerChecks.ts'
import { asCapacitated, type Capacitated } from '../../../api/planning/capacitated.ts'
import { CapacitatedTours } from '../../../api/planning/capacitatedTours.ts'
import type { RoutingProblem } from '../../../api/planning/routing.ts'
import { planRoutes } from '../../../api/planning/ruinAndRecreate.ts'
import { splitSequence } from '../../../api/planning/split.ts'
import { createRandom } from '../../../geodata/random.ts'

const OPTIONS = { seconds: 60, steps: 1000, seed: 3 }

/** Stops around a post at the first place; places may coincide, stops may need nothing. */
const problems = (most: number) =>
  fc
    .record({
      places: fc.array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 })), {
        minLength: 3,
        maxLength: most + 1,
      }),
      demands: fc.array(fc.integer({ min: 0, max: 6 }), { minLength: most, maxLength: most }),
      capacity: fc.integer({ min: 6, max: 14 }),
      longest: fc.option(fc.integer({ min: 320, max: 500 })),
      rounded: fc.boolean(),
    })
    .map(({ places, demands, capacity, longest, rounded }): RoutingProblem => {
      const count = places.length
      const costs = Float64Array.from({ length: count * count }, (_, index) => {
        const [a, b] = [places[Math.floor(index / count)], places[index % count]]
        const length = Math.hypot(a[0] - b[0], a[1] - b[1])
        return rounded ? Math.round(length) : length
      })
      return {
        places: count,
        costs,
        jobs: places.slice(1).map((_, index) => ({
          from: index + 1,
          to: index + 1,
          demand: demands[index],
          duration: 2,
        })),
        vehicles: [{ start: 0, end: 0, capacity, ...(longest === null ? {} : { closes: longest }) }],
      }
    })

function capacitated(problem: RoutingProblem): Capacitated {
  const found = asCapacitated(problem)
  if (!found) throw new Error('Expected stops of one post, found another kind of problem.')
  return found
}

/** The least of all ways to visit all stops of a set on one tour, by set; none where it holds too much or takes too long. */
function bestTours({ nodes, lengths, demand, spent, capacity, longest }: Capacitated): Float64Array {
  const stops = nodes - 1
  const sets = 1 << stops
  const ending = new Float64Array(sets * nodes).fill(Infinity)
  const best = new Float64Array(sets).fill(Infinity)
  best[0] = 0
  for (let set = 1; set < sets; set++) {
    let [load, time] = [0, 0]
    for (let last = 1; last < nodes; last++) {
      if (!(set & (1 << (last - 1)))) continue
      load += demand[last]
      time += spent[last]
      const rest = set ^ (1 << (last - 1))
      let way = rest === 0 ? lengths[last] : Infinity
      for (let before = 1; before < nodes; before++)
        if (rest & (1 << (before - 1)))
          way = Math.min(way, ending[rest * nodes + before] + lengths[before * nodes + last])
      ending[set * nodes + last] = way
      best[set] = Math.min(best[set], way + lengths[last])
    }
    if (load > capacity || best[set] + time > longest) best[set] = Infinity
  }
  return best
}

/** The best division of all stops into tours. */
function bestPlan(problem: Capacitated): number {
  const tours = bestTours(problem)
  const plans = new Float64Array(tours.length).fill(Infinity)
  plans[0] = 0
  for (let set = 1; set < tours.length; set++)
    for (let part = set; part > 0; part = (part - 1) & set)
      plans[set] = Math.min(plans[set], plans[set ^ part] + tours[part])
  return plans[tours.length - 1]
}

describe('stops of one post', () => {
  test('never better than the best of all plans, where there are few, and nearly always as good', () => {
    let missed = 0
    fc.assert(
      fc.property(problems(7), (problem) => {
        const answer = planRoutes(problem, OPTIONS)
        expect(routingFaults(problem, answer)).toEqual([])
        expect(answer.complete).toBe(true)
        const least = bestPlan(capacitated(problem))
        expect(answer.objective).toBeGreaterThanOrEqual(least - 1e-6)
        if (answer.objective > least + 1e-6) missed++
      }),
      { numRuns: 16 },
    )
    expect(missed).toBeLessThanOrEqual(3)
  })

  test('a sequence is cut where that costs least, into no more routes than may be', () => {
    fc.assert(
      fc.property(problems(6), fc.integer({ min: 1, max: 6 }), (problem, most) => {
        const given = capacitated(problem)
        const { nodes, lengths, demand, spent, capacity, longest } = given
        const fees = { load: 3, time: 2 }
        const sequence = Int32Array.from({ length: nodes - 1 }, (_, index) => index + 1)
        const cost = (route: Int32Array) => {
          const way = [...route, 0].reduce(
            ({ sum, from }, to) => ({ sum: sum + lengths[from * nodes + to], from: to }),
            { sum: 0, from: 0 },
          ).sum
          const load = route.reduce((sum, node) => sum + demand[node], 0)
          const time = way + route.reduce((sum, node) => sum + spent[node], 0)
          return way + 3 * Math.max(0, load - capacity) + 2 * Math.max(0, time - longest)
        }
        const routes = splitSequence(given, sequence, fees, most)
        expect(routes.flatMap((route) => [...route])).toEqual([...sequence])
        expect(routes.length).toBeLessThanOrEqual(most)
        // Every way to cut it, of those whose routes are not far too heavy where there are such.
        const cuts = Array.from({ length: 1 << (nodes - 2) }, (_, mask) => {
          const own: Int32Array[] = []
          let first = 0
          for (let at = 1; at < nodes; at++) {
            if (at < nodes - 1 && !(mask & (1 << (at - 1)))) continue
            own.push(sequence.subarray(first, at))
            first = at
          }
          return own
        }).filter((own) => own.length <= most)
        const light = cuts.filter((own) =>
          own.every(
            (route) =>
              route.length === 1 || route.reduce((sum, node) => sum + demand[node], 0) <= 1.5 * capacity,
          ),
        )
        const all = (light.length > 0 ? light : cuts).map((own) =>
          own.reduce((sum, route) => sum + cost(route), 0),
        )
        expect(routes.reduce((sum, route) => sum + cost(route), 0)).toBeCloseTo(Math.min(...all), 6)
      }),
      { numRuns: 60 },
    )
  })

  test('improving keeps every stop, and never costs more', () => {
    fc.assert(
      fc.property(problems(14), fc.integer({ min: 1, max: 99 }), (problem, seed) => {
        const given = capacitated(problem)
        const { nodes, lengths, demand, spent, capacity, longest } = given
        const fees = { load: 5, time: 1 }
        const cost = (routes: readonly Int32Array[]) =>
          routes.reduce((sum, route) => {
            let [way, load, time, last] = [0, 0, 0, 0]
            for (const node of route) {
              way += lengths[last * nodes + node]
              load += demand[node]
              time += spent[node]
              last = node
            }
            way += lengths[last * nodes]
            return sum + way + 5 * Math.max(0, load - capacity) + Math.max(0, way + time - longest)
          }, 0)
        const random = createRandom(seed, 'test')
        const order = Int32Array.from(random.shuffled(Array.from({ length: nodes - 1 }, (_, at) => at + 1)))
        const before = splitSequence(given, order, fees, given.vehicles)
        const after = new CapacitatedTours(given).improve(before, fees, random)
        expect(after.flatMap((route) => [...route]).sort((a, b) => a - b)).toEqual(
          [...order].sort((a, b) => a - b),
        )
        expect(cost(after)).toBeLessThanOrEqual(cost(before) + 1e-6)
      }),
      { numRuns: 100 },
    )
  })

  test('with fewer vehicles than are cheapest, no more than there are', () => {
    const costs = Float64Array.from([0, 1, 1, 1, 1, 0, 2, 2, 1, 2, 0, 2, 1, 2, 2, 0])
    const jobs = [1, 2, 3].map((place) => ({ from: place, to: place, demand: 1 }))
    const answer = planRoutes(
      { places: 4, costs, jobs, vehicles: [{ start: 0, end: 0, capacity: 3, count: 1 }] },
      OPTIONS,
    )
    expect(answer.routes).toHaveLength(1)
    expect(answer.objective).toBe(6)
  })

  /** Thirty stops at random. */
  const thirty = (): RoutingProblem => {
    const random = createRandom(5, 'places')
    const places = Array.from({ length: 31 }, () => [random.int(0, 100), random.int(0, 100)])
    const costs = Float64Array.from(
      places.flatMap((a) => places.map((b) => Math.round(Math.hypot(a[0] - b[0], a[1] - b[1])))),
    )
    const jobs = places
      .slice(1)
      .map((_, index) => ({ from: index + 1, to: index + 1, demand: 1 + (index % 7) }))
    return { places: 31, costs, jobs, vehicles: [{ start: 0, end: 0, capacity: 25 }] }
  }

  test('the same seed, the same plan; and told of nothing but improvements', () => {
    const problem = thirty()
    const told: number[] = []
    const onProgress = ({ objective }: { objective: number }) => told.push(objective)
    const one = planRoutes(problem, { ...OPTIONS, steps: 3000, onProgress })
    const other = planRoutes(problem, { ...OPTIONS, steps: 3000 })
    expect(other.routes).toEqual(one.routes)
    expect(told).toEqual(told.toSorted((a, b) => b - a))
    expect(told.at(-1)).toBe(one.objective)
  })

  test('with little time plans of the other search are crossed, and none is worse than what was told', () => {
    const problem = thirty()
    const told: number[] = []
    const answer = planRoutes(problem, {
      seconds: 0.08,
      onProgress: ({ objective }) => told.push(objective),
    })
    expect(routingFaults(problem, answer)).toEqual([])
    expect(told).toEqual(told.toSorted((a, b) => b - a))
    expect(told.at(-1)).toBe(answer.objective)
  })
})
