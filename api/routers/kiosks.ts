import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { insertKiosk, listKiosks, revokeKiosk } from '../../db/queries/kiosks.ts'
import { lastSignIns } from '../../db/queries/signIns.ts'
import { areaId, cityName, plainName } from '../inputs.ts'
import { nowOf } from '../people/clock.ts'
import { newId } from '../people/firstAccounts.ts'
import { placesOfGrants } from '../people/grantedPlaces.ts'
import { accountId } from '../people/inputs.ts'
import { kioskTokenHash } from '../people/kioskPlugin.ts'
import { notFound } from '../refusal.ts'
import { permittedAnywhere, router } from '../trpc.ts'

const permitted = permittedAnywhere('grants')
const DAY_MS = 86_400_000
const MOST_LISTED = 1000
const DAYS = 'from 1 to 366 days'

/** Screens without a keyboard: read only, counts only, let in by a token. */
export const kiosks = router({
  /** Newest first. `screens`: how many are in by this link; `lastSeenAt`: when the newest of them came in. Times are ISO instants. */
  list: permitted.query(async ({ ctx }) => {
    const rows = await listKiosks(ctx.rows('counts'), MOST_LISTED)
    const opened = await lastSignIns(
      ctx.database,
      rows.map((row) => row.user_id),
    )
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      city: row.city_code,
      areaId: row.area_id,
      createdAt: row.created_at.toISOString(),
      createdBy: row.created_by,
      expiresAt: row.expires_at.toISOString(),
      revokedAt: row.revoked_at?.toISOString() ?? null,
      lastSeenAt: (row.seen_at ?? opened.get(row.user_id))?.toISOString() ?? null,
      address: row.address,
      screens: row.screens,
    }))
  }),

  /** A screen that shows a city, or an area of it. Its token is answered once; `url` opens the wall with it. */
  create: permitted
    .input(
      z.object({
        name: plainName(60),
        city: cityName,
        areaId: areaId.nullish(),
        days: z
          .number()
          .int()
          .min(1, { error: `expected ${DAYS}` })
          .max(366, { error: `expected ${DAYS}` }),
      }),
    )
    .mutation(async ({ ctx, input }) => {
      const [place] = await placesOfGrants(ctx.database, [
        { role: 'wall', city: input.city, areaId: input.areaId ?? null },
      ])
      const id = newId()
      const token = randomBytes(32).toString('base64url')
      const expiresAt = new Date(nowOf(ctx).getTime() + input.days * DAY_MS)
      await ctx.change(
        {
          action: 'kiosk.create',
          target: id,
          city: place.city_code ?? undefined,
          areaId: place.area_id ?? undefined,
          detail: { name: input.name, expiresAt: expiresAt.toISOString() },
        },
        (tx) =>
          insertKiosk(tx, {
            id,
            userId: newId(),
            name: input.name,
            city: place.city_code ?? '',
            areaId: place.area_id,
            tokenHash: kioskTokenHash(token),
            createdBy: ctx.viewer.userId,
            expiresAt,
          }),
      )
      return { id, token, url: `/wall#kiosk=${token}`, expiresAt: expiresAt.toISOString() }
    }),

  /** Ends a link: its token, the sessions of all its screens and its grant. */
  revoke: permitted.input(z.object({ id: accountId })).mutation(async ({ ctx, input }) => {
    await ctx.change({ action: 'kiosk.revoke', target: input.id }, async (tx) => {
      if ((await revokeKiosk(tx, input.id, nowOf(ctx))) === undefined) {
        throw notFound('No such screen, or it was withdrawn before.')
      }
    })
  }),
})
