import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { viewAs } from '../../db/viewing.ts'
import { asSuperuser, databaseKinds } from '../setup/database.ts'
import { openTestServer, type TestServer } from './http.ts'

const window = { city: 'shuifu', from: '2025-01-01', to: '2026-01-01' }

describe.runIf(databaseKinds().includes('postgres'))('a question that nobody waits for any more', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await openTestServer('postgres')
  })
  afterAll(() => server?.close())

  /** Statements like this one that wait for a table somebody else holds. */
  const waiting = (like: string) =>
    asSuperuser(async (client) => {
      const name = new URL(server.api.database.databaseUrl ?? '').pathname.slice(1)
      const { rows } = await client.query(
        "SELECT pid FROM pg_stat_activity WHERE datname = $1 AND state = 'active' AND wait_event_type = 'Lock' AND query LIKE $2",
        [name, `%${like}%`],
      )
      return rows.length
    })

  test.each([
    ['aggregates.hotspots', { ...window, level: 'grid', method: 'kde' }, 'ST_X(i.geom)'],
    ['aggregates.byArea', { ...window, level: 'grid', measures: ['medianHandling'] }, 'percentile_cont'],
  ])('%s: its statement leaves the database, and the next one is answered', async (path, input, like) => {
    const ask = (signal?: AbortSignal) =>
      fetch(`${server.server.url}/trpc/${path}?input=${encodeURIComponent(JSON.stringify(input))}`, {
        headers: { cookie: server.cookie },
        signal,
      })
    const tab = new AbortController()
    const name = new URL(server.api.database.databaseUrl ?? '').pathname.slice(1)
    await asSuperuser(async (holder) => {
      await holder.query('BEGIN; LOCK TABLE incidents IN ACCESS EXCLUSIVE MODE')
      const asked = ask(tab.signal)
      await expect.poll(() => waiting(like)).toBe(1)
      tab.abort()
      await expect(asked).rejects.toThrow(/abort/)
      // The table is still held: only who is told so stops waiting for it.
      await expect.poll(() => waiting(like)).toBe(0)
      await holder.query('COMMIT')
    }, name)
    expect((await ask()).status).toBe(200)
  })

  test('what has not begun is not begun, and nothing is left of the transaction', async () => {
    const tab = new AbortController()
    const viewing = viewAs(server.api.database, { id: server.api.viewer.userId }, 'counts', {
      signal: tab.signal,
    })
    await viewing.rows.query('SELECT 1')
    tab.abort()
    await expect(viewing.rows.query('SELECT 2')).rejects.toThrow('Whoever asked has left.')
    await viewing.abandon()
    expect(await server.api.database.query('SELECT 3 AS n')).toEqual([{ n: 3 }])
  })
})
