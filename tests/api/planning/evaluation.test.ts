import { beforeAll, describe, expect, test } from 'vitest'
import { routingFaults } from '../../../api/planning/answerChecks.ts'
import { planningCityOf } from '../../../api/planning/cityFromGround.ts'
import type { PlanningCity } from '../../../api/planning/cityInputs.ts'
import { CityTravel } from '../../../api/planning/cityTravel.ts'
import { KOPER } from '../../../api/planning/dosage.ts'
import {
  type EvaluationGround,
  operationEffect,
  PlanPresence,
  placement,
} from '../../../api/planning/evaluation.ts'
import { hotspotStops, hoursOfShift } from '../../../api/planning/hotspotStops.ts'
import type { RouteTrack } from '../../../api/planning/routeStays.ts'
import { RouteTracks } from '../../../api/planning/routeStays.ts'
import { routeSurprise } from '../../../api/planning/routeSurprise.ts'
import type { RoutingAnswer } from '../../../api/planning/routing.ts'
import { planRoutes } from '../../../api/planning/ruinAndRecreate.ts'
import { SAMPLE_STREETS, type UnitRoute, unitRoute } from '../../../api/planning/shiftRoutes.ts'
import { cellWorkload, SAMPLE_WORKLOAD, weightedIncidents } from '../../../api/planning/workload.ts'
import { createToyCity, TOY_AS_OF } from '../../factories/toyCity.ts'

const SHIFT = { hourOfWeek: 4 * 24 + 15, hours: 4 }
const START_S = SHIFT.hourOfWeek * 3600
const SEEN = { strength: 3, vehicle: true, lights: true }

let city: PlanningCity
let travel: CityTravel
let ground: EvaluationGround
let unit: UnitRoute
let answers: RoutingAnswer[]
let tracks: RouteTrack[]

beforeAll(() => {
  const { ground: toy, things } = createToyCity()
  city = planningCityOf(toy, things, TOY_AS_OF.getTime())
  travel = new CityTravel(city, 'car')
  const cells = Array.from(city.cells.ids.keys())
  const weights = weightedIncidents(city, SAMPLE_WORKLOAD, new Set(hoursOfShift(SHIFT)))
  const stops = hotspotStops(city, cells, SHIFT, SAMPLE_WORKLOAD)
  ground = {
    city,
    travel,
    workload: cellWorkload(city),
    weights,
    stops,
    rule: KOPER,
    shift: { from: START_S, to: START_S + SHIFT.hours * 3600 },
  }
  unit = unitRoute(city, travel, {
    squad: 0,
    cells,
    post: travel.cells[0],
    stops,
    taken: new Set(),
    weights,
    equity: 0,
    given: new Float64Array(city.grids.areas.length),
    shiftS: SHIFT.hours * 3600,
    rule: { ...SAMPLE_STREETS.car, most: 12 },
  })
  answers = [1, 2, 3].map((seed) => planRoutes(unit.problem, { seconds: 20, steps: 300, seed }))
  const follower = new RouteTracks(city, travel)
  tracks = answers.map(({ routes }) => follower.follow(unit, routes[0], START_S, SEEN))
})

describe('a unit on its route', () => {
  test('can be driven, and is somewhere at every moment until it is back', () => {
    for (const [index, answer] of answers.entries()) {
      expect(routingFaults(unit.problem, answer)).toEqual([])
      const { stays, endS } = tracks[index]
      expect(stays[0].from).toBe(START_S)
      for (let at = 1; at < stays.length; at++) expect(stays[at].from).toBeCloseTo(stays[at - 1].to, 6)
      expect(stays.at(-1)?.to).toBeCloseTo(endS, 6)
      expect(endS).toBeLessThanOrEqual(START_S + SHIFT.hours * 3600 + 1)
    }
  })

  test('goes on from junction to junction: each road meets the one before', () => {
    for (const { roads } of tracks) {
      for (let at = 1; at < roads.length; at++) {
        const [a, b] = [city.roads[roads[at - 1]], city.roads[roads[at]]]
        const isJoined = [a.fromNode, a.toNode].some((node) => node === b.fromNode || node === b.toNode)
        expect(isJoined).toBe(true)
      }
    }
  })

  test('stops where and when it was asked to', () => {
    for (const [index, answer] of answers.entries()) {
      const summary = new PlanPresence(ground, [tracks[index]]).summary()
      const done = unit.jobs.filter((job, at) => 'stop' in job && !answer.unserved.includes(at)).length
      expect(summary.stops.paid).toBeGreaterThanOrEqual(done)
      expect(summary.stops.owed).toBe(ground.stops.length)
    }
  })
})

describe('what a plan brings', () => {
  test('the minutes of all micro-grids are the minutes units were out', () => {
    const { minutes, totalMinutes } = new PlanPresence(ground, tracks).summary()
    const out = tracks.reduce((sum, { endS }) => sum + (endS - START_S) / 60, 0)
    expect(totalMinutes).toBeCloseTo(out, 3)
    expect(minutes.reduce((sum, each) => sum + each, 0)).toBeCloseTo(totalMinutes, 9)
  })

  test('visibility by hour of the week adds up to the same, in its hours only', () => {
    const presence = new PlanPresence(ground, tracks)
    const { officers, vehicles, lights } = presence.visibility
    const { totalMinutes } = presence.summary()
    const sum = (values: Float64Array) => values.reduce((total, each) => total + each, 0)
    expect(sum(vehicles)).toBeCloseTo(totalMinutes, 6)
    expect(sum(lights)).toBeCloseTo(totalMinutes, 6)
    expect(sum(officers)).toBeCloseTo(SEEN.strength * totalMinutes, 6)
    vehicles.forEach((each, hour) => {
      if (!hoursOfShift(SHIFT).includes(hour)) expect(each).toBe(0)
    })
  })

  test('a changed route looked at alone gives what looking at all anew gives, and back again', () => {
    const presence = new PlanPresence(ground, [tracks[0], tracks[1]])
    const first = presence.summary()
    const before = presence.replace(1, tracks[2])
    const anew = new PlanPresence(ground, [tracks[0], tracks[2]]).summary()
    const changed = presence.summary()
    expect(changed.stops).toEqual(anew.stops)
    expect(changed.streetsKm).toBeCloseTo(anew.streetsKm, 9)
    expect(changed.equity.gini).toBeCloseTo(anew.equity.gini, 9)
    changed.minutes.forEach((each, cell) => {
      expect(each).toBeCloseTo(anew.minutes[cell], 9)
    })
    presence.replace(1, before)
    expect(presence.summary().totalMinutes).toBeCloseTo(first.totalMinutes, 9)
    expect(() => presence.replace(9, before)).toThrow(/route/)
  })

  test('reach grows with the minutes and with another post', () => {
    const posts = travel.accessOf(city.posts.map(({ point }) => point))
    const one = placement(ground, city.grids.squad, posts.slice(0, 1))
    const two = placement(ground, city.grids.squad, posts.slice(0, 2))
    for (const key of ['calls', 'residents'] as const) {
      for (let at = 1; at < one.reach.length; at++) {
        expect(one.reach[at][key]).toBeGreaterThanOrEqual(one.reach[at - 1][key])
      }
      two.reach.forEach((each, at) => {
        expect(each[key]).toBeGreaterThanOrEqual(one.reach[at][key])
      })
    }
    expect(two.meanTravelS).toBeLessThanOrEqual(one.meanTravelS)
  })

  test('an operation is judged by its own days and as many before', () => {
    const cells = Array.from(city.cells.ids.keys())
    const [treated, control] = [cells.slice(0, 2), cells.slice(2, 4)]
    const effect = operationEffect(city, { treated, control, from: 60, to: 20 })
    const counted = (own: number[], from: number, to: number) =>
      city.incidents.cell.reduce((sum, cell, index) => {
        const ago = city.incidents.daysAgo[index]
        return sum + (own.includes(cell) && ago >= to && ago < from ? 1 : 0)
      }, 0)
    const local =
      counted(treated, 60, 20) -
      counted(treated, 100, 60) -
      (counted(control, 60, 20) - counted(control, 100, 60))
    expect(effect.local).toBe(local)
    expect(() => operationEffect(city, { treated, control, from: 20, to: 60 })).toThrow(/operation/)
  })
})

describe('surprise of routes', () => {
  const stopsOf = (answer: RoutingAnswer) =>
    (answer.routes[0]?.stops ?? []).flatMap(({ job }) => {
      const what = unit.jobs[job]
      return 'stop' in what ? [what.stop.cell] : []
    })

  test('one route every day is guessed whole; several at one cost are taken alike and guessed less', () => {
    const options = { allowance: 0, startS: START_S, seed: 1, daysWatched: 7 }
    const only = routeSurprise([{ track: tracks[0], stops: stopsOf(answers[0]), cost: 5 }], options)
    expect([only.precision, only.recall]).toEqual([1, 1])
    expect(only.recallByDays).toEqual([1, 3, 7, 14].map((days) => [days, 1]))
    const several = routeSurprise(
      tracks.map((track, index) => ({ track, stops: stopsOf(answers[index]), cost: 5 })),
      options,
    )
    for (const chance of several.chances) expect(chance).toBeCloseTo(1 / 3, 9)
    expect(several.recall).toBeLessThanOrEqual(1)
    expect(several.entropyRate).toBeGreaterThanOrEqual(only.entropyRate - 1e-9)
  })

  test('who remembers more days of a drawn route guesses otherwise, and what is asked for is among what is told', () => {
    const drawn = (daysWatched: number) =>
      routeSurprise(
        tracks.map((track, index) => ({ track, stops: stopsOf(answers[index]), cost: 5 })),
        { allowance: 0, startS: START_S, seed: 1, daysWatched },
      )
    const asked = drawn(5)
    expect(asked.recallByDays.map(([days]) => days)).toEqual([1, 3, 5, 7, 14])
    expect(new Map(asked.recallByDays).get(5)).toBe(asked.recall)
    // One of three at random: only what two of them share is guessed by who waits for a majority.
    expect(drawn(14).recall).not.toBe(drawn(1).recall)
    expect(() => drawn(0)).toThrow('days: expected')
  })
})
