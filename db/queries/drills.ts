import type { Queryable } from '../client.ts'

/** Drills and what was done in them; under row-level security for whoever may dispatch in the city. */

export interface DrillRow {
  id: number
  scenario_code: string
  /** As api/drills/scenario.ts wrote it. */
  scenario: unknown
  pace: number
  started_at: Date
  ends_at: Date
  ended_at: Date | null
}

export interface DrillResponseRow {
  drill_id: number
  expectation: string
  unit_number: number | null
  responded_at: Date
}

const COLUMNS = 'id, scenario_code, scenario, pace, started_at, ends_at, ended_at'

/** The newest first; at most `limit`. */
export function listDrills(db: Queryable, city: string, limit: number): Promise<DrillRow[]> {
  return db.query<DrillRow>(
    `SELECT ${COLUMNS} FROM drills WHERE city_code = $1 ORDER BY started_at DESC, id DESC LIMIT $2::int`,
    [city, limit],
  )
}

export async function findDrill(db: Queryable, city: string, id: number): Promise<DrillRow | undefined> {
  const [row] = await db.query<DrillRow>(
    `SELECT ${COLUMNS} FROM drills WHERE city_code = $1 AND id = $2::int`,
    [city, id],
  )
  return row
}

/** Responses of these drills, in the order they were given. */
export function drillResponses(
  db: Queryable,
  city: string,
  ids: readonly number[],
): Promise<DrillResponseRow[]> {
  return db.query<DrillResponseRow>(
    `SELECT drill_id, expectation, unit_number, responded_at FROM drill_responses
     WHERE city_code = $1 AND drill_id = ANY($2::int[]) ORDER BY responded_at, expectation`,
    [city, ids],
  )
}

export async function insertDrill(
  tx: Queryable,
  drill: {
    city: string
    scenarioCode: string
    scenario: object
    pace: number
    startedAt: Date
    endsAt: Date
    startedBy: string
  },
): Promise<number> {
  const [{ id }] = await tx.query<{ id: number }>(
    `INSERT INTO drills (city_code, scenario_code, scenario, pace, started_at, ends_at, started_by)
     VALUES ($1, $2, $3::jsonb, $4::real, $5::timestamptz, $6::timestamptz, $7) RETURNING id`,
    [
      drill.city,
      drill.scenarioCode,
      JSON.stringify(drill.scenario),
      drill.pace,
      drill.startedAt.toISOString(),
      drill.endsAt.toISOString(),
      drill.startedBy,
    ],
  )
  return id
}

/** @returns false when it is over, or none of the viewer's. */
export async function endDrill(tx: Queryable, city: string, id: number, at: Date): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE drills SET ended_at = $3::timestamptz
     WHERE city_code = $1 AND id = $2::int AND ended_at IS NULL AND ends_at > $3::timestamptz RETURNING id`,
    [city, id, at.toISOString()],
  )
  return rows.length > 0
}

/** @returns false when it was said before. */
export async function insertDrillResponse(
  tx: Queryable,
  response: {
    city: string
    drillId: number
    expectation: string
    unitNumber: number | null
    respondedAt: Date
    respondedBy: string
  },
): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO drill_responses (city_code, drill_id, expectation, unit_number, responded_at, responded_by)
     VALUES ($1, $2::int, $3, $4::smallint, $5::timestamptz, $6) ON CONFLICT DO NOTHING RETURNING expectation`,
    [
      response.city,
      response.drillId,
      response.expectation,
      response.unitNumber,
      response.respondedAt.toISOString(),
      response.respondedBy,
    ],
  )
  return rows.length > 0
}

export async function deleteDrillResponse(
  tx: Queryable,
  city: string,
  drillId: number,
  expectation: string,
): Promise<boolean> {
  const rows = await tx.query(
    `DELETE FROM drill_responses WHERE city_code = $1 AND drill_id = $2::int AND expectation = $3 RETURNING expectation`,
    [city, drillId, expectation],
  )
  return rows.length > 0
}

export interface DrillSendRow {
  unit_number: number
  sent_at: Date
  inject: string
  way: unknown
}

/** Where each unit of a drill was sent last. */
export function lastDrillSends(db: Queryable, city: string, drillId: number): Promise<DrillSendRow[]> {
  return db.query<DrillSendRow>(
    `SELECT DISTINCT ON (unit_number) unit_number, sent_at, inject, way FROM drill_sends
     WHERE city_code = $1 AND drill_id = $2::int ORDER BY unit_number, sent_at DESC`,
    [city, drillId],
  )
}

/** @returns false when the unit was sent somewhere at the same instant. */
export async function insertDrillSend(
  tx: Queryable,
  send: {
    city: string
    drillId: number
    unitNumber: number
    sentAt: Date
    inject: string
    way: object
    sentBy: string
  },
): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO drill_sends (city_code, drill_id, unit_number, sent_at, inject, way, sent_by)
     VALUES ($1, $2::int, $3::smallint, $4::timestamptz, $5, $6::jsonb, $7) ON CONFLICT DO NOTHING RETURNING inject`,
    [
      send.city,
      send.drillId,
      send.unitNumber,
      send.sentAt.toISOString(),
      send.inject,
      JSON.stringify(send.way),
      send.sentBy,
    ],
  )
  return rows.length > 0
}

export interface ImportedScenarioRow {
  code: string
  scenario: unknown
  imported_at: Date
}

/** Scenarios that people brought; at most 200. */
export function importedScenarios(db: Queryable, city: string): Promise<ImportedScenarioRow[]> {
  return db.query<ImportedScenarioRow>(
    'SELECT code, scenario, imported_at FROM drill_scenarios WHERE city_code = $1 ORDER BY code LIMIT 200',
    [city],
  )
}

/** Keeps a scenario, in the place of one of the same code. */
export async function keepScenario(
  tx: Queryable,
  kept: { city: string; code: string; scenario: object; importedBy: string },
): Promise<void> {
  await tx.query(
    `INSERT INTO drill_scenarios (city_code, code, scenario, imported_by) VALUES ($1, $2, $3::jsonb, $4)
     ON CONFLICT (city_code, code) DO UPDATE SET scenario = EXCLUDED.scenario, imported_at = now(), imported_by = EXCLUDED.imported_by`,
    [kept.city, kept.code, JSON.stringify(kept.scenario), kept.importedBy],
  )
}

/** @returns false where there is none. Drills that were run keep their copy. */
export async function removeScenario(tx: Queryable, city: string, code: string): Promise<boolean> {
  const rows = await tx.query(
    'DELETE FROM drill_scenarios WHERE city_code = $1 AND code = $2 RETURNING code',
    [city, code],
  )
  return rows.length > 0
}

export interface DrillAreaRow {
  code: string
  lng: number
  lat: number
}

/** Label points of the areas of a version with these codes; EPSG:4326, degrees. */
export function drillAreas(
  db: Queryable,
  city: string,
  version: string,
  codes: readonly string[],
): Promise<DrillAreaRow[]> {
  return db.query<DrillAreaRow>(
    `SELECT code, ST_X(label_point) AS lng, ST_Y(label_point) AS lat FROM areas
     WHERE city_code = $1 AND version = $2 AND code = ANY($3::text[])`,
    [city, version, codes],
  )
}

/** The squads whose ground holds these points [lng, lat], by their places in the list. */
export function drillSquads(
  db: Queryable,
  city: string,
  version: string,
  points: readonly (readonly [number, number])[],
): Promise<{ point: number; code: string; name_zh: string; name_en: string }[]> {
  return db.query(
    `SELECT DISTINCT ON (p.place) (p.place - 1)::int AS point, a.code, a.name_zh, a.name_en
     FROM unnest($3::float8[], $4::float8[]) WITH ORDINALITY AS p (lng, lat, place)
     JOIN areas a ON a.city_code = $1 AND a.version = $2 AND a.level = 'squad'
       AND ST_Intersects(a.geom, ST_SetSRID(ST_MakePoint(p.lng, p.lat), 4326))
     ORDER BY p.place, a.code`,
    [city, version, points.map(([lng]) => lng), points.map(([, lat]) => lat)],
  )
}
