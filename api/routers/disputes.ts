import { z } from 'zod'
import { disputeOffers, disputeSeries } from '../disputes.ts'
import * as inputs from '../inputs.ts'
import { selectArea } from '../selection.ts'
import { permitted, router } from '../trpc.ts'

const ofDisputes = permitted('disputes')

/** What may be known of disputes; the counts by area and by type are aggregates.byArea and aggregates.byKind. */
export const disputes = router({
  /** Which levels, periods and types of each register are answered; screens offer nothing else. */
  offers: ofDisputes.query(({ ctx }) => disputeOffers(ctx)),

  /** Disputes of the whole city or one area in the periods of its level, oldest first; null: hidden. Only of what is seen whole. */
  series: ofDisputes
    .input(z.object({ areaId: inputs.areaId.optional(), caseSource: inputs.caseSource }))
    .query(async ({ ctx, input }) => {
      const area = input.areaId === undefined ? null : await selectArea(ctx.database, ctx.city, input.areaId)
      return disputeSeries(ctx, { area, caseSource: input.caseSource })
    }),
})
