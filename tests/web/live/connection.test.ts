import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { LiveConnection, livenessOf, retryMs } from '../../../web/live/connection.ts'
import { LiveStore } from '../../../web/live/liveStore.ts'
import { SmallServer } from './smallServer.ts'

const patience = { timeout: 20_000, interval: 20 }

describe('the connection, against a real server', () => {
  let server: SmallServer
  let store: LiveStore
  let connection: LiveConnection
  /** Each state it was in, once. */
  let phases: string[]

  beforeEach(async () => {
    server = new SmallServer()
    await server.start()
    store = new LiveStore((run) => queueMicrotask(run))
    connection = new LiveConnection(server.client(), store)
    phases = []
    connection.subscribe(() => {
      if (phases.at(-1) !== connection.state.phase) phases.push(connection.state.phase)
    })
  })
  afterEach(async () => {
    connection.stop()
    await server.stop()
  })

  const until = (what: () => boolean) => vi.waitFor(() => expect(what()).toBe(true), patience)
  const open = () => until(() => connection.state.phase === 'open')
  const known = () => [...store.incidents.values()].map(({ id }) => id).sort((a, b) => a - b)

  test('the whole state first, then what comes after it', async () => {
    server.report(1)
    connection.start()
    await open()
    expect(known()).toEqual([1])
    server.report(2)
    server.report(1, 'dispatched')
    await until(() => store.incidents.get(1)?.status === 'dispatched')
    expect(known()).toEqual([1, 2])
    expect(server.resumed).toEqual(['1'])
    expect(phases).toEqual(['connecting', 'open'])
    // The server's clock is what ages are told by.
    expect(Math.abs(store.now() - Date.now())).toBeGreaterThan(0)
  })

  test('a server that goes and comes back: it waits, says so, and goes on from where it was', async () => {
    server.report(1)
    connection.start()
    await open()
    server.report(2)
    await until(() => store.incidents.size === 2)
    await server.stop()
    await until(() => connection.state.phase === 'waiting')
    expect(connection.state.retryAt).not.toBeNull()
    await until(() => connection.state.failures >= 2)
    // What happened meanwhile.
    server.report(3)
    server.report(2, 'closed')
    await server.start()
    await until(() => store.incidents.size === 3)
    expect(store.incidents.get(2)?.status).toBe('closed')
    expect(connection.state).toMatchObject({ phase: 'open', failures: 0, retryAt: null, snapshots: 1 })
    expect(server.resumed).toEqual(['1', '2'])
  })

  test('told to reload it asks for the whole state again', async () => {
    connection.start()
    await open()
    server.report(1)
    await until(() => store.incidents.size === 1)
    await server.stop()
    server.reload = 'tooOld'
    server.report(2)
    await server.start()
    await until(() => connection.state.snapshots === 2 && connection.state.phase === 'open')
    expect(known()).toEqual([1, 2])
    expect(server.reloads).toEqual(['tooOld'])
    expect(server.resumed).toEqual(['0', '1', '2'])
  })

  test('refused it stops asking, and stopped it says nothing more', async () => {
    server.refused = true
    connection.start()
    await until(() => connection.state.phase === 'refused')
    expect(livenessOf(connection.state, connection.heardAt, Date.now())).toBe('lost')
    connection.stop()
    const told = phases.length
    server.refused = false
    server.report(1)
    expect(connection.state.phase).toBe('stopped')
    expect(phases).toHaveLength(told)
    expect(store.incidents.size).toBe(0)
  })

  test('looked at again it tries at once', async () => {
    connection.start()
    await open()
    await server.stop()
    // So long that waiting it out would be too long for this test.
    await until(() => connection.state.failures >= 3 && connection.state.phase === 'waiting')
    await server.start()
    connection.wake()
    expect(connection.state.phase).toBe('connecting')
    await open()
  })
})

describe('how the feed is doing', () => {
  const heardAt = 1_000_000
  const at = (silentMs: number, phase: 'open' | 'waiting' | 'connecting' = 'open', failures = 0) =>
    livenessOf({ phase, failures }, heardAt, heardAt + silentMs)

  test('beats come every five seconds at least: later it is late, then lost, within ten', () => {
    expect(at(0)).toBe('live')
    expect(at(5_500)).toBe('live')
    expect(at(7_000)).toBe('late')
    expect(at(9_500)).toBe('lost')
  })

  test('a cut that is not mended at once is lost before the beats are missed', () => {
    expect(at(500, 'waiting', 1)).toBe('live')
    expect(at(2_000, 'waiting', 2)).toBe('lost')
    expect(at(2_000, 'connecting', 0)).toBe('live')
  })

  test('never heard: it is connecting, until it could not', () => {
    expect(livenessOf({ phase: 'connecting', failures: 0 }, null, heardAt)).toBe('connecting')
    expect(livenessOf({ phase: 'waiting', failures: 1 }, null, heardAt)).toBe('lost')
  })

  test('it tries again later each time, half a minute at most, never two browsers in step', () => {
    expect([0, 1, 2, 3, 20].map((failures) => retryMs(failures, 0.5))).toEqual([
      500, 1000, 2000, 4000, 30_000,
    ])
    expect(retryMs(3, 0)).toBe(3200)
    expect(retryMs(3, 1)).toBe(4800)
  })
})
