import type { Queryable } from '../client.ts'

/** Accounts: posts of the installation, never persons by name. Hashes of passwords go in here and never come out. */

export async function findAccount(
  db: Queryable,
  userName: string,
): Promise<{ id: string; kind: 'person' | 'kiosk' } | undefined> {
  const rows = await db.query<{ id: string; kind: 'person' | 'kiosk' }>(
    'SELECT id, kind FROM users WHERE username = $1',
    [userName.toLowerCase()],
  )
  return rows[0]
}

export interface PersonRow {
  id: string
  user_name: string
  name: string
  kind: 'person' | 'kiosk'
  disabled_at: Date | null
  roles: string[]
}

/** A person by id; no kiosk. */
export async function findPerson(db: Queryable, id: string): Promise<PersonRow | undefined> {
  const rows = await db.query<PersonRow>(
    `SELECT u.id, u.username AS user_name, u.name, u.kind, u.disabled_at,
       ARRAY(SELECT DISTINCT g.role FROM grants g WHERE g.person_id = u.id ORDER BY 1) AS roles
     FROM users u WHERE u.id = $1 AND u.kind = 'person'`,
    [id],
  )
  return rows[0]
}

export async function insertPerson(
  tx: Queryable,
  { id, userName, name }: { id: string; userName: string; name: string },
): Promise<void> {
  // better-auth wants an address; `.invalid` never receives mail (RFC 2606).
  await tx.query(
    `INSERT INTO users (id, name, email, email_verified, username, display_username)
     VALUES ($1, $2, $3 || '@gridwall.invalid', true, $3, $4)`,
    [id, name, userName.toLowerCase(), userName],
  )
}

/** Sets or replaces a password. @param hash as better-auth hashes. @param made whether somebody else made it. */
export async function setPassword(tx: Queryable, id: string, hash: string, made: boolean): Promise<void> {
  const replaced = await tx.query(
    "UPDATE accounts SET password = $2, updated_at = now() WHERE user_id = $1 AND provider_id = 'credential' RETURNING id",
    [id, hash],
  )
  if (replaced.length === 0) {
    await tx.query(
      "INSERT INTO accounts (id, user_id, account_id, provider_id, password) VALUES (gen_random_uuid()::text, $1, $1, 'credential', $2)",
      [id, hash],
    )
  }
  if (made) await tx.query('UPDATE users SET must_change_password = true WHERE id = $1', [id])
}

/** Removes what keeps somebody out, and ends their sessions. @param subject whose failures are counted. */
export async function recoverAccount(
  tx: Queryable,
  id: string,
  subject: string,
  { keepSecondFactor }: { keepSecondFactor: boolean },
): Promise<void> {
  await tx.query('UPDATE users SET disabled_at = NULL WHERE id = $1', [id])
  if (!keepSecondFactor) await removeSecondFactor(tx, id)
  await tx.query('DELETE FROM sessions WHERE user_id = $1', [id])
  await tx.query('DELETE FROM sign_in_failures WHERE subject = $1', [subject])
}

export interface ListedPersonRow extends Omit<PersonRow, 'kind'> {
  created_at: Date
  must_change_password: boolean
  password_changed_at: Date | null
  two_factor_enabled: boolean
  blocked_until: Date | null
  seen_at: Date | null
  sessions: number
}

/** Everybody who signs in, by user name. `blocked_until` may lie in the past. As gridwall_reader: `people` or `grants`. */
export function listPeople(db: Queryable, limit: number): Promise<ListedPersonRow[]> {
  return db.query<ListedPersonRow>('SELECT * FROM people_listed ORDER BY user_name LIMIT $1', [limit])
}

export async function renamePerson(tx: Queryable, id: string, name: string): Promise<void> {
  await tx.query('UPDATE users SET name = $2, updated_at = now() WHERE id = $1', [id, name])
}

export async function setDisabled(tx: Queryable, id: string, at: Date | null): Promise<void> {
  await tx.query('UPDATE users SET disabled_at = $2, updated_at = now() WHERE id = $1', [id, at])
}

export async function removeSecondFactor(tx: Queryable, id: string): Promise<boolean> {
  const rows = await tx.query('DELETE FROM two_factors WHERE user_id = $1 RETURNING id', [id])
  await tx.query('UPDATE users SET two_factor_enabled = false WHERE id = $1', [id])
  return rows.length > 0
}

/** Holders of a role who may sign in, somebody left out. */
export async function countHolders(
  db: Queryable,
  role: string,
  except: string | null = null,
): Promise<number> {
  const [{ holders }] = await db.query<{ holders: number }>(
    `SELECT count(DISTINCT u.id)::int AS holders FROM grants g JOIN users u ON u.id = g.person_id
     WHERE g.role = $1 AND u.disabled_at IS NULL AND ($2::text IS NULL OR u.id <> $2)`,
    [role, except],
  )
  return holders
}

export interface ListedGrant {
  person_id: string
  user_name: string
  name: string
  role: string
  city_code: string | null
  area_id: number | null
  created_at: Date
  /** User name of who gave it; null: the installation itself. */
  created_by: string | null
  in_force: boolean
}

/** Grants of persons, by user name and in the order they were given. As gridwall_reader: `people` or `grants`. */
export function listGrantsOf(db: Queryable, personId: string | null): Promise<ListedGrant[]> {
  return db.query<ListedGrant>(
    `SELECT * FROM grants_listed WHERE $1::text IS NULL OR person_id = $1 ORDER BY user_name, id LIMIT 100000`,
    [personId],
  )
}
