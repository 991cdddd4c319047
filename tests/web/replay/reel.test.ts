import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { packTracks } from '../../../geodata/trackBundle.ts'
import { LiveStore } from '../../../web/live/liveStore.ts'
import { incidentAt, pastIncidentsOf, pieceOf, Reel } from '../../../web/replay/reel.ts'
import { decodeReplay, encodeReplay } from '../../../web/replay/replaySearch.ts'

const FROM = Date.parse('2026-11-20T10:00:00Z')
const TO = FROM + 3_600_000
const iso = (seconds: number) => new Date(FROM + seconds * 1000).toISOString()
const second = (seconds: number) => FROM / 1000 + seconds

/** Three units: one on duty all the hour, one from a quarter past to a quarter to, one sent to an incident. */
function reel(): Reel {
  const fixes = [1, 2, 3].flatMap((unit) =>
    Array.from({ length: 360 }, (_, i) => ({
      unit,
      at: i * 10,
      lng: 104.3e6 + unit * 1000 + i,
      lat: 28.5e6,
    })).filter(({ at }) => unit !== 2 || (at >= 900 && at < 2700)),
  )
  const column = (of: (fix: (typeof fixes)[number]) => number) => fixes.map(of)
  const made = new Reel(FROM, TO)
  const answer = {
    from: iso(0),
    to: iso(3600),
    stepS: 10,
    fixesFrom: iso(-86_400),
    keptDays: 30,
    units: [1, 2, 3].map((id) => ({
      id,
      squadId: 7,
      callSign: `T${id}`,
      kind: 'car' as const,
      strength: 4,
      synthetic: true,
    })),
    duties: [
      { unitId: 1, from: iso(-600), to: null },
      { unitId: 2, from: iso(900), to: iso(2700) },
      { unitId: 3, from: iso(-600), to: iso(7200) },
    ],
    dispatches: [
      {
        id: 5,
        incidentId: 11,
        unitId: 3,
        squadId: 7,
        assignedAt: iso(1000),
        acknowledgedAt: iso(1060),
        arrivedAt: iso(1400),
        endedAt: iso(3000),
        withdrawn: false,
      },
    ],
    alerts: [
      {
        id: 21,
        kind: 'outsideFence' as const,
        areaId: 3,
        squadId: 7,
        unitId: 1,
        sourceCode: null,
        incidentId: null,
        raisedAt: iso(1200),
        clearedAt: iso(1500),
      },
    ],
    fixes: fixes.length,
    packed: Buffer.from(
      packTracks({
        unit: column(({ unit }) => unit),
        at: column(({ at }) => at),
        lng: column(({ lng }) => lng),
        lat: column(({ lat }) => lat),
        heading: column(() => -1),
        speed: column(() => 52),
      }),
    ).toString('base64'),
  }
  made.add(pieceOf(answer))
  made.setIncidents(
    pastIncidentsOf({
      from: iso(0),
      to: iso(3600),
      truncated: false,
      kinds: ['020100', '030100'],
      sources: ['ingest:110'],
      channels: ['110'],
      id: [11, 12, 13],
      kind: [0, 1, 1],
      level: [3, 4, 4],
      reported: [second(950), second(2000), second(-5000)],
      dispatched: [second(1000), second(2050), -1],
      arrived: [second(1400), -1, -1],
      closed: [second(3000), -1, second(1800)],
      due: [-1, -1, -1],
      lng: [104_300_000, 104_310_000, 104_320_000],
      lat: [28_500_000, 28_510_000, 28_520_000],
      cell: [4, -1, 5],
      recorded: [0, 0, 0],
      synthetic: [1, 1, 1],
      source: [0, 0, 0],
      channel: [0, 0, 0],
    }),
  )
  return made
}

const shown = (store: LiveStore, at: number) => ({
  incidents: [...store.incidents.values()].sort((a, b) => a.id - b.id),
  // A unit off duty is not drawn: whether it is still listed is no difference.
  units: [...store.units.values()]
    .filter(({ state }) => state !== 'offDuty')
    .map(({ fix: _, ...unit }) => ({
      ...unit,
      last: store.track(unit.id)?.at[store.track(unit.id)?.last ?? 0],
    }))
    .sort((a, b) => a.id - b.id),
  dispatches: [...store.dispatches.values()],
  // One that is over may be listed or not: it is shown no more.
  alerts: [...store.alerts.values()].filter(({ clearedAt }) => clearedAt === null),
  at,
})

describe('a reel', () => {
  test('shows the same whether it was played to an instant or jumped to', () => {
    const past = reel()
    const at = fc.integer({ min: 0, max: 3599 })
    fc.assert(
      fc.property(at, fc.array(at, { maxLength: 8 }), at, (start, between, end) => {
        const stops = [start, ...between, end].sort((a, b) => a - b).map((each) => FROM + each * 1000)
        const played = new LiveStore((run) => run())
        played.replace(past.stateAt(stops[0]))
        let event = 1
        stops.forEach((stop, i) => {
          if (i > 0) played.receive(String(++event), past.messagesBetween(stops[i - 1], stop))
        })
        played.flush()
        const jumped = new LiveStore((run) => run())
        const last = stops[stops.length - 1]
        jumped.replace(past.stateAt(last))
        expect(shown(played, last)).toEqual(shown(jumped, last))
      }),
      { numRuns: 200 },
    )
  })

  test('tells nothing before it happened', () => {
    const past = reel()
    const units = (seconds: number) =>
      past.stateAt(FROM + seconds * 1000).units.map(({ id, state, incidentId }) => [id, state, incidentId])
    expect(units(0)).toEqual([
      [1, 'free', null],
      [3, 'free', null],
    ])
    expect(units(1010)).toEqual([
      [1, 'free', null],
      [2, 'free', null],
      [3, 'assigned', 11],
    ])
    expect(units(1100)[2]).toEqual([3, 'enRoute', 11])
    expect([0, 1800, 2999, 3000].map((seconds) => past.closedBy(FROM + seconds * 1000))).toEqual([0, 1, 1, 2])
    const alerts = (seconds: number) =>
      past.stateAt(FROM + seconds * 1000).alerts.map(({ id, clearedAt }) => [id, clearedAt])
    expect(alerts(1199)).toEqual([])
    expect(alerts(1200)).toEqual([[21, null]])
    expect(alerts(1500)).toEqual([[21, iso(1500)]])
    expect(units(1500)[2]).toEqual([3, 'onScene', 11])
    expect(units(3001)).toEqual([
      [1, 'free', null],
      [3, 'free', null],
    ])
    const [whole] = past.stateAt(FROM + 1_200_000).incidents.filter(({ id }) => id === 11)
    expect(whole).toMatchObject({ status: 'dispatched', arrivedAt: null, closedAt: null })
    expect(past.stateAt(FROM).incidents.map(({ id, status }) => [id, status])).toEqual([[13, 'new']])
    expect(past.nextReport(FROM)?.id).toBe(11)
    expect(past.nextReport(FROM + 950_000)?.id).toBe(12)
    expect(past.nextReport(FROM + 2_000_000)).toBeUndefined()
  })

  test('an incident without a course stays recorded', () => {
    const [past] = pastIncidentsOf({
      from: iso(0),
      to: iso(1),
      truncated: false,
      kinds: ['020100'],
      sources: ['import:a'],
      channels: ['unknown'],
      ...{
        id: [1],
        kind: [0],
        level: [4],
        reported: [second(0)],
        dispatched: [-1],
        arrived: [-1],
        closed: [-1],
      },
      ...{
        due: [-1],
        lng: [0],
        lat: [0],
        cell: [-1],
        recorded: [1],
        synthetic: [0],
        source: [0],
        channel: [0],
      },
    })
    expect(incidentAt(past, FROM + 1)).toMatchObject({ status: 'recorded', synthetic: false, cellId: null })
  })
})

describe('the period in the address', () => {
  test('comes back as it was, and nothing else is one', () => {
    const minute = fc.integer({ min: 0, max: 40_000_000 })
    fc.assert(
      fc.property(
        minute,
        fc.integer({ min: 1, max: 31 * 1440 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (start, length, share) => {
          const from = start * 60_000
          const to = from + length * 60_000
          const at = from + Math.floor((share * (to - from)) / 1000) * 1000
          expect(decodeReplay(encodeReplay({ from, to, at }))).toEqual({ from, to, at })
        },
      ),
    )
    for (const text of [
      '',
      'x',
      '2026-11-22T10:00Z',
      '2026-11-22T10:00Z/2026-11-22T10:00Z',
      '2026-01-01T00:00Z/2026-03-01T00:00Z',
    ])
      expect(decodeReplay(text)).toBeNull()
    expect(decodeReplay(undefined)).toBeNull()
  })
})
