import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { readPlanningCity } from '../../../api/planning/cityFromDatabase.ts'
import type { PlanningCity } from '../../../api/planning/cityInputs.ts'
import {
  type Access,
  roadNetwork,
  roadSeconds,
  UNIT_SPEEDS,
  type UnitKind,
} from '../../../api/planning/roadNetwork.ts'
import { TravelTimes } from '../../../api/planning/travelTimes.ts'
import { createRandom } from '../../../geodata/random.ts'
import { asSuperuser, openTestDatabase, type TestDatabase } from '../../setup/database.ts'

/** Why it cannot be compared here; undefined: it can. */
function missing(): string | undefined {
  if (inject('postgresUrl') === null) return 'there is no PostgreSQL'
  return existsSync('/usr/share/postgresql/15/extension/pgrouting.control')
    ? undefined
    : 'there is no pgRouting (Debian: apt-get install postgresql-15-pgrouting)'
}

const reason = missing()
if (reason) console.log(`the comparison with pgRouting is skipped: ${reason}`)

const KINDS: UnitKind[] = ['car', 'motorcycle', 'foot']

describe.skipIf(reason !== undefined)('travel times beside pgRouting, on the demo city', () => {
  let database: TestDatabase
  let city: PlanningCity
  let closed: Set<number>

  beforeAll(async () => {
    database = await openTestDatabase({ kind: 'postgres', seeded: true })
    const name = new URL(database.databaseUrl ?? '').pathname.slice(1)
    await asSuperuser((client) => client.query('CREATE EXTENSION pgrouting'), name)
    city = await readPlanningCity(database, 'shuifu')
    const random = createRandom(3, 'closed')
    closed = new Set(city.roads.filter(() => random.chance(0.03)).map(({ id }) => id))
  })
  afterAll(() => database.close())

  /** Roads as pgRouting wants them, both ways alike, with the same speeds told in SQL. */
  const edges = (kind: UnitKind, without: ReadonlySet<number>) => {
    const { factor, mostKmh, without: classes } = UNIT_SPEEDS[kind]
    const names = classes.map((each) => `'${each}'`)
    return `SELECT id, from_node AS source, to_node AS target,
      length_m * 3.6 / least(${mostKmh}::float8, ${factor}::float8 * speed_kmh) AS cost
      FROM roads WHERE city_code = 'shuifu'
        ${names.length > 0 ? `AND class NOT IN (${names.join(',')})` : ''}
        ${without.size > 0 ? `AND id NOT IN (${[...without].join(',')})` : ''}`
  }

  /** Ours: seconds from a junction to all, by the id of the junction; none where there is no way. */
  const ours = (kind: UnitKind, without: ReadonlySet<number>, node: number, longest?: number) => {
    const network = roadNetwork(city.roads)
    const seconds = roadSeconds(network, UNIT_SPEEDS[kind], without)
    const road = city.roads.findIndex(
      ({ fromNode, toNode }, index) =>
        (fromNode === node || toNode === node) && Number.isFinite(seconds[index]),
    )
    const from: Access = { road, along: city.roads[road].fromNode === node ? 0 : 1, offRoadM: 0 }
    const found = new TravelTimes(network, seconds, UNIT_SPEEDS[kind]).toJunctions(from, longest)
    const times = new Map<number, number>()
    city.roads.forEach(({ fromNode, toNode }, index) => {
      for (const [id, at] of [
        [fromNode, network.fromNode[index]],
        [toNode, network.toNode[index]],
      ]) {
        if (Number.isFinite(found[at])) times.set(id, found[at])
      }
    })
    return times
  }

  /** Junctions some open road leads to. */
  const junctions = (kind: UnitKind, without: ReadonlySet<number>, count: number) => {
    const seconds = roadSeconds(roadNetwork(city.roads), UNIT_SPEEDS[kind], without)
    const open = city.roads.flatMap(({ fromNode }, index) =>
      Number.isFinite(seconds[index]) ? [fromNode] : [],
    )
    return createRandom(9, kind)
      .shuffled([...new Set(open)])
      .slice(0, count)
  }

  const compare = (
    own: Map<number, number>,
    theirs: readonly { node: number; cost: number }[],
    from: number,
  ) => {
    const others = new Map(theirs.map(({ node, cost }) => [Number(node), cost]))
    others.set(from, 0)
    expect([...own.keys()].sort((a, b) => a - b)).toEqual([...others.keys()].sort((a, b) => a - b))
    for (const [node, time] of own) {
      const other = others.get(node) ?? Number.NaN
      if (Math.abs(time - other) > 1e-9 * Math.max(1, other)) expect([node, time]).toEqual([node, other])
    }
  }

  test.each(KINDS)(
    'by %s they equal pgr_dijkstraCost to 1e-9, with and without closed roads',
    async (kind) => {
      for (const without of [new Set<number>(), closed]) {
        const starts = junctions(kind, without, 6)
        const rows = await database.query<{ start: number; node: number; cost: number }>(
          `SELECT start_vid AS start, end_vid AS node, agg_cost AS cost FROM pgr_dijkstraCost($1, $2::bigint[],
           ARRAY(SELECT DISTINCT unnest(ARRAY[from_node, to_node])::bigint FROM roads WHERE city_code = 'shuifu'), false)`,
          [edges(kind, without), starts],
        )
        for (const start of starts) {
          compare(
            ours(kind, without, start),
            rows.filter((row) => Number(row.start) === start),
            start,
          )
        }
      }
    },
  )

  test.each(KINDS)('what is within 1, 3 and 5 minutes by %s equals pgr_drivingDistance', async (kind) => {
    for (const minutes of [1, 3, 5]) {
      for (const start of junctions(kind, closed, 4)) {
        const rows = await database.query<{ node: number; cost: number }>(
          'SELECT node, agg_cost AS cost FROM pgr_drivingDistance($1, $2::bigint, $3::float8, false)',
          [edges(kind, closed), start, 60 * minutes],
        )
        compare(ours(kind, closed, start, 60 * minutes), rows, start)
      }
    }
  })
})
