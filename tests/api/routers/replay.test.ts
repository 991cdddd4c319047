import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { packTracks, unpackTracks } from '../../../geodata/trackBundle.ts'
import { databaseKinds } from '../../setup/database.ts'
import { openTestApi, type TestApi } from '../setup.ts'

const START = Date.parse('2026-11-20T10:00:00Z')
const at = (seconds: number) => new Date(START + seconds * 1000).toISOString()
const hour = { city: 'shuifu', from: at(0), to: at(3600) }

describe('packed tracks', () => {
  test('come out as they went in', () => {
    const whole = (min: number, max: number) => fc.integer({ min, max })
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            unit: whole(1, 500),
            at: whole(-600, 21_600),
            lng: whole(-180e6, 180e6),
            lat: whole(-90e6, 90e6),
            heading: whole(-1, 359),
            speed: whole(-1, 1500),
          }),
          { maxLength: 50 },
        ),
        (fixes) => {
          const names = ['unit', 'at', 'lng', 'lat', 'heading', 'speed'] as const
          const columns = Object.fromEntries(names.map((name) => [name, fixes.map((fix) => fix[name])]))
          const packed = packTracks(columns as Record<(typeof names)[number], number[]>)
          const unpacked = unpackTracks(Buffer.from(packed).toString('base64'))
          for (const name of names) expect([...unpacked[name]]).toEqual(columns[name])
        },
      ),
    )
    expect(() => unpackTracks(Buffer.from([3, 1]).toString('base64'))).toThrow(RangeError)
  })
})

describe.each(databaseKinds())('the past again on %s', (kind) => {
  let api: TestApi
  let units: { id: number; squadId: number }[]

  beforeAll(async () => {
    api = await openTestApi(kind)
    // One a squad.
    units = api.things.units.slice(0, 3)
    // On duty from a quarter past to a quarter to; the third without an end.
    await api.database.query(
      `INSERT INTO unit_duties (city_code, unit_id, started_at, ended_at, synthetic)
       SELECT 'shuifu', unit, $2::timestamptz, ended, true FROM unnest($1::int[], $3::timestamptz[]) AS given (unit, ended)`,
      [units.map(({ id }) => id), at(900), [at(2700), at(2700), null]],
    )
    await api.database.query(
      `INSERT INTO unit_positions (city_code, unit_id, fixed_at, heading_deg, speed_ms, cell_id, geom, synthetic)
       SELECT 'shuifu', unit, $2::timestamptz + make_interval(secs => s), 90.7, 5.2, NULL,
         ST_SetSRID(ST_MakePoint(104.3 + s * 1e-5, 28.5), 4326), true
       FROM unnest($1::int[]) AS unit, generate_series(900, 2699, 2) AS s`,
      [units.map(({ id }) => id), at(0)],
    )
  })
  afterAll(() => api?.close())

  test('alerts that were open in the window come with it, cleared ones before it do not', async () => {
    await api.database.query(
      `INSERT INTO alerts (city_code, kind, squad_id, unit_id, raised_at, cleared_at, synthetic)
       SELECT 'shuifu', 'outsideFence', $1, unit, raised, cleared, true
       FROM unnest($2::int[], $3::timestamptz[], $4::timestamptz[]) AS given (unit, raised, cleared)`,
      [units[0].squadId, [1, 2, 3], [at(-900), at(-900), at(1800)], [at(-1), at(1200), null]],
    )
    const { alerts } = await api.caller.replay.tracks({ ...hour, everyS: 300 })
    expect(alerts.map(({ unitId, raisedAt, clearedAt }) => [unitId, raisedAt, clearedAt])).toEqual([
      [2, at(-900), at(1200)],
      [3, at(1800), null],
    ])
  })

  test('tracks are thinned to a fix a unit and step, and say who was on duty', async () => {
    const answer = await api.caller.replay.tracks({ ...hour, everyS: 10 })
    expect(answer.stepS).toBe(10)
    expect(answer.units.map(({ id }) => id)).toEqual(units.map(({ id }) => id).sort((a, b) => a - b))
    expect(answer.duties).toContainEqual({ unitId: units[0].id, from: at(900), to: at(2700) })
    expect(answer.duties).toContainEqual({ unitId: units[2].id, from: at(900), to: null })
    const tracks = unpackTracks(answer.packed)
    expect(tracks.unit).toHaveLength(3 * 180)
    expect(answer.fixes).toBe(3 * 180)
    expect([...tracks.at.slice(0, 180)]).toEqual(Array.from({ length: 180 }, (_, i) => 900 + 10 * i))
    expect([...tracks.lng.slice(0, 180)]).toEqual(
      Array.from({ length: 180 }, (_, i) => 104_309_000 + 100 * i),
    )
    expect(new Set(tracks.heading)).toEqual(new Set([90]))
    expect(new Set(tracks.speed)).toEqual(new Set([52]))
  })

  test('a piece begins with where units last were', async () => {
    const answer = await api.caller.replay.tracks({ city: 'shuifu', from: at(2701), to: at(2760), everyS: 5 })
    const tracks = unpackTracks(answer.packed)
    // Those whose duty ended are not on duty in the piece; their last fix is not worth hiding.
    expect(answer.units.map(({ id }) => id)).toEqual([units[2].id])
    expect([...tracks.at]).toEqual([-3, -3, -3])
    const nothing = await api.caller.replay.tracks({ city: 'shuifu', from: at(-9000), to: at(-8000) })
    expect(nothing).toMatchObject({ units: [], fixes: 0, keptDays: 30 })
  })

  test('incidents come with the instants of their stages, disputes never', async () => {
    const incidents = api.things.incidents.filter(({ kind: code }) => !code.startsWith('D'))
    const last = incidents.at(-1)?.reportedAt ?? 0
    const from = last - 20 * 86_400_000
    const to = last + 1000
    const answer = await api.caller.replay.incidents({
      city: 'shuifu',
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
    })
    const expected = incidents.filter(
      ({ reportedAt, closedAt, status }) =>
        (reportedAt >= from && reportedAt < to) ||
        (reportedAt < from &&
          reportedAt >= from - 7 * 86_400_000 &&
          status !== 'recorded' &&
          (closedAt ?? to) >= from),
    )
    expect(expected.length).toBeGreaterThan(0)
    const rows = answer.id
      .map((_, i) => [
        answer.kinds[answer.kind[i]],
        answer.reported[i],
        answer.dispatched[i],
        answer.arrived[i],
        answer.closed[i],
        answer.lng[i],
      ])
      .toReversed()
    const seconds = (instant: number | null) => (instant === null ? -1 : Math.floor(instant / 1000))
    expect(rows).toEqual(
      expected.map((incident) => [
        incident.kind,
        seconds(incident.reportedAt),
        seconds(incident.dispatchedAt),
        seconds(incident.arrivedAt),
        seconds(incident.closedAt),
        Math.round(incident.point[0] * 1e6),
      ]),
    )
    expect(answer.truncated).toBe(false)
    expect(answer.kinds.filter((code) => code.startsWith('D'))).toEqual([])
  })

  test('a squad leader sees the units and the ground of the own squad', async () => {
    const { caller } = await api.person([{ role: 'squadLeader', city: 'shuifu', areaId: units[2].squadId }])
    const answer = await caller.replay.tracks(hour)
    expect(answer.units.map(({ id }) => id)).toEqual([units[2].id])
    expect(new Set(unpackTracks(answer.packed).unit)).toEqual(new Set([units[2].id]))
  })

  test('each piece is in the audit, and what is asked is bounded', async () => {
    const before = await entries(api)
    await api.caller.replay.tracks(hour)
    await api.caller.replay.incidents(hour)
    expect((await entries(api)).slice(before.length)).toEqual(['replay.tracks', 'replay.incidents'])
    await expect(api.caller.replay.tracks({ ...hour, to: at(7 * 3600) })).rejects.toThrow(
      /at most 6 hours, got 7/,
    )
    await expect(api.caller.replay.incidents({ ...hour, to: at(32 * 86_400) })).rejects.toThrow(
      /at most 744 hours/,
    )
    await expect(api.caller.replay.tracks({ ...hour, to: at(0) })).rejects.toThrow(/from before to/)
  })
})

async function entries({ database }: TestApi): Promise<string[]> {
  const rows = await database.query<{ action: string }>(
    `SELECT action FROM audit WHERE action LIKE 'replay.%' ORDER BY id`,
  )
  return rows.map(({ action }) => action)
}
