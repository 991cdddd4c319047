import type { Queryable } from '../client.ts'
import { type Columns, inColumns } from '../columns.ts'

/** What a browser needs to play through time: counts by local day and cell, and which areas cells belong to. */

/** Stands for "in no cell", so that these come last. */
export const NO_CELL = 2 ** 31 - 1

export interface DayCountRow {
  /** Days after the first one asked for. */
  day: number
  /** `NO_CELL`: in no cell. */
  cell_id: number
  /** Place of the kind in the list asked for. */
  kind: number
  count: number
}

export interface DayQuestion {
  city: string
  timeZone: string
  /** Local dates; the last one is not counted any more. */
  from: string
  to: string
  /** Codes of rows to count, and beside each the number it is counted under. */
  codes: readonly string[]
  kinds: readonly number[]
  /** Beside each code the part of `cells` it is counted in. */
  parts: readonly number[]
  /** Ids of cells; null: everywhere, also what lies in no cell. */
  cells: readonly (readonly number[] | null)[]
}

/** Rows of the kinds asked for where these are counted; parameters from $5 on. */
const COUNTED = `incidents i JOIN unnest($5::text[], $6::int[], $7::boolean[], $10::int[]) AS asked (code, part, everywhere, number) ON asked.code = i.kind
  AND (asked.everywhere OR (asked.part, i.cell_id) IN (SELECT seen.part, seen.cell_id FROM unnest($8::int[], $9::int[]) AS seen (part, cell_id)))
  WHERE i.city_code = $1 AND i.duplicate_of IS NULL AND i.reported_at >= $3::date::timestamp AT TIME ZONE $2
    AND i.reported_at < $4::date::timestamp AT TIME ZONE $2`

function countedParams({ city, timeZone, from, to, codes, kinds, parts, cells }: DayQuestion): unknown[] {
  const seen = cells.flatMap((ids, part) => (ids ?? []).map((id) => ({ part, id })))
  return [
    city,
    timeZone,
    from,
    to,
    codes,
    parts,
    parts.map((part) => cells[part] === null),
    seen.map(({ part }) => part),
    seen.map(({ id }) => id),
    kinds,
  ]
}

/** Incidents by day, cell and kind, in this order. Bounded by the caller, who asks `countRows` first. */
export async function countByDayAndCell(db: Queryable, question: DayQuestion): Promise<Columns<DayCountRow>> {
  const [columns] = await db.query<Columns<DayCountRow>>(
    inColumns(
      { day: 'integer', cell_id: 'integer', kind: 'integer', count: 'integer' },
      `SELECT (i.reported_at AT TIME ZONE $2)::date - $3::date AS day, coalesce(i.cell_id, ${NO_CELL}) AS cell_id,
         asked.number AS kind, count(*) AS count
       FROM ${COUNTED}
       GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
    ),
    countedParams(question),
  )
  return columns
}

/** First local date with an incident of these kinds, and how many there are between two dates. */
export async function countRows(
  db: Queryable,
  question: DayQuestion,
): Promise<{ first: string | null; count: number }> {
  const [row] = await db.query<{ first: string | null; count: number }>(
    `SELECT (min(i.reported_at) AT TIME ZONE $2)::date::text AS first, count(*)::int AS count FROM ${COUNTED}`,
    countedParams(question),
  )
  return row
}

export interface CellAreaRow {
  version: string
  level: string
  cell_id: number
  area_id: number
}

/** The area of every level of every version that each cell belongs to. */
export async function cellAreas(db: Queryable, city: string): Promise<Columns<CellAreaRow>> {
  const [columns] = await db.query<Columns<CellAreaRow>>(
    inColumns(
      { version: 'text', level: 'text', cell_id: 'integer', area_id: 'integer' },
      `SELECT version, level, cell_id, area_id FROM cell_areas WHERE city_code = $1 ORDER BY version, level, cell_id`,
    ),
    [city],
  )
  return columns
}

/** The local date of an instant, and the dates so many years before it and one day after it. */
export async function calendarAround(
  db: Queryable,
  { instant, timeZone, years }: { instant: Date; timeZone: string; years: number },
): Promise<{ earliest: string; after: string }> {
  const [row] = await db.query<{ earliest: string; after: string }>(
    `SELECT (($1::timestamptz AT TIME ZONE $2)::date + 1 - make_interval(years => $3))::date::text AS earliest,
       (($1::timestamptz AT TIME ZONE $2)::date + 1)::text AS after`,
    [instant.toISOString(), timeZone, years],
  )
  return row
}
