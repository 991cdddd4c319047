import type { GeographicCrs } from '../../geodata/crs.ts'
import type { Queryable } from '../client.ts'

/** Tokens of sources and devices. Of a token only its SHA-256 is kept. */

export const SOURCE_KINDS = ['incidents', 'positions', 'duties', 'sms'] as const
export type SourceKind = (typeof SOURCE_KINDS)[number]

/** A token that holds, with what it is for. */
export interface BearerRow {
  id: number
  token_hash: Uint8Array
  city_code: string
  /** Null for a device. */
  source_code: string | null
  kind: SourceKind
  /** Null for a source. */
  unit_id: number | null
  crs: GeographicCrs
  channel: string | null
  default_kind: string | null
  /** Null for a device. */
  rate_per_second: number | null
  synthetic: boolean
}

const BEARER = `SELECT id::float8 AS id, token_hash, city_code, source_code, kind, unit_id, crs, channel, default_kind, rate_per_second,
  synthetic FROM ingest_bearers`

/** Whose token has this hash; undefined for one that is unknown, revoked or over. */
export async function findBearer(db: Queryable, tokenHash: Uint8Array): Promise<BearerRow | undefined> {
  const [row] = await db.query<BearerRow>(`${BEARER} WHERE token_hash = $1`, [tokenHash])
  return row
}

/** Whose secret a request is signed with, by the name of the key. */
export async function findSigner(db: Queryable, keyName: string): Promise<BearerRow | undefined> {
  const [row] = await db.query<BearerRow>(`${BEARER} WHERE key_name = $1`, [keyName])
  return row
}

/** Whose a token is: a source's, or the beacon's of a unit. */
export type TokenOwner = { city: string; source: string } | { city: string; unitId: number }

function ownerColumns(owner: TokenOwner): [string, string | null, number | null] {
  return 'source' in owner ? [owner.city, owner.source, null] : [owner.city, null, owner.unitId]
}

export async function insertToken(
  tx: Queryable,
  owner: TokenOwner,
  token: { hash: Uint8Array; keyName: string | null; createdBy: string | null },
): Promise<void> {
  await tx.query(
    `INSERT INTO ingest_tokens (city_code, source_code, unit_id, token_hash, key_name, created_by)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [...ownerColumns(owner), token.hash, token.keyName, token.createdBy],
  )
}

/** Lets the tokens that hold run out at an instant, those that end before it as they do. */
export async function endTokensAt(tx: Queryable, owner: TokenOwner, at: Date): Promise<void> {
  await tx.query(
    `UPDATE ingest_tokens SET expires_at = least(expires_at, $4::timestamptz)
     WHERE city_code = $1 AND source_code IS NOT DISTINCT FROM $2 AND unit_id IS NOT DISTINCT FROM $3::integer AND revoked_at IS NULL`,
    [...ownerColumns(owner), at],
  )
}

/** Ends all tokens at once. */
export async function revokeTokens(tx: Queryable, owner: TokenOwner): Promise<void> {
  await tx.query(
    `UPDATE ingest_tokens SET revoked_at = now()
     WHERE city_code = $1 AND source_code IS NOT DISTINCT FROM $2 AND unit_id IS NOT DISTINCT FROM $3::integer AND revoked_at IS NULL`,
    ownerColumns(owner),
  )
}

/** Whether one of these hashes belongs to a token of the source that holds. */
export async function hasToken(db: Queryable, owner: TokenOwner, hash: Uint8Array): Promise<boolean> {
  const row = await findBearer(db, hash)
  if (!row) return false
  const [city, source, unit] = ownerColumns(owner)
  return row.city_code === city && row.source_code === source && row.unit_id === unit
}

/** Notes that a signed message was taken; as gridwall_ingest. @throws unique_violation (23505) where it was before. */
export async function insertSignature(
  tx: Queryable,
  { city, source, signature }: { city: string; source: string; signature: Uint8Array },
): Promise<void> {
  await tx.query('INSERT INTO ingest_signatures (city_code, source_code, signature) VALUES ($1, $2, $3)', [
    city,
    source,
    signature,
  ])
}

/** Signatures are remembered for as long as their time would be believed. @returns how many went. */
export async function forgetSignatures(db: Queryable, olderThanS: number): Promise<number> {
  const [{ n }] = await db.query<{ n: number }>(
    `WITH gone AS (DELETE FROM ingest_signatures WHERE taken_at < now() - make_interval(secs => $1) RETURNING 1)
     SELECT count(*)::int AS n FROM gone`,
    [olderThanS],
  )
  return n
}
