import { z } from 'zod'
import type { Queryable } from '../../db/client.ts'
import { countByBucket } from '../../db/queries/aggregates.ts'
import type { CityRow } from '../../db/queries/catalog.ts'
import { refuseDisputes } from '../disputes.ts'
import * as inputs from '../inputs.ts'
import { badRequest } from '../refusal.ts'
import { selectArea, selectKinds, selectWindow } from '../selection.ts'
import { sum } from './areaColumns.ts'
import { isoWindow, SOURCE } from './shared.ts'

/** Buckets of one series at most: a leap year of hours. */
const MOST_BUCKETS = 366 * 24 + 1
const BUCKET_MS = { hour: 3_600_000, day: 86_400_000, week: 7 * 86_400_000, month: 28 * 86_400_000 }

export const seriesInput = z.object({
  areaId: inputs.areaId.optional(),
  bucket: inputs.bucket,
  ...inputs.windowShape,
  kinds: inputs.kindCodes.optional(),
})

/**
 * Incidents per hour, day, week (from Monday) or month of the city's time zone, zeros included. `start` in epoch
 * milliseconds; the first and the last bucket are cut by the window. Disputes have no series: a bucket is too short.
 */
export async function series(
  { database: db, city }: { database: Queryable; city: CityRow },
  input: z.output<typeof seriesInput>,
) {
  const kinds = await selectKinds(db, city, input.kinds)
  refuseDisputes(kinds, 'disputes are not counted by hour, day, week or month')
  const { window } = selectWindow(city, input)
  const buckets = (window.to.getTime() - window.from.getTime()) / BUCKET_MS[input.bucket]
  if (buckets > MOST_BUCKETS) {
    throw badRequest(
      `bucket: expected at most ${MOST_BUCKETS} buckets, got ${Math.ceil(buckets)} of a ${input.bucket}; take a coarser bucket or a shorter window`,
    )
  }
  if (input.areaId !== undefined) await selectArea(db, city, input.areaId)
  const rows = await countByBucket(db, {
    city: city.code,
    ...window,
    kinds: kinds.codes,
    caseSource: null,
    areaId: input.areaId ?? null,
    bucket: input.bucket,
    timeZone: city.time_zone,
  })
  const count = rows.map((row) => row.count)
  return {
    bucket: input.bucket,
    ...isoWindow(window),
    timeZone: city.time_zone,
    asOf: city.as_of.toISOString(),
    kinds: kinds.asked,
    start: rows.map((row) => row.start),
    count,
    totals: { count: sum(count) },
    source: SOURCE,
  }
}
