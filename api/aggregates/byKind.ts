import { z } from 'zod'
import type { Queryable } from '../../db/client.ts'
import { countByKind } from '../../db/queries/aggregates.ts'
import type { AreaRow } from '../../db/queries/areas.ts'
import type { CityRow } from '../../db/queries/catalog.ts'
import { disputesByKind, type KindSelection } from '../disputes.ts'
import * as inputs from '../inputs.ts'
import { selectArea, selectKinds, selectWindow, type Window } from '../selection.ts'
import { sum } from './areaColumns.ts'
import { isoWindow, SOURCE } from './shared.ts'

export const byKindInput = z.object({
  areaId: inputs.areaId.optional(),
  ...inputs.windowShape,
  kinds: inputs.kindCodes.optional(),
  caseSource: inputs.caseSource,
  compareTo: inputs.compareTo,
})

/** A question by kind, its names turned into what the city has. */
export interface KindQuestion {
  city: CityRow
  /** null: the whole city. */
  area: AreaRow | null
  kinds: KindSelection
  caseSource: string
  window: Window
  compare: Window | null
}

/** Code of a kind → count; kinds without any may be missing. */
export type KindCounts = Map<string, number>

/** Incidents by kind, each row's own kind (never a parent's sum), kinds with neither now nor before left out; most first. */
export async function byKind(
  { database: db, city }: { database: Queryable; city: CityRow },
  input: z.output<typeof byKindInput>,
) {
  const kinds = await selectKinds(db, city, input.kinds)
  const question: KindQuestion = {
    city,
    area: input.areaId === undefined ? null : await selectArea(db, city, input.areaId),
    kinds,
    caseSource: input.caseSource,
    ...selectWindow(city, input),
  }
  const { window, compare } = question
  const { now, before } = kinds.disputes ? await disputesByKind(db, question) : await countKinds(db, question)
  const kind = [...new Set([...now.keys(), ...(before?.keys() ?? [])])].sort(
    (a, b) => (now.get(b) ?? 0) - (now.get(a) ?? 0) || (a < b ? -1 : 1),
  )
  const count = kind.map((code) => now.get(code) ?? 0)
  const compareCount = before ? kind.map((code) => before.get(code) ?? 0) : undefined
  return {
    ...isoWindow(window),
    compareFrom: compare?.from.toISOString(),
    compareTo: compare?.to.toISOString(),
    asOf: city.as_of.toISOString(),
    caseSource: kinds.disputes ? input.caseSource : null,
    kind,
    count,
    compareCount,
    totals: { count: sum(count), compareCount: compareCount && sum(compareCount) },
    source: SOURCE,
  }
}

async function countKinds(db: Queryable, { city, area, kinds, window, compare }: KindQuestion) {
  const scope = { city: city.code, kinds: kinds.codes, caseSource: null, areaId: area?.id ?? null }
  const counts = async (of: Window): Promise<KindCounts> =>
    new Map((await countByKind(db, { ...scope, ...of })).map((row) => [row.kind, row.count]))
  return { now: await counts(window), before: compare ? await counts(compare) : null }
}
