import type { Queryable } from '../client.ts'

/** Sessions with what decides whether they still hold. */

export interface SessionRow {
  id: string
  token: string
  method: 'password' | 'oidc' | 'oidcStrong' | 'kiosk'
  created_at: Date
  used_at: Date
  expires_at: Date
  ip_address: string | null
  user_id: string
  user_name: string
  name: string
  kind: 'person' | 'kiosk'
  disabled_at: Date | null
  must_change_password: boolean
  password_changed_at: Date | null
  two_factor_enabled: boolean
  /** Each role once, in no order. */
  roles: string[]
  /** Of a kiosk: false once it is revoked or over. */
  kiosk_open: boolean | null
  /** As stored; null while the standard holds. */
  rules: unknown
}

const SESSION = `
SELECT s.id, s.token, s.method, s.created_at, s.used_at, s.expires_at, s.ip_address,
  u.id AS user_id, coalesce(u.username, u.name) AS user_name, u.name, u.kind, u.disabled_at, u.must_change_password,
  u.password_changed_at, u.two_factor_enabled,
  ARRAY(SELECT DISTINCT g.role FROM grants g WHERE g.person_id = u.id) AS roles,
  k.revoked_at IS NULL AND k.expires_at > $2 AS kiosk_open,
  (SELECT rules FROM account_rules) AS rules
FROM sessions s JOIN users u ON u.id = s.user_id LEFT JOIN kiosks k ON k.user_id = u.id`

/** A session by the token in its cookie, whether or not it still holds. */
export async function findSession(db: Queryable, token: string, now: Date): Promise<SessionRow | undefined> {
  const rows = await db.query<SessionRow>(`${SESSION} WHERE s.token = $1`, [token, now])
  return rows[0]
}

/** Notes that somebody uses a session, to the half minute. */
export async function touchSession(db: Queryable, id: string, now: Date): Promise<void> {
  await db.query(
    "UPDATE sessions SET used_at = $2 WHERE id = $1 AND used_at < $2::timestamptz - interval '30 seconds'",
    [id, now],
  )
}

/** @returns whether it was there: of two servers that end it, one has. */
export async function deleteSession(tx: Queryable, id: string): Promise<boolean> {
  const rows = await tx.query('DELETE FROM sessions WHERE id = $1 RETURNING id', [id])
  return rows.length > 0
}

/** Ends all sessions of an account, but for one. @returns how many. */
export async function deleteSessionsOf(
  tx: Queryable,
  userId: string,
  except: string | null = null,
): Promise<number> {
  const rows = await tx.query(
    'DELETE FROM sessions WHERE user_id = $1 AND ($2::text IS NULL OR id <> $2) RETURNING id',
    [userId, except],
  )
  return rows.length
}

/**
 * Ends those sessions of an account that are more than allowed: first the unused ones, then the oldest.
 * @param idleMinutes null: none counts as unused.
 */
export function deleteSessionsBeyond(
  tx: Queryable,
  userId: string,
  most: number,
  { now, idleMinutes }: { now: Date; idleMinutes: number | null },
): Promise<{ id: string; ip_address: string | null }[]> {
  return tx.query(
    `DELETE FROM sessions WHERE id IN (
       SELECT id FROM sessions WHERE user_id = $1
       ORDER BY ($4::float8 IS NULL OR used_at > $3::timestamptz - $4::float8 * interval '1 minute') DESC, created_at DESC, id
       OFFSET $2::int
     ) RETURNING id, ip_address`,
    [userId, most, now, idleMinutes],
  )
}

export interface ListedSessionRow {
  id: string
  user_id: string
  user_name: string
  name: string
  kind: 'person' | 'kiosk'
  method: SessionRow['method']
  created_at: Date
  used_at: Date
  expires_at: Date
  ip_address: string | null
  user_agent: string | null
}

/**
 * Sessions that have not run out, latest used first. As gridwall_reader: one's own, or with the right `people` anybody's.
 * Tokens are never read.
 * @param userId null: everybody's.
 */
export function listSessions(
  db: Queryable,
  userId: string | null,
  now: Date,
  limit: number,
): Promise<ListedSessionRow[]> {
  return db.query<ListedSessionRow>(
    `SELECT * FROM sessions_listed WHERE expires_at > $2 AND ($1::text IS NULL OR user_id = $1)
     ORDER BY used_at DESC, id LIMIT $3`,
    [userId, now, limit],
  )
}

/** Whose a session is. As gridwall_writer: one's own, a screen's with `grants`, anybody's with `people`. */
export async function sessionPerson(db: Queryable, id: string): Promise<string | undefined> {
  const rows = await db.query<{ user_id: string }>('SELECT user_id FROM sessions WHERE id = $1', [id])
  return rows[0]?.user_id
}

/** Tokens of sessions that may be over: unused for so long, run out, or of an account that is out of force. Oldest first. */
export async function tokensPerhapsOver(db: Queryable, now: Date, idleMinutes: number): Promise<string[]> {
  const rows = await db.query<{ token: string }>(
    `SELECT s.token FROM sessions s JOIN users u ON u.id = s.user_id
     WHERE s.expires_at <= $1 OR (u.kind = 'person' AND s.used_at <= $1::timestamptz - $2 * interval '1 minute')
       OR s.user_id NOT IN (SELECT id FROM people_in_force)
     ORDER BY s.used_at LIMIT 1000`,
    [now, idleMinutes],
  )
  return rows.map(({ token }) => token)
}

/** What signing in leaves behind once it is of no use: challenges and states that ran out an hour ago. */
export async function deleteOldVerifications(db: Queryable, now: Date): Promise<void> {
  await db.query("DELETE FROM verifications WHERE expires_at < $1::timestamptz - interval '1 hour'", [now])
}

/** Of some sessions those that are still there, each with the grants its account holds now. */
export function standingSessions(
  db: Queryable,
  ids: readonly string[],
): Promise<
  {
    id: string
    grants: { role: string; city_code: string | null; area_id: number | null }[]
    /** Other than before: something that may stand between the session and its rights has changed. */
    state: string
  }[]
> {
  return db.query(
    `SELECT s.id, coalesce((SELECT json_agg(json_build_object('role', g.role, 'city_code', g.city_code, 'area_id', g.area_id))
       FROM grants_in_force g WHERE g.person_id = s.user_id), '[]') AS grants,
       concat_ws(' ', s.expires_at > now(), s.method, u.must_change_password, u.two_factor_enabled,
         (SELECT r.changed_at FROM account_rules r)) AS state
     FROM sessions s JOIN people_in_force p ON p.id = s.user_id JOIN users u ON u.id = p.id WHERE s.id = ANY($1::text[])`,
    [ids],
  )
}
