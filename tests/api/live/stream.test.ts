import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseKinds } from '../../setup/database.ts'
import { openTestServer, type TestServer } from '../http.ts'
import { append, incidentEvent } from './events.ts'
import { Watcher } from './watcher.ts'

describe.each(databaseKinds())('the live stream on %s', (kind) => {
  let api: TestServer
  beforeAll(async () => {
    api = await openTestServer(kind)
  })
  afterAll(() => api?.close())

  test('the stock client hears what happens, each once and in order', async () => {
    const watcher = new Watcher(api.server.url, api.cookie)
    await watcher.until(({ frames }) => frames > 0)
    for (let id = 1; id <= 5; id += 1) await append(api.api.database, incidentEvent(id))
    await watcher.until(({ messages }) => messages.length >= 5)
    watcher.stop()
    expect(watcher.messages.map((message) => message.topic === 'incident' && message.incident.id)).toEqual([
      1, 2, 3, 4, 5,
    ])
  })
})
