import type { Queryable } from '../client.ts'

/** Where units should be, or should not, and what is broken. */

export interface FenceRow {
  id: number
  name: string
  area_ids: number[]
  squad_ids: number[]
  unit_ids: number[]
  rule: 'inside' | 'outside'
  demand: 'one' | 'each'
  schedule: { days: number[]; from: number; to: number }[]
  grace_s: number
  enabled: boolean
  revision: number
  updated_at: Date
  synthetic: boolean
}

const COLUMNS =
  'f.id, f.name, f.area_ids, f.squad_ids, f.unit_ids, f.rule, f.demand, f.schedule, f.grace_s, f.enabled, f.revision, f.updated_at, f.synthetic'

/** By name; at most 1,000. */
export function listFences(db: Queryable, city: string): Promise<FenceRow[]> {
  return db.query<FenceRow>(
    `SELECT ${COLUMNS} FROM fences f WHERE f.city_code = $1 ORDER BY f.name, f.id LIMIT 1000`,
    [city],
  )
}

export async function findFence(db: Queryable, city: string, id: number): Promise<FenceRow | undefined> {
  const [row] = await db.query<FenceRow>(
    `SELECT ${COLUMNS} FROM fences f WHERE f.city_code = $1 AND f.id = $2`,
    [city, id],
  )
  return row
}

export type FenceContent = Omit<FenceRow, 'id' | 'revision' | 'updated_at'>

function contentOf(fence: FenceContent): unknown[] {
  return [
    fence.name,
    fence.area_ids,
    fence.squad_ids,
    fence.unit_ids,
    fence.rule,
    fence.demand,
    JSON.stringify(fence.schedule),
    fence.grace_s,
    fence.enabled,
  ]
}

export async function insertFence(tx: Queryable, city: string, fence: FenceContent): Promise<FenceRow> {
  const [row] = await tx.query<FenceRow>(
    `INSERT INTO fences AS f (city_code, name, area_ids, squad_ids, unit_ids, rule, demand, schedule, grace_s, enabled, synthetic)
     VALUES ($1, $2, $3::int[], $4::int[], $5::int[], $6, $7, $8::jsonb, $9, $10, $11) RETURNING ${COLUMNS}`,
    [city, ...contentOf(fence), fence.synthetic],
  )
  return row
}

/** @returns undefined where there is none of this revision any more. */
export async function updateFence(
  tx: Queryable,
  city: string,
  { id, revision }: { id: number; revision: number },
  fence: FenceContent,
): Promise<FenceRow | undefined> {
  const [row] = await tx.query<FenceRow>(
    `UPDATE fences f SET name = $2, area_ids = $3::int[], squad_ids = $4::int[], unit_ids = $5::int[], rule = $6, demand = $7,
       schedule = $8::jsonb, grace_s = $9, enabled = $10, revision = f.revision + 1, updated_at = now()
     WHERE f.city_code = $1 AND f.id = $11 AND f.revision = $12 RETURNING ${COLUMNS}`,
    [city, ...contentOf(fence), id, revision],
  )
  return row
}

export async function deleteFence(
  tx: Queryable,
  city: string,
  { id, revision }: { id: number; revision: number },
): Promise<boolean> {
  const rows = await tx.query(
    'DELETE FROM fences WHERE city_code = $1 AND id = $2 AND revision = $3 RETURNING id',
    [city, id, revision],
  )
  return rows.length > 0
}

/** A city where something is watched. `fenced`: by fences, or an alert or a breach is still to be cleared; else sources alone. */
export interface WatchedCity {
  city: string
  fenced: boolean
}

export function watchedCities(db: Queryable): Promise<WatchedCity[]> {
  return db.query<WatchedCity>(
    `SELECT city_code AS city, bool_or(fenced) AS fenced FROM (
       SELECT city_code, true AS fenced FROM fences WHERE enabled
       UNION SELECT city_code, true FROM fence_breaches
       UNION SELECT city_code, true FROM alerts WHERE cleared_at IS NULL
       UNION SELECT city_code, false FROM sources
         WHERE coalesce(expected_every_s, learned_every_s) IS NOT NULL AND revoked_at IS NULL
       UNION SELECT city_code, false FROM devices WHERE revoked_at IS NULL) watched
     GROUP BY city_code ORDER BY city_code`,
  )
}

/** Whether this transaction is the one that watches a city: on one node at a time. */
export async function takeWatch(tx: Queryable, city: string): Promise<boolean> {
  const [{ taken }] = await tx.query<{ taken: boolean }>(
    "SELECT pg_try_advisory_xact_lock(hashtext('gridwall fences'), hashtext($1)) AS taken",
    [city],
  )
  return taken
}

export interface FencedUnitRow {
  id: number
  squad_id: number
  on_duty: boolean
  cell_id: number | null
  fixed_at: Date | null
}

/** All units with the micro-grid of their last fix of this duty. At most 10,000. */
export function fencedUnits(db: Queryable, city: string): Promise<FencedUnitRow[]> {
  return db.query<FencedUnitRow>(
    `SELECT u.id, u.squad_id, duty.started_at IS NOT NULL AS on_duty, fix.cell_id, fix.fixed_at
     FROM units u
     LEFT JOIN LATERAL (
       SELECT d.started_at FROM unit_duties d
       WHERE d.city_code = u.city_code AND d.unit_id = u.id AND d.ended_at IS NULL ORDER BY d.started_at DESC LIMIT 1
     ) duty ON true
     LEFT JOIN LATERAL (
       SELECT p.cell_id, p.fixed_at FROM unit_positions p
       WHERE p.city_code = u.city_code AND p.unit_id = u.id AND p.fixed_at >= duty.started_at ORDER BY p.fixed_at DESC LIMIT 1
     ) fix ON true
     WHERE u.city_code = $1 ORDER BY u.id LIMIT 10000`,
    [city],
  )
}

export interface BreachRow {
  fence_id: number
  squad_id: number
  unit_id: number | null
  since: Date
}

/** Keeps exactly these breaches: those that were there before keep their beginning, others begin `now`. */
export async function keepBreaches(
  tx: Queryable,
  city: string,
  breaches: readonly Omit<BreachRow, 'since'>[],
  now: Date,
): Promise<BreachRow[]> {
  const columns = [
    breaches.map(({ fence_id }) => fence_id),
    breaches.map(({ squad_id }) => squad_id),
    breaches.map(({ unit_id }) => unit_id),
  ]
  await tx.query(
    `DELETE FROM fence_breaches b WHERE b.city_code = $1 AND NOT EXISTS (
       SELECT FROM unnest($2::int[], $3::int[], $4::int[]) AS n (fence_id, squad_id, unit_id)
       WHERE n.fence_id = b.fence_id AND n.squad_id = b.squad_id AND n.unit_id IS NOT DISTINCT FROM b.unit_id)`,
    [city, ...columns],
  )
  await tx.query(
    `INSERT INTO fence_breaches (city_code, fence_id, squad_id, unit_id, since)
     SELECT $1, n.fence_id, n.squad_id, n.unit_id, $5::timestamptz
     FROM unnest($2::int[], $3::int[], $4::int[]) AS n (fence_id, squad_id, unit_id)
     ON CONFLICT DO NOTHING`,
    [city, ...columns, now.toISOString()],
  )
  return tx.query<BreachRow>(
    'SELECT fence_id, squad_id, unit_id, since FROM fence_breaches WHERE city_code = $1 ORDER BY fence_id, squad_id, unit_id',
    [city],
  )
}
