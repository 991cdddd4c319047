import { DuckDBInstance } from '@duckdb/node-api'
import type { Database } from '../../../db/client.ts'

/** How many incidents of the kinds lie in each micro-grid in [from, to). */
export interface CountQuestion {
  from: Date
  to: Date
  kinds: string[]
}

/** One way to answer, beside ours. */
export interface CountingPeer {
  name: string
  /** Rows of the window past which it is not asked: it would take minutes. */
  mostRows: number
  count(question: CountQuestion): Promise<{ cell: number; n: number }[]>
  close?(): Promise<void>
}

/** The bench's city. */
interface City {
  code: string
  timeZone: string
}

/** Counts by day, micro-grid and kind in a table of their own, summed over the window's days. Whole local days only. */
async function dayRollup(database: Database, city: City): Promise<CountingPeer> {
  await database.query(
    `CREATE TABLE IF NOT EXISTS bench_rollup AS SELECT (reported_at AT TIME ZONE $2)::date AS day, kind, cell_id, count(*)::int AS n
     FROM incidents WHERE city_code = $1 AND cell_id IS NOT NULL GROUP BY 1, 2, 3`,
    [city.code, city.timeZone],
  )
  await database.script(
    'CREATE INDEX IF NOT EXISTS bench_rollup_day ON bench_rollup (day, kind) INCLUDE (cell_id, n); ANALYZE bench_rollup',
  )
  return {
    name: 'dayRollup',
    mostRows: Number.POSITIVE_INFINITY,
    count: ({ from, to, kinds }) =>
      database.query(
        `SELECT cell_id AS cell, sum(n)::int AS n FROM bench_rollup
         WHERE day >= ($1::timestamptz AT TIME ZONE $4)::date AND day < ($2::timestamptz AT TIME ZONE $4)::date AND kind = ANY($3)
         GROUP BY cell_id`,
        [from.toISOString(), to.toISOString(), kinds, city.timeZone],
      ),
  }
}

/** The micro-grid stored with each incident, counted through an index that covers the question. */
async function storedId(database: Database, city: City): Promise<CountingPeer> {
  await database.query(
    'CREATE INDEX IF NOT EXISTS bench_covering ON incidents (city_code, reported_at) INCLUDE (cell_id, kind)',
  )
  // An index answers by itself only where VACUUM has marked the pages as visible to all.
  await database.query('VACUUM (ANALYZE) incidents')
  return {
    name: 'storedId',
    mostRows: Number.POSITIVE_INFINITY,
    count: ({ from, to, kinds }) =>
      database.query(
        `SELECT cell_id AS cell, count(*)::int AS n FROM incidents
         WHERE city_code = $1 AND reported_at >= $2 AND reported_at < $3 AND kind = ANY($4) AND cell_id IS NOT NULL
         GROUP BY cell_id`,
        [city.code, from.toISOString(), to.toISOString(), kinds],
      ),
  }
}

/** What everybody writes first: points joined to polygons at the moment of the question. */
function spatialJoin(database: Database, city: City, version: string): CountingPeer {
  return {
    name: 'stContains',
    mostRows: 100_000,
    count: ({ from, to, kinds }) =>
      database.query(
        `SELECT a.id AS cell, count(*)::int AS n FROM incidents i
         JOIN areas a ON a.city_code = i.city_code AND a.version = $5 AND a.level = 'microGrid' AND ST_Contains(a.geom, i.geom)
         WHERE i.city_code = $1 AND i.reported_at >= $2 AND i.reported_at < $3 AND i.kind = ANY($4)
         GROUP BY a.id`,
        [city.code, from.toISOString(), to.toISOString(), kinds, version],
      ),
  }
}

/** A column store in this process, over the same rows: second, micro-grid and number of the kind. */
async function duckDb(database: Database, city: City): Promise<CountingPeer> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  await connection.run('CREATE TABLE incidents (second INTEGER, cell INTEGER, kind SMALLINT)')
  const kinds = await database.query<{ code: string }>(
    'SELECT code FROM kinds WHERE city_code = $1 ORDER BY code',
    [city.code],
  )
  const numberOf = new Map(kinds.map(({ code }, index) => [code, index]))
  const appender = await connection.createAppender('incidents')
  const batch = 250_000
  for (let last = 0; ; ) {
    const rows = await database.query<{ id: number; second: number; cell: number; kind: string }>(
      `SELECT id, extract(epoch FROM reported_at)::int AS second, cell_id AS cell, kind FROM incidents
       WHERE city_code = $1 AND id > $2 AND cell_id IS NOT NULL ORDER BY id LIMIT ${batch}`,
      [city.code, last],
    )
    for (const row of rows) {
      appender.appendInteger(row.second)
      appender.appendInteger(row.cell)
      appender.appendSmallInt(numberOf.get(row.kind) ?? -1)
      appender.endRow()
    }
    appender.flushSync()
    if (rows.length < batch) break
    last = rows[rows.length - 1].id
  }
  appender.closeSync()
  return {
    name: 'duckdb',
    mostRows: Number.POSITIVE_INFINITY,
    async count({ from, to, kinds: asked }) {
      const numbers = asked.map((code) => numberOf.get(code)).join()
      const answer = await connection.runAndReadAll(
        `SELECT cell, count(*)::INTEGER AS n FROM incidents
         WHERE second >= ${Math.ceil(from.getTime() / 1000)} AND second < ${Math.ceil(to.getTime() / 1000)} AND kind IN (${numbers})
         GROUP BY cell`,
      )
      const [cell, n] = answer.getColumns()
      return cell.map((id, index) => ({ cell: Number(id), n: Number(n[index]) }))
    },
    async close() {
      connection.closeSync()
      instance.closeSync()
    },
  }
}

/** All of them, over the rows as they are now. */
export async function createPeers(
  database: Database,
  city: City & { version: string },
  onProgress: (name: string) => void,
): Promise<CountingPeer[]> {
  onProgress('storedId')
  const stored = await storedId(database, city)
  onProgress('dayRollup')
  const rollup = await dayRollup(database, city)
  onProgress('duckdb')
  return [stored, rollup, spatialJoin(database, city, city.version), await duckDb(database, city)]
}
