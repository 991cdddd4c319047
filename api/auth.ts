import { betterAuth } from 'better-auth'
import { drizzleAdapter } from 'better-auth/adapters/drizzle'
import { isAPIError } from 'better-auth/api'
import { twoFactor, username } from 'better-auth/plugins'
import type { Database } from '../db/client.ts'
import { account, twoFactor as secondFactor, session, user, verification } from '../db/schema/people.ts'
import type { Account } from './context.ts'
import { attemptLimits } from './people/attemptLimits.ts'
import { KIOSK_PATH, kioskPlugin } from './people/kioskPlugin.ts'
import { OIDC_PROVIDER, type OidcOptions, oidcPlugin } from './people/oidc.ts'
import { LONGEST_PASSWORD } from './people/passwordRules.ts'
import { sessionHooks } from './people/sessionHooks.ts'
import { liveSession } from './people/sessionState.ts'
import { ADDRESS_HEADER, signInPlugin, USER_NAME } from './people/signInPlugin.ts'

export { ADDRESS_HEADER }

/**
 * Paths below /api/auth that are served; everything else better-auth could do is not there. Sessions are listed and
 * revoked by procedures: better-auth's own lists give out tokens.
 */
export const AUTH_PATHS = new Set([
  '/sign-in/username',
  '/sign-in/social',
  `/callback/${OIDC_PROVIDER}`,
  '/sign-out',
  '/get-session',
  '/change-password',
  '/two-factor/enable',
  '/two-factor/disable',
  '/two-factor/generate-backup-codes',
  '/two-factor/verify-totp',
  '/two-factor/verify-backup-code',
])

const SECONDS_OF_A_WEEK = 7 * 86_400
/** Each account and address is counted besides (api/people/attempts.ts); this only keeps one address from flooding. */
const OFTEN = { window: 60, max: 60 }

export interface AuthOptions {
  /** The key cookies are signed and second factors encrypted with. */
  secret: string
  /** Where browsers reach the server, with scheme and port; the provider sends them back there. */
  origin: string
  oidc?: OidcOptions
  /** The clock of sessions, waits and ages. */
  now?: () => Date
}

/** Sign-in by user name and password or by a provider, sessions in the database. Nobody signs themselves up. */
export function createAuth(
  database: Database,
  { secret, origin, oidc, now = () => new Date() }: AuthOptions,
) {
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
      schema: { user, session, account, verification, twoFactor: secondFactor },
    }),
    databaseHooks: sessionHooks(database, now),
    // Length and all else are rules of the installation, checked in signInPlugin.
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: 1,
      maxPasswordLength: LONGEST_PASSWORD,
    },
    account: {
      accountLinking: { enabled: true, trustedProviders: [OIDC_PROVIDER] },
      encryptOAuthTokens: true,
    },
    onAPIError: {
      errorURL: '/',
      // A refusal is no failure of the server, and its answer says all there is to say.
      onError(error) {
        if (isAPIError(error) && error.statusCode < 500) return
        console.error('signing in or out failed:', error)
      },
    },
    plugins: [
      username({ usernameValidator: (name) => USER_NAME.test(name) }),
      twoFactor({ issuer: 'GridWall', backupCodeOptions: { amount: 10 } }),
      ...(oidc ? [oidcPlugin(oidc)] : []),
      kioskPlugin(database, now),
      // The last: it sees what the others decided.
      signInPlugin(database, now),
    ],
    session: {
      // The cookie's; the session's own end is a rule of the installation.
      expiresIn: SECONDS_OF_A_WEEK,
      disableSessionRefresh: true,
      additionalFields: {
        usedAt: { type: 'date', required: false, input: false },
        method: { type: 'string', required: false, input: false },
        openedBy: { type: 'string', required: false, input: false },
      },
    },
    rateLimit: {
      enabled: true,
      window: 10,
      max: 300,
      customStorage: attemptLimits(),
      customRules: {
        '/sign-in/username': OFTEN,
        '/sign-in/social': OFTEN,
        [KIOSK_PATH]: OFTEN,
        '/change-password': OFTEN,
        '/two-factor/*': OFTEN,
      },
    },
    advanced: {
      cookiePrefix: 'gridwall',
      // Said outright: left out, NODE_ENV=test would switch both off.
      disableCSRFCheck: false,
      disableOriginCheck: false,
      // `Secure` is added by the server where a request came by TLS.
      useSecureCookies: false,
      defaultCookieAttributes: { httpOnly: true, sameSite: 'strict' },
      // The provider sends the browser back from another site: this one must come along.
      cookies: { state: { attributes: { sameSite: 'lax' } } },
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
    },
    telemetry: { enabled: false },
    logger: { level: 'error' },
  })
}

export type Auth = ReturnType<typeof createAuth>

/**
 * Whose session cookies belong to, or null. One that was not used for too long, has run out or belongs to a disabled
 * account ends by being asked for. Asking is no use of it: only get-session by HTTP is (a page that asks by itself must
 * not keep a session alive for nobody).
 */
export async function accountOf(
  { auth, database, now = () => new Date() }: { auth: Auth; database: Database; now?: () => Date },
  cookie: string,
): Promise<Account | null> {
  const found = await auth.api.getSession({
    headers: new Headers({ cookie }),
    query: { disableRefresh: true },
  })
  const state = found && (await liveSession(database, found.session.token, now()))
  if (!state) return null
  return {
    userId: state.userId,
    userName: state.userName,
    name: state.name,
    sessionId: state.sessionId,
    kind: state.kind,
    mustChangePassword: state.mustChangePassword,
    twoFactor: state.twoFactor,
    idleMinutes: state.idleMinutes,
    expiresAt: state.expiresAt.toISOString(),
  }
}
