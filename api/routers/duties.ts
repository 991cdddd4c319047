import { z } from 'zod'
import { openDispatches, takeUnitTurn } from '../../db/queries/dispatch.ts'
import { liveUnits, type UnitNow } from '../../db/queries/dispatchUnits.ts'
import { beginDuty, endDuty } from '../../db/queries/duties.ts'
import { appendEvents } from '../../db/queries/liveEvents.ts'
import type { Access } from '../access.ts'
import { unitEvent } from '../dispatch/events.ts'
import * as inputs from '../inputs.ts'
import { nowOf } from '../people/clock.ts'
import { conflict, notFound } from '../refusal.ts'
import { permitted, router } from '../trpc.ts'

const onUnit = z.object({ unitId: inputs.unitId })

function unitAnswer({ fix: _, ...unit }: UnitNow) {
  return unit
}

function mine(unit: UnitNow | undefined, access: Access, city: string, id: number): UnitNow {
  if (unit && access.seesArea('dispatch', unit.squadId) !== 'none') return unit
  throw notFound(`No unit ${id} in ${city} whose duty may be changed.`)
}

/** Who is on duty. Off duty no position is stored. */
export const duties = router({
  /** All units of the squads that are seen, on duty or off, by squad and call sign; no positions. */
  list: permitted('patrols').query(async ({ ctx }) => {
    const { city, access } = ctx
    const units = await liveUnits(ctx.rows('counts'), city.code, null)
    return {
      at: nowOf(ctx).toISOString(),
      units: units
        .filter(({ squadId }) => access.seesArea('patrols', squadId) !== 'none')
        .sort((a, b) => a.squadId - b.squadId || a.callSign.localeCompare(b.callSign) || a.id - b.id)
        .map((unit) => ({
          ...unitAnswer(unit),
          maySet: access.seesArea('dispatch', unit.squadId) !== 'none',
        })),
    }
  }),

  /** The unit is on duty from now on. */
  begin: permitted('dispatch')
    .input(onUnit)
    .mutation(async ({ ctx, input }) => {
      const { city, access } = ctx
      return ctx.change({ action: 'duties.begin', target: String(input.unitId), rows: 1 }, async (tx) => {
        await takeUnitTurn(tx, city.code, input.unitId)
        const [unit] = await liveUnits(tx, city.code, [input.unitId])
        const { callSign, synthetic, dutySince } = mine(unit, access, city.code, input.unitId)
        const began = await beginDuty(tx, { city: city.code, unitId: input.unitId, synthetic })
        if (!began) throw conflict(`${callSign} is on duty already${dutySince ? ` since ${dutySince}` : ''}.`)
        const [now] = await liveUnits(tx, city.code, [input.unitId])
        await appendEvents(tx, [unitEvent(city.code, now)])
        return unitAnswer(now)
      })
    }),

  /** The unit is off duty from now on. Not while it is sent somewhere. */
  end: permitted('dispatch')
    .input(onUnit)
    .mutation(async ({ ctx, input }) => {
      const { city, access } = ctx
      return ctx.change({ action: 'duties.end', target: String(input.unitId), rows: 1 }, async (tx) => {
        await takeUnitTurn(tx, city.code, input.unitId)
        const [unit] = await liveUnits(tx, city.code, [input.unitId])
        const { callSign } = mine(unit, access, city.code, input.unitId)
        const [sent] = await openDispatches(tx, city.code, [input.unitId])
        if (sent)
          throw conflict(`${callSign} is still at incident ${sent.incident_id}: end or withdraw that first.`)
        const ended = await endDuty(tx, city.code, input.unitId)
        if (!ended) throw conflict(`${callSign} is off duty already.`)
        const [now] = await liveUnits(tx, city.code, [input.unitId])
        await appendEvents(tx, [unitEvent(city.code, now)])
        return unitAnswer(now)
      })
    }),
})
