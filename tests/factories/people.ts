import type { Grant, Purpose, Role } from '../../api/access.ts'
import type { Viewer } from '../../api/context.ts'
import { grantsHeld } from '../../api/viewers.ts'
import type { Database } from '../../db/client.ts'
import { setGrants } from '../../db/queries/grants.ts'

/** What a test says of an account; the rest is that of a person who has done everything that is demanded of them. */
export type PersonOptions = Partial<Omit<Viewer, 'userId' | 'userName' | 'grants'>>

/** How many each database has got: the same names in the same test, whatever ran before it. */
const made = new WeakMap<Database, number>()

/**
 * An account with these grants in the database, as a signed-in viewer. Policies look the grants up by its id, so that it
 * must be there. It has no password: `tests/api/http.ts` makes one who can sign in.
 */
export async function createPerson(
  database: Database,
  grants: readonly Grant[],
  options: PersonOptions = {},
): Promise<Viewer> {
  const number = (made.get(database) ?? 0) + 1
  made.set(database, number)
  const userId = `test-${number}`
  await database.query('INSERT INTO users (id, name, email, username, kind) VALUES ($1, $1, $2, $1, $3)', [
    userId,
    `${userId}@gridwall.invalid`,
    options.kind ?? 'person',
  ])
  if (options.kind === 'kiosk') {
    await database.query(
      `INSERT INTO kiosks (id, user_id, name, city_code, token_hash, created_by, expires_at)
       VALUES ($1, $1, $1, $2, $3, 'test', '2099-01-01')`,
      [userId, grants[0]?.city ?? 'shuifu', new TextEncoder().encode(userId)],
    )
  }
  await grantTo(database, userId, grants)
  return {
    userId,
    userName: userId,
    name: userId,
    sessionId: `session of ${userId}`,
    kind: 'person',
    mustChangePassword: false,
    twoFactor: { enabled: false, required: false },
    idleMinutes: null,
    expiresAt: '2099-01-01T00:00:00.000Z',
    purpose: null,
    address: '127.0.0.1',
    ...options,
    grants: await grantsHeld(database, userId),
  }
}

/** Gives an account exactly these grants. */
export async function grantTo(database: Database, userId: string, grants: readonly Grant[]): Promise<void> {
  await database.transaction((tx) =>
    setGrants(
      tx,
      userId,
      grants.map(({ role, city, areaId }) => ({ role, city_code: city, area_id: areaId })),
      null,
    ),
  )
}

/** A role in every city, or in one, or in one of its areas. */
export function grant(role: Role, city: string | null = null, areaId: number | null = null): Grant {
  return { role, city, areaId }
}

/** Somebody with every right to data in every city, none of them for a purpose only. */
export function createWholeCityViewer(database: Database): Promise<Viewer> {
  return createPerson(database, [grant('planner'), grant('leader')])
}

/** The same person in another request: with a purpose, or without one. */
export function withPurpose(viewer: Viewer, purpose: Purpose | null): Viewer {
  return { ...viewer, purpose }
}
