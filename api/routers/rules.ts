import { z } from 'zod'
import type { Queryable } from '../../db/client.ts'
import { readAccountRules, writeAccountRules } from '../../db/queries/rules.ts'
import { ROLES } from '../access.ts'
import { RULE_RANGES, rulesOf, rulesShape, STANDARD_RULES } from '../people/rules.ts'
import { permittedAnywhere, router } from '../trpc.ts'

const permitted = permittedAnywhere('grants')

/** What the installation asks of passwords, sessions and second factors. */
export const rules = router({
  /** The rules of today, those of the standard, and least and most of each number. */
  get: permitted.query(async ({ ctx }) => ({
    rules: rulesOf(await readAccountRules(ctx.rows('counts'))),
    defaults: STANDARD_RULES,
    ranges: RULE_RANGES,
  })),

  /** Replaces all of them. They hold from the next request on, for sessions that are open too. */
  set: permitted
    .input(z.object({ ...rulesShape, secondFactorRoles: z.array(z.enum(ROLES)).max(ROLES.length) }))
    .mutation(({ ctx, input }) =>
      ctx.change(
        ({ before, rules: after }) => ({
          action: 'rules.set',
          detail: { changed: changes(before, after) },
        }),
        async (tx: Queryable) => {
          const before = rulesOf(await readAccountRules(tx))
          const next = { ...input, secondFactorRoles: [...new Set(input.secondFactorRoles)].sort() }
          await writeAccountRules(tx, next, ctx.viewer.userId)
          return { before, rules: rulesOf(next) }
        },
      ),
    ),
})

/** What became what, by name. */
function changes(before: object, after: object): Record<string, unknown> {
  const was: Record<string, unknown> = { ...before }
  return Object.fromEntries(
    Object.entries(after)
      .filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(was[name]))
      .map(([name, value]) => [name, [was[name], value]]),
  )
}
