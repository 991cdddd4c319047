import { createHash } from 'node:crypto'

/**
 * The chain of the audit. Everything is hashed as the UTF-8 of a JSON list of texts and nulls, so that it comes out alike
 * on every database, time zone and machine, and from an export: instants as microseconds since 1970, boxes as EWKB of
 * little-endian doubles, details as PostgreSQL prints jsonb. Hashes are SHA-256.
 */

/** A row of `audit` as it is hashed: every value a text. */
export interface RawRow {
  id: number
  /** Microseconds since 1970. */
  at: string
  xid: string
  person_id: string | null
  user_name: string
  kind: string
  roles: string[]
  session_id: string | null
  address: string | null
  action: string
  target: string | null
  rows: string | null
  city_code: string | null
  area_id: string | null
  /** EWKB, little-endian, in hexadecimal. */
  box: string | null
  purpose: string | null
  detail: string
}

/** The columns of a RawRow from a table or alias `a`. */
export const RAW_COLUMNS = `a.id, (extract(epoch FROM a.at) * 1000000)::bigint::text AS at, a.xid::text AS xid, a.person_id, a.user_name,
  a.kind, a.roles, a.session_id, a.address, a.action, a.target, a.rows::text AS rows, a.city_code, a.area_id::text AS area_id,
  encode(ST_AsEWKB(a.box, 'NDR'), 'hex') AS box, a.purpose, a.detail::text AS detail`

/** A row of `audit_seals` as it is hashed. */
export interface RawSeal {
  number: number
  first_seq: number
  last_seq: number
  /** Hexadecimal. */
  head: string
  /** Microseconds since 1970. */
  sealed_at: string
  snapshot: string
  system_identifier: string
  anchor: number
}

/** What stands before the first row and the first seal. */
export const BEGINNING = Buffer.alloc(32)

function sha256(...parts: (Buffer | string)[]): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** Over what a row says; its number and place come in with `chainHash`, so that rows that changed places are told from edited ones. */
export function rowHash(row: RawRow): Buffer {
  return sha256(
    JSON.stringify([
      'gridwall audit row 1',
      row.at,
      row.xid,
      row.person_id,
      row.user_name,
      row.kind,
      row.roles,
      row.session_id,
      row.address,
      row.action,
      row.target,
      row.rows,
      row.city_code,
      row.area_id,
      row.box,
      row.purpose,
      row.detail,
    ]),
  )
}

/** @param before chain hash of the row before, or BEGINNING. */
export function chainHash(before: Buffer, link: { seq: number; id: number; rowHash: Buffer }): Buffer {
  const place = Buffer.allocUnsafe(16)
  place.writeBigUInt64BE(BigInt(link.seq), 0)
  place.writeBigUInt64BE(BigInt(link.id), 8)
  return sha256(before, place, link.rowHash)
}

/** @param before hash of the seal before, or BEGINNING. */
export function sealHash(before: Buffer, seal: RawSeal): Buffer {
  return sha256(
    before,
    JSON.stringify([
      'gridwall audit seal 1',
      String(seal.number),
      String(seal.first_seq),
      String(seal.last_seq),
      seal.head,
      seal.sealed_at,
      seal.snapshot,
      seal.system_identifier,
      String(seal.anchor),
    ]),
  )
}
