import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type Access,
  type NetworkRoad,
  roadNetwork,
  roadSeconds,
  UNIT_SPEEDS,
  type UnitKind,
} from '../../../api/planning/roadNetwork.ts'
import { TravelTimes } from '../../../api/planning/travelTimes.ts'
import { plannedRoads } from '../../../db/queries/planning.ts'
import type { Position } from '../../../geodata/city.ts'
import { createRandom } from '../../../geodata/random.ts'
import { databaseKinds, openTestDatabase, type TestDatabase } from '../../setup/database.ts'

const MINUTES = [1, 3, 5]
const KINDS: UnitKind[] = ['car', 'motorcycle', 'foot']

let database: TestDatabase
let roads: NetworkRoad[]
/** Junctions on streets all kinds may take. */
let starts: { road: number; node: number }[]
let closed: Set<number>

beforeAll(async () => {
  database = await openTestDatabase({ kind: databaseKinds().at(-1) ?? 'pglite', seeded: true })
  roads = await plannedRoads(database, 'shuifu')
  const random = createRandom(4, 'isochrones')
  const streets = roads.flatMap((road, index) =>
    road.class === 'residential' ? [{ road: index, node: road.fromNode }] : [],
  )
  starts = random.shuffled(streets).slice(0, 6)
  const own = new Set(starts.map(({ road }) => roads[road].id))
  closed = new Set(roads.filter(({ id }) => !own.has(id) && random.chance(0.05)).map(({ id }) => id))
})

afterAll(() => database.close())

/** Seconds along a road as the table of speeds says, told again here. */
function along(kind: UnitKind, road: NetworkRoad): number {
  const { factor, mostKmh, without } = UNIT_SPEEDS[kind]
  return without.some((each) => each === road.class)
    ? Number.POSITIVE_INFINITY
    : (road.lengthM * 3.6) / Math.min(mostKmh, factor * road.speedKmh)
}

/** Seconds from a junction to every other: edges relaxed until none helps (Bellman and Ford). */
function plainTimes(kind: UnitKind, shut: ReadonlySet<number>, from: number): Map<number, number> {
  const times = new Map([[from, 0]])
  const open = roads.filter(({ id }) => !shut.has(id))
  for (let changed = true; changed; ) {
    changed = false
    for (const road of open) {
      const seconds = along(kind, road)
      for (const [a, b] of [
        [road.fromNode, road.toNode],
        [road.toNode, road.fromNode],
      ]) {
        const time = (times.get(a) ?? Number.POSITIVE_INFINITY) + seconds
        if (time < (times.get(b) ?? Number.POSITIVE_INFINITY)) {
          times.set(b, time)
          changed = true
        }
      }
    }
  }
  return times
}

function travel(kind: UnitKind, shut: ReadonlySet<number>): TravelTimes {
  const network = roadNetwork(roads)
  return new TravelTimes(network, roadSeconds(network, UNIT_SPEEDS[kind], shut), UNIT_SPEEDS[kind])
}

const access = (road: number): Access => ({ road, along: 0, offRoadM: 0 })

/** Metres by the ruler of the plane at the line's latitude. */
function metres(lines: readonly (readonly Position[])[]): number {
  let sum = 0
  for (const line of lines) {
    line.slice(1).forEach(([lng, lat], index) => {
      const [lng0, lat0] = line[index]
      sum += 111_195 * Math.hypot((lng - lng0) * Math.cos((lat * Math.PI) / 180), lat - lat0)
    })
  }
  return sum
}

describe('isochrones of 1, 3 and 5 minutes on the demo city', () => {
  test.each(KINDS)(
    'by %s they hold what is reached in time, and all of it, with and without closed roads',
    (kind) => {
      for (const shut of [new Set<number>(), closed]) {
        const times = travel(kind, shut)
        const { road, node } = starts[0]
        const plain = plainTimes(kind, shut, node)
        for (const minutes of MINUTES) {
          const lines = times.isochrone(access(road), 60 * minutes)
          // Each road as far as from its two ends, as a share of its line's own length.
          let expected = 0
          for (const each of roads) {
            const seconds = along(kind, each)
            if (shut.has(each.id) || !Number.isFinite(seconds)) continue
            const reach = (end: number) =>
              Math.max(
                0,
                Math.min(1, (60 * minutes - (plain.get(end) ?? Number.POSITIVE_INFINITY)) / seconds),
              )
            expected += Math.min(1, reach(each.fromNode) + reach(each.toNode)) * metres([each.line])
          }
          expect(expected).toBeGreaterThan(0)
          expect(Math.abs(metres(lines) / expected - 1)).toBeLessThan(0.01)
        }
      }
    },
  )

  test('1 minute lies within 3, 3 within 5; who is quicker everywhere reaches what the slower do; closures only shrink', () => {
    for (const { road } of starts) {
      const reached = new Map<string, Set<number>>()
      for (const kind of KINDS) {
        for (const [name, shut] of [
          ['open', new Set<number>()],
          ['closed', closed],
        ] as const) {
          const times = travel(kind, shut)
          let before = 0
          for (const minutes of MINUTES) {
            const found = times.toJunctions(access(road), 60 * minutes)
            reached.set(
              `${kind} ${name} ${minutes}`,
              new Set(Array.from(found.keys()).filter((at) => found[at] <= 60 * minutes)),
            )
            const length = metres(times.isochrone(access(road), 60 * minutes))
            expect(length).toBeGreaterThan(before)
            before = length
          }
        }
      }
      const isWithin = (inner: string, outer: string) =>
        [...(reached.get(inner) ?? [])].every((at) => reached.get(outer)?.has(at))
      for (const minutes of MINUTES) {
        for (const name of ['open', 'closed']) {
          // Cars keep up less of a street's speed than motorcycles do, but both more than who walks.
          expect(isWithin(`foot ${name} ${minutes}`, `motorcycle ${name} ${minutes}`)).toBe(true)
          expect(isWithin(`foot ${name} ${minutes}`, `car ${name} ${minutes}`)).toBe(true)
        }
        for (const kind of KINDS) {
          expect(isWithin(`${kind} closed ${minutes}`, `${kind} open ${minutes}`)).toBe(true)
          if (minutes > 1) {
            const inner = minutes === 3 ? 1 : 3
            expect(isWithin(`${kind} closed ${inner}`, `${kind} closed ${minutes}`)).toBe(true)
          }
        }
      }
    }
  })
})
