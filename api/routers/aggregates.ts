import { byAreaInput } from '../aggregates/areaQuestion.ts'
import { byArea } from '../aggregates/byArea.ts'
import { byKind, byKindInput } from '../aggregates/byKind.ts'
import { hotspots, hotspotsInput } from '../aggregates/hotspots.ts'
import { series, seriesInput } from '../aggregates/series.ts'
import { permitted, router } from '../trpc.ts'

const counted = permitted(['counts.governance', 'counts.publicOrder'])

/** Counts of incidents, of the kinds and in the part of the city that whoever asks may count. Each question is one file of api/aggregates. */
export const aggregates = router({
  byArea: counted.input(byAreaInput).query(({ ctx, input }) => byArea(ctx, input)),
  series: counted.input(seriesInput).query(({ ctx, input }) => series(ctx, input)),
  hotspots: counted.input(hotspotsInput).query(({ ctx, input }) => hotspots(ctx, input)),
  byKind: counted.input(byKindInput).query(({ ctx, input }) => byKind(ctx, input)),
})
