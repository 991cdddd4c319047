import { expect, test } from 'vitest'
import { pairMonths } from '../../../web/briefing/months.ts'
import { monthWindows, periodEndingAt, startOfMonth } from '../../../web/briefing/period.ts'

const asOf = Date.parse('2026-11-22T06:32:00Z')
const iso = (instant: number) => new Date(instant).toISOString()

test('thirty days end at the data, and last year is the same thirty days', () => {
  const period = periodEndingAt(asOf, '30d', 'Asia/Shanghai')
  expect(iso(period.now.from)).toBe('2026-10-23T06:32:00.000Z')
  expect(iso(period.now.to)).toBe('2026-11-22T06:32:00.000Z')
  expect(iso(period.lastYear.from)).toBe('2025-10-23T06:32:00.000Z')
  expect(iso(period.lastYear.to)).toBe('2025-11-22T06:32:00.000Z')
})

test('twelve months and the twelve before them meet without gap or overlap', () => {
  const period = periodEndingAt(asOf, '12m', 'Asia/Shanghai')
  expect(period.lastYear.to).toBe(period.now.from)
})

test('a month begins at local midnight, across summer time too', () => {
  expect(iso(startOfMonth(asOf, 'Asia/Shanghai', 0))).toBe('2026-10-31T16:00:00.000Z')
  expect(iso(startOfMonth(asOf, 'Asia/Shanghai', 11))).toBe('2025-11-30T16:00:00.000Z')
  expect(iso(startOfMonth(asOf, 'America/Los_Angeles', 0))).toBe('2026-11-01T07:00:00.000Z')
  expect(iso(startOfMonth(asOf, 'America/Los_Angeles', 4))).toBe('2026-07-01T07:00:00.000Z')
  expect(iso(startOfMonth(asOf, 'America/Los_Angeles', 9))).toBe('2026-02-01T08:00:00.000Z')
})

test('the months of both years stand in pairs, the last one cut at the same day', () => {
  const windows = monthWindows(asOf, 'Asia/Shanghai')
  expect(iso(windows.lastYear.to)).toBe('2025-11-22T06:32:00.000Z')
  const pairs = pairMonths(
    { start: [windows.now.from, startOfMonth(asOf, 'Asia/Shanghai', 0)], count: [5, 7] },
    { start: [windows.lastYear.from, startOfMonth(asOf, 'Asia/Shanghai', 12)], count: [3, 4] },
    asOf,
    'Asia/Shanghai',
    windows.lastYear.from,
  )
  expect(pairs).toHaveLength(12)
  expect(pairs[0]).toEqual({ year: 2025, month: 12, now: 5, lastYear: 3, partial: false })
  expect(pairs[11]).toEqual({ year: 2026, month: 11, now: 7, lastYear: 4, partial: true })
  expect(pairs[5]).toEqual({ year: 2026, month: 5, now: 0, lastYear: 0, partial: false })
})

test('a month before the data has no number, not a zero', () => {
  const windows = monthWindows(asOf, 'Asia/Shanghai')
  const pairs = pairMonths(
    { start: [], count: [] },
    { start: [], count: [] },
    asOf,
    'Asia/Shanghai',
    startOfMonth(asOf, 'Asia/Shanghai', 14),
  )
  expect(windows.lastYear.from).toBeLessThan(startOfMonth(asOf, 'Asia/Shanghai', 14))
  expect(pairs.slice(0, 9).map((pair) => pair.lastYear)).toEqual(new Array(9).fill(null))
  expect(pairs.slice(9).map((pair) => pair.lastYear)).toEqual([0, 0, 0])
  expect(pairs.map((pair) => pair.now)).toEqual(new Array(12).fill(0))
  const late = pairMonths(
    { start: [], count: [] },
    { start: [], count: [] },
    asOf,
    'Asia/Shanghai',
    startOfMonth(asOf, 'Asia/Shanghai', 2),
  )
  expect(late.map((pair) => pair.now)).toEqual([...new Array(9).fill(null), 0, 0, 0])
})
