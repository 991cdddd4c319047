import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { setCoverFaults } from '../../../api/planning/coverChecks.ts'
import { type SetCoverInput, setCover } from '../../../api/planning/setCover.ts'

const options = { seconds: 30 }

const cases = fc
  .record({ rows: fc.integer({ min: 1, max: 6 }), columns: fc.integer({ min: 1, max: 7 }) })
  .chain(({ rows, columns }) =>
    fc.record({
      rows: fc.constant(rows),
      costs: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: columns + 1, maxLength: columns + 1 }),
      covers: fc
        .array(fc.subarray([...Array(rows).keys()]), { minLength: columns, maxLength: columns })
        // The last covers everything, so that there is an answer.
        .map((covers) => [...covers, [...Array(rows).keys()]]),
    }),
  )

const coversAll = ({ rows, covers }: SetCoverInput, columns: readonly number[]) =>
  new Set(columns.flatMap((column) => Array.from(covers[column]))).size === rows

describe('set covering', () => {
  test('finds the cheapest cover, and proves it', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (input) => {
        const answer = await setCover(input, options)
        let best = Number.POSITIVE_INFINITY
        for (let set = 0; set < 1 << input.covers.length; set++) {
          const columns = input.covers.map((_, column) => column).filter((column) => set & (1 << column))
          if (!coversAll(input, columns)) continue
          best = Math.min(
            best,
            columns.reduce((sum, column) => sum + input.costs[column], 0),
          )
        }
        expect(answer).toMatchObject({ objective: best, proven: true })
        expect(coversAll(input, answer.columns)).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  test('takes no more new columns than it may, and more never cost more', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (input) => {
        // The last covers everything.
        const start = [input.covers.length - 1]
        let before = Number.POSITIVE_INFINITY
        for (let mostChanges = 0; mostChanges <= 3; mostChanges++) {
          const limited = { ...input, start, mostChanges }
          const answer = await setCover(limited, options)
          expect(setCoverFaults(limited, answer)).toEqual([])
          const fresh = answer.columns.filter((column) => !start.includes(column)).length
          expect(fresh).toBeLessThanOrEqual(mostChanges)
          expect(answer.objective).toBeLessThanOrEqual(before + 1e-9)
          expect(answer.proven).toBe(true)
          before = answer.objective
        }
      }),
      { numRuns: 15 },
    )
  })

  test('what is told gets better, and no bound passes the answer', async () => {
    const rows = 60
    const covers = Array.from({ length: 200 }, (_, column) =>
      [3, 7, 11, 19, 29].map((step) => (column * step + ((column * column) % 13)) % rows),
    )
    const input = { rows, covers, costs: covers.map((_, column) => 1 + ((column * 17) % 9)) }
    const told: { objective: number; bound?: number }[] = []
    const answer = await setCover(input, { ...options, onProgress: (progress) => told.push(progress) })
    const costs = told.map(({ objective }) => objective)
    expect(costs).toEqual([...costs].sort((a, b) => b - a))
    for (const { bound = 0 } of told) expect(bound).toBeLessThanOrEqual(answer.objective)
    expect(setCoverFaults(input, answer)).toEqual([])
    expect(answer.proven).toBe(true)
  })

  test('stopped at once it answers a cover', async () => {
    const input = { rows: 3, costs: [1, 1, 1], covers: [[0], [1], [2]] }
    const answer = await setCover(input, { ...options, signal: { aborted: true } })
    expect(answer).toMatchObject({ columns: [0, 1, 2], objective: 3, proven: false })
  })

  test('refuses a row that nothing covers', async () => {
    await expect(setCover({ rows: 2, costs: [1], covers: [[0]] }, options)).rejects.toThrow(
      'none covers row 1',
    )
    await expect(setCover({ rows: 1, costs: [Number.NaN], covers: [[0]] }, options)).rejects.toThrow(
      'got NaN',
    )
    await expect(setCover({ rows: 1, costs: [1], covers: [[3]] }, options)).rejects.toThrow(
      'rows from 0 to 0 in column 0, got 3',
    )
    await expect(setCover({ rows: 1, costs: [], covers: [[0]] }, options)).rejects.toThrow(
      'expected 1 values, got 0',
    )
    const limited = { rows: 2, costs: [1, 1], covers: [[0], [1]], mostChanges: 1 }
    await expect(setCover({ ...limited, start: [0] }, options)).rejects.toThrow('got row 1 open')
    await expect(setCover({ ...limited, start: [5] }, options)).rejects.toThrow('columns from 0 to 1, got 5')
  })
})
