import type { Queryable } from '../client.ts'

/** Where units say they are; as gridwall_ingest. */

export interface GivenFix {
  /** Place in the batch. */
  index: number
  /** One of both names the unit. */
  unit_id: number | null
  call_sign: string | null
  /** ISO. */
  at: string
  heading_deg: number | null
  speed_ms: number | null
  cell_id: number | null
  /** Degrees, EPSG:4326. */
  lng: number
  lat: number
}

export interface JudgedFix {
  index: number
  /** Null: the city has no such unit, or the token is another unit's. */
  unit_id: number | null
  on_duty: boolean
  /** False: this fix was there already, or the same instant came twice. */
  stored: boolean
  /** The newest of the unit so far, now that these are in, and the unit on duty at this moment. */
  newest: boolean
  synthetic: boolean
}

/**
 * Stores fixes of units that were on duty then; what is there already stays as it is. Off duty nothing is stored, whoever
 * sends it. In one statement.
 * @param own The only unit whose fixes are taken; null: any of the city.
 */
export function storeFixes(
  tx: Queryable,
  { city, own, synthetic }: { city: string; own: number | null; synthetic: boolean },
  fixes: readonly GivenFix[],
): Promise<JudgedFix[]> {
  return tx.query<JudgedFix>(
    `WITH given AS (
       SELECT given.*, u.id AS unit, $3 OR u.synthetic AS synthetic,
         EXISTS (SELECT FROM unit_duties d WHERE d.city_code = $1 AND d.unit_id = u.id
           AND d.started_at <= given.at AND (d.ended_at IS NULL OR given.at < d.ended_at)) AS on_duty
       FROM jsonb_to_recordset($4::jsonb) AS given (index integer, unit_id integer, call_sign text, at timestamptz,
         heading_deg real, speed_ms real, cell_id integer, lng float8, lat float8)
       LEFT JOIN LATERAL (
         SELECT u.id, u.synthetic FROM units u
         WHERE u.city_code = $1 AND (u.id = given.unit_id OR u.call_sign = given.call_sign) AND ($2::integer IS NULL OR u.id = $2)
         ORDER BY (u.id = given.unit_id) DESC NULLS LAST, u.id LIMIT 1
       ) u ON true
     ), units_given AS (
       SELECT g.unit,
         (SELECT max(p.fixed_at) FROM unit_positions p WHERE p.city_code = $1 AND p.unit_id = g.unit) AS last_at,
         EXISTS (SELECT FROM unit_duties d WHERE d.city_code = $1 AND d.unit_id = g.unit AND d.ended_at IS NULL) AS on_now
       FROM (SELECT DISTINCT unit FROM given WHERE on_duty) g
     ), stored AS (
       INSERT INTO unit_positions (city_code, unit_id, fixed_at, heading_deg, speed_ms, cell_id, geom, synthetic)
       SELECT DISTINCT ON (unit, at) $1, unit, at, heading_deg, speed_ms, cell_id, ST_SetSRID(ST_MakePoint(lng, lat), 4326), synthetic
       FROM given WHERE on_duty ORDER BY unit, at, index
       ON CONFLICT (city_code, unit_id, fixed_at) DO NOTHING
       RETURNING unit_id, fixed_at
     )
     SELECT g.index, g.unit AS unit_id, coalesce(g.on_duty, false) AS on_duty, coalesce(g.synthetic, $3) AS synthetic,
       s.unit_id IS NOT NULL AND g.index = min(g.index) OVER (PARTITION BY g.unit, g.at) AS stored,
       coalesce(s.unit_id IS NOT NULL AND n.on_now AND (n.last_at IS NULL OR g.at > n.last_at)
         AND g.at = max(g.at) FILTER (WHERE s.unit_id IS NOT NULL) OVER (PARTITION BY g.unit), false) AS newest
     FROM given g
     LEFT JOIN stored s ON s.unit_id = g.unit AND s.fixed_at = g.at
     LEFT JOIN units_given n ON n.unit = g.unit
     ORDER BY g.index`,
    [city, own, synthetic, JSON.stringify(fixes)],
  )
}
