import type { Queryable } from '../client.ts'

/** What signing in asks of the database before and after better-auth does its part. */

export interface SignInPerson {
  id: string
  user_name: string
  name: string
  kind: 'person' | 'kiosk'
  disabled_at: Date | null
  two_factor_enabled: boolean
  /** Each role once, in no order. */
  roles: string[]
  /** Whether there is a password to compare with. */
  has_password: boolean
}

const PERSON = `
SELECT u.id, coalesce(u.username, u.name) AS user_name, u.name, u.kind, u.disabled_at, u.two_factor_enabled,
  ARRAY(SELECT DISTINCT g.role FROM grants g WHERE g.person_id = u.id) AS roles,
  EXISTS (SELECT FROM accounts a WHERE a.user_id = u.id AND a.provider_id = 'credential' AND a.password IS NOT NULL) AS has_password
FROM users u`

export async function findSignInPerson(
  db: Queryable,
  by: { userName: string } | { id: string },
): Promise<SignInPerson | undefined> {
  const rows =
    'id' in by
      ? await db.query<SignInPerson>(`${PERSON} WHERE u.id = $1`, [by.id])
      : await db.query<SignInPerson>(`${PERSON} WHERE u.username = $1`, [by.userName.toLowerCase()])
  return rows[0]
}

/** Who has given the right password and still owes the second factor, by the value of their two-factor cookie. */
export async function findChallenged(
  db: Queryable,
  identifier: string,
  now: Date,
): Promise<string | undefined> {
  const rows = await db.query<{ value: string }>(
    'SELECT value FROM verifications WHERE identifier = $1 AND expires_at > $2',
    [identifier, now],
  )
  return rows[0]?.value
}

/** Claims a code for one try. @returns false when it was tried in the last minutes: no code is taken twice. */
export async function claimCode(
  db: Queryable,
  userId: string,
  codeHash: Uint8Array,
  now: Date,
): Promise<boolean> {
  await db.query(
    "DELETE FROM second_factor_codes WHERE user_id = $1 AND tried_at < $2::timestamptz - interval '5 minutes'",
    [userId, now],
  )
  const rows = await db.query(
    `INSERT INTO second_factor_codes (user_id, code_hash, tried_at) VALUES ($1, $2, $3)
     ON CONFLICT DO NOTHING RETURNING user_id`,
    [userId, codeHash, now],
  )
  return rows.length > 0
}

/** Hashes of the password of today and of those before it, newest first. */
export async function passwordHashes(db: Queryable, userId: string, most: number): Promise<string[]> {
  const rows = await db.query<{ hash: string }>(
    `(SELECT a.password AS hash, NULL::bigint AS id FROM accounts a
      WHERE a.user_id = $1 AND a.provider_id = 'credential' AND a.password IS NOT NULL)
     UNION ALL
     (SELECT h.hash, h.id FROM password_history h WHERE h.user_id = $1 ORDER BY h.id DESC LIMIT $2)
     ORDER BY id DESC NULLS FIRST`,
    [userId, most],
  )
  return rows.map(({ hash }) => hash)
}

/** When a kiosk's account is over; undefined for one that is revoked or no kiosk. */
export async function kioskEnd(db: Queryable, userId: string): Promise<Date | undefined> {
  const rows = await db.query<{ expires_at: Date }>(
    'SELECT expires_at FROM kiosks WHERE user_id = $1 AND revoked_at IS NULL',
    [userId],
  )
  return rows[0]?.expires_at
}

/** Whether a provider's account is already linked to this one. */
export async function hasProviderAccount(
  db: Queryable,
  userId: string,
  providerId: string,
): Promise<boolean> {
  const [{ linked }] = await db.query<{ linked: boolean }>(
    'SELECT EXISTS (SELECT FROM accounts WHERE user_id = $1 AND provider_id = $2) AS linked',
    [userId, providerId],
  )
  return linked
}

/** When accounts were last signed in with, as far as the audit reaches: their sessions may be long over. */
export async function lastSignIns(db: Queryable, ids: readonly string[]): Promise<Map<string, Date>> {
  const rows = await db.query<{ id: string; at: Date }>(
    `SELECT i.id, o.at FROM unnest($1::text[]) AS i (id)
     CROSS JOIN LATERAL (
       SELECT a.at FROM audit a WHERE a.person_id = i.id AND a.action = 'session.open' ORDER BY a.at DESC LIMIT 1
     ) o`,
    [ids],
  )
  return new Map(rows.map(({ id, at }) => [id, at]))
}
