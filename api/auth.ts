import { randomBytes } from 'node:crypto'
import { betterAuth } from 'better-auth'
import { drizzleAdapter } from 'better-auth/adapters/drizzle'
import { username } from 'better-auth/plugins'
import type { Database } from '../db/client.ts'
import { account, session, user, verification } from '../db/schema/people.ts'
import type { Viewer } from './context.ts'

/** The server itself writes the socket's address here; what a client sends under this name is dropped. */
export const ADDRESS_HEADER = 'x-gridwall-address'
const ADMIN = 'admin'

/** Paths below /api/auth that are served; everything else better-auth could do is not there. */
export const AUTH_PATHS = new Set([
  '/sign-in/username',
  '/sign-out',
  '/get-session',
  '/change-password',
  '/list-sessions',
  '/revoke-session',
  '/revoke-other-sessions',
])

/** Sign-in by user name and password, sessions in the database. Nobody signs themselves up. */
export function createAuth(database: Database, { secret, origin }: { secret: string; origin: string }) {
  return betterAuth({
    appName: 'GridWall',
    secret,
    baseURL: origin,
    basePath: '/api/auth',
    // The page and the API share one host, whatever name the browser knows it by; a proxy may speak TLS for it.
    trustedOrigins: (request) => {
      if (!request) return []
      const { host } = new URL(request.url)
      return [`http://${host}`, `https://${host}`]
    },
    database: drizzleAdapter(database.orm, {
      provider: 'pg',
      schema: { user, session, account, verification },
    }),
    emailAndPassword: { enabled: true, disableSignUp: true, maxPasswordLength: 256 },
    plugins: [username()],
    session: { expiresIn: 7 * 86_400, updateAge: 86_400 },
    rateLimit: {
      enabled: true,
      window: 10,
      max: 300,
      customRules: { '/sign-in/username': { window: 60, max: 60 } },
    },
    advanced: {
      cookiePrefix: 'gridwall',
      // Said outright: left out, NODE_ENV=test would switch both off.
      disableCSRFCheck: false,
      disableOriginCheck: false,
      defaultCookieAttributes: { httpOnly: true, sameSite: 'strict' },
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
    },
    telemetry: { enabled: false },
    logger: { level: 'error' },
  })
}

export type Auth = ReturnType<typeof createAuth>

/** Who sent these headers, or null. Does not prolong the session: only get-session can hand out the new cookie. */
export async function viewerOf(auth: Auth, cookie: string | undefined): Promise<Viewer | null> {
  if (!cookie) return null
  const found = await auth.api.getSession({
    headers: new Headers({ cookie }),
    query: { disableRefresh: true },
  })
  if (!found) return null
  return {
    userId: found.user.id,
    userName: found.user.username ?? found.user.name,
    sessionId: found.session.id,
  }
}

/**
 * Makes the account `admin`, or whatever a killed start left out of it. A password given later replaces the old one and
 * ends its sessions, so that whoever runs the installation can always get in.
 * @returns the password when it was made here, to be shown once.
 */
export async function ensureAdmin(auth: Auth, givenPassword?: string): Promise<string | undefined> {
  const { adapter, internalAdapter, password: passwords } = await auth.$context
  const admin =
    (await adapter.findOne<{ id: string }>({
      model: 'user',
      where: [{ field: 'username', value: ADMIN }],
    })) ??
    (await internalAdapter.createUser(
      {
        name: ADMIN,
        username: ADMIN,
        // better-auth wants one; `.invalid` never receives mail (RFC 2606).
        email: `${ADMIN}@gridwall.invalid`,
        emailVerified: true,
      },
      { method: 'admin' },
    ))
  const credential = await internalAdapter.findCredentialAccount(admin.id)
  if (!credential?.password) {
    const password = givenPassword ?? randomBytes(12).toString('base64url')
    await internalAdapter.linkAccount({
      userId: admin.id,
      providerId: 'credential',
      accountId: admin.id,
      password: await passwords.hash(password),
    })
    return givenPassword === undefined ? password : undefined
  }
  if (givenPassword === undefined) return undefined
  if (!(await passwords.verify({ hash: credential.password, password: givenPassword }))) {
    await internalAdapter.updatePassword(admin.id, await passwords.hash(givenPassword))
    await internalAdapter.deleteUserSessions(admin.id)
  }
  return undefined
}
