import { createHash } from 'node:crypto'
import type { BetterAuthPlugin } from 'better-auth'
import { APIError, createAuthMiddleware, isAPIError } from 'better-auth/api'
import { deleteSessionCookie } from 'better-auth/cookies'
import { generateRandomString, hashPassword } from 'better-auth/crypto'
import type { Database, Queryable } from '../../db/client.ts'
import type { AuditActor, AuditEntry } from '../../db/queries/audit.ts'
import { readAccountRules } from '../../db/queries/rules.ts'
import { deleteSession, touchSession } from '../../db/queries/sessions.ts'
import { claimCode, findChallenged, findSignInPerson, type SignInPerson } from '../../db/queries/signIns.ts'
import { beginAttempt, passAttempt, succeedAttempt, waitMessage } from './attempts.ts'
import { isPasswordOf, requireNewPassword } from './newPassword.ts'
import { factorPath, returnPath } from './returnPath.ts'
import { type Rules, rulesOf } from './rules.ts'
import { actorOf, liveSession, type SessionState } from './sessionState.ts'
import { fingerprint, note, noteRefusal, personActor, strangerActor } from './signInAudit.ts'

/** The server itself writes the client's address here; what a client sends under this name is dropped. */
export const ADDRESS_HEADER = 'x-gridwall-address'

/** User names: what better-auth's username plugin takes, and a hyphen. */
export const USER_NAME = /^[a-zA-Z0-9_.-]{3,30}$/

type Hook = Parameters<Parameters<typeof createAuthMiddleware>[0]>[0]

/** Second factors asked for after a sign-in by the provider have an identifier that begins so. */
export const OIDC_CHALLENGE = '2fa-oidc-'
const CHALLENGE_SECONDS = 600

/** Paths that take a second factor, and what it is. */
export const VERIFY_WAYS: Readonly<Record<string, 'totp' | 'backupCode' | undefined>> = {
  '/two-factor/verify-totp': 'totp',
  '/two-factor/verify-backup-code': 'backupCode',
}
/** Paths that ask for the password again. */
export const PASSWORD_PATHS: ReadonlySet<string> = new Set([
  '/change-password',
  '/two-factor/enable',
  '/two-factor/disable',
  '/two-factor/generate-backup-codes',
])

function fieldOf(body: unknown, name: string): string | undefined {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return undefined
  const value: unknown = Reflect.get(body, name)
  return typeof value === 'string' ? value : undefined
}

/** Where an answer sends the browser; null: nowhere. */
function redirectOf(returned: unknown): string | null {
  return isAPIError(returned) ? new Headers(returned.headers).get('location') : null
}

function refuseWait(seconds: number): APIError {
  return new APIError(
    'TOO_MANY_REQUESTS',
    { code: 'TOO_MANY_FAILURES', message: waitMessage(seconds), retryAfterSeconds: seconds },
    { 'retry-after': String(seconds) },
  )
}

/**
 * What better-auth leaves to others: sessions that end by not being used, waiting after failures, passwords by rule and
 * history, codes that count once, and the audit of all of it. Give it last: its hooks must see what the others decided.
 */
export function signInPlugin(database: Database, now: () => Date) {
  const addressOf = (ctx: Hook) => ctx.headers?.get(ADDRESS_HEADER) ?? 'unknown'
  const rulesNow = async (): Promise<Rules> => rulesOf(await readAccountRules(database))
  const noted = (actor: AuditActor, entry: AuditEntry, more?: (tx: Queryable) => Promise<void>) =>
    note(database, actor, entry, more)
  const refused = (ctx: Hook, actor: AuditActor, userName: string, detail: Record<string, unknown>) =>
    noteRefusal(database, actor, { userName, now: now(), detail: { path: ctx.path, ...detail } })

  /** The session this very request comes with, if it still holds; one that does not ends here. */
  async function sessionOf(ctx: Hook): Promise<SessionState | null> {
    const { authCookies, secret } = ctx.context
    const token = await ctx.getSignedCookie(authCookies.sessionToken.name, secret)
    return token ? liveSession(database, token, now()) : null
  }

  /** Whose second factor a request is about: the session's person, or whoever has just given the right password. */
  async function challengedOf(ctx: Hook): Promise<SignInPerson | undefined> {
    const session = await sessionOf(ctx)
    if (session) return findSignInPerson(database, { id: session.userId })
    const { createAuthCookie, secret } = ctx.context
    const identifier = await ctx.getSignedCookie(createAuthCookie('two_factor').name, secret)
    const id = identifier ? await findChallenged(database, identifier, now()) : undefined
    return id === undefined ? undefined : findSignInPerson(database, { id })
  }

  async function begin(ctx: Hook, userName: string): Promise<void> {
    const attempt = { userName, address: addressOf(ctx), rules: await rulesNow(), now: now() }
    const waitSeconds = await beginAttempt(database, attempt)
    if (waitSeconds !== null) throw refuseWait(waitSeconds)
  }

  async function beforePasswordSignIn(ctx: Hook) {
    const userName = fieldOf(ctx.body, 'username')
    const password = fieldOf(ctx.body, 'password')
    // Nobody can be called that, or there is nothing to compare: better-auth refuses it, and nothing was guessed.
    if (!userName || !password || !USER_NAME.test(userName)) return
    await begin(ctx, userName)
    const person = await findSignInPerson(database, { userName })
    // An account without a password must take as long to refuse as a wrong password.
    if (person && !person.has_password) await hashPassword(password.slice(0, 256))
  }

  async function afterPasswordSignIn(ctx: Hook) {
    const userName = fieldOf(ctx.body, 'username')
    if (!userName || !USER_NAME.test(userName)) return
    const address = addressOf(ctx)
    const { newSession, returned } = ctx.context
    const person = await findSignInPerson(database, { userName })
    if (newSession && person) return opened(ctx, person)
    if (isAPIError(returned) || !person) {
      const actor = person
        ? personActor(person, address, null)
        : strangerActor(fingerprint(userName), address)
      const code = isAPIError(returned) ? returned.body?.code : undefined
      return refused(ctx, actor, userName, { method: 'password', reason: code ?? 'refused' })
    }
    // The right password: the second factor is asked for now.
    await passAttempt(database, { userName, address })
  }

  /** The session's own row in the audit came with it (migration 0017). */
  async function opened(ctx: Hook, person: SignInPerson): Promise<void> {
    const attempt = { userName: person.user_name, address: addressOf(ctx), now: now() }
    await database.transaction((tx) => succeedAttempt(tx, attempt))
  }

  async function beforeVerify(ctx: Hook) {
    const person = await challengedOf(ctx)
    if (!person) return
    await begin(ctx, person.user_name)
    const code = fieldOf(ctx.body, 'code')
    if (code !== undefined) {
      const hash = createHash('sha256').update(code).digest()
      if (!(await claimCode(database, person.id, hash, now()))) {
        await refused(ctx, personActor(person, addressOf(ctx), null), person.user_name, {
          method: 'secondFactor',
          reason: 'CODE_USED',
        })
        throw new APIError('UNAUTHORIZED', { code: 'INVALID_CODE', message: 'Invalid code' })
      }
    }
    // No device is ever trusted to go without: the cookie of one would be a second factor that is stolen with the first.
    return { context: { body: { trustDevice: false, disableSession: false } } }
  }

  async function afterVerify(ctx: Hook) {
    const { newSession, returned } = ctx.context
    const before = ctx.context.session
    if (!isAPIError(returned) && newSession) {
      const person = await findSignInPerson(database, { id: newSession.user.id })
      if (!person) return
      if (!before) return opened(ctx, person)
      // The first right code of a new second factor.
      await noted(
        personActor(person, addressOf(ctx), newSession.session.id),
        { action: 'factor.enable', target: person.id },
        (tx) => succeedAttempt(tx, { userName: person.user_name, address: addressOf(ctx), now: now() }),
      )
      return
    }
    const person = before ? await findSignInPerson(database, { id: before.user.id }) : await challengedOf(ctx)
    if (!person) return
    if (isAPIError(returned)) {
      return refused(ctx, personActor(person, addressOf(ctx), before?.session.id ?? null), person.user_name, {
        method: 'secondFactor',
        reason: returned.body?.code ?? 'refused',
      })
    }
    await passAttempt(database, { userName: person.user_name, address: addressOf(ctx) })
  }

  async function beforePasswordPath(ctx: Hook) {
    const session = await sessionOf(ctx)
    if (!session) return
    if (ctx.path === '/two-factor/disable' && session.twoFactor.required) {
      throw new APIError('FORBIDDEN', {
        code: 'SECOND_FACTOR_REQUIRED',
        message: 'A role of this account demands a second factor.',
      })
    }
    await begin(ctx, session.userName)
    if (ctx.path !== '/change-password') return
    const current = fieldOf(ctx.body, 'currentPassword') ?? ''
    // First the password of today: whoever does not know it learns nothing about those of before.
    if (!(await isPasswordOf(database, session.userId, current))) {
      await refused(ctx, actorOf(session, addressOf(ctx)), session.userName, {
        reason: 'INVALID_PASSWORD',
      })
      throw new APIError('BAD_REQUEST', { code: 'INVALID_PASSWORD', message: 'Invalid password' })
    }
    try {
      await requireNewPassword(database, session, fieldOf(ctx.body, 'newPassword') ?? '')
    } catch (error) {
      await passAttempt(database, { userName: session.userName, address: addressOf(ctx) })
      throw error
    }
    // A changed password ends every other session.
    return { context: { body: { revokeOtherSessions: true } } }
  }

  const PASSWORD_ACTIONS: Record<string, string | undefined> = {
    '/change-password': 'password.change',
    '/two-factor/disable': 'factor.disable',
    '/two-factor/generate-backup-codes': 'factor.renew',
  }

  async function afterPasswordPath(ctx: Hook) {
    const { returned, newSession } = ctx.context
    const held = newSession ?? ctx.context.session
    if (!held) return
    const person = await findSignInPerson(database, { id: held.user.id })
    if (!person) return
    const actor = personActor(person, addressOf(ctx), held.session.id)
    if (isAPIError(returned)) {
      return refused(ctx, actor, person.user_name, { reason: returned.body?.code ?? 'refused' })
    }
    const attempt = { userName: person.user_name, address: addressOf(ctx), now: now() }
    const action = ctx.path ? PASSWORD_ACTIONS[ctx.path] : undefined
    if (!action) return database.transaction((tx) => succeedAttempt(tx, attempt))
    await noted(actor, { action, target: person.id }, (tx) => succeedAttempt(tx, attempt))
  }

  /**
   * Only the provider of this installation, and only back to the page somebody was on, whatever comes of it; nothing else of
   * what better-auth would take.
   */
  async function beforeProviderSignIn(ctx: Hook) {
    const callbackURL = returnPath(fieldOf(ctx.body, 'callbackURL') ?? '/')
    const provider = fieldOf(ctx.body, 'provider') ?? ''
    const body = { provider, callbackURL, errorCallbackURL: callbackURL }
    if (typeof ctx.body === 'object' && ctx.body !== null && 'idToken' in ctx.body) {
      throw new APIError('BAD_REQUEST', {
        code: 'NOT_TAKEN',
        message: 'ID tokens are not taken from browsers.',
      })
    }
    return {
      context: { body: { ...body, requestSignUp: false, scopes: [], additionalData: {}, loginHint: '' } },
    }
  }

  /** A person with a second factor of their own gives it here too, unless the provider has asked for one. */
  async function challenge(ctx: Hook, person: SignInPerson, token: string): Promise<never> {
    const { context } = ctx
    deleteSessionCookie(ctx, true)
    await context.internalAdapter.deleteSession(token)
    context.setNewSession(null)
    const cookie = context.createAuthCookie('two_factor', { maxAge: CHALLENGE_SECONDS })
    const identifier = `${OIDC_CHALLENGE}${generateRandomString(20)}`
    const expiresAt = new Date(Date.now() + CHALLENGE_SECONDS * 1000)
    await context.internalAdapter.createVerificationValue({ value: person.id, identifier, expiresAt })
    await context.internalAdapter.createVerificationValue({
      value: '0',
      identifier: `2fa-attempts-${identifier}`,
      expiresAt,
    })
    await ctx.setSignedCookie(cookie.name, identifier, context.secret, cookie.attributes)
    throw ctx.redirect(factorPath(redirectOf(context.returned) ?? '/'))
  }

  async function afterCallback(ctx: Hook) {
    const { newSession, returned } = ctx.context
    const address = addressOf(ctx)
    if (newSession) {
      const person = await findSignInPerson(database, { id: newSession.user.id })
      if (!person) return
      const { method } = newSession.session
      if (person.two_factor_enabled && method !== 'oidcStrong')
        return challenge(ctx, person, newSession.session.token)
      return
    }
    const location = redirectOf(returned)
    const reason = location ? new URL(location, 'http://localhost').searchParams.get('error') : 'refused'
    const actor = strangerActor('?provider', address)
    await noted(actor, { action: 'session.refuse', detail: { method: 'oidc', reason: reason?.slice(0, 80) } })
  }

  async function beforeSignOut(ctx: Hook) {
    const session = await sessionOf(ctx)
    if (!session) return
    await noted(actorOf(session, addressOf(ctx)), { action: 'session.close' }, async (tx) => {
      await deleteSession(tx, session.sessionId)
    })
  }

  /** Only HTTP: the server's own look at a session is nobody's use of it. */
  async function beforeGetSession(ctx: Hook) {
    if (!ctx.request) return
    const session = await sessionOf(ctx)
    if (session) await touchSession(database, session.sessionId, now())
  }

  return {
    id: 'gridwall-sign-in',
    hooks: {
      before: [
        {
          matcher: (ctx) => ctx.path === '/get-session',
          handler: createAuthMiddleware(beforeGetSession),
        },
        { matcher: (ctx) => ctx.path === '/sign-out', handler: createAuthMiddleware(beforeSignOut) },
        {
          matcher: (ctx) => ctx.path === '/sign-in/username',
          handler: createAuthMiddleware(beforePasswordSignIn),
        },
        {
          matcher: (ctx) => VERIFY_WAYS[ctx.path ?? ''] !== undefined,
          handler: createAuthMiddleware(beforeVerify),
        },
        {
          matcher: (ctx) => ctx.path === '/sign-in/social',
          handler: createAuthMiddleware(beforeProviderSignIn),
        },
        {
          matcher: (ctx) => PASSWORD_PATHS.has(ctx.path ?? ''),
          handler: createAuthMiddleware(beforePasswordPath),
        },
      ],
      after: [
        {
          matcher: (ctx) => ctx.path === '/sign-in/username',
          handler: createAuthMiddleware(afterPasswordSignIn),
        },
        {
          matcher: (ctx) => VERIFY_WAYS[ctx.path ?? ''] !== undefined,
          handler: createAuthMiddleware(afterVerify),
        },
        { matcher: (ctx) => ctx.path === '/callback/:id', handler: createAuthMiddleware(afterCallback) },
        {
          matcher: (ctx) => PASSWORD_PATHS.has(ctx.path ?? ''),
          handler: createAuthMiddleware(afterPasswordPath),
        },
      ],
    },
  } satisfies BetterAuthPlugin
}
