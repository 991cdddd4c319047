import type { FastifyInstance } from 'fastify'
import type { Database } from '../../db/client.ts'
import { installationTimeZone } from '../../db/queries/installation.ts'
import { readAccountRules } from '../../db/queries/rules.ts'
import type { OidcOptions } from './oidc.ts'
import { rulesOf } from './rules.ts'

/** `GET /api/offers`: what the page must know before anybody signs in: the other way in, what passwords
 * must be like, and whose clock the times of accounts are told by. */
export function serveOffers(
  app: FastifyInstance,
  { database, oidc }: { database: Database; oidc?: OidcOptions },
): void {
  app.get('/api/offers', { config: { open: 'always' } }, async (_request, reply) => {
    reply.header('cache-control', 'no-store')
    const rules = rulesOf(await readAccountRules(database))
    return {
      oidc: oidc ? { name: oidc.name } : null,
      timeZone: await installationTimeZone(database),
      password: {
        minLength: rules.passwordLength,
        classes: rules.passwordClasses,
        history: rules.passwordHistory,
        maxAgeDays: rules.passwordAgeDays,
      },
    }
  })
}
