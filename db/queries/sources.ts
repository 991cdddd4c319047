import type { Queryable } from '../client.ts'
import { type FeedState, feedStateOf, feedTurnsAt } from '../feedState.ts'
import type { SourceKind, TokenOwner } from './ingestTokens.ts'
import { BEACONS } from './sourceHistory.ts'

/** Where live data come from: sources and the beacons of units, and how they are. */

/** What a source or beacon did since it was last written down. */
export interface HealthNote {
  owner: TokenOwner
  /** When it first and last brought anything with a token that holds. */
  firstSeenAt: Date
  seenAt: Date
  /** When it last brought what is shown to whoever sees the feeds; null: it did not. Of sources alone. */
  shownAt: Date | null
  accepted: number
  rejected: number
  /** Requests over the rate. */
  limited: number
  /** The last fault, in words without numbers of persons; null: none. */
  error: { text: string; at: Date } | null
}

const GIVEN = (type: 'text' | 'integer') =>
  `jsonb_to_recordset($1::jsonb) AS given (city text, name ${type}, first timestamptz, seen timestamptz, shown timestamptz, accepted bigint,
     rejected bigint, limited bigint, error text, error_at timestamptz)`

/** Beside what is, what was: pieces of history (sourceHistory.ts) with the silence that ended. */
const KEPT = `INSERT INTO source_history AS h (city_code, source_code, began_at, last_seen_at, longest_gap_s, longest_gap_to,
       accepted, rejected, limited)
     SELECT n.city, n.name, date_bin('10 minutes', n.seen, 'epoch'), n.seen, greatest(0, extract(epoch FROM n.first - n.before)), n.first,
       n.accepted, n.rejected, n.limited
     FROM noted n ORDER BY 1, 2
     ON CONFLICT (city_code, source_code, began_at) DO UPDATE SET last_seen_at = greatest(h.last_seen_at, excluded.last_seen_at),
       longest_gap_to = CASE WHEN excluded.longest_gap_s < h.longest_gap_s THEN h.longest_gap_to ELSE excluded.longest_gap_to END,
       longest_gap_s = greatest(h.longest_gap_s, excluded.longest_gap_s), accepted = h.accepted + excluded.accepted,
       rejected = h.rejected + excluded.rejected, limited = h.limited + excluded.limited`

const NOTED = {
  sources: `SELECT given.*, s.last_seen_at AS before FROM given
     JOIN sources s ON s.city_code = given.city AND s.code = given.name`,
  devices: `SELECT given.city, '${BEACONS}' AS name, min(given.first) AS first, max(given.seen) AS seen,
       sum(given.accepted) AS accepted, sum(given.rejected) AS rejected, sum(given.limited) AS limited,
       (SELECT max(d.last_seen_at) FROM devices d WHERE d.city_code = given.city) AS before
     FROM given GROUP BY given.city`,
} as const

const SHOWN = { sources: 'shown_at = greatest(t.shown_at, given.shown), ', devices: '' } as const

/** Adds what servers noticed. As owner. */
export async function noteHealth(db: Queryable, notes: readonly HealthNote[]): Promise<void> {
  for (const [table, column, type] of [
    ['sources', 'code', 'text'],
    ['devices', 'unit_id', 'integer'],
  ] as const) {
    const given = notes.flatMap(
      ({ owner, firstSeenAt, seenAt, shownAt, accepted, rejected, limited, error }) => {
        const name = 'source' in owner ? owner.source : owner.unitId
        if ('source' in owner !== (table === 'sources')) return []
        return [
          {
            city: owner.city,
            name,
            first: firstSeenAt,
            seen: seenAt,
            shown: shownAt,
            accepted,
            rejected,
            limited,
            error: error?.text,
            error_at: error?.at,
          },
        ]
      },
    )
    if (given.length === 0) continue
    await db.query(
      `WITH given AS (SELECT * FROM ${GIVEN(type)}), noted AS (${NOTED[table]}), kept AS (${KEPT})
       UPDATE ${table} t SET last_seen_at = greatest(t.last_seen_at, given.seen), ${SHOWN[table]}accepted = t.accepted + given.accepted,
         rejected = t.rejected + given.rejected, limited = t.limited + given.limited,
         last_error = coalesce(given.error, t.last_error), last_error_at = coalesce(given.error_at, t.last_error_at)
       FROM given WHERE t.city_code = given.city AND t.${column} = given.name`,
      [JSON.stringify(given)],
    )
  }
}

export interface Feed {
  /** 'ingest:110'; 'beacons' for the phones and handhelds of units together. */
  source: string
  kind: SourceKind
  name: string
  /** Empty: it has the one name. */
  nameEn: string
  /** When it last brought what is shown live, ISO: no dispute moves it. */
  lastSeenAt: string | null
  state: FeedState
  /** Seconds in which it should speak; null: nobody knows. */
  expectedEveryS: number | null
  /** That is what its past says, and nobody's word. */
  learned: boolean
}

/** A beacon on duty says where it is at least so often. */
export const BEACON_EVERY_S = 60

/**
 * The feeds of a city as they are now, those of beacons as one while a unit with a beacon is on duty, and when the first of
 * them changes its state if none says anything (epoch milliseconds; null: none does). As owner.
 */
export async function feedsOf(
  db: Queryable,
  city: string,
  now: Date,
): Promise<{ feeds: Feed[]; turnAt: number | null }> {
  const rows = await db.query<{
    code: string
    kind: SourceKind
    name: string
    name_en: string
    shown_at: Date | null
    expected_every_s: number | null
    learned_every_s: number | null
  }>(
    `SELECT code, kind, name, name_en, shown_at, expected_every_s, learned_every_s FROM sources
     WHERE city_code = $1 AND revoked_at IS NULL
     UNION ALL
     SELECT '${BEACONS}', 'positions', '', '', max(d.last_seen_at), $2::integer, NULL FROM devices d
     WHERE d.city_code = $1 AND d.revoked_at IS NULL AND EXISTS (
       SELECT FROM unit_duties u WHERE u.city_code = d.city_code AND u.unit_id = d.unit_id AND u.ended_at IS NULL)
     HAVING count(*) > 0
     ORDER BY 1 LIMIT 1000`,
    [city, BEACON_EVERY_S],
  )
  const turns: number[] = []
  const feeds = rows.map((row) => {
    const expectedEveryS = row.expected_every_s ?? row.learned_every_s
    const turnAt = feedTurnsAt(row.shown_at, expectedEveryS, now)
    if (turnAt !== null) turns.push(turnAt)
    return {
      source: row.code,
      kind: row.kind,
      name: row.name,
      nameEn: row.name_en,
      lastSeenAt: row.shown_at?.toISOString() ?? null,
      state: feedStateOf(row.shown_at, expectedEveryS, now),
      expectedEveryS,
      learned: row.expected_every_s === null && row.learned_every_s !== null,
    }
  })
  return { feeds, turnAt: turns.length > 0 ? Math.min(...turns) : null }
}

export interface NewSource {
  city: string
  /** 'ingest:110' */
  code: string
  kind: SourceKind
  name: string
  nameEn?: string
  crs: string
  channel: string
  defaultKind: string | null
  ratePerSecond: number
  expectedEveryS: number | null
  synthetic: boolean
  createdBy: string | null
}

/** @returns false where the city has a source of that code. */
export async function insertSource(tx: Queryable, source: NewSource): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO sources (city_code, code, kind, name, crs, channel, default_kind, rate_per_second, expected_every_s, synthetic,
       created_by, name_en)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (city_code, code) DO NOTHING RETURNING code`,
    [
      source.city,
      source.code,
      source.kind,
      source.name,
      source.crs,
      source.channel,
      source.defaultKind,
      source.ratePerSecond,
      source.expectedEveryS,
      source.synthetic,
      source.createdBy,
      source.nameEn ?? '',
    ],
  )
  return rows.length > 0
}

interface HealthColumns {
  last_seen_at: Date | null
  accepted: number
  rejected: number
  limited: number
  last_error: string | null
  last_error_at: Date | null
  /** Tokens that hold. */
  tokens: number
  /** When the newest of them was made. */
  token_since: Date | null
  /** When the last of the old ones runs out. */
  overlap_until: Date | null
}

export interface SourceRow extends HealthColumns {
  city_code: string
  code: string
  kind: SourceKind
  name: string
  name_en: string
  crs: string
  channel: string
  default_kind: string | null
  rate_per_second: number
  expected_every_s: number | null
  learned_every_s: number | null
  synthetic: boolean
  created_at: Date
  created_by: string | null
  revoked_at: Date | null
}

/** All sources of all cities. As gridwall_reader: with the right `sources`. */
export function listSources(db: Queryable, limit: number): Promise<SourceRow[]> {
  return db.query<SourceRow>(
    'SELECT * FROM sources_listed ORDER BY city_code, revoked_at IS NOT NULL, code LIMIT $1',
    [limit],
  )
}

/** What of a source may be changed; undefined stays. As gridwall_writer. @returns false where there is none in use. */
export async function changeSource(
  tx: Queryable,
  { city, code }: { city: string; code: string },
  to: { name?: string; nameEn?: string; ratePerSecond?: number; expectedEveryS?: number | null },
): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE sources SET name = coalesce($3, name), name_en = coalesce($7, name_en), rate_per_second = coalesce($4::real, rate_per_second),
       expected_every_s = CASE WHEN $5 THEN $6::integer ELSE expected_every_s END
     WHERE city_code = $1 AND code = $2 AND revoked_at IS NULL RETURNING code`,
    [
      city,
      code,
      to.name ?? null,
      to.ratePerSecond ?? null,
      to.expectedEveryS !== undefined,
      to.expectedEveryS ?? null,
      to.nameEn ?? null,
    ],
  )
  return rows.length > 0
}

/** The kind of a source in use; undefined where there is none. */
export async function findSourceKind(
  tx: Queryable,
  city: string,
  code: string,
): Promise<SourceKind | undefined> {
  const [row] = await tx.query<{ kind: SourceKind }>(
    'SELECT kind FROM sources WHERE city_code = $1 AND code = $2 AND revoked_at IS NULL',
    [city, code],
  )
  return row?.kind
}

/** @returns false where there is none in use. */
export async function revokeSource(tx: Queryable, city: string, code: string): Promise<boolean> {
  const rows = await tx.query(
    'UPDATE sources SET revoked_at = now() WHERE city_code = $1 AND code = $2 AND revoked_at IS NULL RETURNING code',
    [city, code],
  )
  return rows.length > 0
}
