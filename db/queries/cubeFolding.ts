import { setTimeout as wait } from 'node:timers/promises'
import type { Database, Transaction } from '../client.ts'

/** Keeping the planes up to date. */

export interface FoldReport {
  /** 'busy': somebody else is at it; 'rebuilt': all planes were made anew. */
  outcome: 'folded' | 'rebuilt' | 'busy'
  /** Changes the planes now hold that they did not before. */
  changes: number
  /** Planes that were changed and made. */
  changed: number
  made: number
}

export interface FoldOptions {
  /** Share of the work, 0 … 1. */
  onProgress?: (share: number) => void
  /** Wait while somebody else works on the city's planes instead of leaving it to them. Default false. */
  patient?: boolean
  /** How long folded changes stay readable for those who follow the log. Default 120 s. */
  keepLogS?: number
}

const KEEP_LOG_S = 120
// About the rows that cost as much to count as a plane costs to read.
const CELLS_PER_ROW = 4
const LEAST_STRIDE = 16
// A change touches every later plane. With more touches than this for each row there is, making all planes anew is quicker.
const MOST_TOUCHES_A_ROW = 2

const MISSING_CELLS = (source: 'cube_changes' | 'incidents') => `
INSERT INTO cube_cells (city_code, ordinal, cell_id)
SELECT $1, coalesce((SELECT max(ordinal) FROM cube_cells WHERE city_code = $1), 0) + row_number() OVER (ORDER BY cell_id), cell_id
FROM (SELECT cell_id FROM cell_areas WHERE city_code = $1
      UNION SELECT cell_id FROM ${source} WHERE city_code = $1 AND cell_id IS NOT NULL
      EXCEPT SELECT cell_id FROM cube_cells WHERE city_code = $1) missing`

const PENDING = `
SELECT c.* FROM cube_state s JOIN cube_changes c ON c.city_code = s.city_code
  AND c.xid >= pg_snapshot_xmin(s.snapshot) AND NOT pg_visible_in_snapshot(c.xid, s.snapshot)
WHERE s.city_code = $1`

interface Pending {
  changes: number
  /** Planes of all kinds together that each change touches, summed. */
  touches: number
  total: number
}

const PENDING_WORK = `
SELECT count(c.xid)::int AS changes,
  coalesce(sum(cardinality(p.untils) - width_bucket(c.reported_at, p.untils)), 0)::float8 AS touches,
  coalesce(max(p.total), 0)::float8 AS total
FROM (SELECT array_agg(until ORDER BY until) AS untils, max(total) AS total FROM cube_planes
      WHERE city_code = $1 AND node = '*') p
LEFT JOIN (${PENDING}) c ON true`

const CHANGE_PLANES = `
WITH changes AS (
  SELECT c.kind, c.reported_at, coalesce(cc.ordinal, 0) AS ordinal, sum(c.n) AS n
  FROM (${PENDING}) c LEFT JOIN cube_cells cc ON cc.city_code = $1 AND cc.cell_id = c.cell_id
  GROUP BY 1, 2, 3 HAVING sum(c.n) <> 0
), late AS (
  SELECT p.node, p.until, c.ordinal, sum(c.n)::int AS n
  FROM changes c JOIN cube_node_kinds($1) k ON k.kind = c.kind
  JOIN cube_planes p ON p.city_code = $1 AND p.node = k.node AND p.until > c.reported_at
  GROUP BY 1, 2, 3 HAVING sum(c.n) <> 0
), together AS (
  SELECT node, until, array_agg(ordinal) AS ordinals, array_agg(n) AS ns, sum(n) AS total FROM late GROUP BY 1, 2
), changed AS (
  UPDATE cube_planes p SET counts = cube_add(p.counts, t.ordinals, t.ns), total = p.total + t.total
  FROM together t WHERE p.city_code = $1 AND p.node = t.node AND p.until = t.until
  RETURNING 1
)
SELECT count(*)::int AS changed FROM changed`

// Planes end with the last whole day: today still grows.
const LAST_MIDNIGHT = `
SELECT date_trunc('day', greatest(now(), as_of) AT TIME ZONE time_zone) AT TIME ZONE time_zone AS midnight
FROM cities WHERE code = $1`

// New planes after the last one of each node, and within gaps that late rows have made too wide.
const FILL_GAPS = `
WITH nodes AS MATERIALIZED (
  SELECT node, array_agg(kind) AS kinds FROM cube_node_kinds($1) GROUP BY node
), planes AS (
  SELECT node, until, total, counts FROM cube_planes WHERE city_code = $1
  UNION ALL
  SELECT node, '-infinity', 0, '{}' FROM nodes
), gaps AS (
  SELECT node, until, counts, lead(until) OVER later AS next, lead(total) OVER later - total AS rows
  FROM planes WINDOW later AS (PARTITION BY node ORDER BY until)
), changes AS MATERIALIZED (
  SELECT DISTINCT kind, reported_at FROM (${PENDING}) c
), wide AS MATERIALIZED (
  SELECT g.node, g.until, coalesce(g.next, $3::timestamptz) AS next, g.counts
  FROM gaps g JOIN nodes n ON n.node = g.node
  WHERE CASE WHEN g.next IS NULL THEN $2::int <= (
      SELECT count(*) FROM (SELECT FROM incidents i WHERE i.city_code = $1 AND i.kind = ANY (n.kinds) AND i.duplicate_of IS NULL
        AND i.reported_at >= g.until AND i.reported_at < $3::timestamptz LIMIT $2::int) first_rows)
    ELSE g.rows >= 4 * $2::int AND g.next > g.until + interval '36 hours' AND EXISTS (
      SELECT FROM changes c WHERE c.kind = ANY (n.kinds) AND c.reported_at >= g.until AND c.reported_at < g.next) END
)
SELECT coalesce(sum(cube_walk($1, node, until, next, counts, $2::int)), 0)::int AS made FROM wide`

/**
 * Runs alone on the city's planes, in one snapshot. The lock cannot be waited for: the snapshot would be older than what
 * the one before has written.
 */
async function alone<T>(
  db: Database,
  city: string,
  patient: boolean,
  work: (tx: Transaction) => Promise<T>,
): Promise<T | 'busy'> {
  for (;;) {
    try {
      const result = await db.transaction(async (tx) => {
        await tx.script('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ')
        const [{ free }] = await tx.query<{ free: boolean }>(
          "SELECT pg_try_advisory_xact_lock(hashtext('gridwall cube'), hashtext($1)) AS free",
          [city],
        )
        return free ? { value: await work(tx) } : null
      })
      if (result) return result.value
      if (!patient) return 'busy'
    } catch (error) {
      if (!isConflict(error)) throw error
    }
    await wait(100)
  }
}

/** Somebody was done between our snapshot and our lock. */
function isConflict(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '40001'
}

/** Numbers the cells that have none yet. */
async function numberCells(
  tx: Transaction,
  city: string,
  source: 'cube_changes' | 'incidents',
): Promise<{ stride: number }> {
  await tx.query(MISSING_CELLS(source), [city])
  const [{ cells }] = await tx.query<{ cells: number }>(
    'SELECT count(*)::int AS cells FROM cube_cells WHERE city_code = $1',
    [city],
  )
  return { stride: Math.max(LEAST_STRIDE, Math.floor(cells / CELLS_PER_ROW)) }
}

/** Writes down that the planes hold what this transaction sees, and drops what nobody needs of the log. */
async function finish(tx: Transaction, city: string, keepLogS: number): Promise<void> {
  const [{ purged }] = await tx.query<{ purged: string }>(
    `UPDATE cube_state SET snapshot = pg_current_snapshot(), folded_at = now(),
       system_identifier = (SELECT system_identifier FROM pg_control_system()),
       purged_xid = CASE WHEN marked_at <= now() - $2 * interval '1 second' THEN marked_xid ELSE purged_xid END,
       marked_xid = CASE WHEN marked_at <= now() - $2 * interval '1 second'
         THEN pg_snapshot_xmin(pg_current_snapshot()) ELSE marked_xid END,
       marked_at = CASE WHEN marked_at <= now() - $2 * interval '1 second' THEN now() ELSE marked_at END
     WHERE city_code = $1 RETURNING purged_xid::text AS purged`,
    [city, keepLogS],
  )
  await tx.query('DELETE FROM cube_changes WHERE city_code = $1 AND xid < $2::xid8', [city, purged])
}

async function makeAnew(tx: Transaction, city: string, options: FoldOptions): Promise<FoldReport> {
  await tx.script("SET LOCAL work_mem = '64MB'")
  const { stride } = await numberCells(tx, city, 'incidents')
  const [{ changes }] = await tx.query<{ changes: number }>(
    `SELECT count(*)::int AS changes FROM (${PENDING}) c`,
    [city],
  )
  await tx.query('DELETE FROM cube_planes WHERE city_code = $1', [city])
  const nodes = await tx.query<{ node: string; kinds: number }>(
    'SELECT node, count(*)::int AS kinds FROM cube_node_kinds($1) GROUP BY node ORDER BY node',
    [city],
  )
  const [{ midnight }] = await tx.query<{ midnight: Date }>(LAST_MIDNIGHT, [city])
  const whole = nodes.reduce((sum, { kinds }) => sum + kinds, 0)
  let done = 0
  let made = 0
  for (const { node, kinds } of nodes) {
    const [walked] = await tx.query<{ made: number }>(
      "SELECT cube_walk($1, $2, '-infinity', $3, '{}', $4) AS made",
      [city, node, midnight, stride],
    )
    made += walked.made
    done += kinds
    options.onProgress?.(done / whole)
  }
  await tx.script('ANALYZE cube_cells; ANALYZE cube_planes')
  await finish(tx, city, options.keepLogS ?? KEEP_LOG_S)
  return { outcome: 'rebuilt', changes, changed: 0, made }
}

async function takeLog(tx: Transaction, city: string, options: FoldOptions): Promise<FoldReport> {
  const [state] = await tx.query<{ usable: boolean; foreign: boolean }>(
    `SELECT snapshot IS NOT NULL AS usable,
       system_identifier <> (SELECT system_identifier FROM pg_control_system()) AS foreign
     FROM cube_state WHERE city_code = $1`,
    [city],
  )
  if (!state) throw new Error(`There is no city ${city}.`)
  // A copy restored into another server: its transaction numbers mean nothing here.
  if (state.foreign) {
    await tx.query('SELECT cube_reset($1)', [city])
    await tx.query(
      "UPDATE cube_state SET purged_xid = '0', marked_xid = '0', marked_at = now() WHERE city_code = $1",
      [city],
    )
  }
  if (!state.usable || state.foreign) return makeAnew(tx, city, options)
  const [{ changes, touches, total }] = await tx.query<Pending>(PENDING_WORK, [city])
  if (touches > MOST_TOUCHES_A_ROW * total) return makeAnew(tx, city, options)
  const { stride } = await numberCells(tx, city, 'cube_changes')
  // Also where no plane of all kinds is touched: those of one kind may reach further.
  const [{ changed }] =
    changes > 0 ? await tx.query<{ changed: number }>(CHANGE_PLANES, [city]) : [{ changed: 0 }]
  options.onProgress?.(0.5)
  const [{ midnight }] = await tx.query<{ midnight: Date }>(LAST_MIDNIGHT, [city])
  const [{ made }] = await tx.query<{ made: number }>(FILL_GAPS, [city, stride, midnight])
  await finish(tx, city, options.keepLogS ?? KEEP_LOG_S)
  options.onProgress?.(1)
  return { outcome: 'folded', changes, changed, made }
}

const BUSY: FoldReport = { outcome: 'busy', changes: 0, changed: 0, made: 0 }

async function run(
  db: Database,
  city: string,
  options: FoldOptions,
  work: (tx: Transaction) => Promise<FoldReport>,
): Promise<FoldReport> {
  const report = await alone(db, city, options.patient ?? false, work)
  if (report === 'busy') return BUSY
  // Nobody else makes room there.
  if (db.kind === 'pglite' && report.changes + report.changed > 1000) {
    await db.query('VACUUM cube_changes, cube_planes')
  }
  return report
}

/**
 * Takes the log into the planes, all of it or nothing; makes them where there are none. Readers and writers go on, and a
 * fold that is killed leaves everything as it was.
 */
export function foldChanges(db: Database, city: string, options: FoldOptions = {}): Promise<FoldReport> {
  return run(db, city, options, (tx) => takeLog(tx, city, options))
}

/** Makes all planes anew from the rows, while others read the old ones and write; whoever follows the log goes on. */
export function rebuildPlanes(db: Database, city: string, options: FoldOptions = {}): Promise<FoldReport> {
  return run(db, city, { patient: true, ...options }, (tx) => makeAnew(tx, city, options))
}
