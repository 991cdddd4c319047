import { hashPassword } from 'better-auth/crypto'
import { z } from 'zod'
import type { Queryable } from '../../db/client.ts'
import {
  findAccount,
  insertPerson,
  listPeople,
  removeSecondFactor,
  renamePerson,
  setDisabled,
  setPassword,
} from '../../db/queries/people.ts'
import { deleteSessionsOf } from '../../db/queries/sessions.ts'
import { forgetFailures } from '../../db/queries/signInFailures.ts'
import { lastSignIns } from '../../db/queries/signIns.ts'
import { plainName } from '../inputs.ts'
import { personKept, requireSystemAdmin, secretsKept, takeTurn } from '../people/administration.ts'
import { accountSubject } from '../people/attempts.ts'
import { nowOf } from '../people/clock.ts'
import { madePassword, newId } from '../people/firstAccounts.ts'
import { accountId, userName } from '../people/inputs.ts'
import { conflict } from '../refusal.ts'
import { permittedAnywhere, router } from '../trpc.ts'

const MOST_LISTED = 5000
const listing = permittedAnywhere(['people', 'grants'])
/** Whose account it is decides which of the two it takes. */
const keeping = permittedAnywhere(['people', 'grants']).input(z.object({ id: accountId }))

/** Accounts: posts of the installation, never persons by name. */
export const people = router({
  /** Everybody who signs in, by user name. Times are ISO instants; `lockedUntil` null: they do not have to wait. */
  list: listing.query(async ({ ctx }) => {
    const rows = await listPeople(ctx.rows('counts'), MOST_LISTED)
    // Of those whom the database has listed: sessions end, and with them what they tell.
    const signIns = await lastSignIns(
      ctx.database,
      rows.map(({ id }) => id),
    )
    return rows.map((row) => ({
      id: row.id,
      userName: row.user_name,
      name: row.name,
      kind: 'person' as const,
      createdAt: row.created_at.toISOString(),
      disabledAt: row.disabled_at?.toISOString() ?? null,
      lockedUntil:
        row.blocked_until && row.blocked_until > nowOf(ctx) ? row.blocked_until.toISOString() : null,
      mustChangePassword: row.must_change_password,
      passwordChangedAt: row.password_changed_at?.toISOString() ?? null,
      twoFactor: row.two_factor_enabled,
      lastSeenAt: (row.seen_at ?? signIns.get(row.id))?.toISOString() ?? null,
      sessions: row.sessions,
      roles: row.roles,
    }))
  }),

  /** A new account without any role. Its password is answered once and has to be changed at the first sign-in. */
  create: permittedAnywhere('people')
    .input(z.object({ userName, name: plainName(60) }))
    .mutation(async ({ ctx, input }) => {
      const id = newId()
      const password = madePassword()
      const hash = await hashPassword(password)
      await ctx.change(
        { action: 'person.create', target: id, detail: { userName: input.userName, name: input.name } },
        async (tx: Queryable) => {
          if (await findAccount(tx, input.userName)) {
            throw conflict(`There is an account "${input.userName}" already.`)
          }
          await insertPerson(tx, { id, ...input })
          await setPassword(tx, id, hash, true)
        },
      )
      return { id, password }
    }),

  rename: keeping.input(z.object({ name: plainName(60) })).mutation(({ ctx, input }) =>
    ctx.change(
      (was) => ({
        action: 'person.rename',
        target: input.id,
        detail: { userName: was.user_name, from: was.name, to: input.name },
      }),
      async (tx: Queryable) => {
        const person = await personKept(tx, ctx.viewer, input.id)
        await renamePerson(tx, input.id, input.name)
        return person
      },
    ),
  ),

  /** Ends the person's sessions; their grants stay, out of force. */
  disable: keeping.mutation(({ ctx, input }) =>
    ctx.change(
      ({ person, ended }) => ({
        action: 'person.disable',
        target: input.id,
        detail: { userName: person.user_name, sessionsEnded: ended },
      }),
      async (tx: Queryable) => {
        await takeTurn(tx)
        const person = await personKept(tx, ctx.viewer, input.id)
        await setDisabled(tx, input.id, nowOf(ctx))
        await requireSystemAdmin(tx)
        return { person, ended: await deleteSessionsOf(tx, input.id) }
      },
    ),
  ),

  enable: keeping.mutation(({ ctx, input }) =>
    ctx.change(
      (person) => ({ action: 'person.enable', target: input.id, detail: { userName: person.user_name } }),
      async (tx: Queryable) => {
        const person = await personKept(tx, ctx.viewer, input.id)
        await setDisabled(tx, input.id, null)
        return person
      },
    ),
  ),

  /** A made password, answered once, to be changed at the next sign-in; ends the person's sessions and their wait. */
  resetPassword: keeping.mutation(async ({ ctx, input }) => {
    const password = madePassword()
    const hash = await hashPassword(password)
    await ctx.change(
      (person) => ({ action: 'password.reset', target: input.id, detail: { userName: person.user_name } }),
      async (tx: Queryable) => {
        const person = await secretsKept(tx, ctx.viewer, input.id)
        await setPassword(tx, input.id, hash, true)
        await deleteSessionsOf(tx, input.id)
        await forgetFailures(tx, accountSubject(person.user_name), nowOf(ctx))
        return person
      },
    )
    return { password }
  }),

  /** For whoever has lost their second factor; ends their sessions. The password is asked for as before. */
  resetTwoFactor: keeping.mutation(({ ctx, input }) =>
    ctx.change(
      ({ person, had }) => ({
        action: 'factor.reset',
        target: input.id,
        detail: { userName: person.user_name, had },
      }),
      async (tx: Queryable) => {
        const person = await secretsKept(tx, ctx.viewer, input.id)
        const had = await removeSecondFactor(tx, input.id)
        await deleteSessionsOf(tx, input.id)
        return { person, had }
      },
    ),
  ),

  /** Lets somebody try again at once who has to wait after failed sign-ins. */
  unlock: keeping.mutation(({ ctx, input }) =>
    ctx.change(
      ({ person, waited }) => ({
        action: 'account.unlock',
        target: input.id,
        detail: { userName: person.user_name, waited },
      }),
      async (tx: Queryable) => {
        const person = await personKept(tx, ctx.viewer, input.id)
        const waited = await forgetFailures(tx, accountSubject(person.user_name), nowOf(ctx))
        return { person, waited }
      },
    ),
  ),
})
