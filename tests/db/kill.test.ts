import { expect, test } from 'vitest'
import { killRounds } from '../../scripts/killRounds.ts'

// A hundred rounds are `npm run kill-rounds`.
test('no acknowledged row is lost when the writing process is killed', { timeout: 300_000 }, async () => {
  const report = await killRounds(4)
  expect(report.losses).toEqual([])
  expect(report.rounds).toBe(4)
  expect(report.acknowledgedRows).toBeGreaterThan(4)
})
