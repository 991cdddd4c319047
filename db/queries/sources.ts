import type { Queryable } from '../client.ts'
import type { SourceKind, TokenOwner } from './ingestTokens.ts'

/** Where live data come from: sources and the beacons of units, and how they are. */

/** What a source or beacon did since it was last written down. */
export interface HealthNote {
  owner: TokenOwner
  /** When it last brought anything with a token that holds. */
  seenAt: Date
  accepted: number
  rejected: number
  /** Requests over the rate. */
  limited: number
  /** The last fault, in words without numbers of persons; null: none. */
  error: { text: string; at: Date } | null
}

/** Adds what servers noticed. As owner. */
export async function noteHealth(db: Queryable, notes: readonly HealthNote[]): Promise<void> {
  for (const [table, column, type] of [
    ['sources', 'code', 'text'],
    ['devices', 'unit_id', 'integer'],
  ] as const) {
    const given = notes.flatMap(({ owner, seenAt, accepted, rejected, limited, error }) => {
      const name = 'source' in owner ? owner.source : owner.unitId
      if ('source' in owner !== (table === 'sources')) return []
      return [
        {
          city: owner.city,
          name,
          seen: seenAt,
          accepted,
          rejected,
          limited,
          error: error?.text,
          error_at: error?.at,
        },
      ]
    })
    if (given.length === 0) continue
    await db.query(
      `UPDATE ${table} t SET last_seen_at = greatest(t.last_seen_at, given.seen), accepted = t.accepted + given.accepted,
         rejected = t.rejected + given.rejected, limited = t.limited + given.limited,
         last_error = coalesce(given.error, t.last_error), last_error_at = coalesce(given.error_at, t.last_error_at)
       FROM jsonb_to_recordset($1::jsonb) AS given (city text, name ${type}, seen timestamptz, accepted bigint, rejected bigint,
         limited bigint, error text, error_at timestamptz)
       WHERE t.city_code = given.city AND t.${column} = given.name`,
      [JSON.stringify(given)],
    )
  }
}

/** Whether a source still speaks: late after twice the time in which something should have come, silent after five times. */
export type FeedState = 'live' | 'late' | 'silent' | 'never'

/** @param expectedEveryS null: nobody waits for it. */
export function feedStateOf(lastSeenAt: Date | null, expectedEveryS: number | null, now: Date): FeedState {
  if (lastSeenAt === null) return 'never'
  if (expectedEveryS === null) return 'live'
  const age = (now.getTime() - lastSeenAt.getTime()) / 1000
  if (age <= 2 * expectedEveryS) return 'live'
  return age <= 5 * expectedEveryS ? 'late' : 'silent'
}

export interface Feed {
  /** 'ingest:110'; 'beacons' for the phones and handhelds of units together. */
  source: string
  kind: SourceKind
  name: string
  /** ISO. */
  lastSeenAt: string | null
  state: FeedState
}

/** A beacon on duty says where it is at least so often. */
export const BEACON_EVERY_S = 60

/**
 * The feeds of a city as they are now, those of beacons as one while a unit with a beacon is on duty. As owner. Health
 * is written every two seconds.
 */
export async function feedsOf(db: Queryable, city: string, now: Date): Promise<Feed[]> {
  const rows = await db.query<{
    code: string
    kind: SourceKind
    name: string
    last_seen_at: Date | null
    expected_every_s: number | null
  }>(
    `SELECT code, kind, name, last_seen_at, expected_every_s FROM sources WHERE city_code = $1 AND revoked_at IS NULL
     UNION ALL
     SELECT 'beacons', 'positions', 'beacons', max(d.last_seen_at), $2::integer FROM devices d
     WHERE d.city_code = $1 AND d.revoked_at IS NULL AND EXISTS (
       SELECT FROM unit_duties u WHERE u.city_code = d.city_code AND u.unit_id = d.unit_id AND u.ended_at IS NULL)
     HAVING count(*) > 0
     ORDER BY 1 LIMIT 1000`,
    [city, BEACON_EVERY_S],
  )
  return rows.map((row) => ({
    source: row.code,
    kind: row.kind,
    name: row.name,
    lastSeenAt: row.last_seen_at?.toISOString() ?? null,
    state: feedStateOf(row.last_seen_at, row.expected_every_s, now),
  }))
}

export interface NewSource {
  city: string
  /** 'ingest:110' */
  code: string
  kind: SourceKind
  name: string
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
       created_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (city_code, code) DO NOTHING RETURNING code`,
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
  crs: string
  channel: string
  default_kind: string | null
  rate_per_second: number
  expected_every_s: number | null
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
  to: { name?: string; ratePerSecond?: number; expectedEveryS?: number | null },
): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE sources SET name = coalesce($3, name), rate_per_second = coalesce($4::real, rate_per_second),
       expected_every_s = CASE WHEN $5 THEN $6::integer ELSE expected_every_s END
     WHERE city_code = $1 AND code = $2 AND revoked_at IS NULL RETURNING code`,
    [
      city,
      code,
      to.name ?? null,
      to.ratePerSecond ?? null,
      to.expectedEveryS !== undefined,
      to.expectedEveryS ?? null,
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
