import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cityNamed } from '../../../api/catalog.ts'
import { watchCity } from '../../../api/dispatch/fenceKeeper.ts'
import { cellsOfAreas } from '../../../api/dispatch/ground.ts'
import { listFences } from '../../../db/queries/fences.ts'
import { changeAs } from '../../../db/viewing.ts'
import { addFix, addIncident, addUnit, putOnDuty } from '../../factories/dispatchCity.ts'
import { grant } from '../../factories/people.ts'
import { databaseKinds } from '../../setup/database.ts'
import { type Caller, openTestApi, type TestApi } from '../setup.ts'

const CITY = 'shuifu'
const ALWAYS = [{ days: [0, 1, 2, 3, 4, 5, 6], from: 0, to: 1440 }]

describe.each(databaseKinds())('fences on %s', (kind) => {
  let api: TestApi
  let squads: number[]
  let cells: { id: number; lng: number; lat: number }[][]
  let planner: Caller
  let leader: Awaited<ReturnType<TestApi['person']>>
  const units = [301, 302, 303]

  beforeAll(async () => {
    api = await openTestApi(kind)
    squads = api.ground.areas.filter(({ level }) => level === 'squad').map(({ id }) => id)
    cells = squads.map((squad) =>
      api.ground.areas
        .filter((area) => area.level === 'microGrid' && area.squadId === squad)
        .map(({ id, labelPoint }) => ({ id, lng: labelPoint[0], lat: labelPoint[1] })),
    )
    for (const [index, id] of units.entries())
      await addUnit(api.database, { id, squadId: squads[index === 2 ? 1 : 0] })
    await putOnDuty(api.database, units)
    planner = (await api.person([grant('planner', CITY)])).caller
    leader = await api.person([grant('squadLeader', CITY, squads[0])])
  })
  afterAll(() => api?.close())

  const fenced = (more: object = {}) => ({
    city: CITY,
    name: '夜间驻守',
    areaIds: [cells[0][0].id],
    squadIds: [squads[0]],
    rule: 'inside' as const,
    schedule: ALWAYS,
    graceS: 60,
    ...more,
  })

  /** One look of the keeper, so many seconds from now. */
  async function look(inS: number) {
    const city = await cityNamed(api.database, CITY)
    if (!city) throw new Error('no toy city')
    const areas = new Map<number, ReadonlySet<number>>()
    for (const fence of await listFences(api.database, CITY))
      areas.set(fence.id, await cellsOfAreas(api.database, city, fence.area_ids))
    const now = new Date(Date.now() + inS * 1000)
    const { raised, cleared } = await api.database.transaction((tx) =>
      watchCity(tx, city, ({ id }) => areas.get(id) ?? new Set(), now),
    )
    const words = (rows: typeof raised) => rows.map((row) => `${row.kind} ${row.squad_id} ${row.unit_id}`)
    return { raised: words(raised), cleared: words(cleared) }
  }

  test('an alert is raised after the grace time, once, and cleared when somebody is there', async () => {
    const fence = await planner.fences.set(fenced())
    expect(fence).toMatchObject({ revision: 1, inForce: true, maySet: true, demand: 'one' })
    expect(await look(0)).toEqual({ raised: [], cleared: [] })
    expect(await look(59)).toEqual({ raised: [], cleared: [] })
    expect(await look(61)).toEqual({ raised: [`outsideFence ${squads[0]} null`], cleared: [] })
    expect(await look(62)).toEqual({ raised: [], cleared: [] })
    const { alerts } = await leader.caller.alerts.list({ city: CITY })
    expect(alerts).toMatchObject([
      { kind: 'outsideFence', fenceId: fence.id, squadId: squads[0], clearedAt: null },
    ])

    await leader.caller.alerts.acknowledge({ city: CITY, id: alerts[0].id })
    await expect(planner.alerts.acknowledge({ city: CITY, id: alerts[0].id })).rejects.toThrow(
      'somebody else',
    )

    await addFix(api.database, { unitId: units[1], cellId: cells[0][0].id, ...cells[0][0] })
    expect(await look(63)).toEqual({ raised: [], cleared: [`outsideFence ${squads[0]} null`] })
    const told = await api.database.query<{ n: number }>(
      "SELECT count(*)::int AS n FROM live_waiting WHERE topic = 'alert'",
    )
    expect(told).toEqual([{ n: 3 }])
    const audited = await api.database.query<{ action: string }>(
      "SELECT action FROM audit WHERE action LIKE 'alerts.%' ORDER BY id",
    )
    expect(audited.map(({ action }) => action)).toEqual([
      'alerts.raise',
      'alerts.acknowledge',
      'alerts.clear',
    ])
    await planner.fences.remove({ city: CITY, id: fence.id, revision: 1 })
  })

  test('who is where it should not be; a fence that goes takes its alerts with it', async () => {
    const fence = await planner.fences.set(
      fenced({ rule: 'outside', graceS: 0, squadIds: [squads[0], squads[1]] }),
    )
    expect(fence.demand).toBe('each')
    expect(await look(0)).toEqual({ raised: [`insideFence ${squads[0]} ${units[1]}`], cleared: [] })
    // Of units that were not heard of for five minutes nobody says anything.
    expect(await look(400)).toEqual({ raised: [], cleared: [`insideFence ${squads[0]} ${units[1]}`] })
    expect((await look(1)).raised).toHaveLength(1)
    await planner.fences.remove({ city: CITY, id: fence.id, revision: 1 })
    expect((await look(2)).cleared).toHaveLength(1)
  })

  test('two servers look at once: every alert is raised once', async () => {
    const fence = await planner.fences.set(
      fenced({ graceS: 0, squadIds: squads.slice(0, 3), areaIds: [cells[3][0].id] }),
    )
    const looks = await Promise.all([look(0), look(0), look(0)])
    expect(looks.flatMap(({ raised }) => raised).sort()).toEqual(
      squads
        .slice(0, 3)
        .map((squad) => `outsideFence ${squad} null`)
        .sort(),
    )
    // Each leader sees those of their own squads.
    const { alerts } = await leader.caller.alerts.list({ city: CITY })
    expect(alerts.filter(({ clearedAt }) => clearedAt === null).map(({ squadId }) => squadId)).toEqual([
      squads[0],
    ])
    const foreign = (await planner.alerts.list({ city: CITY })).alerts.find(
      ({ squadId }) => squadId === squads[1],
    )
    await expect(
      leader.caller.alerts.acknowledge({ city: CITY, id: foreign?.id ?? 0 }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await planner.fences.remove({ city: CITY, id: fence.id, revision: 1 })
    await look(1)
  })

  test('a source that falls silent is told, and that it speaks again', async () => {
    await api.database.query(
      `INSERT INTO sources (city_code, code, kind, name, rate_per_second, expected_every_s, shown_at, synthetic)
       VALUES ($1, 'ingest:quiet', 'positions', 'quiet', 1, 10, now(), true)`,
      [CITY],
    )
    expect((await look(0)).raised).toEqual([])
    expect((await look(120)).raised).toEqual(['sourceSilent null null'])
    expect((await look(121)).raised).toEqual([])
    expect((await look(0)).cleared).toEqual(['sourceSilent null null'])
  })

  test('whoever changes what somebody else has changed meanwhile is told', async () => {
    const fence = await planner.fences.set(fenced())
    const seen = { ...fenced(), id: fence.id, revision: 1 }
    const changed = await Promise.allSettled([
      planner.fences.set({ ...seen, name: 'A' }),
      leader.caller.fences.set({ ...seen, name: 'B' }),
    ])
    expect(changed.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(changed.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'CONFLICT' },
    })
    await expect(planner.fences.remove({ city: CITY, id: fence.id, revision: 1 })).rejects.toMatchObject({
      code: 'CONFLICT',
    })
    await planner.fences.remove({ city: CITY, id: fence.id, revision: 2 })
  })

  test('squads that are not one’s own are fenced by nobody, and neither are units of others', async () => {
    await expect(
      leader.caller.fences.set(fenced({ squadIds: [squads[0], squads[1]] })),
    ).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    await expect(planner.fences.set(fenced({ unitIds: [units[2]] }))).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    })
    await expect(planner.fences.set(fenced({ areaIds: [999_999] }))).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    })
    await expect(planner.fences.set(fenced({ name: '13912345678' }))).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    })
    const fence = await planner.fences.set(fenced({ squadIds: [squads[0], squads[1]] }))
    // Seen, for one of its squads is, but not to be changed.
    const listed = (await leader.caller.fences.list({ city: CITY })).fences.find(({ id }) => id === fence.id)
    expect(listed).toMatchObject({ maySet: false })
    await expect(
      leader.caller.fences.remove({ city: CITY, id: fence.id, revision: 1 }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await planner.fences.remove({ city: CITY, id: fence.id, revision: 1 })
  })

  test('the database decides once more, whatever the server would have let through', async () => {
    const db = api.database
    const own = await addIncident(db, cells[0][1].id)
    const foreign = await addIncident(db, cells[1][0].id)
    const as = <Row>(text: string, params: unknown[] = []) =>
      changeAs(db, { id: leader.viewer.userId }, (tx) => tx.query<Row>(text, params))
    const send = (incident: { id: number; cellId: number }, unitId: number, squadId: number) =>
      as(
        `INSERT INTO dispatches (city_code, incident_id, unit_id, squad_id, cell_id, assigned_at, beside, synthetic)
         VALUES ($1, $2::bigint, $3, $4, $5, now(), false, true)`,
        [CITY, incident.id, unitId, squadId, incident.cellId],
      )
    await expect(send(own, units[2], squads[1])).rejects.toThrow(/row-level security/)
    // Said to be of one's own squad.
    await expect(send(own, units[2], squads[0])).rejects.toThrow(/row-level security/)
    await expect(send(foreign, units[0], squads[0])).rejects.toThrow(/row-level security/)
    await send(own, units[0], squads[0])
    const [{ status }] = await db.query<{ status: string }>(
      'SELECT status FROM incidents WHERE city_code = $1 AND id = $2::bigint',
      [CITY, own.id],
    )
    expect(status).toBe('dispatched')
    // Back to an earlier stage, a second squad, a time of one's own: refused by the table, not only by the server.
    await as(
      "UPDATE dispatches SET state = 'acknowledged', acknowledged_at = now() WHERE incident_id = $1::bigint",
      [own.id],
    )
    await expect(
      as("UPDATE dispatches SET state = 'assigned', acknowledged_at = NULL WHERE incident_id = $1::bigint", [
        own.id,
      ]),
    ).rejects.toThrow(/goes from acknowledged/)
    await expect(as('UPDATE dispatches SET unit_id = 1')).rejects.toThrow(/permission denied/)
    await expect(as('DELETE FROM dispatches')).rejects.toThrow(/permission denied/)
    // Of others neither read nor changed.
    const other = await planner.dispatch.assign({ city: CITY, incidentId: foreign.id, unitIds: [units[2]] })
    const [{ id }] = other.dispatches
    expect(await as('SELECT id FROM dispatches WHERE id = $1::bigint', [id])).toEqual([])
    expect(
      await as(
        "UPDATE dispatches SET state = 'withdrawn', ended_at = now() WHERE id = $1::bigint RETURNING id",
        [id],
      ),
    ).toEqual([])
    expect(await as('SELECT id FROM incidents WHERE id = $1::bigint', [foreign.id])).toEqual([])
    expect(
      await as(
        "UPDATE incidents SET status = 'closed', closed_at = now() WHERE id = $1::bigint RETURNING id",
        [foreign.id],
      ),
    ).toEqual([])
    await expect(leader.caller.dispatch.of({ city: CITY, incidentId: foreign.id })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    // Disputes are no more to be seen here than anywhere.
    const disputes = await as(
      `SELECT i.id FROM incidents i WHERE i.city_code = $1 AND i.kind IN (SELECT code FROM kinds WHERE city_code = $1 AND dispute)`,
      [CITY],
    )
    expect(disputes).toEqual([])
  })
})
