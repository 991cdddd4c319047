import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pCentreFaults } from '../../../api/planning/coverChecks.ts'
import { type PCentreInput, pCentre } from '../../../api/planning/pCentre.ts'
import { choices } from '../../factories/choices.ts'
import { postCosts } from '../../factories/postCosts.ts'

const options = { seconds: 30, seed: 3 }

function radiusOf({ customers, costs }: PCentreInput, posts: readonly number[]): number {
  return Math.max(
    ...Array.from({ length: customers }, (_, customer) =>
      Math.min(...posts.map((post) => costs[post * customers + customer])),
    ),
  )
}

describe('p-centre', () => {
  test('finds the least that nobody is farther than, and proves it; one more post never lies farther', async () => {
    await fc.assert(
      fc.asyncProperty(postCosts, async (input) => {
        const answer = await pCentre(input, options)
        const best = Math.min(...choices(input.candidates, input.p).map((posts) => radiusOf(input, posts)))
        expect(answer).toMatchObject({ objective: best, bound: best, gap: 0, proven: true })
        expect(pCentreFaults(input, answer)).toEqual([])
        if (input.p === input.candidates) return
        const more = await pCentre({ ...input, p: input.p + 1 }, options)
        expect(more.objective).toBeLessThanOrEqual(best)
      }),
      { numRuns: 60 },
    )
  })

  test('keeps fixed posts, and moves no more than it may', async () => {
    await fc.assert(
      fc.asyncProperty(postCosts, fc.nat(), fc.nat(), async (input, pick, changes) => {
        const all = choices(input.candidates, input.p)
        const start = all[pick % all.length]
        const limited = { ...input, start, mostChanges: changes % (input.p + 1) }
        const answer = await pCentre(limited, options)
        expect(pCentreFaults(limited, answer)).toEqual([])
        const fresh = (posts: readonly number[]) => posts.filter((post) => !start.includes(post)).length
        const may = all.filter((posts) => fresh(posts) <= limited.mostChanges)
        expect(answer.objective).toBe(Math.min(...may.map((posts) => radiusOf(input, posts))))
        const fixed = start.slice(0, 1)
        const withFixed = await pCentre({ ...input, fixed }, options)
        expect(withFixed.objective).toBe(
          Math.min(...all.filter((posts) => posts.includes(fixed[0])).map((posts) => radiusOf(input, posts))),
        )
      }),
      { numRuns: 25 },
    )
  })

  const places = Array.from({ length: 80 }, (_, index) => [(index * 37) % 101, (index * 53) % 97])
  const large: PCentreInput = {
    customers: 80,
    candidates: 80,
    p: 6,
    costs: Float64Array.from({ length: 6400 }, (_, index) => {
      const [a, b] = [places[Math.floor(index / 80)], places[index % 80]]
      return Math.hypot(a[0] - b[0], a[1] - b[1])
    }),
  }

  test('the same seed gives the same answer; each answer told is nearer; stopped at once it has its first', async () => {
    const told: number[] = []
    const answer = await pCentre(large, { ...options, onProgress: ({ objective }) => told.push(objective) })
    expect(answer.proven).toBe(true)
    expect((await pCentre(large, options)).posts).toEqual(answer.posts)
    expect(told).toEqual([...told].sort((a, b) => b - a))
    const stopped = await pCentre(large, { ...options, signal: { aborted: true } })
    expect(pCentreFaults(large, stopped)).toEqual([])
    expect(stopped.objective).toBeGreaterThanOrEqual(answer.objective)
  })

  test.each<[string, Partial<PCentreInput>, string]>([
    ['more posts than places', { p: 81 }, 'expected 1 to 80 posts, got 81'],
    ['too few costs', { customers: 81 }, 'expected 6480 values, got 6400'],
    ['nobody', { customers: 0 }, 'expected at least one'],
    ['a part of a change', { start: [0, 1, 2, 3, 4, 5], mostChanges: 0.5 }, 'a whole number from 0, got 0.5'],
    [
      'a cost that is none',
      { costs: large.costs.map((cost, index) => (index === 9 ? Number.NaN : cost)) },
      'got NaN at place 9',
    ],
  ])('refuses %s', async (_, change, words) => {
    await expect(pCentre({ ...large, ...change }, options)).rejects.toThrow(words)
  })
})
