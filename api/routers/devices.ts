import { z } from 'zod'
import { type FeedState, feedStateOf } from '../../db/feedState.ts'
import { type DeviceRow, equipUnit, findDevice, listDevices, revokeDevice } from '../../db/queries/devices.ts'
import { revokeTokens } from '../../db/queries/ingestTokens.ts'
import { BEACON_EVERY_S } from '../../db/queries/sources.ts'
import { cityNamed } from '../catalog.ts'
import { codeOf } from '../ingest/cityCode.ts'
import { issueToken } from '../ingest/issueToken.ts'
import { cityName, overlapHours, unitId } from '../inputs.ts'
import { nowOf } from '../people/clock.ts'
import { noCity, notFound } from '../refusal.ts'
import { permittedAnywhere, router } from '../trpc.ts'

const permitted = permittedAnywhere('sources')
const owned = z.object({ city: cityName, unitId })

/** Off duty nobody waits for a beacon, and nothing of it is kept. */
export type BeaconState = FeedState | 'offDuty'

function stateOf({ on_duty, last_seen_at }: DeviceRow, now: Date): BeaconState {
  return on_duty ? feedStateOf(last_seen_at, BEACON_EVERY_S, now) : 'offDuty'
}

function noBeacon(id: number) {
  return notFound(`No beacon of unit ${id} in use there.`)
}

/** Phones and handhelds as beacons of units: one token a unit, answered once. */
export const devices = router({
  /** Every unit of a city, with its beacon where it has one. Times are ISO; health is at most a second old. */
  list: permitted.input(z.object({ city: cityName })).query(async ({ ctx, input }) => {
    const city = await cityNamed(ctx.database, input.city)
    if (!city) throw noCity(input.city)
    const rows = await listDevices(ctx.rows('counts'), city.code)
    const now = nowOf(ctx)
    return {
      at: now.toISOString(),
      units: rows.map((row) => ({
        unitId: row.unit_id,
        callSign: row.call_sign,
        kind: row.kind,
        squad: row.squad_zh === null ? null : { zh: row.squad_zh, en: row.squad_en ?? row.squad_zh },
        synthetic: row.synthetic,
        beacon:
          row.created_at === null
            ? null
            : {
                createdAt: row.created_at.toISOString(),
                createdBy: row.created_by,
                revokedAt: row.revoked_at?.toISOString() ?? null,
                lastSeenAt: row.last_seen_at?.toISOString() ?? null,
                state: stateOf(row, now),
                accepted: row.accepted ?? 0,
                rejected: row.rejected ?? 0,
                limited: row.limited ?? 0,
                lastError: row.last_error,
                lastErrorAt: row.last_error_at?.toISOString() ?? null,
                tokens: row.tokens,
                tokenSince: row.token_since?.toISOString() ?? null,
                overlapUntil: row.overlap_until?.toISOString() ?? null,
              },
      })),
    }
  }),

  /** Makes a phone or handheld the beacon of a unit; a token it had before ends at once. */
  issue: permitted.input(owned).mutation(async ({ ctx, input: { unitId, ...named } }) => {
    const city = await codeOf(ctx.database, named.city)
    return ctx.change({ action: 'device.issue', city, target: String(unitId) }, async (tx) => {
      const callSign = await equipUnit(tx, { city, unitId, createdBy: ctx.viewer.userId })
      if (callSign === undefined) throw notFound(`No unit ${unitId} in ${city}.`)
      const issued = await issueToken(
        tx,
        { city, unitId },
        { kind: 'positions', createdBy: ctx.viewer.userId, secretOf: undefined },
      )
      return { callSign, token: issued.token }
    })
  }),

  /** A new token; the one before runs out after the overlap. */
  rotate: permitted.input(owned.extend({ overlapHours })).mutation(async ({ ctx, input }) => {
    const { unitId } = input
    const city = await codeOf(ctx.database, input.city)
    const oldUntil = new Date(nowOf(ctx).getTime() + input.overlapHours * 3_600_000)
    return ctx.change(
      { action: 'device.rotate', city, target: String(unitId), detail: { oldUntil: oldUntil.toISOString() } },
      async (tx) => {
        const callSign = await findDevice(tx, city, unitId)
        if (callSign === undefined) throw noBeacon(unitId)
        const issued = await issueToken(
          tx,
          { city, unitId },
          {
            kind: 'positions',
            oldUntil: input.overlapHours > 0 ? oldUntil : undefined,
            createdBy: ctx.viewer.userId,
            secretOf: undefined,
          },
        )
        return { callSign, token: issued.token }
      },
    )
  }),

  /** Lost, stolen or handed in: its tokens end at once. */
  revoke: permitted.input(owned).mutation(async ({ ctx, input: { unitId, ...named } }) => {
    const city = await codeOf(ctx.database, named.city)
    await ctx.change({ action: 'device.revoke', city, target: String(unitId) }, async (tx) => {
      if ((await revokeDevice(tx, city, unitId)) === undefined) throw noBeacon(unitId)
      await revokeTokens(tx, { city, unitId })
    })
  }),
})
