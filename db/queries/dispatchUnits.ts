import type { Queryable } from '../client.ts'

/** Units as they are now: on duty or off, sent or free, and where they were last. Bounded by the size of the force. */

export type UnitState = 'offDuty' | 'free' | 'assigned' | 'enRoute' | 'onScene'

/** A unit now; as it goes out (`LiveUnit` of api/live/messages.ts), with what the server needs besides. */
export interface UnitNow {
  id: number
  callSign: string
  kind: 'car' | 'motorcycle' | 'foot' | 'command'
  squadId: number
  strength: number
  state: UnitState
  incidentId: number | null
  /** Instants are ISO 8601 in UTC. */
  dutySince: string | null
  /** The last one of this duty; degrees, metres a second. */
  fix: {
    unitId: number
    lng: number
    lat: number
    at: string
    headingDeg: number | null
    speedMs: number | null
    synthetic: boolean
  } | null
  synthetic: boolean
}

interface UnitNowRow {
  id: number
  call_sign: string
  kind: UnitNow['kind']
  squad_id: number
  strength: number
  synthetic: boolean
  duty_since: Date | null
  dispatch_state: 'assigned' | 'acknowledged' | 'onScene' | null
  incident_id: number | null
  fixed_at: Date | null
  lng: number
  lat: number
  heading_deg: number | null
  speed_ms: number | null
  fix_synthetic: boolean
}

const STATE_OF = { assigned: 'assigned', acknowledged: 'enRoute', onScene: 'onScene' } as const

function unitNow(row: UnitNowRow): UnitNow {
  const { dispatch_state: sent } = row
  return {
    id: row.id,
    callSign: row.call_sign,
    kind: row.kind,
    squadId: row.squad_id,
    strength: row.strength,
    state: row.duty_since === null ? 'offDuty' : sent === null ? 'free' : STATE_OF[sent],
    incidentId: row.incident_id,
    dutySince: row.duty_since?.toISOString() ?? null,
    fix:
      row.fixed_at === null
        ? null
        : {
            unitId: row.id,
            lng: row.lng,
            lat: row.lat,
            at: row.fixed_at.toISOString(),
            headingDeg: row.heading_deg,
            speedMs: row.speed_ms,
            synthetic: row.fix_synthetic,
          },
    synthetic: row.synthetic,
  }
}

/**
 * Units as they are now, by id: those asked for, or all (null). Of several incidents a unit is sent to, the one it is
 * furthest with. Under row-level security only units that are seen, and fixes only where points are.
 */
export async function liveUnits(
  db: Queryable,
  city: string,
  ids: readonly number[] | null,
): Promise<UnitNow[]> {
  const rows = await db.query<UnitNowRow>(
    `SELECT u.id, u.call_sign, u.kind, u.squad_id, u.strength, u.synthetic, duty.started_at AS duty_since,
       sent.state AS dispatch_state, sent.incident_id::float8 AS incident_id,
       fix.fixed_at, ST_X(fix.geom) AS lng, ST_Y(fix.geom) AS lat, fix.heading_deg, fix.speed_ms, fix.synthetic AS fix_synthetic
     FROM units u
     LEFT JOIN LATERAL (
       SELECT d.started_at FROM unit_duties d
       WHERE d.city_code = u.city_code AND d.unit_id = u.id AND d.ended_at IS NULL ORDER BY d.started_at DESC LIMIT 1
     ) duty ON true
     LEFT JOIN LATERAL (
       SELECT d.state, d.incident_id FROM dispatches d
       WHERE d.city_code = u.city_code AND d.unit_id = u.id AND d.ended_at IS NULL
       ORDER BY d.arrived_at IS NULL, d.acknowledged_at IS NULL, d.id LIMIT 1
     ) sent ON true
     LEFT JOIN LATERAL (
       SELECT p.fixed_at, p.geom, p.heading_deg, p.speed_ms, p.synthetic FROM unit_positions p
       WHERE p.city_code = u.city_code AND p.unit_id = u.id AND p.fixed_at >= duty.started_at
       ORDER BY p.fixed_at DESC LIMIT 1
     ) fix ON true
     WHERE u.city_code = $1 AND ($2::int[] IS NULL OR u.id = ANY($2::int[]))
     ORDER BY u.id LIMIT 10000`,
    [city, ids],
  )
  return rows.map(unitNow)
}
