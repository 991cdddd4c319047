import { z } from 'zod'
import { countByKind } from '../../db/queries/aggregates.ts'
import { countScope } from '../access.ts'
import type { CountedCity } from '../cube/countedCity.ts'
import { disputesByKind } from '../disputes.ts'
import * as inputs from '../inputs.ts'
import { kindSight, selectArea, selectKinds, selectWindow, type Window } from '../selection.ts'
import { sum } from './areaColumns.ts'
import { countByKind as countInCube } from './fromCube.ts'
import type { KindAnswer, KindQuestion } from './kindQuestion.ts'
import { type CountContext, isoWindow, SOURCE } from './shared.ts'
import { sightOf } from './sight.ts'
import { isPartial } from './visibleAreas.ts'

export const byKindInput = z.object({
  areaId: inputs.areaId.optional(),
  ...inputs.windowShape,
  kinds: inputs.kindCodes.optional(),
  caseSource: inputs.caseSource,
  compareTo: inputs.compareTo,
  hoursOfWeek: inputs.hoursOfWeek,
})

/** Code of a kind → count; kinds without any may be missing. */
export type KindCounts = Map<string, number>

/**
 * Incidents by kind, each row's own kind (never a parent's sum), kinds with neither now nor before left out; most first.
 * Disputes are counted by type of the first level, and `kind` is empty where types are not told apart.
 */
export async function byKind(ctx: CountContext, input: z.output<typeof byKindInput>): Promise<KindAnswer> {
  const { database: db, cubes, city, access } = ctx
  const kinds = await selectKinds(db, city, input.kinds, kindSight(access, 'counts'))
  const question: KindQuestion = {
    city,
    area: input.areaId === undefined ? null : await selectArea(db, city, input.areaId),
    kinds,
    sight: sightOf(countScope(access), kinds),
    caseSource: input.caseSource,
    hoursOfWeek: input.hoursOfWeek,
    ...selectWindow(city, input),
  }
  if (kinds.disputes) return disputesByKind(ctx, question)
  const { window, compare, area, sight } = question
  const partial = await isPartial(db, city, area, sight)
  const countedAt = Date.now()
  const counted = await cubes?.of(city.code)
  const { now, before } = await countKinds(ctx, counted, question)
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
    caseSource: null,
    families: sight.families,
    partial,
    kind,
    count,
    compareCount,
    suppressed: kind.map(() => false),
    totals: { count: sum(count), compareCount: compareCount && sum(compareCount) },
    source: SOURCE,
    countedAt: new Date(counted?.progress.countedAt ?? countedAt).toISOString(),
  }
}

async function countKinds(
  { rows: rowsOf }: CountContext,
  counted: CountedCity | null | undefined,
  question: KindQuestion,
): Promise<{ now: KindCounts; before: KindCounts | null }> {
  const { city, kinds, sight, hoursOfWeek, window, compare } = question
  const areaId = question.area?.id ?? null
  const rows = {
    city: city.code,
    kinds: kinds.codes,
    caseSource: null,
    areaId,
    hours: hoursOfWeek && { timeZone: city.time_zone, hoursOfWeek },
  }
  if (counted) {
    // Both at once: nothing may come between them.
    const asked = { areaId, sight, hoursOfWeek }
    return {
      now: countInCube(counted, asked, window),
      before: compare && countInCube(counted, asked, compare),
    }
  }
  const counts = async (of: Window): Promise<KindCounts> =>
    new Map((await countByKind(rowsOf('counts'), { ...rows, ...of })).map((row) => [row.kind, row.count]))
  return { now: await counts(window), before: compare ? await counts(compare) : null }
}
