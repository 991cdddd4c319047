import { expect, test } from 'vitest'
import { type Held, mostTelling } from '../../../web/hooks/heldCounts.ts'

const DAY_MS = 86_400_000
const asOf = Date.parse('2026-11-22T00:00:00Z')
const areaId = Array.from({ length: 300 }, (_, index) => index)

/** A window that began so many days before as-of and ended so many before it, with as many incidents a day and area. */
function held(began: number, ended: number, each: number | null = 1): Held {
  return {
    from: new Date(asOf - began * DAY_MS).toISOString(),
    to: new Date(asOf - ended * DAY_MS).toISOString(),
    areaId,
    count: areaId.map(() => (each === null ? null : each * (began - ended))),
    isSettled: ended > 1,
  }
}
const year = held(365, 0)

test('the window that says most is given: the same, one that shares most with it, else the longest', () => {
  const [same, yearBefore, month, monthBefore] = [held(365, 0), held(730, 365), held(30, 0), held(395, 365)]
  expect(mostTelling(year, [month, same])).toBe(same)
  expect(mostTelling(year, [monthBefore, yearBefore])).toBe(yearBefore)
  expect(mostTelling(held(40, 10), [held(70, 40), held(41, 11), yearBefore])).toEqual(held(41, 11))
  expect(mostTelling(year, [])).toBeUndefined()
})

test('what is still added to is given only where nothing else is held', () => {
  const [month, monthBefore] = [held(30, 0), held(395, 365)]
  expect(mostTelling(year, [month, monthBefore])).toBe(monthBefore)
  expect(mostTelling(year, [month])).toBe(month)
})

test('hidden counts and few are never given', () => {
  expect(mostTelling(year, [held(30, 0, null), held(30, 0, 0.1)])).toBeUndefined()
  expect(mostTelling(year, [{ ...held(30, 0), areaId: [1], count: [9999] }])).toBeUndefined()
})
