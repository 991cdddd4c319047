import type { BetterAuthOptions } from 'better-auth'
import { APIError } from 'better-auth/api'
import type { Database } from '../../db/client.ts'
import { insertAudit } from '../../db/queries/audit.ts'
import { readAccountRules } from '../../db/queries/rules.ts'
import { deleteSessionsBeyond } from '../../db/queries/sessions.ts'
import { findSignInPerson, hasProviderAccount, kioskEnd } from '../../db/queries/signIns.ts'
import { KIOSK_PATH } from './kioskPlugin.ts'
import { askedForSecondFactor, OIDC_PROVIDER } from './oidc.ts'
import { rulesOf } from './rules.ts'
import { ADDRESS_HEADER, OIDC_CHALLENGE, PASSWORD_PATHS, VERIFY_WAYS } from './signInPlugin.ts'

type DatabaseHooks = NonNullable<BetterAuthOptions['databaseHooks']>
type HookContext = { path?: string; headers?: Headers; context?: { session?: unknown } } | null

/** So many screens may be in by one link: more is not a hall but a link that went round. */
const SCREENS_A_LINK = 16

/** Ends what an account's new session makes too many, and says so in the audit. */
async function endThoseTooMany(database: Database, userId: string, now: Date): Promise<void> {
  const person = await findSignInPerson(database, { id: userId })
  if (!person) return
  const rules = rulesOf(await readAccountRules(database))
  const isScreen = person.kind === 'kiosk'
  const most = isScreen ? SCREENS_A_LINK : rules.concurrentSessions
  if (most === 0) return
  await database.transaction(async (tx) => {
    const idleMinutes = isScreen ? null : rules.idleMinutes
    for (const ended of await deleteSessionsBeyond(tx, userId, most, { now, idleMinutes })) {
      await insertAudit(
        tx,
        {
          personId: userId,
          userName: person.user_name,
          kind: person.kind,
          roles: person.roles,
          address: ended.ip_address,
          sessionId: ended.id,
        },
        { action: 'session.expire', detail: { reason: 'tooMany', allowed: most } },
      )
    }
  })
}

/** How a session comes about where that says more than its method; null: it does not. */
function openedByOf(context: HookContext): 'totp' | 'backupCode' | 'renewed' | null {
  const path = context?.path ?? ''
  const way = VERIFY_WAYS[path]
  if (way) return context?.context?.session ? 'renewed' : way
  return PASSWORD_PATHS.has(path) ? 'renewed' : null
}

/** What better-auth writes, decided once more before it is written: by whatever way somebody came in. */
export function sessionHooks(database: Database, now: () => Date): DatabaseHooks {
  /** Requests in which the provider said that it has asked for a second factor. */
  const strong = new WeakSet<object>()

  function methodOf(context: HookContext): 'password' | 'oidc' | 'oidcStrong' | 'kiosk' {
    if (context?.path === KIOSK_PATH) return 'kiosk'
    if (context?.path?.startsWith('/callback/')) return strong.has(context) ? 'oidcStrong' : 'oidc'
    const challenge = `.two_factor=${OIDC_CHALLENGE}`
    return context?.path?.startsWith('/two-factor/') && context.headers?.get('cookie')?.includes(challenge)
      ? 'oidc'
      : 'password'
  }

  /** Tokens of the provider are used up by signing in: nothing here ever calls it again. */
  function withoutTokens<Data extends { idToken?: string | null }>(data: Data, context: HookContext) {
    if (context && askedForSecondFactor(data.idToken)) strong.add(context)
    return { data: { ...data, accessToken: null, refreshToken: null, idToken: null } }
  }

  return {
    session: {
      create: {
        async before(session, context) {
          const person = await findSignInPerson(database, { id: session.userId })
          if (!person) return false
          if (person.disabled_at !== null) {
            throw new APIError('FORBIDDEN', {
              code: 'ACCOUNT_DISABLED',
              message: 'This account is disabled. Ask whoever runs the accounts.',
            })
          }
          const at = now()
          const rules = rulesOf(await readAccountRules(database))
          const expiresAt =
            person.kind === 'kiosk'
              ? await kioskEnd(database, person.id)
              : new Date(at.getTime() + rules.absoluteHours * 3_600_000)
          if (!expiresAt) return false
          const method = methodOf(context)
          const openedBy = openedByOf(context)
          const owesFactor =
            person.two_factor_enabled && (method === 'password' || method === 'oidc') && openedBy === null
          return {
            data: {
              ...session,
              createdAt: at,
              updatedAt: at,
              usedAt: at,
              // Over as it begins: better-auth deletes it and asks for the second factor, which opens one of its own.
              expiresAt: owesFactor ? at : expiresAt,
              ipAddress: context?.headers?.get(ADDRESS_HEADER) ?? session.ipAddress,
              method,
              openedBy,
            },
          }
        },
        async after({ userId, createdAt, expiresAt }) {
          if (expiresAt > createdAt) await endThoseTooMany(database, userId, now())
        },
      },
    },
    account: {
      create: {
        async before(account, context) {
          if (account.providerId !== OIDC_PROVIDER) return
          // One account there, one here: whoever takes over a name at the provider does not take over the account.
          if (await hasProviderAccount(database, account.userId, OIDC_PROVIDER)) {
            throw new APIError('FORBIDDEN', {
              code: 'ACCOUNT_LINKED',
              message: 'This account belongs to somebody else of the provider.',
            })
          }
          const person = await findSignInPerson(database, { id: account.userId })
          if (person?.disabled_at) {
            throw new APIError('FORBIDDEN', {
              code: 'ACCOUNT_DISABLED',
              message: 'This account is disabled.',
            })
          }
          return withoutTokens(account, context)
        },
      },
      update: {
        async before(account, context) {
          return 'idToken' in account ? withoutTokens(account, context) : undefined
        },
      },
    },
  }
}
