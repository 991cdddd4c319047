import { lineString, pointToLineDistance } from '@turf/turf'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Incident } from '../../../geodata/things.ts'
import { TOY_AS_OF } from '../../factories/toyCity.ts'
import { databaseKinds } from '../../setup/database.ts'
import { openTestApi, type TestApi } from '../setup.ts'

const DAY_MS = 86_400_000
const SHANGHAI_MS = 8 * 3_600_000
const city = 'shuifu'
const asOf = TOY_AS_OF.getTime()
/** Local midnight that begins the day of `asOf`. */
const today = Math.floor((asOf + SHANGHAI_MS) / DAY_MS) * DAY_MS - SHANGHAI_MS

describe.each(databaseKinds())('operations on %s', (kind) => {
  let api: TestApi
  let plain: Incident[]

  beforeAll(async () => {
    api = await openTestApi(kind)
    const disputes = new Set(api.things.kinds.filter((each) => each.dispute).map((each) => each.code))
    plain = api.things.incidents.filter((incident) => !disputes.has(incident.kind))
  })
  afterAll(() => api?.close())

  const within = (from: number, to: number) =>
    plain.filter((incident) => incident.reportedAt >= from && incident.reportedAt < to)
  const due = (incidents: Incident[], end: number) =>
    incidents.filter((incident) => incident.dueAt !== null && incident.dueAt <= end)
  const inTime = (incidents: Incident[]) =>
    incidents.filter(
      (incident) =>
        incident.closedAt !== null && incident.dueAt !== null && incident.closedAt <= incident.dueAt,
    )

  test('today counts from local midnight to as-of, without disputes, beside the same hours of twelve weeks', async () => {
    const { today: answer } = await api.caller.operations.overview({ city })
    expect(answer.count).toBe(within(today, asOf).length)
    const weeks = Array.from({ length: 12 }, (_, week) => (week + 1) * 7 * DAY_MS)
    expect(answer.earlier).toEqual(weeks.map((back) => within(today - back, asOf - back).length))
  })

  test('thirty local days end at as-of', async () => {
    const { days } = await api.caller.operations.overview({ city })
    expect(days.day).toHaveLength(30)
    expect(days.day[0]).toBe('2026-10-24')
    expect(days.day[29]).toBe('2026-11-22')
    days.reported.forEach((count, index) => {
      const start = today - (29 - index) * DAY_MS
      expect(count).toBe(within(start, Math.min(start + DAY_MS, asOf)).length)
    })
  })

  test('the figures of handling are over the 30 × 24 hours up to as-of, as "last 30 days" is everywhere', async () => {
    const { handling } = await api.caller.operations.overview({ city })
    const month = within(asOf - 30 * DAY_MS, asOf)
    expect(handling.reported).toBe(month.length)
    expect(handling.due).toBe(due(month, asOf).length)
    expect(handling.closedInTime).toBe(inTime(due(month, asOf)).length)
    const { from, to, ...counts } = handling
    expect((await api.caller.operations.handling({ city, from, to })).now).toEqual(counts)
    expect(Date.parse(to) - Date.parse(from)).toBe(30 * DAY_MS)
  })

  test('an incident whose time limit lies ahead is not yet counted as late', async () => {
    const window = { from: new Date(asOf - DAY_MS + 1).toISOString(), to: TOY_AS_OF.toISOString() }
    const { now } = await api.caller.operations.handling({ city, ...window })
    expect(now.reported).toBe(within(asOf - DAY_MS + 1, asOf).length)
    expect(now.reported).toBeGreaterThan(0)
    expect(now.due).toBe(0)
  })

  test('the median to scene is that of the rows, null where nobody arrived', async () => {
    const { handling } = await api.caller.operations.overview({ city })
    expect(handling.medianArrivalSeconds).toBe(600)
    // A hazard that a grid worker reaches much later is no call to 110 and must not blur the figure.
    await api.database.transaction(async (tx) => {
      const hazards = `FROM incidents WHERE city_code = 'shuifu' AND arrived_at IS NOT NULL AND kind LIKE 'H%'`
      const [{ n }] = await tx.query<{ n: number }>(`SELECT count(*)::int AS n ${hazards}`)
      expect(n).toBeGreaterThan(0)
      await tx.query(
        `UPDATE incidents SET channel = 'gridWorker', arrived_at = reported_at + interval '50 minutes'
         WHERE city_code = 'shuifu' AND arrived_at IS NOT NULL AND kind LIKE 'H%'`,
      )
    })
    const month = await api.caller.operations.overview({ city })
    expect(month.handling.medianArrivalSeconds).toBe(600)
    expect(month.handling.arrived).toBeLessThan(handling.arrived)
    expect(month.handling.reported).toBe(handling.reported)
    const before = { from: '2001-01-01T00:00:00Z', to: '2001-02-01T00:00:00Z' }
    expect((await api.caller.operations.handling({ city, ...before })).now).toEqual({
      reported: 0,
      arrived: 0,
      medianArrivalSeconds: null,
      due: 0,
      closedInTime: 0,
    })
  })

  test('roster and cameras are the rows: strengths, never people; an outage counts while it lasts', async () => {
    const { roster, cameras, days } = await api.caller.operations.overview({ city })
    expect(roster?.units).toBe(api.things.units.length)
    expect(roster?.strength).toBe(api.things.units.reduce((sum, unit) => sum + unit.strength, 0))
    expect(roster?.squadUnits.reduce((sum, units) => sum + units, 0)).toBe(roster?.units)
    const online = api.things.cameras.filter((camera) => camera.status === 'online').length
    expect(cameras).toEqual({ total: api.things.cameras.length, online })
    // One outage from 2 days ago until now, one from 9 to 8 days ago.
    expect(days.camerasOffline?.slice(-11)).toEqual([0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1])
    expect(days.cameras?.at(-1)).toBe(api.things.cameras.length)
  })

  test('handling of the squads adds up to that of the city inside all areas, last year beside it', async () => {
    const span = (from: number, to: number) => ({
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
    })
    const question = { city, ...span(asOf - 90 * DAY_MS, asOf), compareTo: 'previousYear' as const }
    const { squadId } = await api.caller.operations.squads({ city })
    const answers = await Promise.all(
      squadId.map((areaId) => api.caller.operations.handling({ ...question, areaId })),
    )
    const outside = within(asOf - 90 * DAY_MS, asOf).filter(
      (incident) => Number(incident.sourceId) % 50 === 0,
    )
    const whole = await api.caller.operations.handling(question)
    expect(answers.reduce((sum, answer) => sum + answer.now.reported, 0) + outside.length).toBe(
      whole.now.reported,
    )
    expect(whole.compare?.reported).toBeGreaterThan(0)
  })

  test('each squad carries its grids, its roads by class and the incidents near its own routes', async () => {
    const answer = await api.caller.operations.squads({ city })
    const squads = api.ground.areas.filter((area) => area.level === 'squad')
    expect(answer.squadId.toSorted()).toEqual(squads.map((area) => area.id).toSorted())
    const grids = api.ground.areas.filter((area) => area.version === '2025' && area.level === 'grid')
    answer.squadId.forEach((id, index) => {
      expect(answer.grids[index]).toBe(grids.filter((grid) => grid.squadId === id).length)
      expect(answer.incidentsNearRoutes[index]).toBeLessThanOrEqual(answer.incidents[index])
    })
    const roadsKm = Object.values(answer.roadsKm)
      .flat()
      .reduce((sum, km) => sum + km, 0)
    expect(roadsKm).toBeCloseTo(api.ground.roads.reduce((sum, road) => sum + road.lengthM, 0) / 1000, 6)
  })

  test('an incident is near when it lies within 200 m of a route of its own squad, measured on the sphere', async () => {
    const answer = await api.caller.operations.squads({ city })
    const squadOf = new Map(api.ground.areas.map((area) => [area.id, area.squadId]))
    const month = within(asOf - 30 * DAY_MS, asOf).filter((incident) => Number(incident.sourceId) % 50 !== 0)
    answer.squadId.forEach((squadId, index) => {
      const lines = api.things.patrolRoutes
        .filter((route) => route.squadId === squadId)
        .map((route) => route.line)
      const own = month.filter((incident) => squadOf.get(incident.cellId) === squadId)
      const distances = own.map((incident) =>
        Math.min(
          ...lines.map((line) => pointToLineDistance(incident.point, lineString(line), { units: 'meters' })),
        ),
      )
      // Sphere and UTM plane differ by less than 1 %.
      expect(answer.incidents[index]).toBe(own.length)
      expect(answer.incidentsNearRoutes[index]).toBeGreaterThanOrEqual(
        distances.filter((metres) => metres < 198).length,
      )
      expect(answer.incidentsNearRoutes[index]).toBeLessThanOrEqual(
        distances.filter((metres) => metres < 202).length,
      )
    })
  })

  test('more metres never cover fewer incidents, and a city is covered from far enough', async () => {
    const at = (withinM: number) => api.caller.operations.squads({ city, withinM })
    const [near, far, all] = [await at(50), await at(1000), await at(5000)]
    near.incidentsNearRoutes.forEach((count, index) => {
      expect(count).toBeLessThanOrEqual(far.incidentsNearRoutes[index])
      expect(far.incidentsNearRoutes[index]).toBeLessThanOrEqual(all.incidentsNearRoutes[index])
    })
    const sum = (counts: number[]) => counts.reduce((total, count) => total + count, 0)
    expect(sum(near.incidentsNearRoutes)).toBeLessThan(sum(all.incidentsNearRoutes))
  })

  test('an unknown area, a distance without end and a stranger are refused', async () => {
    const window = { from: '2026-01-01', to: '2026-02-01' }
    await expect(api.caller.operations.handling({ city, ...window, areaId: 999_999 })).rejects.toThrow(
      '999999',
    )
    await expect(api.caller.operations.squads({ city, withinM: 90_000 })).rejects.toThrow('5,000')
    await expect(api.stranger.operations.overview({ city })).rejects.toThrow('Sign in')
  })
})
