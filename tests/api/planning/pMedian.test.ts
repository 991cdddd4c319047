import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pMedian } from '../../../api/planning/pMedian.ts'
import type { PMedianInput } from '../../../api/planning/pMedianInput.ts'
import { choices } from '../../factories/choices.ts'
import { postCosts } from '../../factories/postCosts.ts'

/** Plenty: these postCosts are proven in milliseconds, so that the clock never decides. */
const options = { seconds: 30, seed: 3 }

function costOf({ customers, costs }: PMedianInput, posts: readonly number[]): number {
  let total = 0
  for (let customer = 0; customer < customers; customer++) {
    total += Math.min(...posts.map((post) => costs[post * customers + customer]))
  }
  return total
}

describe('p-median', () => {
  test('finds the best there is, and proves it', () => {
    fc.assert(
      fc.property(postCosts, (input) => {
        const answer = pMedian(input, options)
        const best = Math.min(...choices(input.candidates, input.p).map((posts) => costOf(input, posts)))
        expect(answer.objective).toBe(best)
        expect(answer).toMatchObject({ proven: true, gap: 0, bound: best })
        expect(answer.posts).toHaveLength(input.p)
        expect(costOf(input, answer.posts)).toBe(best)
        answer.post.forEach((post, customer) => {
          expect(answer.posts).toContain(post)
          const own = input.costs[post * input.customers + customer]
          for (const other of answer.posts) {
            expect(own).toBeLessThanOrEqual(input.costs[other * input.customers + customer])
          }
        })
      }),
      { numRuns: 150 },
    )
  })

  test('keeps fixed posts, and changes no more than it may', () => {
    fc.assert(
      fc.property(postCosts, fc.nat(), fc.nat(), (input, pick, changes) => {
        const all = choices(input.candidates, input.p)
        const start = all[pick % all.length]
        const mostChanges = changes % (input.p + 1)
        const answer = pMedian({ ...input, start, mostChanges }, { ...options, seconds: 0.05 })
        const fresh = (posts: readonly number[]) => posts.filter((post) => !start.includes(post)).length
        expect(fresh(answer.posts)).toBeLessThanOrEqual(mostChanges)
        const best = Math.min(
          ...all.filter((posts) => fresh(posts) <= mostChanges).map((posts) => costOf(input, posts)),
        )
        expect(answer.objective).toBe(best)
        const fixed = start.slice(0, 1)
        const withFixed = pMedian({ ...input, fixed }, options)
        expect(withFixed.posts).toEqual(expect.arrayContaining(fixed))
        expect(withFixed.objective).toBe(
          Math.min(...all.filter((posts) => posts.includes(fixed[0])).map((posts) => costOf(input, posts))),
        )
      }),
      { numRuns: 25 },
    )
  })

  const large: PMedianInput = (() => {
    const places = Array.from({ length: 60 }, (_, index) => [(index * 37) % 101, (index * 53) % 97])
    const costs = Float64Array.from({ length: 3600 }, (_, index) => {
      const [a, b] = [places[Math.floor(index / 60)], places[index % 60]]
      return Math.round(Math.hypot(a[0] - b[0], a[1] - b[1]))
    })
    return { customers: 60, candidates: 60, costs, p: 6 }
  })()

  test('the same seed gives the same answer; one more post never costs more; each answer told is better', () => {
    const told: number[] = []
    const answer = pMedian(large, { ...options, onProgress: ({ objective }) => told.push(objective) })
    expect(answer.proven).toBe(true)
    expect(pMedian(large, options)).toMatchObject({ posts: answer.posts, objective: answer.objective })
    expect(told).toEqual([...told].sort((a, b) => b - a))
    expect(told.at(-1)).toBe(answer.objective)
    expect(pMedian({ ...large, p: 7 }, options).objective).toBeLessThanOrEqual(answer.objective)
  })

  test('stopped at once it answers its first posts', () => {
    const answer = pMedian(large, { ...options, signal: { aborted: true } })
    expect(answer.posts).toHaveLength(6)
    expect(answer.proven).toBe(false)
    expect(answer.objective).toBe(costOf(large, answer.posts))
  })

  test.each<[string, Partial<PMedianInput>, string]>([
    ['more posts than places', { p: 61 }, 'expected 1 to 60 posts, got 61'],
    [
      'a way that does not exist',
      { costs: large.costs.map((cost, index) => (index === 7 ? Infinity : cost)) },
      'got Infinity at place 7',
    ],
    [
      'a cost that is none',
      { costs: large.costs.map((cost, index) => (index === 9 ? Number.NaN : cost)) },
      'got NaN at place 9',
    ],
    ['too few costs', { customers: 61 }, 'expected 3660 values, got 3600'],
    ['a post twice', { fixed: [1, 1] }, 'different candidates'],
    ['changes to nothing', { mostChanges: 1 }, 'expected 6 posts as "start"'],
    [
      'changes that fixed posts forbid',
      { start: [0, 1, 2, 3, 4, 5], fixed: [9], mostChanges: 0 },
      'at least 1',
    ],
  ])('refuses %s', (_, change, words) => {
    expect(() => pMedian({ ...large, ...change }, options)).toThrow(words)
  })
})
