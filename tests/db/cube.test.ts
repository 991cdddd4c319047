import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CityCube } from '../../api/cube/cityCube.ts'
import { KindTree } from '../../api/cube/kindTree.ts'
import type { Database, Queryable } from '../../db/client.ts'
import { listKinds } from '../../db/queries/catalog.ts'
import { deleteCity } from '../../db/queries/cities.ts'
import {
  type CellCountRow,
  type CubePosition,
  countByCellFromPlanes,
  foldChanges,
  readChanges,
  readCounted,
  rebuildPlanes,
  verifyPlanes,
} from '../../db/queries/cube.ts'
import {
  CELLS,
  cubeCity,
  kindCodes,
  type Report,
  writeBoundaryVersion,
  writeCubeCity,
  writeIncidents,
} from '../factories/cubeCity.ts'
import { databaseKinds, openTestDatabase, type TestDatabase } from '../setup/database.ts'

// Histories. A small count gates CI; GRIDWALL_RUNS=500 PROPERTY_SEED=8 looks longer, and elsewhere.
const RUNS = Number(process.env.GRIDWALL_RUNS ?? 20)
/** Windows compared at the middle and at the end of a history, each with every way to count it. */
const WINDOWS = 10

const START_MS = Date.parse('2026-06-01T00:00:00Z')
const DAYS = 40

/** Any instant of forty days, often on the midnight of the city's time zone, where planes end. */
const instants = fc
  .oneof(
    fc.integer({ min: 0, max: DAYS * 86_400 - 1 }),
    fc.integer({ min: 1, max: DAYS }).map((day) => day * 86_400 - 8 * 3600),
  )
  .map((second) => new Date(START_MS + second * 1000))
/** A few cells get most. */
const cellIds = fc.option(fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: CELLS })), {
  freq: 8,
})
const reports: fc.Arbitrary<Report> = fc.record({
  kind: fc.constantFrom(...kindCodes),
  cellId: cellIds,
  reportedAt: instants,
})
/** Which of the rows there are when its turn comes. */
const picks = fc.nat({ max: 1_000_000 })

type Step =
  | { do: 'insert'; reports: Report[] }
  | { do: 'burst'; report: Report; count: number }
  | { do: 'move'; pick: number; cellId: number | null }
  | { do: 'reclassify'; pick: number; kind: string }
  | { do: 'retime'; pick: number; reportedAt: Date }
  | { do: 'close'; pick: number }
  | { do: 'moveAll'; from: number; cellId: number | null }
  | { do: 'merge'; pick: number; into: number }
  | { do: 'unmerge' }
  | { do: 'delete'; pick: number }
  | { do: 'undone'; reports: Report[] }
  | { do: 'version' }
  | { do: 'dispute'; kind: string }
  | { do: 'hang'; kind: string; parent: string | null }
  | { do: 'bulk'; reports: Report[] }
  | { do: 'fold'; keepLogS: number }
  | { do: 'rebuild' }
  | { do: 'follow' }

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('insert' as const),
      reports: fc.array(reports, { minLength: 1, maxLength: 60 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('burst' as const),
      report: reports,
      count: fc.integer({ min: 20, max: 120 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('move' as const), pick: picks, cellId: cellIds }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('reclassify' as const),
      pick: picks,
      kind: fc.constantFrom(...kindCodes),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('retime' as const), pick: picks, reportedAt: instants }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('close' as const), pick: picks }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('moveAll' as const),
      from: fc.integer({ min: 1, max: 3 }),
      cellId: cellIds,
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('merge' as const), pick: picks, into: picks }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('unmerge' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('delete' as const), pick: picks }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('undone' as const),
      reports: fc.array(reports, { minLength: 1, maxLength: 5 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('version' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('dispute' as const), kind: fc.constantFrom(...kindCodes) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('hang' as const),
      kind: fc.constantFrom('fire.shop', 'theft.bike'),
      parent: fc.constantFrom('theft', 'fire', null),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('bulk' as const),
      reports: fc.array(reports, { minLength: 1, maxLength: 60 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('fold' as const), keepLogS: fc.constantFrom(0, 3600) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rebuild' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('follow' as const) }) },
)

interface Window {
  from: Date
  to: Date
  kinds: string[]
}

const windows: fc.Arbitrary<Window> = fc
  .record({
    edges: fc.tuple(instants, instants),
    kinds: fc.oneof(fc.constant(kindCodes), fc.subarray(kindCodes, { minLength: 1 })),
  })
  .map(({ edges: [a, b], kinds }) => ({ from: a < b ? a : b, to: a < b ? b : a, kinds }))

/** Plain SQL over the rows, all windows in one statement. */
async function countRows(db: Queryable, asked: readonly Window[]): Promise<CellCountRow[][]> {
  const rows = await db.query<CellCountRow & { asked: number }>(
    `SELECT w.n::int - 1 AS asked, i.cell_id, count(*)::int AS count
     FROM unnest($2::timestamptz[], $3::timestamptz[], $4::text[]) WITH ORDINALITY AS w (since, until, kinds, n)
     JOIN incidents i ON i.city_code = $1 AND i.reported_at >= w.since AND i.reported_at < w.until
       AND i.kind = ANY (string_to_array(w.kinds, ' ')) AND i.duplicate_of IS NULL
     JOIN kinds k ON k.city_code = i.city_code AND k.code = i.kind AND NOT k.dispute
     GROUP BY 1, 2 ORDER BY 1, i.cell_id NULLS LAST`,
    [
      cubeCity,
      asked.map(({ from }) => from.toISOString()),
      asked.map(({ to }) => to.toISOString()),
      asked.map(({ kinds }) => kinds.join(' ')),
    ],
  )
  const answers = asked.map((): CellCountRow[] => [])
  for (const { asked, ...row } of rows) answers[asked].push(row)
  return answers
}

type Multiset = Map<string, number>

function add(set: Multiset, kind: string, cellId: number | null, ms: number, n: number): void {
  const key = `${kind} ${cellId} ${ms}`
  const sum = (set.get(key) ?? 0) + n
  if (sum === 0) set.delete(key)
  else set.set(key, sum)
}

const inOrder = (set: Multiset) => [...set].sort(([a], [b]) => (a < b ? -1 : 1))

async function countedRows(db: Queryable): Promise<Multiset> {
  const rows = await db.query<{ kind: string; cell_id: number | null; ms: number }>(
    `SELECT i.kind, i.cell_id, floor(extract(epoch FROM i.reported_at) * 1000)::float8 AS ms FROM incidents i
     JOIN kinds k ON k.city_code = i.city_code AND k.code = i.kind AND NOT k.dispute
     WHERE i.city_code = $1 AND i.duplicate_of IS NULL`,
    [cubeCity],
  )
  const set: Multiset = new Map()
  for (const { kind, cell_id, ms } of rows) add(set, kind, cell_id, ms, 1)
  return set
}

/** A copy elsewhere, as rows and as the API keeps it in its memory: all rows once, then what came since. */
class Follower {
  private position: CubePosition | undefined
  readonly set: Multiset = new Map()
  private cube: CityCube | undefined
  private cells: (number | null)[] = []
  private readonly slots = new Map<number | null, number>()
  private readonly db: Database

  constructor(db: Database) {
    this.db = db
  }

  async follow(): Promise<void> {
    const { cube, position } = this
    const news = position && (await readChanges(this.db, cubeCity, position))
    if (!news || !cube) return this.begin()
    this.position = news.position
    for (const { kind, cellId, milliseconds, n } of news.changes) add(this.set, kind, cellId, milliseconds, n)
    for (const { kind, cellId, milliseconds, n } of news.changes.toSorted((a, b) => b.n - a.n)) {
      const at = cube.tree.position(kind)
      if (at === undefined) throw new Error(`The log tells of the kind ${kind}, which is not counted.`)
      expect(cube.apply({ time: milliseconds, slot: this.slotOf(cube, cellId), kind: at, n })).toBe(true)
    }
  }

  /** Counts of a window from memory. */
  count({ from, to, kinds }: Window): CellCountRow[] {
    const { cube } = this
    if (!cube) throw new Error('Ask after the first follow.')
    const out = new Int32Array(cube.slots).fill(99)
    cube.countBySlot(out, cube.tree.cover(kinds), from.getTime(), to.getTime())
    return [...out.entries()]
      .filter(([, count]) => count !== 0)
      .map(([slot, count]) => ({ cell_id: this.cells[slot], count }))
      .sort((a, b) => (a.cell_id ?? Number.POSITIVE_INFINITY) - (b.cell_id ?? Number.POSITIVE_INFINITY))
  }

  private slotOf(cube: CityCube, cellId: number | null): number {
    const known = this.slots.get(cellId)
    if (known !== undefined) return known
    this.slots.set(cellId, this.cells.push(cellId) - 1)
    cube.growSlots(this.cells.length)
    return this.cells.length - 1
  }

  private async begin(): Promise<void> {
    const { position, kinds, cells, milliseconds, cell, kind } = await readCounted(this.db, cubeCity)
    this.set.clear()
    for (let i = 0; i < milliseconds.length; i++) {
      add(this.set, kinds[kind[i]], cells[cell[i]], milliseconds[i], 1)
    }
    const tree = new KindTree(await listKinds(this.db, cubeCity))
    const positions = kinds.map((code) => tree.position(code) ?? Number.NaN)
    const events = {
      time: milliseconds,
      slot: Uint16Array.from(cell),
      kind: Uint16Array.from(kind, (at) => positions[at]),
    }
    this.cube = await CityCube.build(tree, cells.length, events, { budget: 2 ** 20, breathe: async () => {} })
    this.cells = [...cells]
    this.slots.clear()
    for (const [slot, cellId] of cells.entries()) this.slots.set(cellId, slot)
    this.position = position
  }
}

/** The row a pick means, among those there are. */
const PICKED = `SELECT id FROM incidents WHERE city_code = $1 ORDER BY id
  OFFSET $2::int % greatest(1, (SELECT count(*)::int FROM incidents WHERE city_code = $1)) LIMIT 1`

let versions = 0

async function take(db: Database, follower: Follower, step: Step): Promise<void> {
  switch (step.do) {
    case 'insert':
      await writeIncidents(db, step.reports)
      return
    case 'burst':
      await writeIncidents(
        db,
        Array.from({ length: step.count }, () => step.report),
      )
      return
    case 'move':
      await db.query(`UPDATE incidents SET cell_id = $3 WHERE city_code = $1 AND id = (${PICKED})`, [
        cubeCity,
        step.pick,
        step.cellId,
      ])
      return
    case 'reclassify':
      await db.query(`UPDATE incidents SET kind = $3 WHERE city_code = $1 AND id = (${PICKED})`, [
        cubeCity,
        step.pick,
        step.kind,
      ])
      return
    case 'retime':
      await db.query(
        `UPDATE incidents SET reported_at = $3, closed_at = NULL WHERE city_code = $1 AND id = (${PICKED})`,
        [cubeCity, step.pick, step.reportedAt],
      )
      return
    case 'close':
      await db.query(
        `UPDATE incidents SET closed_at = reported_at, status = 'closed' WHERE city_code = $1 AND id = (${PICKED})`,
        [cubeCity, step.pick],
      )
      return
    case 'moveAll':
      await db.query('UPDATE incidents SET cell_id = $3 WHERE city_code = $1 AND cell_id = $2', [
        cubeCity,
        step.from,
        step.cellId,
      ])
      return
    case 'merge':
      await db.query(
        `UPDATE incidents SET duplicate_of = kept.id FROM (${PICKED}) kept
         WHERE city_code = $1 AND incidents.id = (${PICKED.replaceAll('$2', '$3')}) AND incidents.id <> kept.id`,
        [cubeCity, step.into, step.pick],
      )
      return
    case 'unmerge':
      await db.query(
        'UPDATE incidents SET duplicate_of = NULL WHERE city_code = $1 AND duplicate_of IS NOT NULL',
        [cubeCity],
      )
      return
    case 'delete':
      await db.query(
        `DELETE FROM incidents WHERE city_code = $1 AND id = (${PICKED})
           AND NOT EXISTS (SELECT FROM incidents d WHERE d.city_code = $1 AND d.duplicate_of = incidents.id)`,
        [cubeCity, step.pick],
      )
      return
    case 'undone':
      await expect(
        db.transaction(async (tx) => {
          await writeIncidents(tx, step.reports)
          throw new Error('changed my mind')
        }),
      ).rejects.toThrow('changed my mind')
      return
    case 'version': {
      versions += 1
      const fresh = [100 + versions, 200 + versions]
      await writeBoundaryVersion(db, `later ${versions}`, [1, 2, ...fresh])
      await writeIncidents(db, [{ kind: 'fire', cellId: fresh[0], reportedAt: new Date(START_MS) }])
      return
    }
    case 'dispute':
      await db.query('UPDATE kinds SET dispute = NOT dispute WHERE city_code = $1 AND code = $2', [
        cubeCity,
        step.kind,
      ])
      return
    case 'hang':
      await db.query('UPDATE kinds SET parent_code = $3 WHERE city_code = $1 AND code = $2', [
        cubeCity,
        step.kind,
        step.parent,
      ])
      return
    case 'bulk':
      await db.transaction(async (tx) => {
        await tx.query('SELECT cube_bulk($1)', [cubeCity])
        await writeIncidents(tx, step.reports)
      })
      return
    case 'fold':
      await foldChanges(db, cubeCity, { keepLogS: step.keepLogS })
      return
    case 'rebuild':
      await rebuildPlanes(db, cubeCity)
      return
    case 'follow':
      await follower.follow()
  }
}

async function expectTruth(db: Database, follower: Follower, asked: Window[]): Promise<void> {
  const expected = await countRows(db, asked)
  await follower.follow()
  expect(asked.map((window) => follower.count(window))).toEqual(expected)
  for (const [at, window] of asked.entries()) {
    expect(await countByCellFromPlanes(db, { city: cubeCity, ...window })).toEqual(expected[at])
  }
}

/** What is kept of all rows is all rows. */
async function expectWhole(db: Database, follower: Follower): Promise<void> {
  const rows = inOrder(await countedRows(db))
  expect(inOrder(follower.set)).toEqual(rows)
  const fresh = new Follower(db)
  await fresh.follow()
  expect(inOrder(fresh.set)).toEqual(rows)
  const verified = await verifyPlanes(db, cubeCity)
  expect(verified.faults).toEqual([])
}

describe.each(databaseKinds())('the cube on %s', (kind) => {
  let db: TestDatabase
  beforeAll(async () => {
    db = await openTestDatabase({ kind })
  })
  afterAll(() => db?.close())

  test(
    'planes, memory, log and followers tell what the rows tell, after any history',
    async () => {
      let planes = 0
      await fc.assert(
        fc.asyncProperty(
          fc.array(reports, { minLength: 200, maxLength: 400, size: 'max' }),
          fc.array(steps, { minLength: 16, maxLength: 24, size: 'max' }),
          fc.array(windows, { minLength: WINDOWS, maxLength: WINDOWS, size: 'max' }),
          async (base, history, asked) => {
            await db.transaction((tx) => deleteCity(tx, cubeCity))
            await writeCubeCity(db)
            const follower = new Follower(db)
            await writeIncidents(db, base)
            await foldChanges(db, cubeCity)
            const [{ made }] = await db.query<{ made: number }>(
              'SELECT count(*)::int AS made FROM cube_planes',
            )
            planes += made
            const middle = history.length >> 1
            for (const step of history.slice(0, middle)) await take(db, follower, step)
            await expectTruth(db, follower, asked)
            for (const step of history.slice(middle)) await take(db, follower, step)
            await expectTruth(db, follower, asked)
            await expectWhole(db, follower)
          },
        ),
        // A failure shrinks for minutes at most; fewer histories than asked for are no pass.
        { numRuns: RUNS, interruptAfterTimeLimit: 120_000 + 5000 * RUNS, markInterruptAsFailure: true },
      )
      // Without planes it would all be rows.
      expect(planes).toBeGreaterThan(10 * RUNS)
    },
    300_000 + 6000 * RUNS,
  )
})
