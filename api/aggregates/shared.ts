import type { Database, Queryable } from '../../db/client.ts'
import type { CityRow } from '../../db/queries/catalog.ts'
import type { Access } from '../access.ts'
import type { Viewer } from '../context.ts'
import type { Cubes } from '../cube/cubes.ts'
import type { Window } from '../selection.ts'

/** What a count needs. Names are asked for before the first row is read (api/procedureCall.ts). */
export interface CountContext {
  /** For names: what the city consists of. */
  database: Database
  /** Counts in memory; absent: rows are counted. */
  cubes?: Cubes
  city: CityRow
  viewer: Pick<Viewer, 'userId'>
  access: Access
  /** Aborted when whoever asked has left. */
  signal?: AbortSignal
  /** Rows as the viewer may see them. */
  rows(use: 'counts'): Queryable
}

/** Where the numbers of every answer come from, as screens and exports say it. */
export const SOURCE = 'incidents of this installation'

export function isoWindow({ from, to }: Window): { from: string; to: string } {
  return { from: from.toISOString(), to: to.toISOString() }
}
