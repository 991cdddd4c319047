import { createHash } from 'node:crypto'
import type { BetterAuthPlugin } from 'better-auth'
import { APIError, createAuthEndpoint } from 'better-auth/api'
import { setSessionCookie } from 'better-auth/cookies'
import { z } from 'zod'
import type { Database } from '../../db/client.ts'
import { insertAudit } from '../../db/queries/audit.ts'
import { findKiosk } from '../../db/queries/kiosks.ts'
import { readAccountRules } from '../../db/queries/rules.ts'
import { findSignInPerson } from '../../db/queries/signIns.ts'
import { beginTokenAttempt, passTokenAttempt, waitMessage } from './attempts.ts'
import { rulesOf } from './rules.ts'
import { ADDRESS_HEADER } from './signInPlugin.ts'

/** Where the route /api/kiosk sends its requests; not served by itself. */
export const KIOSK_PATH = '/sign-in/kiosk'

/** A token as `kiosks.create` makes it: 32 random bytes. Compared by its hash, so that no time tells how much was right. */
export function kioskTokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

/**
 * Lets a screen in by its token. Each screen has a session of its own (at most `SCREENS_A_LINK`, sessionHooks.ts): they
 * are counted and listed beside the link, so that a stolen one shows itself there, and end together when it is withdrawn.
 */
export function kioskPlugin(database: Database, now: () => Date) {
  return {
    id: 'gridwall-kiosk',
    endpoints: {
      signInKiosk: createAuthEndpoint(
        KIOSK_PATH,
        { method: 'POST', body: z.object({ token: z.string().min(1).max(200) }) },
        async (ctx) => {
          const address = ctx.headers?.get(ADDRESS_HEADER) ?? 'unknown'
          const rules = rulesOf(await readAccountRules(database))
          const wait = await beginTokenAttempt(database, { address, rules, now: now() })
          if (wait !== null) {
            throw new APIError(
              'TOO_MANY_REQUESTS',
              { code: 'TOO_MANY_FAILURES', message: waitMessage(wait), retryAfterSeconds: wait },
              { 'retry-after': String(wait) },
            )
          }
          const kiosk = await findKiosk(database, kioskTokenHash(ctx.body.token), now())
          const person = kiosk && (await findSignInPerson(database, { id: kiosk.user_id }))
          if (!kiosk || !person || person.disabled_at !== null) {
            await insertAudit(
              database,
              { personId: null, userName: '?kiosk', kind: 'stranger', roles: [], address, sessionId: null },
              { action: 'session.refuse', detail: { method: 'kiosk' } },
            )
            throw new APIError('UNAUTHORIZED', {
              code: 'INVALID_KIOSK',
              message: 'This screen is not let in: its link is wrong, has run out or was withdrawn.',
            })
          }
          const { internalAdapter } = ctx.context
          const session = await internalAdapter.createSession(kiosk.user_id)
          const user = await internalAdapter.findUserById(kiosk.user_id)
          if (!session || !user) throw new APIError('UNAUTHORIZED', { message: 'This screen is not let in.' })
          const maxAge = Math.ceil((kiosk.expires_at.getTime() - Date.now()) / 1000)
          await setSessionCookie(ctx, { session, user }, false, { maxAge: Math.max(1, maxAge) })
          await passTokenAttempt(database, address)
          return ctx.json({ expiresAt: kiosk.expires_at.toISOString() })
        },
      ),
    },
  } satisfies BetterAuthPlugin
}
