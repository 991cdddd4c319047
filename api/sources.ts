import { z } from 'zod'
import type { CityRow, VersionRow } from '../db/queries/catalog.ts'

/** Where a city's data comes from, as the map's attribution and the notice page show it. */
export interface DataSource {
  name: string
  licence: string
  attribution: string
}

/** What the writer of the city noted under `origin.sources`; anything else there is left alone. */
const noted = z.object({
  sources: z.array(z.object({ name: z.string(), licence: z.string(), attribution: z.string() })),
})

/** The sources the city was written with; a city that noted none names those of its boundary versions. */
export function dataSources(city: CityRow, versions: VersionRow[]): DataSource[] {
  const origin = noted.safeParse(city.origin)
  if (origin.success) return origin.data.sources
  return [...new Set(versions.map((version) => version.source))].map((source) => ({
    name: source,
    licence: '',
    attribution: source,
  }))
}
