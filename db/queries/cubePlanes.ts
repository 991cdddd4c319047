import type { Database, Queryable } from '../client.ts'

/** Counts from the planes, and whether the planes tell the truth. */

/** A window [from, to) and the kinds counted in it: codes of rows, parents already replaced by their sub-kinds. */
export interface PlaneQuestion {
  city: string
  from: Date
  to: Date
  kinds: readonly string[]
}

export interface CellCountRow {
  /** null: in no cell. */
  cell_id: number | null
  count: number
}

// $1 city, $2 from, $3 to, $4 kinds. A count up to an instant is the last plane at or before it, and the rows between the
// two; the window is the difference of two such counts, so that what both have in common is never read.
const COUNT_BY_CELL = `
WITH nodes AS MATERIALIZED (
  SELECT node, kind FROM cube_node_kinds($1)
), whole AS (
  SELECT node, count(*) AS kinds FROM nodes GROUP BY node HAVING bool_and(kind = ANY ($4::text[]))
), cover AS MATERIALIZED (
  -- Nodes lie in one another or apart, so that the largest ones asked for whole add up to what was asked for.
  SELECT DISTINCT ON (n.kind) n.kind, n.node FROM nodes n JOIN whole w ON w.node = n.node ORDER BY n.kind, w.kinds DESC, n.node
), spans AS MATERIALIZED (
  SELECT n.node, low.until AS low, high.until AS high, low.counts AS low_counts, high.counts AS high_counts
  FROM (SELECT DISTINCT node FROM cover) n
  LEFT JOIN LATERAL (SELECT p.until, p.counts FROM cube_planes p
    WHERE p.city_code = $1 AND p.node = n.node AND p.until <= $2::timestamptz ORDER BY p.until DESC LIMIT 1) low ON true
  LEFT JOIN LATERAL (SELECT p.until, p.counts FROM cube_planes p
    WHERE p.city_code = $1 AND p.node = n.node AND p.until <= $3::timestamptz ORDER BY p.until DESC LIMIT 1) high ON true
), cells AS MATERIALIZED (
  SELECT ordinal, cell_id FROM cube_cells WHERE city_code = $1 UNION ALL SELECT 0, NULL
), planes AS (
  SELECT c.cell_id, coalesce(u.high, 0) - coalesce(u.low, 0) AS n
  FROM spans s, unnest(s.high_counts, s.low_counts) WITH ORDINALITY AS u (high, low, place)
  JOIN cells c ON c.ordinal = u.place - 1
  WHERE s.low IS DISTINCT FROM s.high AND coalesce(u.high, 0) <> coalesce(u.low, 0)
), pending AS (
  SELECT c.cell_id, c.n
  FROM cube_state st
  JOIN cube_changes c ON c.city_code = st.city_code AND c.xid >= pg_snapshot_xmin(st.snapshot)
    AND NOT pg_visible_in_snapshot(c.xid, st.snapshot)
  JOIN cover v ON v.kind = c.kind
  JOIN spans s ON s.node = v.node AND c.reported_at < s.high AND (s.low IS NULL OR c.reported_at >= s.low)
  WHERE st.city_code = $1
), edges AS MATERIALIZED (
  SELECT v.kind, e.sign, e.starts, e.ends
  FROM cover v JOIN spans s ON s.node = v.node
  CROSS JOIN LATERAL (
    SELECT 1 AS sign, $2::timestamptz AS starts, $3::timestamptz AS ends WHERE s.low IS NOT DISTINCT FROM s.high
    UNION ALL
    SELECT 1, s.high, $3::timestamptz WHERE s.low IS DISTINCT FROM s.high AND s.high < $3::timestamptz
    UNION ALL
    SELECT -1, coalesce(s.low, '-infinity'), $2::timestamptz WHERE s.low IS DISTINCT FROM s.high AND s.low IS DISTINCT FROM $2::timestamptz
  ) e
), rows AS (
  SELECT r.cell_id, e.sign * r.n AS n
  FROM edges e
  -- Kind by kind, so that each is one stretch of an index.
  CROSS JOIN LATERAL (
    SELECT i.cell_id, count(*)::int AS n FROM incidents i
    WHERE i.city_code = $1 AND i.kind = e.kind AND i.duplicate_of IS NULL
      AND i.reported_at >= e.starts AND i.reported_at < e.ends
    GROUP BY i.cell_id
  ) r
)
SELECT coalesce(array_agg(cell_id), '{}') AS cells, coalesce(array_agg(n), '{}') AS counts
FROM (
  SELECT cell_id, sum(n)::int AS n
  FROM (SELECT cell_id, n FROM planes UNION ALL SELECT cell_id, n FROM pending UNION ALL SELECT cell_id, n FROM rows) parts
  GROUP BY cell_id
  HAVING sum(n) <> 0
  ORDER BY cell_id NULLS LAST
) summed`

/**
 * Incidents of each cell in a window, cells without any left out, in order of id and last those in no cell. Disputes and
 * duplicates are never counted, whatever kinds are asked for. The cost is bounded by cells and kinds: it grows neither
 * with the window nor with the number of incidents. Without planes (a city just written) the rows are counted instead.
 */
export async function countByCellFromPlanes(db: Queryable, question: PlaneQuestion): Promise<CellCountRow[]> {
  const { city, from, to, kinds } = question
  const [{ cells, counts }] = await db.query<{ cells: (number | null)[]; counts: number[] }>(COUNT_BY_CELL, [
    city,
    from.toISOString(),
    to.toISOString(),
    kinds,
  ])
  return cells.map((cell_id, i) => ({ cell_id, count: counts[i] }))
}

/** Where planes and rows disagree. */
export interface PlaneFault {
  node: string
  /** The plane that is wrong, and everything after it by as much. */
  until: Date
  cell_id: number | null
  planes: number
  rows: number
}

// Between two neighbouring planes: what they grew by, what came since they were folded, what the rows say.
const VERIFY = `
WITH bounds AS MATERIALIZED (
  SELECT array_agg(until ORDER BY until) AS untils FROM cube_planes WHERE city_code = $1 AND node = $2
), below AS MATERIALIZED (
  SELECT kind FROM cube_node_kinds($1) WHERE node = $2
), grown AS (
  SELECT row_number() OVER (ORDER BY until) - 1 AS gap, counts, lag(counts) OVER (ORDER BY until) AS before
  FROM cube_planes WHERE city_code = $1 AND node = $2
), told AS (
  SELECT g.gap, c.cell_id, coalesce(u.counts, 0) - coalesce(u.before, 0) AS n
  FROM grown g, unnest(g.counts, g.before) WITH ORDINALITY AS u (counts, before, place)
  LEFT JOIN cube_cells c ON c.city_code = $1 AND c.ordinal = u.place - 1
  WHERE u.counts IS DISTINCT FROM u.before
  UNION ALL
  SELECT width_bucket(c.reported_at, b.untils), c.cell_id, c.n
  FROM bounds b, cube_state s JOIN cube_changes c ON c.city_code = s.city_code
    AND c.xid >= pg_snapshot_xmin(s.snapshot) AND NOT pg_visible_in_snapshot(c.xid, s.snapshot)
  WHERE s.city_code = $1 AND c.kind IN (SELECT kind FROM below) AND c.reported_at < b.untils[cardinality(b.untils)]
), counted AS (
  SELECT width_bucket(i.reported_at, b.untils) AS gap, i.cell_id, count(*) AS n
  FROM bounds b, incidents i
  WHERE i.city_code = $1 AND i.kind IN (SELECT kind FROM below) AND i.duplicate_of IS NULL
    AND i.reported_at < b.untils[cardinality(b.untils)]
  GROUP BY 1, 2
), compared AS (
  SELECT gap, cell_id, sum(planes) AS planes, sum(rows) AS rows
  FROM (SELECT gap, cell_id, n AS planes, 0 AS rows FROM told UNION ALL SELECT gap, cell_id, 0, n FROM counted) both_sides
  GROUP BY gap, cell_id
)
SELECT $2 AS node, b.untils[c.gap + 1] AS until, c.cell_id, c.planes::float8 AS planes, c.rows::float8 AS rows
FROM compared c, bounds b
WHERE c.planes <> c.rows
ORDER BY c.gap, c.cell_id LIMIT $3`

// A plane says how many it holds besides which, and the two must agree.
const VERIFY_TOTALS = `
SELECT node, until, total::float8 AS total, (SELECT sum(n) FROM unnest(counts) n)::float8 AS counted FROM cube_planes
WHERE city_code = $1 AND total <> (SELECT sum(n) FROM unnest(counts) n) ORDER BY node, until LIMIT $2`

export interface Verification {
  planes: number
  /** The first hundred. */
  faults: PlaneFault[]
}

const MOST_FAULTS = 100

/** Compares every plane with the rows, in one snapshot, while others read and write. */
export function verifyPlanes(
  db: Database,
  city: string,
  onProgress: (share: number) => void = () => undefined,
): Promise<Verification> {
  return db.transaction(async (tx) => {
    await tx.script('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY')
    const nodes = await tx.query<{ node: string; planes: number }>(
      'SELECT node, count(*)::int AS planes FROM cube_planes WHERE city_code = $1 GROUP BY node ORDER BY node',
      [city],
    )
    const planes = nodes.reduce((sum, node) => sum + node.planes, 0)
    const totals = await tx.query<{ node: string; until: Date; total: number; counted: number }>(
      VERIFY_TOTALS,
      [city, MOST_FAULTS],
    )
    const faults: PlaneFault[] = totals.map(({ node, until, total, counted }) => ({
      node,
      until,
      cell_id: null,
      planes: total,
      rows: counted,
    }))
    let seen = 0
    for (const { node, planes: ofNode } of nodes) {
      if (faults.length < MOST_FAULTS) {
        faults.push(...(await tx.query<PlaneFault>(VERIFY, [city, node, MOST_FAULTS - faults.length])))
      }
      seen += ofNode
      onProgress(seen / planes)
    }
    return { planes, faults }
  })
}
