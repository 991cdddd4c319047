import { TRPCError } from '@trpc/server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Role } from '../../../api/roles.ts'
import { viewAs } from '../../../db/viewing.ts'
import { addIncident, addUnit, putOnDuty, type ToyIncident } from '../../factories/dispatchCity.ts'
import { createPerson, grant } from '../../factories/people.ts'
import { databaseKinds } from '../../setup/database.ts'
import { type Caller, openTestApi, type TestApi } from '../setup.ts'

const CITY = 'shuifu'

describe.each(databaseKinds())('an incident on ground that is not one’s own, on %s', (kind) => {
  let api: TestApi
  let incident: ToyIncident
  let other: ToyIncident
  let planner: Caller
  let people: { name: string; sees: boolean; userId: string; caller: Caller }[]

  beforeAll(async () => {
    api = await openTestApi(kind)
    const db = api.database
    const [mine, theirs] = api.ground.areas.filter(({ level }) => level === 'squad').map(({ id }) => id)
    const cells = api.ground.areas.filter(({ level, squadId }) => level === 'microGrid' && squadId === theirs)
    incident = await addIncident(db, cells[0].id)
    other = await addIncident(db, cells[1].id)
    await addUnit(db, { id: 901, squadId: mine })
    await putOnDuty(db, [901])
    planner = api.as(await createPerson(db, [grant('planner', CITY, null)]))
    const person = async (role: Role, squad: number, sees: boolean) => {
      const viewer = await createPerson(db, [grant(role, CITY, squad)])
      return { name: `${role} of ${squad}`, sees, userId: viewer.userId, caller: api.as(viewer) }
    }
    people = [
      await person('officer', mine, true),
      await person('squadLeader', mine, true),
      // Sees governance only, and answers for no unit.
      await person('gridWorker', mine, false),
      // Looks with a purpose, and answers for no unit.
      await person('leader', mine, false),
    ]
  })
  afterAll(() => api?.close())

  const outcomeOf = async (run: () => Promise<unknown>) => {
    try {
      await run()
      return 'seen'
    } catch (error) {
      if (error instanceof TRPCError) return error.code
      throw error
    }
  }
  const looks = async (id: number) => ({
    get: await Promise.all(
      people.map(({ caller }) => outcomeOf(() => caller.incidents.get({ city: CITY, id }))),
    ),
    rows: await Promise.all(
      people.map(async ({ userId }) => {
        const viewing = viewAs(api.database, { id: userId, purpose: 'inspection' }, 'points')
        const rows = await viewing.rows.query('SELECT id FROM incident_sent_to($1, $2::bigint)', [CITY, id])
        await viewing.end()
        return rows.length
      }),
    ),
    listed: await Promise.all(
      people
        .filter(({ sees }) => sees)
        .map(async ({ caller }) =>
          (await caller.incidents.latest({ city: CITY, limit: 500 })).incidents.some(
            (each) => each.id === id,
          ),
        ),
    ),
  })
  const none = { rows: [0, 0, 0, 0], listed: [false, false] }

  test('is seen while a unit one answers for is sent there, alone and by nobody else, and no longer', async () => {
    expect(await looks(incident.id)).toMatchObject({ ...none, get: expect.not.arrayContaining(['seen']) })
    const { dispatches } = await planner.dispatch.assign({
      city: CITY,
      incidentId: incident.id,
      unitIds: [901],
    })
    const during = await looks(incident.id)
    expect(during.get.map((outcome) => outcome === 'seen')).toEqual(people.map(({ sees }) => sees))
    expect(during.rows).toEqual(people.map(({ sees }) => Number(sees)))
    // No list is any longer for it, and no other incident of that ground is seen.
    expect(during.listed).toEqual([false, false])
    expect(await looks(other.id)).toMatchObject({ ...none, get: expect.not.arrayContaining(['seen']) })
    const [officer] = people
    const of = await officer.caller.dispatch.of({ city: CITY, incidentId: incident.id })
    expect(of.dispatches.map(({ unitId }) => unitId)).toEqual([901])

    const dispatchId = dispatches[0].id
    await officer.caller.dispatch.onScene({ city: CITY, dispatchId })
    expect((await looks(incident.id)).rows).toEqual(people.map(({ sees }) => Number(sees)))
    await officer.caller.dispatch.done({ city: CITY, dispatchId })
    expect(await looks(incident.id)).toMatchObject({ ...none, get: expect.not.arrayContaining(['seen']) })
    expect(await outcomeOf(() => officer.caller.dispatch.of({ city: CITY, incidentId: incident.id }))).toBe(
      'NOT_FOUND',
    )
  })
})
