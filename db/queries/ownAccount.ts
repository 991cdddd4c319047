import type { Queryable } from '../client.ts'

/** What the audit tells the person whose eyes these are about their own account (0022). */

export interface OwnReset {
  at: Date
  action: 'password.reset' | 'factor.reset' | 'person.recover'
  /** Of who did it; none: the installation itself. */
  roles: string[]
}

/** Newest first. */
export function ownResets(db: Queryable, since: Date): Promise<OwnReset[]> {
  return db.query<OwnReset>('SELECT at, action, roles FROM own_resets($1)', [since])
}

/** The sign-in before the one a session comes from; undefined: there was none. */
export async function signInBefore(
  db: Queryable,
  sessionId: string,
): Promise<{ at: Date; address: string | null } | undefined> {
  const rows = await db.query<{ at: Date; address: string | null }>(
    'SELECT at, address FROM own_sign_in_before($1)',
    [sessionId],
  )
  return rows[0]
}
