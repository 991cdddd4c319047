import { describe, expect, test } from 'vitest'
import { pMedianFaults } from '../../../api/planning/answerChecks.ts'
import type { PMedianInput } from '../../../api/planning/pMedianInput.ts'
import { PlanRefusal } from '../../../api/planning/refusal.ts'
import type { Progress } from '../../../api/planning/search.ts'
import { inPlanningThread } from '../../../api/planning/thread.ts'
import { createRandom } from '../../../geodata/random.ts'

/** Places by chance: so many that no proof comes while the test lasts. */
function manyPlaces(count: number, p: number): PMedianInput {
  const random = createRandom(5, 'thread')
  const places = Array.from({ length: count }, () => [random.next(), random.next()])
  return {
    customers: count,
    candidates: count,
    costs: Float64Array.from({ length: count * count }, (_, index) => {
      const [a, b] = [places[Math.floor(index / count)], places[index % count]]
      return Math.hypot(a[0] - b[0], a[1] - b[1])
    }),
    p,
  }
}

describe('solvers in a thread', () => {
  test('stopped, it answers the best so far, having told of nothing but improvements', async () => {
    const input = manyPlaces(700, 60)
    const stopping = new AbortController()
    const told: Progress[] = []
    const answer = await inPlanningThread('pMedian', input, {
      seconds: 120,
      seed: 1,
      signal: stopping.signal,
      onProgress: (progress) => {
        told.push(progress)
        if (told.length === 3) stopping.abort()
      },
    })
    expect(pMedianFaults(input, answer)).toEqual([])
    expect(told.length).toBeGreaterThanOrEqual(3)
    for (let index = 1; index < told.length; index++) {
      expect(told[index].objective).toBeLessThanOrEqual(told[index - 1].objective)
    }
    expect(answer.objective).toBeLessThanOrEqual(told[told.length - 1].objective)
    expect(answer.proven).toBe(false)
  })

  test('stopped before it begins, it answers at once all the same', async () => {
    const input = manyPlaces(60, 6)
    const answer = await inPlanningThread('pMedian', input, { seconds: 60, signal: AbortSignal.abort() })
    expect(pMedianFaults(input, answer)).toEqual([])
  })

  test('its time is kept, and the answer is a whole one', async () => {
    const input = manyPlaces(300, 40)
    const answer = await inPlanningThread('pMedian', input, { seconds: 0.3, seed: 1 })
    expect(pMedianFaults(input, answer)).toEqual([])
  })

  test('more at once than there are threads are all answered, each with its own', async () => {
    const sizes = [1, 2, 3, 4, 5, 6]
    const answers = await Promise.all(
      sizes.map((p) => inPlanningThread('pMedian', manyPlaces(20, p), { seconds: 20, seed: 1 })),
    )
    expect(answers.map(({ posts }) => posts.length)).toEqual(sizes)
    expect(answers.every(({ proven }) => proven)).toBe(true)
  })

  test('numbers arrive as they are, NaN among them, in typed arrays of their own', async () => {
    // Nobody calls from the second atom, so that there is no mean time to it.
    const answer = await inPlanningThread(
      'hypercube',
      {
        arrivals: Float64Array.of(1, 0),
        serviceRates: [2],
        preferences: [[0], [0]],
        travelTimes: [5, 7],
        whenAllBusy: 'wait',
      },
      { seconds: 20 },
    )
    expect(answer.workloads).toBeInstanceOf(Float64Array)
    expect(answer.workloads[0]).toBeCloseTo(0.5, 9)
    expect(Array.from(answer.travel?.ofAtom ?? [])).toEqual([5, Number.NaN])
  })

  test('impossible input is refused with the reason the solver gives', async () => {
    const input = manyPlaces(5, 2)
    input.costs[7] = Number.NaN
    const asked = inPlanningThread('pMedian', input, { seconds: 5 })
    await expect(asked).rejects.toThrow(PlanRefusal)
    await expect(asked).rejects.toThrow(/costs: expected numbers from 0, got NaN at place 7/)
  })

  test('what breaks inside is told with its reason, and the next question is answered', async () => {
    const broken = { ...manyPlaces(5, 2), costs: undefined as unknown as Float64Array }
    await expect(inPlanningThread('pMedian', broken, { seconds: 5 })).rejects.toThrow(/undefined/)
    const cannotBeSent = { ...manyPlaces(5, 2), more: () => 0 }
    await expect(inPlanningThread('pMedian', cannotBeSent, { seconds: 5 })).rejects.toThrow(
      /could not be cloned/,
    )
    const answer = await inPlanningThread('pMedian', manyPlaces(5, 2), { seconds: 5 })
    expect(answer.posts).toHaveLength(2)
  })
})
