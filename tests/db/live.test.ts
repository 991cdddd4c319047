import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { forgetEvents, takeEvents } from '../../db/queries/liveNumbering.ts'
import { eventsAfter, isWholeAfter, type LivePlace, lastPlace } from '../../db/queries/liveReading.ts'
import { changeAs } from '../../db/viewing.ts'
import { append, incidentEvent, numberEvents, positionEvent } from '../api/live/events.ts'
import { createPerson, grant } from '../factories/people.ts'
import { databaseKinds, openTestDatabase, type TestDatabase } from '../setup/database.ts'

describe.each(databaseKinds())('events that are numbered on %s', (kind) => {
  let db: TestDatabase
  beforeAll(async () => {
    db = await openTestDatabase({ kind, toy: true })
  })
  afterAll(() => db?.close())
  const numberAll = async () => {
    while ((await numberEvents(db, 0)) !== 0);
  }
  const after100 = async (place: LivePlace) => {
    const events = await eventsAfter(db, place, 100)
    if (!events) throw new Error('another history')
    return events
  }
  const topics = async (after: LivePlace) => (await after100(after)).map(({ topic }) => topic)

  test('nobody but the owner numbers, and nobody sooner than the spacing says', async () => {
    await append(db, incidentEvent(1))
    expect(await numberEvents(db, 60_000)).toBe(1)
    await append(db, incidentEvent(2))
    expect(await numberEvents(db, 60_000)).toBe(null)
    expect(await numberEvents(db, 0)).toBe(1)
    expect(await numberEvents(db, 0)).toBe(0)
  })

  test('who numbers is answered what everybody else reads, and where numbering stood before', async () => {
    const before = await lastPlace(db)
    expect(await takeEvents(db, 0)).toEqual({ before, busy: false, events: [] })
    await append(db, incidentEvent(5), incidentEvent(6))
    const round = await takeEvents(db, 0)
    expect(round).toMatchObject({ before, busy: false, events: await after100(before) })
    expect(round.events).toHaveLength(2)
    const { number, moment } = round.events[1]
    expect(await lastPlace(db)).toEqual({ number, moment })
  })

  test('a person tells of their own cities alone, and writes no table', async () => {
    const { userId } = await createPerson(db, [grant('planner', 'shuifu')])
    await changeAs(db, { id: userId }, (tx) => append(tx, incidentEvent(3)))
    await expect(
      changeAs(db, { id: userId }, (tx) => append(tx, { ...incidentEvent(4), city: 'elsewhere' })),
    ).rejects.toThrow(/city that this person does not know/)
    await expect(changeAs(db, { id: userId }, (tx) => tx.query('DELETE FROM live_events'))).rejects.toThrow(
      /permission denied/,
    )
    await expect(
      changeAs(db, { id: userId }, (tx) => tx.query("SELECT take_live_events('0', 1)")),
    ).rejects.toThrow(/permission denied/)
    await numberAll()
  })

  test('the first that is told of an incident says so, and one that is told late is no news', async () => {
    const after = await lastPlace(db)
    const old = new Date(Date.now() - 2 * 86_400_000).toISOString()
    await append(db, incidentEvent(10), incidentEvent(10, { status: 'dispatched' }))
    await append(db, incidentEvent(10, { status: 'onScene' }), incidentEvent(11, { reportedAt: old }))
    await numberAll()
    await append(db, incidentEvent(10, { status: 'closed' }))
    await numberAll()
    expect((await after100(after)).map(({ opening }) => opening)).toEqual([true, false, false, false, false])
  })

  test('fixes go after a quarter of an hour, the rest after two days; what is gone is known to be', async () => {
    const after = await lastPlace(db)
    await db.query(
      "INSERT INTO unit_duties (city_code, unit_id, started_at, synthetic) VALUES ('shuifu', 1, now() - interval '1 day', true)",
    )
    await append(db, incidentEvent(20), positionEvent(1, new Date()), incidentEvent(21))
    await numberAll()
    expect(await isWholeAfter(db, after, 10)).toBe(true)
    await db.query(
      "UPDATE live_events SET numbered_at = numbered_at - interval '16 minutes' WHERE number > $1",
      [after.number],
    )
    expect(await isWholeAfter(db, after, 10)).toBe(false)
    await forgetEvents(db)
    expect(await topics(after)).toEqual(['incident', 'incident'])
    const [{ number, moment }] = await after100(after)
    expect(await isWholeAfter(db, { number, moment }, 60)).toBe(false)
    await db.query("UPDATE live_events SET numbered_at = numbered_at - interval '2 days' WHERE number > $1", [
      after.number,
    ])
    await forgetEvents(db)
    expect(await topics(after)).toEqual([])
    // Numbers go on all the same.
    expect((await lastPlace(db)).number).toBe(after.number + 3)
  })

  test('a copy of an earlier time that goes on gives the same numbers, and is known as another history', async () => {
    await append(db, incidentEvent(24))
    await numberAll()
    const backup = await lastPlace(db)
    await append(db, incidentEvent(25), incidentEvent(26))
    await numberAll()
    const seen = await lastPlace(db)
    expect(await isWholeAfter(db, backup, 10)).toBe(true)
    expect(await isWholeAfter(db, seen, 10)).toBe(true)
    await db.query('DELETE FROM live_events WHERE number > $1', [backup.number])
    await db.query('UPDATE live_head SET last_number = $1', [backup.number])
    await append(db, incidentEvent(27), incidentEvent(28))
    await numberAll()
    expect((await lastPlace(db)).number).toBe(seen.number)
    expect(await isWholeAfter(db, seen, 10)).toBe(false)
    await append(db, incidentEvent(29))
    await numberAll()
    expect(await isWholeAfter(db, seen, 10)).toBe(false)
    expect(await eventsAfter(db, seen, 100)).toBe(null)
    expect(await topics(await lastPlace(db))).toEqual([])
  })

  test('a duty that ended earlier takes its fixes along, a city that is gone its events', async () => {
    const after = await lastPlace(db)
    const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000)
    await append(
      db,
      positionEvent(1, minutesAgo(9)),
      positionEvent(1, minutesAgo(3)),
      positionEvent(2, minutesAgo(3)),
    )
    await numberAll()
    await append(db, positionEvent(1, minutesAgo(2)))
    await db.query("UPDATE unit_duties SET ended_at = $1 WHERE city_code = 'shuifu' AND unit_id = 1", [
      minutesAgo(5),
    ])
    await numberAll()
    const left = await after100(after)
    expect(left.map(({ number, unit_id }) => [number - after.number, unit_id])).toEqual([
      [1, 1],
      [3, 2],
    ])
    await append(db, { ...incidentEvent(30), city: 'gone' })
    await numberAll()
    await db.query(
      `INSERT INTO cities (code, name_zh, name_en, time_zone, synthetic, as_of, current_version, origin)
       SELECT 'gone', name_zh, name_en, time_zone, synthetic, as_of, current_version, '{}' FROM cities WHERE code = 'shuifu'`,
    )
    await db.query("DELETE FROM cities WHERE code = 'gone'")
    expect((await after100(after)).map(({ city_code }) => city_code)).toEqual(['shuifu', 'shuifu'])
  })
})
