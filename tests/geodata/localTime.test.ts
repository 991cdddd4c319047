import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LocalTime, localStart, nextStart, yearEarlier } from '../../geodata/localTime.ts'
import { databaseKinds, openTestDatabase, type TestDatabase } from '../setup/database.ts'

// Half hours, a change at midnight, a day left out, clocks changed around a month of fasting.
const ZONES = [
  'Asia/Shanghai',
  'America/Los_Angeles',
  'Australia/Lord_Howe',
  'America/Sao_Paulo',
  'Pacific/Apia',
  'Africa/Casablanca',
  'Asia/Kolkata',
]
// What governments decide later is in one table of time zones and not yet in another.
const UNTIL = Date.UTC(2025, 0, 1)
const clocks = new Map(ZONES.map((zone) => [zone, new LocalTime(zone)]))
const clockOf = (zone: string) => clocks.get(zone) ?? new LocalTime(zone)

describe.each(databaseKinds())('local time as %s tells it', (kind) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await openTestDatabase({ kind })
  })
  afterAll(() => database?.close())

  test('instants become local times and back, a year earlier is the same date and hour, over all changes of clocks', async () => {
    const instants = fc.integer({ min: Date.UTC(1970, 0, 2) / 1000, max: UNTIL / 1000 })
    for (const zone of ZONES) {
      const clock = clockOf(zone)
      const changes: number[] = []
      for (let at = clock.nextChange(0); at < UNTIL; at = clock.nextChange(at)) {
        changes.push(...[-7200, -1800, -1, 0, 1799, 3600].map((beside) => at / 1000 + beside))
      }
      const times = [...changes, ...fc.sample(instants, { numRuns: 300, seed: 7 })].map((time) => time * 1000)
      const [row] = await database.query<{
        local: number[]
        back: number[]
        earlier: number[]
        month: number[]
      }>(
        `SELECT array_agg(extract(epoch FROM local)::float8 * 1000 ORDER BY n) AS local,
           array_agg(extract(epoch FROM local AT TIME ZONE $2)::float8 * 1000 ORDER BY n) AS back,
           array_agg(extract(epoch FROM (local - interval '1 year') AT TIME ZONE $2)::float8 * 1000 ORDER BY n) AS earlier,
           array_agg(extract(epoch FROM date_trunc('month', local) AT TIME ZONE $2)::float8 * 1000 ORDER BY n) AS month
         FROM (SELECT n, to_timestamp(t / 1000) AT TIME ZONE $2 AS local FROM unnest($1::float8[]) WITH ORDINALITY AS given(t, n)) x`,
        [times, zone],
      )
      const locals = times.map((time) => clock.toLocal(time))
      expect(locals).toEqual(row.local)
      expect(locals.map((local) => clock.toInstant(local))).toEqual(row.back)
      expect(locals.map((local) => clock.toInstant(yearEarlier(local)))).toEqual(row.earlier)
      expect(locals.map((local) => clock.toInstant(localStart(local, 'month')))).toEqual(row.month)
    }
  })
})

test('days, weeks from Monday and months follow one another', () => {
  const local = Date.UTC(2024, 1, 29, 13)
  expect(localStart(local, 'day')).toBe(Date.UTC(2024, 1, 29))
  expect(localStart(local, 'week')).toBe(Date.UTC(2024, 1, 26))
  expect(nextStart(Date.UTC(2024, 1, 26), 'week')).toBe(Date.UTC(2024, 2, 4))
  expect(nextStart(Date.UTC(2024, 11, 1), 'month')).toBe(Date.UTC(2025, 0, 1))
  expect(yearEarlier(local)).toBe(Date.UTC(2023, 1, 28, 13))
})

test('a time zone nobody knows is refused', () => {
  expect(() => new LocalTime('Mars/Olympus')).toThrow(RangeError)
})
