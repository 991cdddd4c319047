import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CoverageInput, cover } from '../../../api/planning/coverage.ts'
import { choices } from '../../factories/choices.ts'

const options = { seconds: 30, seed: 5 }

const cases = fc
  .record({ demands: fc.integer({ min: 1, max: 8 }), candidates: fc.integer({ min: 1, max: 6 }) })
  .chain(({ demands, candidates }) =>
    fc.record({
      demand: fc.array(fc.integer({ min: 0, max: 20 }), { minLength: demands, maxLength: demands }),
      reach: fc.array(fc.subarray([...Array(demands).keys()]), {
        minLength: candidates,
        maxLength: candidates,
      }),
      p: fc.integer({ min: 1, max: candidates }),
      backup: fc.constantFrom(0, 0.25, 1),
    }),
  )

function worthOf({ demand, reach, backup = 0 }: CoverageInput, posts: readonly number[]): number {
  return Array.from(demand).reduce((sum, weight, index) => {
    const times = posts.filter((post) => Array.from(reach[post]).includes(index)).length
    return sum + (times > 0 ? weight : 0) + (times > 1 ? backup * weight : 0)
  }, 0)
}

describe('maximal covering', () => {
  test('finds the most that can be covered, with backup or without, and proves it', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (input) => {
        const answer = await cover(input, options)
        const best = Math.max(...choices(input.reach.length, input.p).map((posts) => worthOf(input, posts)))
        expect(answer.objective).toBeCloseTo(best, 9)
        expect(answer.proven).toBe(true)
        expect(answer.posts).toHaveLength(input.p)
        expect(worthOf(input, answer.posts)).toBeCloseTo(best, 9)
        expect(answer.covered + input.backup * answer.backedUp).toBeCloseTo(best, 9)
      }),
      { numRuns: 40 },
    )
  })

  test('changes no more posts than it may; more changes never cover less', async () => {
    await fc.assert(
      fc.asyncProperty(cases, fc.nat(), async (input, pick) => {
        const all = choices(input.reach.length, input.p)
        const start = all[pick % all.length]
        let before = Number.NEGATIVE_INFINITY
        for (let mostChanges = 0; mostChanges <= input.p; mostChanges++) {
          const answer = await cover({ ...input, start, mostChanges }, options)
          const fresh = (posts: readonly number[]) => posts.filter((post) => !start.includes(post)).length
          expect(fresh(answer.posts)).toBeLessThanOrEqual(mostChanges)
          const best = Math.max(
            ...all.filter((posts) => fresh(posts) <= mostChanges).map((posts) => worthOf(input, posts)),
          )
          expect(answer.objective).toBeCloseTo(best, 9)
          expect(answer.objective).toBeGreaterThanOrEqual(before - 1e-9)
          before = answer.objective
        }
      }),
      { numRuns: 12 },
    )
  })

  const input: CoverageInput = { demand: [5, 4, 3], reach: [[0, 1], [1, 2], [2]], p: 1 }

  test('one more post never covers less', async () => {
    const one = await cover(input, options)
    const two = await cover({ ...input, p: 2 }, options)
    expect([one.objective, two.objective]).toEqual([9, 12])
  })

  test('stopped at once it answers what it has', async () => {
    const answer = await cover(input, { ...options, signal: { aborted: true } })
    expect(answer).toMatchObject({ posts: [0], objective: 9, proven: false })
  })

  test.each<[string, Partial<CoverageInput>, string]>([
    ['more posts than places', { p: 4 }, 'expected 1 to 3 posts, got 4'],
    ['a demand that is none', { demand: [5, Number.NaN, 3] }, 'got NaN at place 1'],
    ['a demand that does not exist', { reach: [[0], [7], [2]] }, 'for candidate 1, got 7'],
    ['a demand twice', { reach: [[0, 0], [1], [2]] }, 'got one twice'],
    ['a share that is none', { backup: 2 }, 'a share from 0 to 1, got 2'],
    ['changes to nothing', { mostChanges: 1 }, 'expected 1 values, got 0'],
  ])('refuses %s', async (_, change, words) => {
    await expect(cover({ ...input, ...change }, options)).rejects.toThrow(words)
  })
})
