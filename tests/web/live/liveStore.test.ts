import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LiveMessage, LiveUnit } from '../../../api/live/messages.ts'
import { type LiveState, LiveStore, mostIncidents } from '../../../web/live/liveStore.ts'
import { liveIncident, liveUnit, startedAt } from './liveThings.ts'

const noFrame = () => undefined

function storeOf(now = startedAt): LiveStore {
  return new LiveStore(noFrame, () => now)
}

const emptyState: LiveState = {
  eventId: '10',
  incidents: [],
  counts: [],
  units: [],
  dispatches: [],
  alerts: [],
  feeds: [],
}

/** Everything a store says, as a plain value. */
function stateOf(store: LiveStore) {
  const byId = <Thing extends { id: number }>(things: Iterable<Thing>) =>
    [...things].sort((a, b) => a.id - b.id)
  return {
    incidents: byId(store.incidents.values()),
    units: byId(store.units.values()),
    dispatches: byId(store.dispatches.values()),
    alerts: byId(store.alerts.values()),
    counts: store.counts,
    tracks: byId(store.units.values()).map(({ id }) => {
      const track = store.track(id)
      return track && [...track.at.subarray(0, track.count)].map((at, i) => [at, track.lng[i], track.lat[i]])
    }),
  }
}

const small = fc.integer({ min: 1, max: 4 })
const instant = fc.integer({ min: 0, max: 600 }).map((s) => new Date(startedAt + 1000 * s).toISOString())
const message: fc.Arbitrary<LiveMessage> = fc.oneof(
  fc
    .record({
      id: small,
      status: fc.constantFrom('new', 'dispatched', 'onScene', 'closed'),
      lng: fc.double({ min: 104, max: 105, noNaN: true }),
    })
    .map((change) => ({ topic: 'incident' as const, incident: liveIncident(change) })),
  fc
    .record({ cellId: small, kind: fc.constantFrom('010100', '020100'), reportedAt: instant })
    .map((count) => ({
      topic: 'count' as const,
      count,
    })),
  // One unit has one place at an instant.
  fc.record({ unitId: small, at: instant }).map(({ unitId, at }) => ({
    topic: 'position' as const,
    fix: {
      unitId,
      at,
      lng: 104 + (Date.parse(at) % 1_000_000) / 1e7,
      lat: 28.6 + unitId / 100,
      headingDeg: null,
      speedMs: null,
      synthetic: true,
    },
  })),
  fc
    .record({ id: small, state: fc.constantFrom('offDuty', 'free', 'enRoute') })
    .map((change) => ({ topic: 'unit' as const, unit: liveUnit(change) })),
  small.map((id) => ({
    topic: 'alert' as const,
    alert: {
      id,
      kind: 'sourceSilent' as const,
      areaId: null,
      squadId: null,
      unitId: null,
      sourceCode: 'ingest:110',
      incidentId: null,
      raisedAt: new Date(startedAt).toISOString(),
      clearedAt: null,
    },
  })),
)

describe('the store of what is live', () => {
  test('in whatever order and however often messages come, it ends in the same state', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(message, { minLength: 1, maxLength: 4 }), { maxLength: 25 }),
        fc.infiniteStream(fc.nat()),
        (batches, picks) => {
          const told = batches.map((messages, i) => ({ eventId: String(11 + i), messages }))
          const straight = storeOf()
          straight.replace(emptyState)
          for (const { eventId, messages } of told) straight.receive(eventId, messages)
          straight.flush()

          const shuffled = storeOf()
          shuffled.replace(emptyState)
          const next = () => picks.next().value ?? 0
          // Each at least once, some twice, in any order, in frames of any length.
          const order = [...told, ...told.filter(() => next() % 3 === 0)]
            .map((each) => ({ each, at: next() }))
            .sort((a, b) => a.at - b.at)
          for (const { each } of order) {
            shuffled.receive(each.eventId, each.messages)
            if (next() % 2 === 0) shuffled.flush()
          }
          shuffled.flush()
          expect(stateOf(shuffled)).toEqual(stateOf(straight))
        },
      ),
      { numRuns: 300 },
    )
  })

  test('what a snapshot holds already is not taken again, and what came after it is', () => {
    const store = storeOf()
    store.replace({ ...emptyState, eventId: '20', incidents: [liveIncident({ id: 1, status: 'onScene' })] })
    store.receive('19', [{ topic: 'incident', incident: liveIncident({ id: 1, status: 'new' }) }])
    store.flush()
    expect(store.incidents.get(1)?.status).toBe('onScene')
    store.receive('21', [{ topic: 'incident', incident: liveIncident({ id: 1, status: 'closed' }) }])
    store.flush()
    expect(store.incidents.get(1)?.status).toBe('closed')
  })

  test('messages wait for the frame, and who listens is called once a frame', () => {
    const frames: (() => void)[] = []
    const store = new LiveStore(
      (run) => frames.push(run),
      () => startedAt,
    )
    let calls = 0
    store.subscribe(() => calls++)
    for (let id = 1; id <= 100; id++)
      store.receive(String(id), [{ topic: 'incident', incident: liveIncident({ id }) }])
    expect(store.incidents.size).toBe(0)
    expect(frames).toHaveLength(1)
    frames[0]()
    expect(store.incidents.size).toBe(100)
    expect(calls).toBe(1)
  })

  test('only what was just reported is news; a later stage is a change', () => {
    const store = storeOf()
    const news: { incidents: number[]; changed: number[] }[] = []
    store.onNews(({ incidents, changed }) => {
      news.push({ incidents: incidents.map(({ id }) => id), changed: [...changed] })
    })
    const old = new Date(startedAt - 3_600_000).toISOString()
    store.receive('1', [
      { topic: 'incident', incident: liveIncident({ id: 1 }) },
      { topic: 'incident', incident: liveIncident({ id: 2, reportedAt: old }) },
    ])
    store.flush()
    store.receive('2', [{ topic: 'incident', incident: liveIncident({ id: 1, status: 'dispatched' }) }])
    store.flush()
    expect(news).toEqual([
      { incidents: [1], changed: [1, 2] },
      { incidents: [], changed: [1] },
    ])
  })

  test('off duty nothing is kept of where a unit was; a new duty begins its own trail', () => {
    const store = storeOf()
    const unit = (state: LiveUnit['state'], fix: LiveUnit['fix'] = null): LiveMessage => ({
      topic: 'unit',
      unit: liveUnit({ id: 7, state, fix }),
    })
    const fix = (s: number): LiveMessage => ({
      topic: 'position',
      fix: {
        unitId: 7,
        lng: 104.4,
        lat: 28.6,
        at: new Date(startedAt + 1000 * s).toISOString(),
        headingDeg: 90,
        speedMs: 5,
        synthetic: true,
      },
    })
    store.receive('1', [unit('free')])
    store.receive('2', [fix(1), fix(2)])
    store.flush()
    expect(store.track(7)?.count).toBe(2)
    store.receive('3', [unit('offDuty')])
    store.receive('2', [fix(2)])
    store.flush()
    expect(store.track(7)).toBeUndefined()
    store.receive('4', [unit('free'), fix(60)])
    store.flush()
    expect(store.track(7)?.count).toBe(1)
  })

  test('it keeps a bounded number of incidents: the closed ones go first, then the oldest', () => {
    const store = storeOf()
    const at = (s: number) => new Date(startedAt + 1000 * s).toISOString()
    const incidents = Array.from({ length: 1.2 * mostIncidents }, (_, i) =>
      liveIncident({ id: i + 1, reportedAt: at(i), status: i < 10 || i % 10 === 0 ? 'closed' : 'new' }),
    )
    store.receive(
      '1',
      incidents.map((incident) => ({ topic: 'incident', incident })),
    )
    store.flush()
    expect(store.incidents.size).toBe(mostIncidents)
    const left = [...store.incidents.values()]
    expect(left.some(({ status }) => status === 'closed')).toBe(false)
    expect(store.incidents.get(incidents.length - 1)).toBeDefined()
  })
})
