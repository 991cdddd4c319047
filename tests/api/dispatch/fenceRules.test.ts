import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { breachesOf, LOST_AFTER_MS, type WatchedUnit } from '../../../api/dispatch/fenceRules.ts'
import { isInSchedule, type ScheduleSpan } from '../../../api/dispatch/schedule.ts'
import { LocalTime } from '../../../geodata/localTime.ts'

const ZONES = ['Asia/Shanghai', 'America/Los_Angeles', 'Asia/Kolkata']
const zones = new Map(ZONES.map((zone) => [zone, new LocalTime(zone)]))
/** The weeks in which Los Angeles changes its clocks, and one without. */
const WEEKS = ['2026-03-02T00:00:00Z', '2026-10-26T00:00:00Z', '2026-11-16T00:00:00Z'].map(Date.parse)
const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

const spans = fc.record({
  days: fc.uniqueArray(fc.nat({ max: 6 }), { minLength: 1, maxLength: 7 }),
  from: fc.oneof(fc.nat({ max: 1439 }), fc.constantFrom(0, 1200, 1380)),
  to: fc.oneof(fc.nat({ max: 1440 }), fc.constantFrom(0, 1320, 1440, 120)),
})

/** What the platform's own calendar calls an instant: day of the week and minutes of the day. */
function clockOf(zone: string): (instant: number) => [day: number, minute: number] {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  return (instant) => {
    const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, value]))
    return [
      DAYS.indexOf(parts.get('weekday') ?? ''),
      Number(parts.get('hour')) * 60 + Number(parts.get('minute')),
    ]
  }
}

/** Told once more, minute by minute: on its own day from `from` on, and what runs past midnight on the day after. */
function holds(schedule: readonly ScheduleSpan[], day: number, minute: number): boolean {
  return schedule.some(({ days, from, to }) => {
    const today = days.includes(day)
    const yesterday = days.includes((day + 6) % 7)
    if (to > from) return today && minute >= from && minute < to
    return (today && minute >= from) || (yesterday && minute < to)
  })
}

describe('the hours of a fence', () => {
  test('are those of clocks on the wall, every quarter of an hour of a week, past midnight and over a change of clocks', () => {
    for (const [zone, localTime] of zones) {
      const clock = clockOf(zone)
      const quarters = WEEKS.flatMap((week) =>
        Array.from({ length: 7 * 96 }, (_, quarter) => week + quarter * 900_000 + 420_000),
      ).map((instant) => ({ local: localTime.toLocal(instant), shown: clock(instant) }))
      fc.assert(
        fc.property(fc.array(spans, { minLength: 1, maxLength: 3 }), (schedule) => {
          for (const { local, shown } of quarters) {
            if (isInSchedule(schedule, local) !== holds(schedule, ...shown)) return false
          }
          return true
        }),
        { numRuns: 60 },
      )
    }
  })

  test('20:00 to 22:00 on Sunday begins and ends on the minute; 22:00 to 02:00 runs into Monday', () => {
    const shanghai = new LocalTime('Asia/Shanghai')
    const at = (text: string) => shanghai.toLocal(Date.parse(`${text}+08:00`))
    const evening = [{ days: [6], from: 1200, to: 1320 }]
    expect(
      ['2026-11-22T19:59:59', '2026-11-22T20:00:00', '2026-11-22T21:59:59', '2026-11-22T22:00:00'].map(
        (text) => isInSchedule(evening, at(text)),
      ),
    ).toEqual([false, true, true, false])
    const night = [{ days: [6], from: 1320, to: 120 }]
    expect(
      ['2026-11-22T01:00:00', '2026-11-22T23:00:00', '2026-11-23T01:59:00', '2026-11-23T02:00:00'].map(
        (text) => isInSchedule(night, at(text)),
      ),
    ).toEqual([false, true, true, false])
  })
})

describe('who breaks a fence', () => {
  const localTime = new LocalTime('Asia/Shanghai')
  const NOW = Date.parse('2026-11-22T12:30:00Z')
  const always = [{ days: [0, 1, 2, 3, 4, 5, 6], from: 0, to: 1440 }]
  const unitsOf = fc.array(
    fc.record({
      squadId: fc.integer({ min: 1, max: 3 }),
      onDuty: fc.boolean(),
      fix: fc.option(
        fc.record({
          cellId: fc.option(fc.integer({ min: 1, max: 4 })),
          at: fc.constantFrom(NOW - LOST_AFTER_MS - 1, NOW - LOST_AFTER_MS, NOW, NOW + 60_000),
        }),
      ),
    }),
    { maxLength: 8 },
  )

  test('is what a look at every unit says', () => {
    fc.assert(
      fc.property(
        unitsOf,
        fc.uniqueArray(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }),
        fc.option(fc.uniqueArray(fc.integer({ min: 0, max: 7 }), { minLength: 1, maxLength: 3 }), {
          nil: [],
        }),
        fc.constantFrom<'inside' | 'outside'>('inside', 'outside'),
        fc.constantFrom<'one' | 'each'>('one', 'each'),
        fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }),
        (drawn, squadIds, only, rule, demand, cellIds) => {
          const units = drawn.map((unit, id): WatchedUnit => ({ id, ...unit }))
          const unitIds = only.filter((id) =>
            units.some((unit) => unit.id === id && squadIds.includes(unit.squadId)),
          )
          const cells = new Set(cellIds)
          const wanted: string[] = []
          const insideOf = new Map<number, number>()
          for (const unit of units) {
            const watched = unitIds.length > 0 ? unitIds.includes(unit.id) : squadIds.includes(unit.squadId)
            if (!watched) continue
            const seen =
              unit.onDuty && unit.fix && unit.fix.at >= NOW - LOST_AFTER_MS ? unit.fix.cellId : null
            const inside = seen !== null && cells.has(seen)
            if (inside) insideOf.set(unit.squadId, (insideOf.get(unit.squadId) ?? 0) + 1)
            if (rule === 'outside' && inside) wanted.push(`${unit.squadId} ${unit.id}`)
            if (rule === 'inside' && demand === 'each' && unit.onDuty && !inside)
              wanted.push(`${unit.squadId} ${unit.id}`)
          }
          if (rule === 'inside' && demand === 'one')
            for (const squadId of squadIds) if (!insideOf.has(squadId)) wanted.push(`${squadId} null`)
          const fence = { squadIds, unitIds, rule, demand, schedule: always }
          const found = breachesOf(fence, cells, units, { now: NOW, localTime })
          expect(found.map(({ squadId, unitId }) => `${squadId} ${unitId}`).sort()).toEqual(wanted.sort())
          const never = breachesOf({ ...fence, schedule: [{ days: [0], from: 0, to: 60 }] }, cells, units, {
            now: NOW,
            localTime,
          })
          expect(never).toEqual([])
        },
      ),
    )
  })
})
