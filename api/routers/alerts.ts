import { z } from 'zod'
import { type AlertRow, acknowledgeAlert, findAlert, listAlerts } from '../../db/queries/alerts.ts'
import { appendEvents } from '../../db/queries/liveEvents.ts'
import type { Access } from '../access.ts'
import { alertEvent } from '../dispatch/events.ts'
import * as inputs from '../inputs.ts'
import { liveAlert } from '../live/things.ts'
import { conflict, notFound } from '../refusal.ts'
import { permitted, router } from '../trpc.ts'

function alertAnswer(row: AlertRow, access: Access) {
  return {
    ...liveAlert(row, access.may('points.publicOrder')),
    fenceId: row.fence_id,
    acknowledgedAt: row.acknowledged_at?.toISOString() ?? null,
    synthetic: row.synthetic,
  }
}

/** Whether an alert is about squads that are seen by a right; those of no squad are everybody's. */
export function concerns(
  row: Pick<AlertRow, 'squad_id'>,
  access: Access,
  right: 'patrols' | 'respond',
): boolean {
  return row.squad_id === null || access.seesArea(right, row.squad_id) !== 'none'
}

/** Broken fences and silent sources: raised and cleared by the server, acknowledged by people. */
export const alerts = router({
  /** Those of the squads that are seen, and those of no squad: open ones first, then the newest. */
  list: permitted('patrols')
    .input(z.object({ limit: inputs.limit(100, 1000) }))
    .query(async ({ ctx, input }) => {
      const { city, access } = ctx
      const rows = await listAlerts(ctx.rows('counts'), city.code, input.limit)
      return {
        at: (ctx.now?.() ?? new Date()).toISOString(),
        alerts: rows.filter((row) => concerns(row, access, 'patrols')).map((row) => alertAnswer(row, access)),
      }
    }),

  /** Somebody has seen it. It stays until it is no longer true. */
  acknowledge: permitted('respond')
    .input(z.object({ id: inputs.dispatchId }))
    .mutation(async ({ ctx, input }) => {
      const { city, access } = ctx
      return ctx.change({ action: 'alerts.acknowledge', target: String(input.id), rows: 1 }, async (tx) => {
        const seen = await findAlert(tx, city.code, input.id)
        if (!seen || !concerns(seen, access, 'respond'))
          throw notFound(`No alert ${input.id} in ${city.code}.`)
        const row = await acknowledgeAlert(tx, city.code, input.id)
        if (!row) throw conflict(`Alert ${input.id} was acknowledged by somebody else already.`)
        await appendEvents(tx, [alertEvent(city.code, row)])
        return alertAnswer(row, access)
      })
    }),
})
