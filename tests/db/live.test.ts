import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { forgetEvents, numberEvents } from '../../db/queries/liveNumbering.ts'
import { eventsAfter, isWholeAfter, lastNumber } from '../../db/queries/liveReading.ts'
import { changeAs } from '../../db/viewing.ts'
import { append, incidentEvent, positionEvent } from '../api/live/events.ts'
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
  const topics = async (after: number) => (await eventsAfter(db, after, 100)).map(({ topic }) => topic)

  test('nobody but the owner numbers, and nobody sooner than the spacing says', async () => {
    await append(db, incidentEvent(1))
    expect(await numberEvents(db, 60_000)).toBe(1)
    await append(db, incidentEvent(2))
    expect(await numberEvents(db, 60_000)).toBe(null)
    expect(await numberEvents(db, 0)).toBe(1)
    expect(await numberEvents(db, 0)).toBe(0)
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
      changeAs(db, { id: userId }, (tx) => tx.query("SELECT number_live_events('0', 1)")),
    ).rejects.toThrow(/permission denied/)
    await numberAll()
  })

  test('the first that is told of an incident says so, and one that is told late is no news', async () => {
    const after = await lastNumber(db)
    const old = new Date(Date.now() - 2 * 86_400_000).toISOString()
    await append(db, incidentEvent(10), incidentEvent(10, { status: 'dispatched' }))
    await append(db, incidentEvent(10, { status: 'onScene' }), incidentEvent(11, { reportedAt: old }))
    await numberAll()
    await append(db, incidentEvent(10, { status: 'closed' }))
    await numberAll()
    expect((await eventsAfter(db, after, 100)).map(({ opening }) => opening)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ])
  })

  test('fixes go after a quarter of an hour, the rest after two days; what is gone is known to be', async () => {
    const after = await lastNumber(db)
    await db.query(
      "INSERT INTO unit_duties (city_code, unit_id, started_at, synthetic) VALUES ('shuifu', 1, now() - interval '1 day', true)",
    )
    await append(db, incidentEvent(20), positionEvent(1, new Date()), incidentEvent(21))
    await numberAll()
    expect(await isWholeAfter(db, after, 10)).toBe(true)
    await db.query(
      "UPDATE live_events SET numbered_at = numbered_at - interval '16 minutes' WHERE number > $1",
      [after],
    )
    expect(await isWholeAfter(db, after, 10)).toBe(false)
    await forgetEvents(db)
    expect(await topics(after)).toEqual(['incident', 'incident'])
    expect(await isWholeAfter(db, after + 1, 60)).toBe(false)
    await db.query("UPDATE live_events SET numbered_at = numbered_at - interval '2 days' WHERE number > $1", [
      after,
    ])
    await forgetEvents(db)
    expect(await topics(after)).toEqual([])
    // Numbers go on all the same.
    expect(await lastNumber(db)).toBe(after + 3)
  })

  test('a duty that ended earlier takes its fixes along, a city that is gone its events', async () => {
    const after = await lastNumber(db)
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
    const left = await eventsAfter(db, after, 100)
    expect(left.map(({ number, unit_id }) => [number - after, unit_id])).toEqual([
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
    expect((await eventsAfter(db, after, 100)).map(({ city_code }) => city_code)).toEqual([
      'shuifu',
      'shuifu',
    ])
  })
})
