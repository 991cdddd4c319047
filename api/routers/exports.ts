import { z } from 'zod'
import * as inputs from '../inputs.ts'
import { permitted, router } from '../trpc.ts'

const WHAT = 'what the file holds, such as "incidents.csv"'
const FILTER = 'the filter as a flat object of short texts, numbers and lists of them'
const word = z.union([z.string().max(200), z.number(), z.boolean(), z.null()])

/** Files that leave the system. */
export const exports = router({
  /**
   * Told before a file is made. Number, name and time are printed in the file, so that a sheet of paper leads back to who
   * took it, when and with which filter.
   */
  note: permitted('export')
    .input(
      z.object({
        what: z
          .string({ error: `expected ${WHAT}` })
          .regex(/^[a-z][A-Za-z0-9]{0,39}(\.[A-Za-z0-9]{1,20}){0,3}$/, { error: `expected ${WHAT}` }),
        rows: z
          .number({ error: 'expected how many rows the file holds' })
          .int({ error: 'expected a whole number of rows' })
          .min(0, { error: 'expected no negative number of rows' }),
        filter: z
          .record(z.string().regex(/^[A-Za-z]{1,40}$/), z.union([word, z.array(word).max(300)]), {
            error: `expected ${FILTER}`,
          })
          .refine((filter) => JSON.stringify(filter).length <= 8000, {
            error: `expected ${FILTER}, at most 8,000 characters`,
          })
          .optional(),
        areaId: inputs.areaId.optional(),
        box: inputs.bbox.optional(),
      }),
    )
    .mutation(async ({ ctx, input }) => {
      const { id, at } = await ctx.auditNow({
        action: 'exports.note',
        target: input.what,
        rows: input.rows,
        areaId: input.areaId,
        box: input.box,
        detail: { filter: input.filter ?? {} },
      })
      return { number: id, at: at.toISOString(), userName: ctx.viewer.userName }
    }),
})
