import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { presets, spanOf, yearEarlier } from '../../../web/state/timeWindow.ts'
import { formatDate, formatInstant, startOfDate } from '../../../web/state/zonedTime.ts'

const asOf = Date.parse('2026-11-22T06:32:00Z')
const shanghai = 'Asia/Shanghai'
const iso = (instant: number) => new Date(instant).toISOString()

describe('time windows', () => {
  test.each(presets.filter((preset) => preset !== 'lastYear'))('"%s" ends at the as-of instant', (preset) => {
    expect(spanOf({ preset }, asOf, shanghai).to).toBe(asOf)
  })

  test('this year and last year begin at midnight of the city, not of UTC', () => {
    expect(iso(spanOf({ preset: 'thisYear' }, asOf, shanghai).from)).toBe('2025-12-31T16:00:00.000Z')
    const last = spanOf({ preset: 'lastYear' }, asOf, shanghai)
    expect([iso(last.from), iso(last.to)]).toEqual(['2024-12-31T16:00:00.000Z', '2025-12-31T16:00:00.000Z'])
  })

  test('just after New Year in Shanghai it is still last year in San Francisco', () => {
    const newYear = Date.parse('2026-12-31T17:00:00Z')
    expect(formatDate(newYear, shanghai)).toBe('2027-01-01')
    expect(iso(spanOf({ preset: 'thisYear' }, newYear, shanghai).from)).toBe('2026-12-31T16:00:00.000Z')
    expect(iso(spanOf({ preset: 'thisYear' }, newYear, 'America/Los_Angeles').from)).toBe(
      '2026-01-01T08:00:00.000Z',
    )
  })

  test('a year earlier is the same calendar days at the same local time, through a leap year and a change of clocks', () => {
    const span = {
      from: Date.parse('2024-03-01T00:00:00+08:00'),
      to: Date.parse('2024-03-31T00:00:00+08:00'),
    }
    expect(iso(yearEarlier(span, shanghai).from)).toBe('2023-02-28T16:00:00.000Z')
    // 10 November is standard time in 2012 and 2011; 5 November 2012 is standard, 5 November 2011 still daylight time.
    const november = {
      from: Date.parse('2012-11-05T00:00:00-08:00'),
      to: Date.parse('2012-11-10T00:00:00-08:00'),
    }
    expect(iso(yearEarlier(november, 'America/Los_Angeles').from)).toBe('2011-11-05T07:00:00.000Z')
  })

  test('a calendar day and its first instant are each other’s inverse', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2012-01-01'), max: new Date('2030-12-31'), noInvalidDate: true }),
        fc.constantFrom(shanghai, 'America/Los_Angeles', 'Europe/Berlin', 'UTC'),
        (date, timeZone) => {
          const day = formatDate(date.getTime(), timeZone)
          expect(formatDate(startOfDate(day, timeZone), timeZone)).toBe(day)
          expect(formatDate(startOfDate(day, timeZone) - 1, timeZone)).not.toBe(day)
        },
      ),
      { numRuns: 500, seed: 3 },
    )
  })

  test('instants are written with date, time and weekday', () => {
    expect(formatInstant(asOf, shanghai, 'zh')).toBe('2026-11-22 14:32 (周日)')
    expect(formatInstant(asOf, shanghai, 'en')).toBe('2026-11-22 14:32 (Sun)')
  })
})
