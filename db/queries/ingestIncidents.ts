import type { Queryable } from '../client.ts'

/** Incidents of one source as they come in live; as gridwall_ingest. Positions are [lng, lat], EPSG:4326, degrees. */

export interface IngestedRow {
  id: number
  source_id: string
  kind: string
  level: number
  channel: string
  status: string
  reported_at: Date
  dispatched_at: Date | null
  arrived_at: Date | null
  closed_at: Date | null
  due_at: Date | null
  outcome: string | null
  cell_id: number | null
  lng: number
  lat: number
  text: string | null
  /** When the source said so; null: it never did. */
  told_at: Date | null
}

/** What a row is to hold; without an id while it has none. */
export type IngestedDraft = Omit<IngestedRow, 'id' | 'told_at'> & { told_at: Date }

/** Those of the source that are there, locked in the order of their names until the transaction ends. */
export function lockIngested(
  tx: Queryable,
  { city, source }: { city: string; source: string },
  sourceIds: readonly string[],
): Promise<IngestedRow[]> {
  return tx.query<IngestedRow>(
    `SELECT i.id::float8 AS id, i.source_id, i.kind, i.level, i.channel, i.status, i.reported_at, i.dispatched_at, i.arrived_at,
       i.closed_at, i.due_at, i.outcome, i.cell_id, ST_X(i.geom) AS lng, ST_Y(i.geom) AS lat, i.attributes ->> 'text' AS text, i.told_at
     FROM incidents i WHERE i.city_code = $1 AND i.source = $2 AND i.source_id = ANY($3::text[])
     ORDER BY i.source_id FOR UPDATE`,
    [city, source, sourceIds],
  )
}

/** The columns of a draft in JSON, as both statements read them. */
const GIVEN = `jsonb_to_recordset($3::jsonb) AS given (source_id text, kind text, level smallint, channel text, status text,
  reported_at timestamptz, dispatched_at timestamptz, arrived_at timestamptz, closed_at timestamptz, due_at timestamptz,
  outcome text, cell_id integer, lng float8, lat float8, text text, told_at timestamptz)`

/**
 * Inserts new ones in the order given (give them in the order of their names, so that two batches never wait for one
 * another in a ring). @returns those inserted; another request was faster with the rest.
 */
export function insertIngested(
  tx: Queryable,
  { city, source, synthetic }: { city: string; source: string; synthetic: boolean },
  drafts: readonly IngestedDraft[],
): Promise<{ id: number; source_id: string }[]> {
  return tx.query(
    `INSERT INTO incidents (city_code, source, source_id, kind, level, channel, status, reported_at, dispatched_at, arrived_at,
       closed_at, due_at, outcome, cell_id, geom, attributes, synthetic, told_at)
     SELECT $1, $2, source_id, kind, level, channel, status, reported_at, dispatched_at, arrived_at, closed_at, due_at, outcome,
       cell_id, ST_SetSRID(ST_MakePoint(lng, lat), 4326), jsonb_strip_nulls(jsonb_build_object('text', text)), $4, told_at
     FROM ${GIVEN}
     ON CONFLICT (city_code, source, source_id) DO NOTHING
     RETURNING id::float8 AS id, source_id`,
    [city, source, JSON.stringify(drafts), synthetic],
  )
}

/** Inserts what a person reports, as gridwall_writer. @returns its id. */
export async function insertReport(
  tx: Queryable,
  { city, source, synthetic }: { city: string; source: string; synthetic: boolean },
  draft: IngestedDraft,
): Promise<number> {
  const [{ id }] = await tx.query<{ id: number }>(
    `INSERT INTO incidents (city_code, source, source_id, kind, level, channel, status, reported_at, cell_id, geom, attributes,
       synthetic, told_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, ST_SetSRID(ST_MakePoint($10::float8, $11::float8), 4326),
       jsonb_strip_nulls(jsonb_build_object('text', $12::text)), $13, $14)
     RETURNING id::float8 AS id`,
    [
      city,
      source,
      draft.source_id,
      draft.kind,
      draft.level,
      draft.channel,
      draft.status,
      draft.reported_at,
      draft.cell_id,
      draft.lng,
      draft.lat,
      draft.text,
      synthetic,
      draft.told_at,
    ],
  )
  return id
}

/** Writes changed ones, by their names at the source. */
export async function updateIngested(
  tx: Queryable,
  { city, source }: { city: string; source: string },
  drafts: readonly IngestedDraft[],
): Promise<void> {
  await tx.query(
    `UPDATE incidents i SET kind = given.kind, level = given.level, channel = given.channel, status = given.status,
       reported_at = given.reported_at, dispatched_at = given.dispatched_at, arrived_at = given.arrived_at,
       closed_at = given.closed_at, due_at = given.due_at, outcome = given.outcome, cell_id = given.cell_id,
       geom = ST_SetSRID(ST_MakePoint(given.lng, given.lat), 4326), told_at = given.told_at,
       attributes = i.attributes || jsonb_strip_nulls(jsonb_build_object('text', given.text))
     FROM ${GIVEN}
     WHERE i.city_code = $1 AND i.source = $2 AND i.source_id = given.source_id`,
    [city, source, JSON.stringify(drafts)],
  )
}

/** The cell of areas in which no point has lain yet, made where there is none; as owner. */
export async function cellOfAreas(
  db: Queryable,
  city: string,
  areaIds: readonly number[],
): Promise<number | null> {
  const [{ cell }] = await db.query<{ cell: number | null }>(
    'SELECT cell_of_areas($1, $2::integer[]) AS cell',
    [city, areaIds],
  )
  return cell
}

/** The same as gridwall_ingest, in the token's city. */
export async function ingestCell(tx: Queryable, areaIds: readonly number[]): Promise<number | null> {
  const [{ cell }] = await tx.query<{ cell: number | null }>('SELECT ingest_cell($1::integer[]) AS cell', [
    areaIds,
  ])
  return cell
}
