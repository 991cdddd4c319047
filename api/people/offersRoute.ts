import type { FastifyInstance } from 'fastify'
import type { Database } from '../../db/client.ts'
import { readAccountRules } from '../../db/queries/rules.ts'
import type { OidcOptions } from './oidc.ts'
import { rulesOf } from './rules.ts'

/** `GET /api/offers`: what the page must know before anybody signs in: the other way in, and what passwords must be like. */
export function serveOffers(
  app: FastifyInstance,
  { database, oidc }: { database: Database; oidc?: OidcOptions },
): void {
  app.get('/api/offers', { config: { open: 'always' } }, async (_request, reply) => {
    reply.header('cache-control', 'no-store')
    const rules = rulesOf(await readAccountRules(database))
    return {
      oidc: oidc ? { name: oidc.name } : null,
      password: {
        minLength: rules.passwordLength,
        classes: rules.passwordClasses,
        history: rules.passwordHistory,
        maxAgeDays: rules.passwordAgeDays,
      },
    }
  })
}
