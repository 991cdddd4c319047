import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Queryable } from '../../db/client.ts'
import { sumUpTracks, TRACK_DAYS } from '../../db/queries/tracks.ts'
import { type Use, viewAs } from '../../db/viewing.ts'
import { createPerson } from '../factories/people.ts'
import { databaseKinds, openTestDatabase, type TestDatabase } from '../setup/database.ts'

const HOUR_MS = 3_600_000
const START = Date.parse('2026-10-01T00:00:00Z')
/** Fixes before START + 6 h are old now. */
const NOW = new Date(START + 6 * HOUR_MS + TRACK_DAYS * 24 * HOUR_MS)
const LONGEST_S = 300

interface Fix {
  unit: number
  /** Seconds after START. */
  second: number
  cell: number | null
}

async function writeFixes(db: Queryable, fixes: Fix[]): Promise<number> {
  const rows = await db.query(
    `INSERT INTO unit_positions (city_code, unit_id, fixed_at, cell_id, geom, synthetic)
     SELECT 'shuifu', unit, $1::timestamptz + make_interval(secs => second), cell, ST_SetSRID(ST_MakePoint(104.4, 28.6), 4326), true
     FROM unnest($2::integer[], $3::float8[], $4::integer[]) AS given (unit, second, cell)
     ON CONFLICT DO NOTHING RETURNING 1`,
    [
      new Date(START),
      fixes.map((fix) => fix.unit),
      fixes.map((fix) => fix.second),
      fixes.map((fix) => fix.cell),
    ],
  )
  return rows.length
}

/** The same sum, told in TypeScript: seconds by hour and cell of the stays that begin before an instant. */
function secondsByHour(fixes: Fix[], before: number): Map<string, number> {
  const sums = new Map<string, number>()
  const first = new Map<string, Fix>()
  for (const fix of fixes) {
    const key = `${fix.unit} ${fix.second}`
    if (!first.has(key)) first.set(key, fix)
  }
  const own = [...first.values()].sort((a, b) => a.unit - b.unit || a.second - b.second)
  own.forEach((fix, index) => {
    if (fix.second >= before || fix.cell === null) return
    const next = own[index + 1]
    const longest = fix.second + LONGEST_S
    const until = next?.unit === fix.unit ? Math.min(next.second, longest) : longest
    for (let at = fix.second; at < until; ) {
      const hour = Math.floor(at / 3600)
      const end = Math.min(until, (hour + 1) * 3600)
      const key = `${hour} ${fix.cell}`
      sums.set(key, (sums.get(key) ?? 0) + end - at)
      at = end
    }
  })
  return sums
}

describe.each(databaseKinds())('tracks of units on %s', (kind) => {
  let db: TestDatabase
  let units: number[]
  let cells: number[]

  beforeAll(async () => {
    db = await openTestDatabase({ kind, toy: true })
    // One squad and one kind of unit, so that the sums are by cell alone.
    const [{ squad_id, kind: unitKind }] = await db.query<{ squad_id: number; kind: string }>(
      "SELECT squad_id, kind FROM units WHERE city_code = 'shuifu' ORDER BY id LIMIT 1",
    )
    units = (
      await db.query<{ id: number }>(
        "UPDATE units SET squad_id = $1, kind = $2 WHERE city_code = 'shuifu' RETURNING id",
        [squad_id, unitKind],
      )
    ).map(({ id }) => id)
    cells = (
      await db.query<{ cell_id: number }>(
        "SELECT DISTINCT cell_id FROM cell_areas WHERE city_code = 'shuifu' ORDER BY 1 LIMIT 3",
      )
    ).map(({ cell_id }) => cell_id)
  })
  afterAll(() => db?.close())

  beforeEach(async () => {
    await db.script('DELETE FROM unit_duties; DELETE FROM unit_positions; DELETE FROM patrol_minutes')
  })

  async function onDuty(from: number, to: number | null): Promise<void> {
    for (const unit of units) {
      await db.query("INSERT INTO unit_duties VALUES ('shuifu', $1, $2, $3, true)", [
        unit,
        new Date(START + from * 1000),
        to === null ? null : new Date(START + to * 1000),
      ])
    }
  }

  test('off duty nothing is stored', async () => {
    const [unit] = units
    const at = (second: number): Fix => ({ unit, second, cell: cells[0] })
    expect(await writeFixes(db, [at(0)])).toBe(0)
    await onDuty(3600, 7200)
    expect(await writeFixes(db, [at(3599), at(3600), at(7199), at(7200)])).toBe(2)
    await db.query("UPDATE unit_positions SET fixed_at = $1 WHERE city_code = 'shuifu'", [new Date(START)])
    expect(await db.query('SELECT fixed_at FROM unit_positions ORDER BY 1')).toEqual([
      { fixed_at: new Date(START + 3_600_000) },
      { fixed_at: new Date(START + 7_199_000) },
    ])
  })

  test('a duty that ended earlier takes its fixes with it', async () => {
    const [unit] = units
    await onDuty(0, null)
    await writeFixes(
      db,
      [10, 20, 30].map((second) => ({ unit, second, cell: cells[0] })),
    )
    await db.query('UPDATE unit_duties SET ended_at = $1', [new Date(START + 20_000)])
    expect(await db.query('SELECT count(*) AS n FROM unit_positions')).toEqual([{ n: 1 }])
    await db.query('DELETE FROM unit_duties')
    expect(await db.query('SELECT count(*) AS n FROM unit_positions')).toEqual([{ n: 0 }])
  })

  test('after thirty days fixes become seconds a micro-grid, each stay once, whatever the order of runs', async () => {
    const fixes = fc.array(
      fc.record({
        unit: fc.constantFrom(...units.slice(0, 3)),
        // Often close together, some hours apart, some younger than thirty days.
        second: fc.oneof(
          fc.nat({ max: 8 * 3600 }),
          fc.nat({ max: 1200 }).map((second) => 5.9 * 3600 + second),
        ),
        cell: fc.option(fc.constantFrom(...cells), { freq: 6 }),
      }),
      { maxLength: 60 },
    )
    await fc.assert(
      fc.asyncProperty(fixes, fc.nat({ max: 6 * 3600 }), async (given, earlier) => {
        const rounded = given.map((fix) => ({ ...fix, second: Math.round(fix.second) }))
        await db.script('DELETE FROM unit_duties; DELETE FROM unit_positions; DELETE FROM patrol_minutes')
        await onDuty(0, null)
        const stored = await writeFixes(db, rounded)
        const gone = await db.transaction((tx) => sumUpTracks(tx, new Date(NOW.getTime() - earlier * 1000)))
        const rest = await db.transaction((tx) => sumUpTracks(tx, NOW))
        const left = await db.query("SELECT 1 FROM unit_positions WHERE city_code = 'shuifu'")
        expect(gone + rest + left.length).toBe(stored)
        const rows = await db.query<{ hour: Date; cell_id: number; seconds: number }>(
          'SELECT hour, cell_id, seconds FROM patrol_minutes',
        )
        const sums = new Map(
          rows.map(({ hour, cell_id, seconds }) => [
            `${(hour.getTime() - START) / HOUR_MS} ${cell_id}`,
            seconds,
          ]),
        )
        expect(sums).toEqual(secondsByHour(rounded, 6 * 3600))
      }),
      { numRuns: Number(process.env.GRIDWALL_RUNS ?? 25) },
    )
  })

  test('nobody stands anywhere after the end of a duty', async () => {
    await onDuty(0, 100)
    await writeFixes(db, [{ unit: units[0], second: 60, cell: cells[0] }])
    await db.transaction((tx) => sumUpTracks(tx, NOW))
    expect(await db.query('SELECT seconds FROM patrol_minutes')).toEqual([{ seconds: 40 }])
  })

  test('where a unit was is seen one by one, and not by a screen on a wall', async () => {
    await onDuty(0, null)
    await writeFixes(
      db,
      units.map((unit) => ({ unit, second: 60, cell: cells[0] })),
    )
    const seen = async (role: 'officer' | 'wall' | 'gridWorker', use: Use) => {
      const person = await createPerson(db, [{ role, city: 'shuifu', areaId: null }])
      const viewing = viewAs(db, { id: person.userId }, use)
      try {
        return (await viewing.rows.query('SELECT FROM unit_positions')).length
      } finally {
        await viewing.abandon()
      }
    }
    expect(await seen('officer', 'points')).toBe(units.length)
    expect(await seen('officer', 'counts')).toBe(0)
    expect(await seen('wall', 'points')).toBe(0)
    expect(await seen('gridWorker', 'points')).toBe(0)
  })

  test('what stays names no unit', async () => {
    const columns = await db.query<{ column_name: string }>(
      "SELECT column_name FROM information_schema.columns WHERE table_name = 'patrol_minutes'",
    )
    expect(columns.map(({ column_name }) => column_name)).not.toContain('unit_id')
  })
})
