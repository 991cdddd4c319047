import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BEACONS, forgetHistory, learnRhythms, sourceHistory } from '../../db/queries/sourceHistory.ts'
import { feedsOf, noteHealth } from '../../db/queries/sources.ts'
import { viewAs } from '../../db/viewing.ts'
import { createBeacon, createSource } from '../factories/ingestSources.ts'
import { createPerson, grant } from '../factories/people.ts'
import { databaseKinds, openTestDatabase, type TestDatabase } from '../setup/database.ts'

const city = 'shuifu'
const source = 'ingest:110'
const begin = new Date('2026-11-19T10:00:00Z')
const minute = (count: number) => new Date(begin.getTime() + 60_000 * count)

describe.each(databaseKinds())('the past of sources on %s', (kind) => {
  let db: TestDatabase
  beforeAll(async () => {
    db = await openTestDatabase({ kind, toy: true })
    await createSource(db, source, 'incidents', { expectedEveryS: null })
  })
  afterAll(() => db?.close())
  const note = (at: Date, owner: { source: string } | { unitId: number } = { source }, rejected = 0) =>
    noteHealth(db, [
      {
        owner: { city, ...owner },
        firstSeenAt: at,
        seenAt: at,
        shownAt: at,
        accepted: 1,
        rejected,
        limited: 0,
        error: null,
      },
    ])

  test('yesterday’s gap is seen, and how often a source speaks is learned though it was away once', async () => {
    for (let at = 0; at <= 60; at += 2) await note(minute(at))
    expect((await feedsOf(db, city, minute(70))).feeds).toMatchObject([
      { source, state: 'live', expectedEveryS: null, learned: false },
    ])
    // Three hours of silence.
    for (let at = 240; at <= 300; at += 2) await note(minute(at), { source }, 1)
    const past = await sourceHistory(db, { city, source, since: begin })
    expect(past).toHaveLength(14)
    expect(past[0]).toEqual({
      began_at: begin,
      last_seen_at: minute(8),
      longest_gap_s: 120,
      longest_gap_to: minute(8),
      accepted: 5,
      rejected: 0,
      limited: 0,
    })
    expect(past.map(({ longest_gap_s }) => longest_gap_s).filter((gap) => gap !== 120)).toEqual([10_800])
    expect(past[7]).toMatchObject({
      began_at: minute(240),
      longest_gap_to: minute(240),
      accepted: 5,
      rejected: 5,
    })
    await learnRhythms(db, minute(1440))
    const told = { source, expectedEveryS: 120, learned: true }
    expect(await feedsOf(db, city, minute(301))).toEqual({
      feeds: [expect.objectContaining({ ...told, state: 'live' })],
      turnAt: minute(300).getTime() + 241_000,
    })
    expect((await feedsOf(db, city, minute(311))).feeds).toMatchObject([{ ...told, state: 'silent' }])
  })

  test('beacons are one source, and no unit has a past', async () => {
    await createBeacon(db, 1)
    await createBeacon(db, 2)
    await note(minute(1), { unitId: 1 })
    await note(minute(2), { unitId: 2 })
    expect(await sourceHistory(db, { city, source: BEACONS, since: begin })).toEqual([
      {
        began_at: begin,
        last_seen_at: minute(2),
        longest_gap_s: 60,
        longest_gap_to: minute(2),
        accepted: 2,
        rejected: 0,
        limited: 0,
      },
    ])
  })

  test('only whoever keeps sources reads it, and it goes after a month', async () => {
    const seenBy = async (role: 'systemAdmin' | 'planner') => {
      const { userId } = await createPerson(db, [grant(role, role === 'systemAdmin' ? null : city)])
      const view = viewAs(db, { id: userId }, 'counts')
      const seen = await sourceHistory(view.rows, { city, source, since: begin })
      await view.end()
      return seen
    }
    expect(await seenBy('systemAdmin')).toHaveLength(14)
    expect(await seenBy('planner')).toEqual([])
    await forgetHistory(db, minute(31 * 1440 + 100))
    expect(await sourceHistory(db, { city, source, since: begin })).toHaveLength(7)
  })
})
