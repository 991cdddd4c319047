import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSource } from '../../factories/ingestSources.ts'
import { openTestServer, type TestServer } from '../http.ts'
import { liveClient, Watcher } from './watcher.ts'

describe('sources that fall silent, by a clock that is set', () => {
  let api: TestServer
  let watcher: Watcher
  let clock = Date.now()
  beforeAll(async () => {
    api = await openTestServer('pglite', { limitFactor: 0, now: () => new Date(clock) })
    watcher = new Watcher(api.server.url, api.cookie)
  })
  afterAll(async () => {
    watcher?.stop()
    await api?.close()
  })
  const states = () => watcher.feeds?.map(({ source, state }) => `${source.slice(7)} ${state}`)

  test('one that speaks every second or so is told broken within ten seconds of its last word, a slow one not', async () => {
    const { database } = api.api
    for (const [name, expectedEveryS] of [
      ['one', 1],
      ['three', 3],
      ['slow', 1800],
    ] as const) {
      const token = await createSource(database, `ingest:${name}`, 'incidents', { expectedEveryS })
      const told = await api.post(
        '/ingest/incidents',
        {
          id: name,
          kind: '010100',
          lng: 104.4,
          lat: 28.505,
          reportedAt: new Date(clock).toISOString(),
        },
        { authorization: `Bearer ${token}` },
      )
      expect(told.status).toBe(200)
    }
    await expect.poll(states, { timeout: 15_000 }).toEqual(['one live', 'slow live', 'three live'])
    clock += 3500
    await expect.poll(states, { timeout: 15_000 }).toEqual(['one late', 'slow live', 'three live'])
    clock += 6000
    await expect.poll(states, { timeout: 15_000 }).toEqual(['one silent', 'slow live', 'three silent'])
    expect(watcher.feeds?.[1]).toMatchObject({ source: 'ingest:slow', expectedEveryS: 1800, learned: false })
    // Whoever opens a page now is told the same.
    const { feeds } = await liveClient(api.server.url, api.cookie).live.snapshot.query({ city: 'shuifu' })
    expect(feeds).toEqual(watcher.feeds)
  })
})
