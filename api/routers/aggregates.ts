import { byArea, byAreaInput } from '../aggregates/byArea.ts'
import { byKind, byKindInput } from '../aggregates/byKind.ts'
import { hotspots, hotspotsInput } from '../aggregates/hotspots.ts'
import { series, seriesInput } from '../aggregates/series.ts'
import { ofCity, router } from '../trpc.ts'

/** Counts of incidents. Each question is one file of api/aggregates. */
export const aggregates = router({
  byArea: ofCity.input(byAreaInput).query(({ ctx, input }) => byArea(ctx, input)),
  series: ofCity.input(seriesInput).query(({ ctx, input }) => series(ctx, input)),
  hotspots: ofCity.input(hotspotsInput).query(({ ctx, input }) => hotspots(ctx, input)),
  byKind: ofCity.input(byKindInput).query(({ ctx, input }) => byKind(ctx, input)),
})
