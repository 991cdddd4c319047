import { TRPCError, type TrackedEnvelope } from '@trpc/server'
import { z } from 'zod'
import { cityEventsBetween, isWholeAfter, lastPlace } from '../../db/queries/liveReading.ts'
import { feedsOf } from '../../db/queries/sources.ts'
import { FAMILIES } from '../access.ts'
import { kindsOf } from '../catalog.ts'
import { near } from '../dispatch/near.ts'
import { eventIdOf, placeOf } from '../live/eventId.ts'
import { eventId, subscribeInput } from '../live/inputs.ts'
import type { LiveData, LiveMessage } from '../live/messages.ts'
import { BACKFILL_MINUTES, MOST_BACKFILLED } from '../live/recentEvents.ts'
import { LIVE_RIGHTS, LiveSight } from '../live/sight.ts'
import { liveRows } from '../live/snapshot.ts'
import { permitted, router } from '../trpc.ts'

const seen = permitted(LIVE_RIGHTS)

/**
 * The live picture: a snapshot, and what changed since. Messages, and who gets which, are those of api/live/messages.ts and
 * api/live/sight.ts. Somebody who sees things one by one leaves an entry in the audit with each of these.
 */
export const live = router({
  /**
   * Everything live now. `eventId` is the event up to which it holds everything: the stream goes on behind it. A change
   * that comes while it is read may be in it and come again, with the same state.
   */
  snapshot: seen.query(async ({ ctx }) => {
    const { city, access } = ctx
    const now = ctx.now?.() ?? new Date()
    // Before anything else is read: what is numbered later may be in the rows, what was before must be.
    const through = await lastPlace(ctx.database)
    const { feeds } = await feedsOf(ctx.database, city.code, now)
    const rows = await liveRows(ctx.rows, { city: city.code, access, now })
    if (FAMILIES.some((family) => access.may(`points.${family}`)))
      ctx.audit({ action: 'live.look', rows: rows.incidents.length })
    return { eventId: eventIdOf(through), at: now.toISOString(), ...rows, feeds }
  }),

  /**
   * What was told after an event, in order, as the stream would have told it. `whole` is false where some of it is no
   * longer held, or is more than 5,000 events or ten minutes: then nothing is answered, and a snapshot is due.
   */
  since: seen.input(z.object({ eventId })).query(async ({ ctx, input }) => {
    const { city, access } = ctx
    const after = placeOf(input.eventId)
    const through = await lastPlace(ctx.database)
    const points = FAMILIES.some((family) => access.may(`points.${family}`))
    if (points) ctx.audit({ action: 'live.look' })
    const short = { messages: [], eventId: eventIdOf(through), whole: false }
    if (!(await isWholeAfter(ctx.database, after, BACKFILL_MINUTES))) return short
    const sight = new LiveSight(access, await kindsOf(ctx.database, city))
    const asked = {
      city: city.code,
      after: after.number,
      through: through.number,
      limit: MOST_BACKFILLED + 1,
    }
    // PostgreSQL decides once more: whole are only those that it shows one by one.
    const counted = await cityEventsBetween(ctx.rows('counts'), asked)
    const single = points ? await cityEventsBetween(ctx.rows('points'), asked) : []
    if (Math.max(counted.length, single.length) > MOST_BACKFILLED) return short
    const events = new Map(counted.map((event) => [event.number, event]))
    for (const event of single) events.set(event.number, event)
    const shown = new Set(single.map(({ number }) => number))
    const messages = [...events.values()]
      .sort((a, b) => a.number - b.number)
      .flatMap((event): LiveMessage[] => {
        const needsPoints = event.topic === 'incident' && sight.wordingOf(event) === 'whole'
        const text = needsPoints && !shown.has(event.number) ? null : sight.textOf(event)
        return text === null ? [] : [JSON.parse(text)]
      })
    return { messages, eventId: eventIdOf(through), whole: true }
  }),

  near,

  /** The one stream of a browser tab: see api/live/streamRoute.ts, which serves it. */
  subscribe: seen
    .input(subscribeInput)
    .subscription((): AsyncIterable<TrackedEnvelope<LiveData>, void, unknown> => {
      throw new TRPCError({ code: 'METHOD_NOT_SUPPORTED', message: 'live.subscribe is served by the hub.' })
    }),
})
