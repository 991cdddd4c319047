import { describe, expect, test } from 'vitest'
import type { LiveFix, LiveIncident, LiveUnit } from '../../../api/live/messages.ts'
import { filterFeed, isOverdue, noFilter } from '../../../web/live/feedFilter.ts'
import { glideTo, glideX, isGliding, paceOf, standing } from '../../../web/live/glide.ts'
import { LiveStore } from '../../../web/live/liveStore.ts'
import { decodeNear, encodeNear } from '../../../web/live/nearPoint.ts'
import { soundOf } from '../../../web/live/sounds.ts'
import { staleMinutes, strengthOf } from '../../../web/live/staleness.ts'
import { StorePicture } from '../../../web/live/storePicture.ts'
import { mostFixes, Track } from '../../../web/live/track.ts'
import { liveIncident, liveUnit, startedAt } from './liveThings.ts'

const everywhere = [-180, -90, 180, 90] as const
const iso = (s: number) => new Date(startedAt + 1000 * s).toISOString()
const fix = (unitId: number, s: number, lng: number, lat = 28.62): LiveFix => ({
  unitId,
  lng,
  lat,
  at: iso(s),
  headingDeg: 90,
  speedMs: 10,
  synthetic: true,
})

/** A store and its picture at a clock the test turns. */
function stage({ reducedMotion = false } = {}) {
  let now = startedAt
  let number = 0
  const store = new LiveStore(
    () => undefined,
    () => now,
  )
  const picture = new StorePicture(store)
  picture.choose({ groupOf: () => 'traffic', kinds: null, selectedUnit: null, reducedMotion })
  return {
    store,
    picture,
    /** Sets the clock, seconds after the start. */
    at(s: number) {
      now = startedAt + 1000 * s
    },
    incident(change: Partial<LiveIncident>) {
      store.receive(String(++number), [{ topic: 'incident', incident: liveIncident(change) }])
      store.flush()
    },
    unit(change: Partial<LiveUnit>) {
      store.receive(String(++number), [{ topic: 'unit', unit: liveUnit(change) }])
      store.flush()
    },
    fix(told: LiveFix) {
      store.receive(String(++number), [{ topic: 'position', fix: told }])
      store.flush()
    },
    /** From so near that each millisecond of a glide is seen. */
    frame: (ms: number) => picture.frame(ms, everywhere, 0.01),
  }
}

describe('gliding', () => {
  const perMetre = 1e-5

  test('from where the mark is to the new fix, in the time between fixes, and no further', () => {
    const glide = glideTo(standing(0, 0), 10 * perMetre, 0, 1000, 0, perMetre, false)
    expect(glideX(glide, 500)).toBeCloseTo(5 * perMetre)
    expect(glideX(glide, 1000)).toBeCloseTo(10 * perMetre)
    expect(glideX(glide, 9000)).toBeCloseTo(10 * perMetre)
    expect(isGliding(glide, 999)).toBe(true)
    expect(isGliding(glide, 1001)).toBe(false)
    expect(paceOf(glide, 500)).toBeCloseTo(10 * perMetre)
    expect(paceOf(glide, 1500)).toBe(0)
  })

  test('a fix that comes early takes the mark on from where it is: no jump', () => {
    const first = glideTo(standing(0, 0), 10 * perMetre, 0, 1000, 0, perMetre, false)
    const second = glideTo(first, 20 * perMetre, 0, 1000, 400, perMetre, false)
    expect(glideX(second, 400)).toBeCloseTo(4 * perMetre)
  })

  test('it jumps where the way is not known, or where no motion is wanted', () => {
    expect(glideTo(standing(0, 0), 5000 * perMetre, 0, 1000, 0, perMetre, false).durationMs).toBe(0)
    expect(glideTo(standing(0, 0), 10 * perMetre, 0, 600_000, 0, perMetre, false).durationMs).toBe(0)
    expect(glideTo(standing(0, 0), 10 * perMetre, 0, 1000, 0, perMetre, true).durationMs).toBe(0)
  })
})

describe('the picture of the store', () => {
  test('nothing changed: the same versions, and nothing to wait for soon', () => {
    const { picture, incident, unit, fix: tell, frame } = stage()
    incident({ id: 1 })
    unit({ id: 7 })
    tell(fix(7, 0, 104.4))
    const first = frame(0)
    const again = frame(16)
    expect(again.versions).toEqual(first.versions)
    expect(again.units).toBe(first.units)
    expect(picture.restsFor(16, 5)).toBeGreaterThan(1000)
  })

  test('a unit glides between fixes frame by frame, then stands', () => {
    const { picture, unit, fix: tell, frame } = stage()
    unit({ id: 7 })
    tell(fix(7, 0, 104.4))
    frame(0)
    tell(fix(7, 1, 104.4001))
    const { units, versions } = frame(100)
    expect(units[0].lng).toBeCloseTo(104.4, 8)
    expect(frame(600).units[0].lng).toBeCloseTo(104.40005, 7)
    expect(frame(600).versions.units).toBeGreaterThan(versions.units)
    expect(picture.restsFor(600, 1)).toBeLessThan(100)
    expect(frame(1100).units[0].lng).toBeCloseTo(104.4001, 8)
    const stood = frame(1200).versions.units
    expect(frame(1300).versions.units).toBe(stood)
    expect(picture.pointOf('unit', 7)?.[0]).toBeCloseTo(104.4001, 8)
  })

  test('from afar a glide below half a pixel is not drawn frame by frame', () => {
    const { picture, unit, fix: tell, frame } = stage()
    unit({ id: 7 })
    tell(fix(7, 0, 104.4))
    frame(0)
    tell(fix(7, 1, 104.4001))
    frame(100)
    expect(picture.restsFor(100, 60)).toBeGreaterThan(300)
  })

  test('with reduced motion a unit stands at its fix at once', () => {
    const { unit, fix: tell, frame } = stage({ reducedMotion: true })
    unit({ id: 7 })
    tell(fix(7, 0, 104.4))
    frame(0)
    tell(fix(7, 1, 104.4001))
    expect(frame(20).units[0].lng).toBeCloseTo(104.4001, 8)
  })

  test('a unit not heard for long is stale, and says for how many minutes; off duty it is gone', () => {
    const { at, unit, fix: tell, frame } = stage()
    unit({ id: 7 })
    tell(fix(7, 0, 104.4))
    expect(frame(0).units[0].staleMinutes).toBeNull()
    at(200)
    expect(frame(20_000).units[0].staleMinutes).toBe(3)
    unit({ id: 7, state: 'offDuty' })
    expect(frame(20_016).units).toEqual([])
  })

  test('incidents age, move through their stages, and leave some time after they were closed', () => {
    const { at, incident, frame } = stage()
    incident({ id: 1 })
    expect(frame(0).incidents[0]).toMatchObject({
      stage: 'new',
      strength: 1,
      ageMinutes: 0,
      group: 'traffic',
    })
    incident({ id: 1, status: 'onScene' })
    expect(frame(300).incidents[0].stage).toBe('onScene')
    at(7200)
    const aged = frame(20_000).incidents[0]
    expect(aged.ageMinutes).toBe(120)
    expect(aged.strength).toBeLessThan(0.9)
    incident({ id: 1, status: 'closed', closedAt: iso(7200) })
    expect(frame(20_300).incidents[0]).toMatchObject({ stage: 'closed', ageMinutes: null })
    at(7200 + 31 * 60)
    const last = frame(40_000)
    expect(last.incidents).toEqual([])
    expect(last.incidentIds.size).toBe(0)
  })

  test('what comes after a calm is drawn in the next frame, a flood together four times a second', () => {
    const { picture, incident, frame } = stage()
    incident({ id: 1 })
    expect(picture.drawnIn(0, 1)).toBeLessThanOrEqual(0)
    expect(frame(0).incidents).toHaveLength(1)
    incident({ id: 2 })
    incident({ id: 3 })
    expect(picture.drawnIn(100, 1)).toBe(150)
    expect(frame(100).incidents).toHaveLength(1)
    expect(frame(250).incidents).toHaveLength(3)
    expect(picture.drawnIn(260, 1)).toBe(Number.POSITIVE_INFINITY)
  })

  test('a moving map draws units where they were until half a pixel can be seen', () => {
    const { picture, unit, fix: tell } = stage()
    unit({ id: 7 })
    tell(fix(7, 0, 104.4))
    picture.frame(0, everywhere, 10)
    tell(fix(7, 1, 104.4001))
    picture.frame(300, everywhere, 10)
    const { units } = picture.frame(800, everywhere, 10)
    const [{ lng }] = units
    const { versions } = picture.frame(801, everywhere, 10)
    expect(picture.frame(850, everywhere, 10).versions).toEqual(versions)
    picture.frame(1010, everywhere, 10)
    expect(units[0].lng).toBeGreaterThan(lng)
  })

  test('only the kinds of the view are drawn', () => {
    const { picture, incident, frame } = stage()
    incident({ id: 1, kind: '010100' })
    incident({ id: 2, kind: '020100' })
    picture.choose({
      groupOf: () => 'other',
      kinds: new Set(['020100']),
      selectedUnit: null,
      reducedMotion: false,
    })
    expect(frame(0).incidents.map(({ id }) => id)).toEqual([2])
    expect([...frame(0).incidentIds]).toEqual([2])
  })

  test('trails: of the units in view, newest last; the selected one has all of its own', () => {
    const { picture, unit, fix: tell, store } = stage()
    unit({ id: 7 })
    unit({ id: 8 })
    for (let s = 0; s < 20; s++) {
      tell(fix(7, s, 104.4 + s / 1e4))
      tell(fix(8, s, 110 + s / 1e4))
    }
    const box = [104, 28, 105, 29] as const
    const { trails } = picture.frame(0, box, 1)
    expect(trails.map(({ unitId }) => unitId)).toEqual([7])
    expect(trails[0].points).toHaveLength(40)
    expect(trails[0].points[38]).toBeGreaterThan(trails[0].points[0])
    picture.choose({ groupOf: () => 'other', kinds: null, selectedUnit: 8, reducedMotion: false })
    expect(picture.frame(600, box, 1).trails.find(({ unitId }) => unitId === 8)?.selected).toBe(true)
    expect(store.track(8)?.count).toBe(20)
  })
})

describe('a track', () => {
  const told = (s: number) => ({ lng: s, lat: 28, at: 1000 * s, heading: null, speed: null })

  test('late and doubled fixes are sorted out, and the oldest make room', () => {
    const track = new Track()
    for (const s of [3, 1, 2, 2, 1]) track.add(told(s), 1)
    expect([...track.at.subarray(0, track.count)]).toEqual([1000, 2000, 3000])
    for (let s = 4; s < 4 + mostFixes; s++) track.add(told(s), 2)
    expect(track.count).toBe(mostFixes)
    expect(track.at[0]).toBe(4000)
    expect(track.add(told(0), 3)).toBe(false)
  })
})

describe('the feed', () => {
  const incidents = [
    liveIncident({ id: 1, level: 1, kind: 'a', reportedAt: iso(1) }),
    liveIncident({ id: 2, level: 3, kind: 'b', reportedAt: iso(3) }),
    liveIncident({ id: 3, level: 1, kind: 'a', status: 'closed', reportedAt: iso(2) }),
  ]
  const ids = (filter: Partial<typeof noFilter>, kinds?: string[]) =>
    filterFeed(incidents, { ...noFilter, ...filter }, (kind) => `group ${kind}`, kinds, null).map(
      ({ id }) => id,
    )

  test('newest first, by level, stage, group of kinds and the kinds of the view', () => {
    expect(ids({})).toEqual([2, 3, 1])
    expect(ids({ levels: [1] })).toEqual([3, 1])
    expect(ids({ levels: [1], stages: ['new'] })).toEqual([1])
    expect(ids({ groups: ['group b'] })).toEqual([2])
    expect(ids({}, ['a'])).toEqual([3, 1])
    expect(ids({ squads: [5] })).toEqual([])
  })

  test('overdue is open and past its time', () => {
    const due = liveIncident({ dueAt: iso(60) })
    expect(isOverdue(due, startedAt + 30_000)).toBe(false)
    expect(isOverdue(due, startedAt + 61_000)).toBe(true)
    expect(isOverdue({ ...due, status: 'closed' }, startedAt + 61_000)).toBe(false)
  })

  test('the gravest of what is new sounds, when sounds are on and its level is wanted', () => {
    expect(soundOf({ incidents }, { on: false, from: 4 })).toBeNull()
    expect(soundOf({ incidents }, { on: true, from: 4 })).toBe(1)
    expect(soundOf({ incidents: [incidents[1]] }, { on: true, from: 2 })).toBeNull()
    expect(soundOf({ incidents: [] }, { on: true, from: 4 })).toBeNull()
  })
})

test('ages: strength falls and stays above nothing, staleness begins after a minute and a half', () => {
  expect(strengthOf(0, false)).toBe(1)
  expect(strengthOf(24 * 3_600_000, false)).toBeGreaterThan(0.3)
  expect(strengthOf(0, true)).toBeLessThan(1)
  expect([60_000, 89_000, 91_000, 600_000, -5000].map(staleMinutes)).toEqual([null, null, 1, 10, null])
})

test('a place in the address comes back, anything else is none', () => {
  expect(decodeNear(encodeNear([104.4012345678, 28.62]))).toEqual([104.401235, 28.62])
  for (const text of [undefined, '', '104', '200,10', '10,95', 'a,b', '1,2,3'])
    expect(decodeNear(text)).toBeNull()
})
