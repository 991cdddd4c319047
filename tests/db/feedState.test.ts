import fc from 'fast-check'
import { expect, test } from 'vitest'
import { feedStateOf, feedTurnsAt } from '../../db/feedState.ts'

const lastSeen = new Date('2026-11-20T10:00:00Z')
const after = (ms: number) => new Date(lastSeen.getTime() + ms)

test('whatever speaks every three seconds or sooner is silent within ten, a slow source after five times its interval', () => {
  for (const expected of [1, 2, 3]) {
    expect(feedStateOf(lastSeen, expected, after(2000 * expected))).toBe('live')
    expect(feedStateOf(lastSeen, expected, after(9500))).toBe('silent')
  }
  expect(feedStateOf(lastSeen, 1800, after(3_600_000))).toBe('live')
  expect(feedStateOf(lastSeen, 1800, after(9_000_000))).toBe('late')
  expect(feedStateOf(lastSeen, 1800, after(9_000_001))).toBe('silent')
  expect(feedStateOf(null, 1, after(0))).toBe('never')
  expect(feedStateOf(lastSeen, null, after(1e12))).toBe('live')
})

test('a state holds until the instant at which it is said to turn, and not beyond it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 604_800 }), fc.nat(8000), (expected, thousandths) => {
      const age = expected * thousandths
      const state = feedStateOf(lastSeen, expected, after(age))
      const turnsAt = feedTurnsAt(lastSeen, expected, after(age))
      if (turnsAt === null) {
        expect(state).toBe('silent')
        return
      }
      expect(feedStateOf(lastSeen, expected, new Date(turnsAt))).toBe(state)
      expect(feedStateOf(lastSeen, expected, new Date(turnsAt + 1))).not.toBe(state)
    }),
  )
})
