import { bearing, destination, distance } from '@turf/turf'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RoadTimes } from '../../../api/dispatch/roadTimes.ts'
import { accessOfPlaces, roadNetwork, roadSeconds, UNIT_SPEEDS } from '../../../api/planning/roadNetwork.ts'
import { TravelTimes } from '../../../api/planning/travelTimes.ts'
import type { Position } from '../../../geodata/city.ts'
import { addFix, addIncident, addUnit, putOnDuty } from '../../factories/dispatchCity.ts'
import { grant } from '../../factories/people.ts'
import { databaseKinds } from '../../setup/database.ts'
import { openTestApi, type TestApi } from '../setup.ts'

const CITY = 'shuifu'

/** Fastest ways over the roads by hand: five junctions, a fast ring and a slow street across. */
const ROADS = (
  [
    // from, to, metres, km/h
    [1, 2, 1000, 100],
    [2, 3, 1000, 100],
    [3, 4, 1000, 100],
    [1, 4, 1200, 20],
    [4, 5, 500, 30],
  ] as const
).map(([fromNode, toNode, lengthM, speedKmh], index) => {
  const at: Record<number, Position> = {
    1: [104.4, 28.6],
    2: [104.41, 28.6],
    3: [104.41, 28.61],
    4: [104.4, 28.61],
    5: [104.395, 28.615],
  }
  return {
    id: index + 1,
    class: 'residential' as const,
    fromNode,
    toNode,
    lengthM,
    speedKmh,
    line: [at[fromNode], at[toNode]],
  }
})

describe('minutes by road', () => {
  test('are those worked out by hand, kind of unit by kind', () => {
    const times = new RoadTimes(ROADS)
    const five: Position = [104.395, 28.615]
    const one: Position = [104.4, 28.6]
    const [car, command, motorcycle, foot, nowhere] = times.secondsTo(five, [
      { kind: 'car', place: one },
      { kind: 'command', place: one },
      { kind: 'motorcycle', place: one },
      { kind: 'foot', place: one },
      { kind: 'car', place: null },
    ])
    // A car around the ring at 80: 3 × 45 s; across at 16 it would be 270 s. Then 500 m at 24.
    expect(car).toBeCloseTo(135 + 75, 3)
    expect(command).toBe(car)
    // 3 km at 60, then 500 m at 27.
    expect(motorcycle).toBeCloseTo(180 + 500 / 7.5, 3)
    // On foot every road is as slow: across.
    expect(foot).toBeCloseTo(1700 / (5 / 3.6), 3)
    expect(nowhere).toBeNull()
  })

  test('a city without roads has none', () => {
    expect(new RoadTimes([]).secondsTo([0, 0], [{ kind: 'car', place: [0, 0] }])).toEqual([null])
  })
})

describe.each(databaseKinds())('what is near on %s', (kind) => {
  let api: TestApi
  let spot: { lng: number; lat: number; id: number }
  const units = [201, 202, 203, 204]

  beforeAll(async () => {
    api = await openTestApi(kind)
    const micro = api.ground.areas.filter(({ level }) => level === 'microGrid')
    spot = await addIncident(api.database, micro[4].id)
    const squads = api.ground.areas.filter(({ level }) => level === 'squad')
    for (const [index, id] of units.entries())
      await addUnit(api.database, {
        id,
        squadId: squads[index % 2].id,
        kind: ['car', 'motorcycle', 'foot', 'command'][index],
      })
    await putOnDuty(api.database, units)
    for (const [index, unitId] of units.slice(0, 3).entries()) {
      const { labelPoint, id } = micro[index * 7]
      await addFix(api.database, { unitId, lng: labelPoint[0], lat: labelPoint[1], cellId: id })
    }
  })
  afterAll(() => api?.close())

  test('units come by the times that plans are made with', async () => {
    const { units: found } = await api.caller.live.near({ city: CITY, lng: spot.lng, lat: spot.lat })
    expect(found?.map(({ unitId }) => unitId).sort()).toEqual(units)
    const network = roadNetwork(api.ground.roads)
    for (const { unitId, kind: unitKind, roadSeconds: answered, from } of found ?? []) {
      if (from === null) {
        // No fix and no post: nobody knows where it is.
        expect(answered).toBeNull()
        continue
      }
      const [fix] = await api.database.query<{ lng: number; lat: number }>(
        'SELECT ST_X(geom) AS lng, ST_Y(geom) AS lat FROM unit_positions WHERE city_code = $1 AND unit_id = $2',
        [CITY, unitId],
      )
      const speed = UNIT_SPEEDS[unitKind === 'command' ? 'car' : unitKind]
      const seconds = roadSeconds(network, speed)
      const [start, end] = accessOfPlaces(network, seconds, [
        [fix.lng, fix.lat],
        [spot.lng, spot.lat],
      ])
      // The other way round, from the unit to the place.
      const [wanted] = new TravelTimes(network, seconds, speed).matrix([start], [end])
      expect(Math.abs((answered ?? -1) - wanted)).toBeLessThanOrEqual(0.6)
    }
    const known = (found ?? []).flatMap(({ roadSeconds: each }) => each ?? [])
    expect(known).toEqual([...known].sort((a, b) => a - b))
  })

  test('cameras are those whose reach and angle hold the spot, one by one', async () => {
    // Within reach of some cameras for sure: in front of every twenty-third.
    let seen = 0
    for (const camera of api.things.cameras.filter(({ id }) => id % 23 === 0)) {
      const [lng, lat] = destination([...camera.point], 0.05, camera.directionDeg + 20).geometry.coordinates
      const { cameras } = await api.caller.live.near({ city: CITY, lng, lat, limit: 100 })
      const wanted = api.things.cameras.filter((each) => {
        const apart = distance([...each.point], [lng, lat]) * 1000
        const turn = Math.abs(((bearing([...each.point], [lng, lat]) - each.directionDeg + 900) % 360) - 180)
        return !each.indoor && apart <= each.rangeM && (apart === 0 || turn <= each.fieldOfViewDeg / 2)
      })
      expect(cameras?.map(({ id }) => id).sort((a, b) => a - b)).toEqual(wanted.map(({ id }) => id))
      seen += wanted.length
    }
    expect(seen).toBeGreaterThan(8)
  })

  test('open cases and areas are those that plain SQL finds', async () => {
    const { incidents, areas } = await api.caller.live.near({ city: CITY, lng: spot.lng, lat: spot.lat })
    const wanted = await api.database.query<{ id: number }>(
      `SELECT i.id::float8 AS id FROM incidents i JOIN kinds k ON k.city_code = i.city_code AND k.code = i.kind
       WHERE i.city_code = $1 AND NOT k.dispute AND NOT k.sensitive AND i.status IN ('new', 'dispatched', 'onScene')
         AND i.duplicate_of IS NULL AND i.reported_at >= now() - interval '30 days'
         AND ST_Distance(i.geom::geography, ST_SetSRID(ST_MakePoint($2, $3), 4326)::geography, false) <= 1000
       ORDER BY i.geom <-> ST_SetSRID(ST_MakePoint($2, $3), 4326)`,
      [CITY, spot.lng, spot.lat],
    )
    expect(wanted.map(({ id }) => id)).toContain(spot.id)
    expect(incidents?.map(({ id }) => id).sort()).toEqual(wanted.map(({ id }) => id).sort())
    expect(areas).toEqual(await api.caller.areas.locate({ city: CITY, lng: spot.lng, lat: spot.lat }))
  })

  test('who may not see things one by one is shown the areas alone; a look is audited', async () => {
    const wall = await api.person([grant('wall', CITY)], { kind: 'kiosk' })
    const seen = await wall.caller.live.near({ city: CITY, lng: spot.lng, lat: spot.lat })
    expect(seen).toMatchObject({ units: null, cameras: null, incidents: null })
    expect(seen.areas.length).toBeGreaterThan(3)
    const officer = await api.person([grant('officer', CITY)])
    await officer.caller.live.near({ city: CITY, lng: spot.lng, lat: spot.lat })
    const audited = await api.database.query(
      "SELECT person_id FROM audit WHERE action = 'live.near' AND person_id = ANY($1::text[])",
      [[wall.viewer.userId, officer.viewer.userId]],
    )
    expect(audited).toEqual([{ person_id: officer.viewer.userId }])
  })

  test('suggestions: free ones by road time first, busy ones behind, those off duty and those sent left out', async () => {
    const planner = await api.person([grant('planner', CITY)])
    const asked = { city: CITY, incidentId: spot.id }
    const before = await planner.caller.dispatch.suggest(asked)
    expect(before.units.map(({ unitId }) => unitId).sort()).toEqual(units)
    // No known place: last.
    expect(before.units.at(-1)).toMatchObject({ unitId: 204, roadSeconds: null, from: null })
    const elsewhere = await addIncident(
      api.database,
      api.ground.areas.filter(({ level }) => level === 'microGrid')[9].id,
    )
    const [nearest] = before.units
    await planner.caller.dispatch.assign({ city: CITY, incidentId: elsewhere.id, unitIds: [nearest.unitId] })
    const busy = await planner.caller.dispatch.suggest(asked)
    expect(busy.units.find(({ unitId }) => unitId === nearest.unitId)).toMatchObject({
      state: 'assigned',
      incidentId: elsewhere.id,
      reasons: expect.arrayContaining([{ code: 'busy', state: 'assigned', incidentId: elsewhere.id }]),
    })
    expect(busy.units.findIndex(({ unitId }) => unitId === nearest.unitId)).toBe(2)
    await planner.caller.dispatch.assign({ city: CITY, incidentId: spot.id, unitIds: [busy.units[0].unitId] })
    const { units: left, offDuty } = await planner.caller.dispatch.suggest(asked)
    expect(left.map(({ unitId }) => unitId)).not.toContain(busy.units[0].unitId)
    // The toy city's own units were never put on duty.
    expect(offDuty).toBe(api.things.units.length)
  })
})
