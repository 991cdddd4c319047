import { z } from 'zod'
import { countPlaces, listPlaces } from '../../db/queries/places.ts'
import * as inputs from '../inputs.ts'
import { squadCells } from '../patrolSight.ts'
import { permitted, router } from '../trpc.ts'

const CATEGORIES = ['site', 'centre', 'hall', 'post'] as const

export const places = router({
  /**
   * Key sites, service centres, service halls, and the patrol posts of squads the viewer sees; positions in degrees. `truncated`
   * says that some are left out.
   */
  list: permitted('map')
    .input(
      z.object({
        category: z.enum(CATEGORIES, { error: `expected one of ${CATEGORIES.join(', ')}` }).optional(),
        limit: inputs.limit(2000, 10_000),
      }),
    )
    .query(async ({ ctx, input }) => {
      const { city, access } = ctx
      const asked = {
        city: city.code,
        category: input.category ?? null,
        postCells: await squadCells(ctx.database, city, access),
      }
      const db = ctx.rows('counts')
      const rows = await listPlaces(db, { ...asked, limit: input.limit })
      const total = rows.length < input.limit ? rows.length : await countPlaces(db, asked)
      return {
        truncated: total > rows.length,
        total,
        asOf: city.as_of.toISOString(),
        places: rows.map((row) => ({
          id: row.id,
          category: row.category,
          kind: row.kind,
          name: { zh: row.name_zh, en: row.name_en },
          /** The level it serves; null for key sites. */
          level: row.level,
          areaId: row.area_id,
          openedOn: row.opened_on,
          cellId: row.cell_id,
          lng: row.lng,
          lat: row.lat,
          synthetic: row.synthetic,
        })),
      }
    }),
})
