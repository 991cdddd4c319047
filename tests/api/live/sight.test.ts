import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kindsOf } from '../../../api/catalog.ts'
import { accessFor } from '../../../api/cityAccess.ts'
import { LIVE_RIGHTS, LiveSight, type Wording } from '../../../api/live/sight.ts'
import { eyesOf } from '../../../api/procedureCall.ts'
import { ROLES, type Role } from '../../../api/roles.ts'
import { cityEventsBetween, type LiveEventRow } from '../../../db/queries/liveReading.ts'
import { type Use, viewAs } from '../../../db/viewing.ts'
import { createRandom } from '../../../geodata/random.ts'
import { createPerson, grant } from '../../factories/people.ts'
import { rowsSeen } from '../../factories/seenRows.ts'
import { databaseKinds } from '../../setup/database.ts'
import { openTestApi, type TestApi } from '../setup.ts'
import { append, incidentEvent, numberEvents, positionEvent, type TestEvent } from './events.ts'

const city = 'shuifu'
/** Roles that see nothing of a city are the same as no role here. */
const SEEING = ROLES.filter(
  (role) => !['systemAdmin', 'securityAdmin', 'auditAdmin', 'auditor'].includes(role),
)
const VIEWERS = 30

describe.each(databaseKinds())('who hears of what on %s', (kind) => {
  let api: TestApi
  let events: LiveEventRow[]
  const random = createRandom(5)

  beforeAll(async () => {
    api = await openTestApi(kind)
    const { database } = api
    const rows = await database.query<{ id: number; kind: string; cell_id: number | null }>(
      'SELECT id, kind, cell_id FROM incidents WHERE city_code = $1 AND id % 7 = 0 ORDER BY id',
      [city],
    )
    const reportedAt = new Date().toISOString()
    const told: TestEvent[] = rows.map(({ id, kind: code, cell_id }) =>
      incidentEvent(id, { kind: code, cellId: cell_id, reportedAt }),
    )
    const units = await database.query<{ id: number; squad_id: number }>(
      'SELECT id, squad_id FROM units WHERE city_code = $1 ORDER BY id',
      [city],
    )
    for (const { id, squad_id: squadId } of units) {
      const about = { city, cellId: null, kind: null, unitId: id }
      told.push(
        positionEvent(id, new Date()),
        {
          ...about,
          topic: 'unit',
          message: {
            topic: 'unit',
            unit: {
              id,
              callSign: `T${id}`,
              kind: 'car',
              squadId,
              strength: 2,
              state: 'free',
              incidentId: 1,
              dutySince: reportedAt,
              fix: null,
              synthetic: true,
            },
          },
        },
        {
          ...about,
          topic: 'dispatch',
          cellId: random.pick(rows).cell_id,
          message: {
            topic: 'dispatch',
            dispatch: {
              id,
              incidentId: 1,
              unitId: id,
              squadId,
              state: 'assigned',
              assignedAt: reportedAt,
              acknowledgedAt: null,
              arrivedAt: null,
              doneAt: null,
            },
          },
        },
        {
          ...about,
          unitId: undefined,
          topic: 'alert',
          message: {
            topic: 'alert',
            alert: {
              id,
              kind: 'sourceSilent',
              areaId: null,
              squadId: random.chance(0.7) ? squadId : null,
              unitId: null,
              sourceCode: null,
              incidentId: id,
              raisedAt: reportedAt,
              clearedAt: null,
            },
          },
        },
      )
    }
    await append(database, ...told)
    // Later stages of some, which are no news to whoever counts.
    await append(database, ...told.filter(({ topic }) => topic === 'incident').slice(0, 40))
    while ((await numberEvents(database, 0)) !== 0);
    events = await cityEventsBetween(database, { city, after: 0, through: 1e9, limit: 100_000 })
    expect(events.length).toBe(told.length + 40)
  })
  afterAll(() => api?.close())

  const anyGrants = () => {
    const areas = api.ground.areas.filter(({ level }) => level !== 'city')
    return Array.from({ length: random.int(1, 2) }, () => {
      const role: Role = random.pick(SEEING)
      return grant(role, city, random.chance(0.3) ? null : random.pick(areas).id)
    })
  }

  test('the stream decides as PostgreSQL does, and incidents are heard of as they are seen by questions', async () => {
    const cases = new Set<string>()
    const incidentIds = events.map(({ text }) => {
      const { incident }: { incident?: { id: number } } = JSON.parse(text)
      return String(incident?.id)
    })
    for (let n = 0; n < VIEWERS; n += 1) {
      const viewer = await createPerson(api.database, anyGrants(), {
        purpose: n % 3 === 0 ? null : 'inspection',
      })
      const seen = await accessFor(api.database, viewer, city)
      if (!seen) throw new Error('Everybody here sees the city.')
      const sight = new LiveSight(seen.access, await kindsOf(api.database, seen.city))
      const whoever = JSON.stringify(viewer.grants)
      const shown: Record<Use, Set<number>> = { counts: new Set(), points: new Set() }
      const asked: Record<Use, Set<string>> = { counts: new Set(), points: new Set() }
      for (const use of ['counts', 'points'] as const) {
        const viewing = viewAs(api.database, eyesOf(viewer), use)
        const rows = await cityEventsBetween(viewing.rows, { city, after: 0, through: 1e9, limit: 100_000 })
        for (const { number } of rows) shown[use].add(number)
        for (const name of (await rowsSeen(viewing.rows)).incidents) asked[use].add(name)
        await viewing.end()
      }
      const wordings = events.map((event) => sight.wordingOf(event))
      for (const [i, { topic }] of events.entries()) cases.add(`${topic} ${wordings[i]}`)
      expect(wordings, whoever).toEqual(events.map((event, i) => dueWording(event, shown, wordings[i])))
      const bySight = events.map((event, i) => {
        if (event.topic !== 'incident') return wordings[i]
        const id = incidentIds[i]
        if (asked.points.has(id)) return 'whole'
        return event.opening && asked.counts.has(id) ? 'count' : null
      })
      expect(wordings, whoever).toEqual(bySight)
      // What somebody hears in pieces is what `live.since` answers at once.
      if (!LIVE_RIGHTS.some((right) => seen.access.may(right))) continue
      const { messages } = await api.as(viewer).live.since({ city, eventId: '0-0' })
      expect(messages.map((message) => JSON.stringify(message))).toEqual(
        events.flatMap((event) => {
          const text = sight.textOf(event)
          return text === null ? [] : [JSON.stringify(JSON.parse(text))]
        }),
      )
    }
    // Every case came up.
    expect([...cases].sort()).toEqual([
      'alert null',
      'alert whole',
      'alert withoutPoints',
      'dispatch null',
      'dispatch whole',
      'incident count',
      'incident null',
      'incident whole',
      'position null',
      'position whole',
      'unit null',
      'unit whole',
      'unit withoutPoints',
    ])
  })

  /** The row of a unit or an alert is given by the policy; what is left out of it is the server's to say. */
  function dueWording(
    { topic, number, opening }: LiveEventRow,
    shown: Record<Use, Set<number>>,
    wording: Wording,
  ): Wording {
    if (topic === 'unit' || topic === 'alert') return shown.counts.has(number) ? (wording ?? 'whole') : null
    if (shown.points.has(number)) return 'whole'
    return topic === 'incident' && opening && shown.counts.has(number) ? 'count' : null
  }
})
