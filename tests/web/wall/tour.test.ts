import { expect, test } from 'vitest'
import { DEFAULT_STAY_SECONDS, staySeconds, type Tour, tourReducer } from '../../../web/wall/tour.ts'
import { magnificationAt, unitAt } from '../../../web/wall/useUnit.ts'

const tour: Tour = { scenes: 3, index: 0, paused: false, since: 1000 }
const stayMs = 30_000

test('a scene stays its time and the tour comes round', () => {
  expect(tourReducer(tour, { type: 'tick', now: 30_999, stayMs })).toBe(tour)
  const second = tourReducer(tour, { type: 'tick', now: 31_000, stayMs })
  expect(second).toEqual({ scenes: 3, index: 1, paused: false, since: 31_000 })
  const last = { ...second, index: 2 }
  expect(tourReducer(last, { type: 'tick', now: 61_000, stayMs }).index).toBe(0)
})

test('a paused tour stays, and gives the scene its full time when it goes on', () => {
  const paused = tourReducer(tour, { type: 'togglePause', now: 20_000 })
  expect(tourReducer(paused, { type: 'tick', now: 9_000_000, stayMs })).toBe(paused)
  const resumed = tourReducer(paused, { type: 'togglePause', now: 9_000_000 })
  expect(tourReducer(resumed, { type: 'tick', now: 9_029_999, stayMs })).toBe(resumed)
})

test('keys step both ways and back over the start; a scene that is not there is ignored', () => {
  expect(tourReducer(tour, { type: 'previous', now: 5 }).index).toBe(2)
  expect(tourReducer(tour, { type: 'next', now: 5 }).index).toBe(1)
  expect(tourReducer(tour, { type: 'show', index: 2, now: 5 }).index).toBe(2)
  expect(tourReducer(tour, { type: 'show', index: 3, now: 5 })).toBe(tour)
})

test('the URL decides how long a scene stays, within reason', () => {
  expect(staySeconds(new URLSearchParams('stay=12'))).toBe(12)
  expect(staySeconds(new URLSearchParams(''))).toBe(DEFAULT_STAY_SECONDS)
  expect(staySeconds(new URLSearchParams('stay=0'))).toBe(DEFAULT_STAY_SECONDS)
  expect(staySeconds(new URLSearchParams('stay=soon'))).toBe(DEFAULT_STAY_SECONDS)
})

test('figures grow with the wall, and the map is drawn larger only where it is larger than a desk', () => {
  expect(unitAt(1920, 1080)).toBe(16)
  expect(unitAt(3840, 2160)).toBe(32)
  expect(unitAt(1366, 768)).toBeCloseTo(11.38, 2)
  // An ultra-wide wall is bound by its height.
  expect(unitAt(7680, 2160)).toBe(32)
  expect([1366 / 120, 16, 32].map(magnificationAt)).toEqual([1, 1, 2])
})
