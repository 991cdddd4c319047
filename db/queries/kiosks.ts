import type { Queryable } from '../client.ts'

/** Screens that are let in by a token. Of the token only its SHA-256 is kept. */

export interface KioskRow {
  id: string
  user_id: string
  name: string
  city_code: string
  area_id: number | null
  created_at: Date
  created_by: string
  expires_at: Date
  revoked_at: Date | null
  /** When its newest session was opened, and from where; null: it has none. */
  seen_at: Date | null
  address: string | null
  /** How many screens are in by its link. */
  screens: number
}

/** All kiosks, newest first. As gridwall_reader: with the right `grants`. */
export function listKiosks(db: Queryable, limit: number): Promise<KioskRow[]> {
  return db.query<KioskRow>('SELECT * FROM kiosks_listed ORDER BY created_at DESC, id LIMIT $1', [limit])
}

export interface NewKiosk {
  id: string
  userId: string
  name: string
  city: string
  areaId: number | null
  tokenHash: Uint8Array
  createdBy: string
  expiresAt: Date
}

/** The screen's account, its grant and its token's hash. */
export async function insertKiosk(tx: Queryable, kiosk: NewKiosk): Promise<void> {
  await tx.query(
    "INSERT INTO users (id, name, email, email_verified, kind) VALUES ($1, $2, $1 || '@kiosk.invalid', true, 'kiosk')",
    [kiosk.userId, kiosk.name],
  )
  await tx.query(
    `INSERT INTO kiosks (id, user_id, name, city_code, area_id, token_hash, created_by, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      kiosk.id,
      kiosk.userId,
      kiosk.name,
      kiosk.city,
      kiosk.areaId,
      kiosk.tokenHash,
      kiosk.createdBy,
      kiosk.expiresAt,
    ],
  )
  await tx.query(
    "INSERT INTO grants (person_id, role, city_code, area_id, created_by) VALUES ($1, 'wall', $2, $3, $4)",
    [kiosk.userId, kiosk.city, kiosk.areaId, kiosk.createdBy],
  )
}

/** The kiosk that a token opens, unless it is revoked or over. */
export async function findKiosk(
  db: Queryable,
  tokenHash: Uint8Array,
  now: Date,
): Promise<{ id: string; user_id: string; expires_at: Date } | undefined> {
  const rows = await db.query<{ id: string; user_id: string; expires_at: Date }>(
    'SELECT id, user_id, expires_at FROM kiosks WHERE token_hash = $1 AND revoked_at IS NULL AND expires_at > $2',
    [tokenHash, now],
  )
  return rows[0]
}

/** Ends a kiosk, its grant and its sessions. @returns its account; undefined when there is none to end. */
export async function revokeKiosk(tx: Queryable, id: string, now: Date): Promise<string | undefined> {
  const [kiosk] = await tx.query<{ user_id: string }>(
    'UPDATE kiosks SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL RETURNING user_id',
    [id, now],
  )
  if (!kiosk) return undefined
  await tx.query('DELETE FROM sessions WHERE user_id = $1', [kiosk.user_id])
  await tx.query('DELETE FROM grants WHERE person_id = $1', [kiosk.user_id])
  return kiosk.user_id
}
