import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { generateThings } from '../../geodata/demo/things.ts'
import { simulatedCity } from '../../geodata/simulation/city.ts'
import { type CourseOptions, chooseUnits, course } from '../../geodata/simulation/course.ts'
import {
  bodyOf,
  type SimulatedFix,
  type SimulatedIncident,
  type SimulatedRequest,
} from '../../geodata/simulation/request.ts'
import { createToyGround } from '../factories/toyGround.ts'

const minute = 60_000
const ground = createToyGround()
const things = generateThings(ground, { seed: 7, incidents: 20_000, asOf: new Date('2026-11-22T06:32:00Z') })
const city = simulatedCity(ground, things, 7)
const evening: CourseOptions = {
  seed: 7,
  minutes: 90,
  perMinute: 1,
  units: 24,
  clock: Date.parse('2026-11-20T19:55:00+08:00'),
}
const requests = [...course(city, evening)]
const hashOf = (all: Iterable<SimulatedRequest>) => {
  const hash = createHash('sha256')
  for (const request of all) hash.update(JSON.stringify(request))
  return hash.digest('hex')
}
const positions = requests.filter((request) => request.source === 'positions')
const fixes = positions.flatMap(({ items }) => items)
const byUnit = Map.groupBy(fixes, ({ unit }) => unit)
const states = requests.flatMap((request) => (request.source === 'incidents' ? request.items : []))
const duties = requests.flatMap((request) => (request.source === 'duties' ? request.items : []))

describe('a simulated evening', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(hashOf(course(city, evening))).toBe(hashOf(requests))
    expect(hashOf(course(city, { ...evening, seed: 8 }))).not.toBe(hashOf(requests))
  })

  it('sends in order, nothing before it happened, at most 1,000 things at once', () => {
    let before = 0
    for (const request of requests) {
      expect(request.sentAt).toBeGreaterThanOrEqual(before)
      before = request.sentAt
      expect(request.items.length).toBeLessThanOrEqual(1000)
      expect(request.items.length).toBeGreaterThan(0)
      const instants =
        request.source === 'incidents'
          ? request.items.flatMap((item) => [
              item.reportedAt,
              item.dispatchedAt,
              item.arrivedAt,
              item.closedAt,
            ])
          : request.items.map(({ at }) => at)
      for (const instant of instants) {
        if (instant !== null) expect(instant).toBeLessThanOrEqual(request.sentAt)
      }
    }
    expect(before).toBe(evening.minutes * minute)
  })

  it('takes units of every squad, and no more than there are', () => {
    const chosen = chooseUnits(city, 24)
    expect(chosen).toHaveLength(24)
    expect(new Set(chosen.map(({ squadId }) => squadId)).size).toBe(6)
    expect(chooseUnits(city, 10_000)).toHaveLength(city.units.length)
  })

  it('tells where a unit is only while it is on duty, and ends every duty', () => {
    const openAt = (unit: number, at: number) => {
      const said = duties.filter((duty) => duty.unit === unit && duty.at <= at)
      return said.at(-1)?.state === 'on'
    }
    for (const { unit, at } of fixes) expect(openAt(unit, at)).toBe(true)
    for (const { unit, state } of new Map(duties.map((duty) => [duty.unit, duty])).values()) {
      expect([unit, state]).toEqual([unit, 'off'])
    }
    // Crews change at eight: somebody goes off duty and somebody else takes over.
    const inside = duties.filter(({ at }) => at > 0 && at < evening.minutes * minute)
    expect(inside.filter(({ state }) => state === 'on').length).toBeGreaterThan(12)
  })

  it('keeps units on the roads, at speeds that cars and feet have', () => {
    for (const unit of chooseUnits(city, 24)) {
      const track = (byUnit.get(unit.id) ?? []).toSorted((a, b) => a.at - b.at)
      expect(track.length).toBeGreaterThan(50)
      const fastest = unit.kind === 'foot' ? 3 : 30
      for (const [i, fix] of track.entries()) {
        const near = city.graph.nearest([fix.lng, fix.lat])
        // Beside a road, or at a post or a call a stretch away from one.
        expect(near?.distance ?? Number.POSITIVE_INFINITY).toBeLessThan(700)
        const before = track[i - 1]
        if (!before || fix.at - before.at < 4000) continue
        const metres = city.frame.plane.distance([before.lng, before.lat], [fix.lng, fix.lat])
        // The error of two fixes aside.
        expect(Math.max(0, metres - 40) / ((fix.at - before.at) / 1000)).toBeLessThan(fastest)
      }
    }
    const onRoads = fixes.filter(({ lng, lat }) => (city.graph.nearest([lng, lat])?.distance ?? 999) < 30)
    expect(onRoads.length / fixes.length).toBeGreaterThan(0.8)
    const standing = fixes.filter(({ headingDeg }) => headingDeg === null)
    expect(standing.length).toBeGreaterThan(100)
    expect(standing.every(({ speedMs }) => speedMs === 0)).toBe(true)
  })

  it('loses signal: fixes come late, out of order and twice', () => {
    const key = ({ unit, at }: SimulatedFix) => `${unit}/${at}`
    expect(new Set(fixes.map(key)).size).toBeLessThan(fixes.length)
    const late = positions.flatMap(({ sentAt, items }) => items.filter(({ at }) => sentAt - at > 30_000))
    expect(late.length).toBeGreaterThan(20)
    const overtaken = [...byUnit.values()].filter((track) =>
      track.some(({ at }, i) => i > 0 && at < track[i - 1].at),
    )
    expect(overtaken.length).toBeGreaterThan(3)
  })

  it('reports as many calls as asked for, and takes them from stage to stage', () => {
    const order = ['new', 'dispatched', 'onScene', 'closed']
    const byNumber = Map.groupBy(states, ({ number }) => number)
    expect(byNumber.size).toBe(90)
    for (const course of byNumber.values()) {
      expect(course[0].status).toBe('new')
      for (const [i, state] of course.entries()) {
        expect(i === 0 || order.indexOf(state.status) > order.indexOf(course[i - 1].status)).toBe(true)
        expect(stamps(state)).toEqual(stamps(state).toSorted((a, b) => a - b))
      }
    }
    const reached = (status: string) => states.filter((state) => state.status === status).length
    expect(reached('dispatched')).toBeGreaterThan(40)
    expect(reached('onScene')).toBeGreaterThan(20)
    expect(reached('closed')).toBeGreaterThan(10)
    const cell = states.filter(({ lng, lat }) => city.frame.cellAt([lng, lat]) !== null)
    expect(cell.length).toBe(states.length)
  })

  it('brings units to where they were called', () => {
    const there = states.filter(({ status, arrivedAt, lng, lat }) => {
      if (status !== 'onScene' || arrivedAt === null) return false
      return fixes.some(
        (fix) =>
          Math.abs(fix.at - arrivedAt) < 20_000 &&
          city.frame.plane.distance([fix.lng, fix.lat], [lng, lat]) < 40,
      )
    })
    expect(there.length).toBeGreaterThan(10)
  })

  it('tells what its units do at incidents, each stage once and in order', () => {
    const told = requests.flatMap((request) => (request.source === 'dispatches' ? request.items : []))
    const order = ['assigned', 'acknowledged', 'onScene', 'done', 'withdrawn']
    const known = new Set<number>()
    const onDuty = new Set<number>()
    for (const request of requests) {
      if (request.source === 'incidents') for (const { number } of request.items) known.add(number)
      if (request.source === 'duties')
        for (const { unit, state } of request.items) state === 'on' ? onDuty.add(unit) : onDuty.delete(unit)
      if (request.source === 'dispatches')
        for (const { unit, incident } of request.items)
          expect(known.has(incident) && onDuty.has(unit)).toBe(true)
    }
    const byPair = Map.groupBy(told, ({ unit, incident }) => `${unit} ${incident}`)
    expect(byPair.size).toBeGreaterThan(10)
    for (const stages of byPair.values()) {
      expect(stages[0].state).toBe('assigned')
      for (const [i, { state, at }] of stages.entries()) {
        if (i === 0) continue
        expect(order.indexOf(state)).toBeGreaterThan(order.indexOf(stages[i - 1].state))
        expect(at).toBeGreaterThanOrEqual(stages[i - 1].at)
      }
      expect(['done', 'withdrawn']).toContain(stages[stages.length - 1].state)
    }
  })

  it('is stamped from its anchor on', () => {
    const anchor = Date.parse('2026-11-22T11:00:00Z')
    for (const request of requests.slice(0, 40)) {
      const items: unknown = JSON.parse(bodyOf(request, { anchor, name: '7-x' }))
      expect(items).toHaveLength(request.items.length)
    }
    const [report] = states
    const body = bodyOf(
      { sentAt: report.reportedAt, source: 'incidents', items: [report] },
      { anchor, name: '7-x' },
    )
    expect(JSON.parse(body)).toEqual([
      {
        id: '7-x-000001',
        kind: report.kind,
        level: report.level,
        channel: report.channel,
        lng: report.lng,
        lat: report.lat,
        status: 'new',
        reportedAt: new Date(anchor + report.reportedAt).toISOString(),
        dueAt: new Date(anchor + report.dueAt).toISOString(),
      },
    ])
  })
})

function stamps({ reportedAt, dispatchedAt, arrivedAt, closedAt }: SimulatedIncident): number[] {
  return [reportedAt, dispatchedAt, arrivedAt, closedAt].filter((instant) => instant !== null)
}
