import { z } from 'zod'
import type { Queryable } from '../../db/client.ts'
import {
  deleteSession,
  type ListedSessionRow,
  listSessions,
  sessionPerson,
} from '../../db/queries/sessions.ts'
import { nowOf } from '../people/clock.ts'
import { accountId } from '../people/inputs.ts'
import { forbidden, notFound } from '../refusal.ts'
import { permittedAnywhere, router, signedIn } from '../trpc.ts'

const MOST_LISTED = 5000

function answered(row: ListedSessionRow, own: string) {
  return {
    id: row.id,
    personId: row.user_id,
    userName: row.user_name,
    name: row.name,
    kind: row.kind,
    method: row.method,
    createdAt: row.created_at.toISOString(),
    lastSeenAt: row.used_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    address: row.ip_address,
    device: row.user_agent,
    current: row.id === own,
  }
}

function noSession(): Error {
  return notFound('No such session: it may have ended.')
}

/** A screen on a wall has no account of its own: it sees and ends no other screen of its link. */
const ofPerson = signedIn.use(({ ctx, next }) => {
  if (ctx.viewer.kind !== 'person') throw forbidden('A screen keeps no sessions.', { reason: 'right' })
  return next()
})

/** Who is signed in where. Tokens are never answered. */
export const sessions = router({
  /** Latest used first; without a person everybody's. Times are ISO instants, `device` is what the browser says it is. */
  list: permittedAnywhere('people')
    .input(z.object({ personId: accountId.optional() }).optional())
    .query(async ({ ctx, input }) => {
      const rows = await listSessions(ctx.rows('counts'), input?.personId ?? null, nowOf(ctx), MOST_LISTED)
      return rows.map((row) => answered(row, ctx.viewer.sessionId))
    }),

  revoke: permittedAnywhere('people')
    .input(z.object({ id: accountId }))
    .mutation(async ({ ctx, input }) => {
      await ctx.change(
        (personId) => ({ action: 'session.revoke', target: input.id, detail: { personId } }),
        async (tx: Queryable) => {
          const personId = await sessionPerson(tx, input.id)
          if (personId === undefined || !(await deleteSession(tx, input.id))) throw noSession()
          return personId
        },
      )
    }),

  /** One's own. */
  mine: ofPerson.query(async ({ ctx }) => {
    const { userId, sessionId } = ctx.viewer
    const rows = await listSessions(ctx.rows('counts'), userId, nowOf(ctx), MOST_LISTED)
    return rows.map((row) => answered(row, sessionId))
  }),

  /** Ends one's own session on another machine, or this one. */
  revokeMine: ofPerson.input(z.object({ id: accountId })).mutation(async ({ ctx, input }) => {
    await ctx.change(
      { action: 'session.revoke', target: input.id, detail: { own: true } },
      async (tx: Queryable) => {
        if ((await sessionPerson(tx, input.id)) !== ctx.viewer.userId) throw noSession()
        if (!(await deleteSession(tx, input.id))) throw noSession()
      },
    )
  }),
})
