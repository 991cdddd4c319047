import { expect, test } from 'vitest'
import { isStale, REFRESH_MS, retryDelayMs, STALE_AFTER_MS } from '../../../web/wall/freshness.ts'
import { againstRange, normalRange } from '../../../web/wall/normalRange.ts'

test('retries wait twice as long each time, up to five minutes, never in step', () => {
  expect(retryDelayMs(0, 0.5)).toBe(5_000)
  expect(retryDelayMs(3, 0.5)).toBe(40_000)
  expect(retryDelayMs(50, 0.5)).toBe(300_000)
  expect(retryDelayMs(1, 0)).toBe(8_000)
  expect(retryDelayMs(1, 1)).toBe(12_000)
})

test('figures are live through one missed answer and stale after three', () => {
  expect(isStale(0, REFRESH_MS * 2)).toBe(false)
  expect(isStale(0, STALE_AFTER_MS + 1)).toBe(true)
})

test('the normal range is the least and the most of earlier weeks, and needs eight of them', () => {
  expect(normalRange([17, 20, 31, 22, 25, 19, 28, 30])).toEqual({ low: 17, high: 31, weeks: 8 })
  expect(normalRange([17, 20, 31, 22, 25, 19, 28])).toBeNull()
})

test('a count on the edge of the range is inside it', () => {
  const range = { low: 17, high: 31, weeks: 12 }
  expect([16, 17, 31, 32].map((count) => againstRange(count, range))).toEqual([
    'below',
    'inside',
    'inside',
    'above',
  ])
})
