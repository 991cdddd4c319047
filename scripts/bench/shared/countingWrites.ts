import type { Database } from '../../../db/client.ts'
import { interleaved, ratioOf } from './interleaved.ts'
import { median, roundTo } from './measure.ts'

const BATCH = 2000
const WRITERS = 16
const WRITES = 40

/** Inserts `rows` copies of demo incidents, all reported in the last day, under names nobody else uses. */
function insertRows(database: Pick<Database, 'query'>, city: string, source: string, rows: number) {
  return database.query(
    `INSERT INTO incidents (city_code, source, source_id, kind, level, channel, reported_at, status, cell_id, geom, synthetic)
     SELECT city_code, $2, gen_random_uuid()::text, kind, level, channel, reported_at, 'new', cell_id, geom, true
     FROM incidents WHERE city_code = $1 AND source = 'demo' AND duplicate_of IS NULL AND id > 0 ORDER BY id LIMIT $3`,
    [city, source, rows],
  )
}

/** What keeping the counts costs an insert, and whether many writers get in each other's way. */
export async function benchWrites(
  database: Database,
  city: string,
  print: (line: object) => void,
): Promise<void> {
  // Without a number no row is written, with counts or without.
  const trigger = (state: 'ENABLE' | 'DISABLE') =>
    database.script(
      `ALTER TABLE incidents ${state} TRIGGER USER; ALTER TABLE incidents ENABLE TRIGGER number_incident`,
    )
  const times = await interleaved(
    {
      // Switching is outside what is timed: each task leaves the table as the next one needs it.
      counted: () => insertRows(database, city, 'benchCounted', BATCH),
      off: () => trigger('DISABLE'),
      bare: () => insertRows(database, city, 'benchBare', BATCH),
      on: () => trigger('ENABLE'),
    },
    { rounds: 25, seconds: 60 },
  )
  print({
    case: 'insert',
    database: database.kind,
    rows: BATCH,
    countedRowsPerSecond: Math.round((BATCH / median(times.counted)) * 1000),
    bareRowsPerSecond: Math.round((BATCH / median(times.bare)) * 1000),
    ...ratioOf(times.counted, times.bare),
  })
  // PGlite has one session: its writers stand in a queue.
  if (database.kind === 'pglite') return
  let deadlocks = 0
  const startedAt = performance.now()
  await Promise.all(
    Array.from({ length: WRITERS }, async (_, writer) => {
      for (let write = 0; write < WRITES; write++) {
        try {
          await insertRows(database, city, `benchWriter${writer}`, write % 4 === 0 ? BATCH : 1)
        } catch (error) {
          if (!(error instanceof Error && 'code' in error && error.code === '40P01')) throw error
          deadlocks++
        }
      }
    }),
  )
  const seconds = (performance.now() - startedAt) / 1000
  const rows = WRITERS * ((WRITES / 4) * BATCH + (WRITES - WRITES / 4))
  print({
    case: 'writers',
    database: database.kind,
    writers: WRITERS,
    rows,
    rowsPerSecond: Math.round(rows / seconds),
    seconds: roundTo(seconds, 1),
    deadlocks,
  })
}
