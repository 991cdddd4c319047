import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Incident } from '../../../geodata/things.ts'
import { TOY_AS_OF, TOY_FROM, TOY_LEVELS } from '../../factories/toyCity.ts'
import { databaseKinds } from '../../setup/database.ts'
import { openTestApi, type TestApi } from '../setup.ts'

const DAY_MS = 86_400_000
const WHOLE = [104, 28, 105, 29] as [number, number, number, number]

const iso = (time: number) => new Date(time).toISOString()

describe.each(databaseKinds())('aggregates on %s', (kind) => {
  let api: TestApi
  /** Cell → ids of the areas that contain it. */
  let areasOfCell: Map<number, Set<number>>

  beforeAll(async () => {
    api = await openTestApi(kind)
    areasOfCell = new Map(api.ground.cells.map((cell) => [cell.id, new Set(cell.areaIds)]))
  })
  afterAll(() => api?.close())

  /** Counted from the generated rows themselves, without any database. */
  function counted(from: number, to: number, kinds: ReadonlySet<string>): Incident[] {
    return api.things.incidents.filter(
      (incident) => incident.reportedAt >= from && incident.reportedAt < to && kinds.has(incident.kind),
    )
  }
  const isOutside = (incident: Incident) => Number(incident.sourceId) % 50 === 0
  const isIn = (incident: Incident, areaId: number) =>
    !isOutside(incident) && areasOfCell.get(incident.cellId)?.has(areaId) === true

  const instants = fc.integer({ min: TOY_FROM.getTime() - 30 * DAY_MS, max: TOY_AS_OF.getTime() + DAY_MS })
  const windows = fc
    .tuple(instants, instants)
    .filter(([a, b]) => a !== b)
    .map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }))

  test('map, table, series, kinds and points tell the same number, whatever the window, level and kinds', async () => {
    const plain = api.things.kinds.filter((entry) => !entry.dispute)
    const leaves = plain.filter((entry) => entry.parentCode !== null).map((entry) => entry.code)
    await fc.assert(
      fc.asyncProperty(
        windows,
        fc.constantFrom(...TOY_LEVELS),
        fc.option(fc.subarray(leaves, { minLength: 1, maxLength: 12 })),
        fc.constantFrom('day' as const, 'week' as const, 'month' as const),
        async ({ from, to }, [version, level], chosen, bucket) => {
          const kinds = new Set(chosen ?? plain.map((entry) => entry.code))
          const window = { city: 'shuifu', from: iso(from), to: iso(to), kinds: chosen ?? undefined }
          const expected = counted(from, to, kinds)
          const outside = expected.filter(isOutside).length

          const byArea = await api.caller.aggregates.byArea({ ...window, version, level })
          expect(byArea.areaId).toEqual(
            api.ground.areas
              .filter((area) => area.version === version && area.level === level)
              .map((area) => area.id)
              .sort((a, b) => a - b),
          )
          expect(byArea.count).toEqual(
            byArea.areaId.map((id) => expected.filter((incident) => isIn(incident, id)).length),
          )
          expect(byArea.totals.count).toBe(expected.length - outside)
          expect(byArea.totals.outside).toBe(outside)

          const series = await api.caller.aggregates.series({ ...window, bucket })
          expect(series.count.reduce((sum, count) => sum + count, 0)).toBe(expected.length)
          expect(series.totals.count).toBe(expected.length)
          expect(new Set(series.start).size).toBe(series.start.length)

          const byKind = await api.caller.aggregates.byKind(window)
          expect(byKind.totals.count).toBe(expected.length)
          expect(Object.fromEntries(byKind.kind.map((code, index) => [code, byKind.count[index]]))).toEqual(
            Object.fromEntries(
              [...new Set(expected.map((incident) => incident.kind))].map((code) => [
                code,
                expected.filter((incident) => incident.kind === code).length,
              ]),
            ),
          )

          const points = await api.caller.incidents.inView({ ...window, bbox: WHOLE, limit: 1 })
          expect(points.total).toBe(expected.length)

          const [sql] = await api.database.query<{ n: number }>(
            `SELECT count(*)::int AS n FROM incidents WHERE city_code = 'shuifu' AND reported_at >= $1 AND reported_at < $2 AND kind = ANY($3)`,
            [iso(from), iso(to), [...kinds]],
          )
          expect(sql.n).toBe(expected.length)
        },
      ),
      { numRuns: 25, seed: 7 },
    )
  })

  test('within an area, the parts add up to that area, for its own hierarchy and across', async () => {
    const window = { city: '530681', from: iso(TOY_FROM.getTime()), to: iso(TOY_AS_OF.getTime()) }
    const plain = new Set(api.things.kinds.filter((entry) => !entry.dispute).map((entry) => entry.code))
    const all = counted(TOY_FROM.getTime(), TOY_AS_OF.getTime(), plain)
    for (const level of ['township', 'squad', 'grid']) {
      const within = api.ground.areas.find((area) => area.version === '2025' && area.level === level)
      if (!within) throw new Error(`The toy ground has no ${level}.`)
      const inside = all.filter((incident) => isIn(incident, within.id)).length
      for (const parts of ['township', 'village', 'grid', 'microGrid', 'squad']) {
        const answer = await api.caller.aggregates.byArea({ ...window, level: parts, within: within.id })
        expect(answer.totals.count).toBe(inside)
        expect(answer.count.reduce<number>((sum, count) => sum + (count ?? 0), 0)).toBe(inside)
        expect(answer.totals.outside).toBeNull()
      }
      const series = await api.caller.aggregates.series({ ...window, areaId: within.id, bucket: 'month' })
      expect(series.totals.count).toBe(inside)
      const kinds = await api.caller.aggregates.byKind({ ...window, areaId: within.id })
      expect(kinds.totals.count).toBe(inside)
    }
  })

  test('a kind stands for all its sub-kinds', async () => {
    const window = { city: 'shuifu', from: iso(TOY_FROM.getTime()), to: iso(TOY_AS_OF.getTime()) }
    const children = api.things.kinds
      .filter((entry) => entry.parentCode === '020000')
      .map((entry) => entry.code)
    expect(children.length).toBeGreaterThan(3)
    const parent = await api.caller.aggregates.byKind({ ...window, kinds: ['020000'] })
    const parts = await api.caller.aggregates.byKind({ ...window, kinds: ['020000', ...children] })
    expect({ ...parent, countedAt: '' }).toEqual({ ...parts, countedAt: '' })
    expect(parent.totals.count).toBe(
      counted(TOY_FROM.getTime(), TOY_AS_OF.getTime(), new Set(['020000', ...children])).length,
    )
  })

  test('a window is half-open: an incident at its end belongs to the next one', async () => {
    const { reportedAt } = api.things.incidents[100]
    const ask = async (from: number, to: number) =>
      (
        await api.caller.incidents.inView({
          city: 'shuifu',
          bbox: WHOLE,
          from: iso(from),
          to: iso(to),
          limit: 10,
        })
      ).total
    const plain = new Set(api.things.kinds.filter((entry) => !entry.dispute).map((entry) => entry.code))
    expect(await ask(reportedAt, reportedAt + 1)).toBe(counted(reportedAt, reportedAt + 1, plain).length)
    expect(await ask(reportedAt - 1, reportedAt)).toBe(counted(reportedAt - 1, reportedAt, plain).length)
  })

  test('a date means midnight in the city, and a year earlier means the same dates', async () => {
    const answer = await api.caller.aggregates.byArea({
      city: 'shuifu',
      level: 'city',
      from: '2026-03-01',
      to: '2026-04-01',
      compareTo: 'previousYear',
    })
    expect(answer.from).toBe('2026-02-28T16:00:00.000Z')
    expect(answer.to).toBe('2026-03-31T16:00:00.000Z')
    expect(answer.compareFrom).toBe('2025-02-28T16:00:00.000Z')
    expect(answer.compareTo).toBe('2025-03-31T16:00:00.000Z')
    const before = await api.caller.aggregates.byArea({
      city: 'shuifu',
      level: 'city',
      from: '2025-03-01',
      to: '2025-04-01',
    })
    expect(answer.compareCount).toEqual(before.count)
    expect(answer.totals.compareCount).toBe(before.totals.count)
  })

  test('the previous period is as long and ends where the window begins', async () => {
    const answer = await api.caller.aggregates.byKind({
      city: 'shuifu',
      from: '2026-03-01T00:00:00+08:00',
      to: '2026-03-11T12:00:00+08:00',
      compareTo: 'previousPeriod',
    })
    expect(answer.compareTo).toBe(answer.from)
    expect(answer.compareFrom).toBe('2026-02-18T04:00:00.000Z')
    const before = await api.caller.aggregates.byKind({
      city: 'shuifu',
      from: '2026-02-18T04:00:00Z',
      to: answer.from,
    })
    expect(answer.totals.compareCount).toBe(before.totals.count)
  })

  test('buckets begin on the hours, days, Mondays and firsts of the month of the city, zeros included', async () => {
    const window = { city: 'shuifu', from: '2026-01-05', to: '2026-03-02' }
    const starts = async (bucket: 'day' | 'week' | 'month') =>
      (await api.caller.aggregates.series({ ...window, bucket })).start.map((start) =>
        iso(start + 8 * 3_600_000),
      )
    expect(await starts('day')).toHaveLength(56)
    expect((await starts('day'))[1]).toBe('2026-01-06T00:00:00.000Z')
    expect((await starts('week')).slice(0, 2)).toEqual([
      '2026-01-05T00:00:00.000Z',
      '2026-01-12T00:00:00.000Z',
    ])
    expect(await starts('month')).toEqual([
      '2026-01-01T00:00:00.000Z',
      '2026-02-01T00:00:00.000Z',
      '2026-03-01T00:00:00.000Z',
    ])
  })

  test('an hour that comes twice when clocks go back is two hours', async () => {
    await api.database.query(
      `INSERT INTO cities (code, name_zh, name_en, time_zone, synthetic, as_of, current_version, origin)
       VALUES ('west', 'west', 'west', 'America/Los_Angeles', true, '2026-11-22', 'none', '{}')`,
    )
    await api.database.query(
      `INSERT INTO kinds (city_code, code, kind_group, name_zh, name_en, sort) VALUES ('west', '1', 'other', '1', '1', 1)`,
    )
    for (const time of ['2026-11-01T08:30:00Z', '2026-11-01T09:30:00Z']) {
      await api.database.query(
        `INSERT INTO incidents (city_code, source, source_id, kind, reported_at, status, geom, synthetic)
         VALUES ('west', 'test', $1::text, '1', $1::text::timestamptz, 'recorded', ST_SetSRID(ST_MakePoint(-122, 37), 4326), true)`,
        [time],
      )
    }
    const series = await api.caller.aggregates.series({
      city: 'west',
      bucket: 'hour',
      from: '2026-11-01',
      to: '2026-11-02',
    })
    expect(series.start).toHaveLength(25)
    expect(series.count.filter((count) => count === 1)).toHaveLength(2)
    await api.database.query("DELETE FROM incidents WHERE city_code = 'west'")
    await api.database.query("DELETE FROM cities WHERE code = 'west'")
  })

  test('only the hours of the week asked for are counted, everywhere alike, and the week adds up', async () => {
    const plain = new Set(api.things.kinds.filter((entry) => !entry.dispute).map((entry) => entry.code))
    const [from, to] = [TOY_FROM.getTime() + 12_345_678, TOY_AS_OF.getTime()]
    const window = { city: 'shuifu', from: iso(from), to: iso(to) }
    // Shanghai has no changes of clocks: eight hours ahead, Monday first.
    const hourOf = (time: number) => (Math.floor((time + 8 * 3_600_000) / 3_600_000) + 72) % 168
    const rows = counted(from, to, plain)
    const week = await api.caller.aggregates.series({ ...window, bucket: 'hourOfWeek' })
    expect(week.start).toEqual(Array.from({ length: 168 }, (_, hour) => hour))
    expect(week.count).toEqual(
      week.start.map((hour) => rows.filter(({ reportedAt }) => hourOf(reportedAt) === hour).length),
    )
    expect(week.totals.count).toBe(rows.length)
    const hoursOfWeek = [0, 23, 24, 120, 121, 167]
    const chosen = rows.filter(({ reportedAt }) => hoursOfWeek.includes(hourOf(reportedAt)))
    const map = await api.caller.aggregates.byArea({ ...window, level: 'grid', hoursOfWeek })
    expect(Number(map.totals.count) + Number(map.totals.outside)).toBe(chosen.length)
    expect(map.count).toEqual(map.areaId.map((id) => chosen.filter((row) => isIn(row, id)).length))
    const kinds = await api.caller.aggregates.byKind({ ...window, hoursOfWeek })
    expect(kinds.totals.count).toBe(chosen.length)
    const months = await api.caller.aggregates.series({ ...window, bucket: 'month', hoursOfWeek })
    expect(months.totals.count).toBe(chosen.length)
  })

  test('a compared series stands beside the other window bucket by bucket', async () => {
    const window = { city: 'shuifu', bucket: 'month', from: '2026-01-01', to: '2026-04-01' } as const
    const beside = await api.caller.aggregates.series({ ...window, compareTo: 'previousYear' })
    const before = await api.caller.aggregates.series({ ...window, from: '2025-01-01', to: '2025-04-01' })
    expect(beside.compareStart).toEqual(before.start)
    expect(beside.compareCount).toEqual(before.count)
    expect(beside.totals.compareCount).toBe(before.totals.count)
    // A window of other months may have fewer buckets than this one: nothing stands beside the last.
    const shorter = await api.caller.aggregates.series({
      ...window,
      compareTo: { from: '2025-01-01', to: '2025-02-01' },
    })
    expect(shorter.compareCount).toEqual([before.count[0], null, null])
  })

  test('closed in time, median handling and who resolved are counted over the rows of each area', async () => {
    const [from, to] = [Date.parse('2025-03-01T00:00:00+08:00'), Date.parse('2025-09-01T00:00:00+08:00')]
    const plain = new Set(api.things.kinds.filter((entry) => !entry.dispute).map((entry) => entry.code))
    await api.database.query(
      `UPDATE incidents SET resolved_level = (ARRAY['village', 'township', 'city', NULL])[1 + abs(id) % 4]`,
    )
    await api.database.query(
      `UPDATE incidents SET closed_at = reported_at + (1 + abs(id) % 2000) * interval '1 minute' WHERE closed_at IS NOT NULL`,
    )
    const answer = await api.caller.aggregates.byArea({
      city: 'shuifu',
      level: 'township',
      from: '2025-03-01',
      to: '2025-09-01',
      measures: ['closedInTime', 'medianHandling', 'resolvedLevel'],
    })
    const stored = new Map(
      (
        await api.database.query<{ id: number; source_id: string }>(
          `SELECT id::float8 AS id, source_id FROM incidents WHERE source = 'toy'`,
        )
      ).map((row) => [row.source_id, row.id]),
    )
    const rows = counted(from, to, plain).map((incident) => {
      const id = stored.get(incident.sourceId) ?? 0
      return { incident, id, minutes: incident.closedAt === null ? null : 1 + (id % 2000) }
    })
    answer.areaId.forEach((areaId, index) => {
      const inside = rows.filter(({ incident }) => isIn(incident, areaId))
      const due = inside.filter(({ incident }) => (incident.dueAt ?? Number.POSITIVE_INFINITY) <= to)
      expect(answer.closedInTime?.whole[index]).toBe(due.length)
      // The limit is a day.
      expect(answer.closedInTime?.part[index]).toBe(
        due.filter(({ minutes }) => minutes !== null && minutes <= 1440).length,
      )
      const sorted = inside.flatMap(({ minutes }) => minutes ?? []).sort((a, b) => a - b)
      const middle = sorted.length / 2
      expect(answer.medianHandlingMin?.[index]).toBeCloseTo(
        (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2,
        6,
      )
      const resolvedBy = (rest: number) =>
        inside.filter(({ id, minutes }) => minutes !== null && id % 4 === rest).length
      expect(answer.resolved?.village[index]).toBe(resolvedBy(0))
      expect(answer.resolved?.township[index]).toBe(resolvedBy(1))
      expect(answer.resolved?.city[index]).toBe(resolvedBy(2))
      expect(answer.resolved?.whole[index]).toBe(resolvedBy(0) + resolvedBy(1) + resolvedBy(2))
    })
    expect(Math.max(...(answer.closedInTime?.part ?? []))).toBeGreaterThan(0)
    const counts = await api.caller.aggregates.byArea({
      city: 'shuifu',
      level: 'township',
      from: '2025-03-01',
      to: '2025-09-01',
    })
    expect(counts.closedInTime).toBeUndefined()
    expect(counts.medianHandlingMin).toBeUndefined()
  })

  test.each([
    [{ city: 'nowhere' }, /No city "nowhere"/],
    [{ city: 'shui fu' }, /city: expected a city code such as "shuifu".*got "shui fu"/],
    [{ level: 'street' }, /level: expected one of "city".*"microGrid".*got "street"/],
    [{ version: '1999' }, /version: expected one of "2018" and "2025", got "1999"/],
    [{ level: 'squad', version: '2018' }, /level: expected one of/],
    [{ from: '2026-02-01', to: '2026-02-01' }, /from: expected an instant before "to"/],
    [{ from: '2026-03-01', to: '2026-02-01' }, /from: expected an instant before "to"/],
    [{ from: 'yesterday' }, /from: expected an instant such as .* got "yesterday"/],
    [{ from: '2026-02-30' }, /from: expected an instant/],
    [{ from: '0000-01-01' }, /from: expected an instant .* between the years 1970 and 2200/],
    [{ kinds: ['999999'] }, /kinds: expected codes that cities.get lists .* got "999999"/],
    [{ kinds: [] }, /kinds: expected at least one kind/],
    [{ within: 999_999 }, /No area 999999/],
    [{ within: 1.5 }, /within: expected the id of an area/],
    [{ hoursOfWeek: [168] }, /hoursOfWeek.*: expected an hour of the week, from 0 .* got 168/],
    [{ hoursOfWeek: [] }, /hoursOfWeek: expected at least one hour/],
    [{ measures: ['speed'] }, /measures.*: expected "closedInTime"/],
    [{ packed: 'yes' }, /packed: expected true or false/],
    [{ compareTo: 'lastYear' }, /compareTo: expected "previousPeriod", "previousYear" or/],
  ])('a bad question %j says what was expected and what came', async (change, message) => {
    const question = { city: 'shuifu', level: 'grid', from: '2026-01-01', to: '2026-02-01', ...change }
    // Wrong on purpose: what a browser sends is not checked by TypeScript.
    await expect(api.caller.aggregates.byArea(question as never)).rejects.toThrow(message)
  })

  test('more buckets than an answer may have are refused with the number', async () => {
    await expect(
      api.caller.aggregates.series({ city: 'shuifu', bucket: 'hour', from: '2024-01-01', to: '2026-01-01' }),
    ).rejects.toThrow(/bucket: expected at most 8785 buckets, got 17544/)
  })
})
