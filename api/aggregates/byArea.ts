import { z } from 'zod'
import type { Queryable } from '../../db/client.ts'
import { countByArea } from '../../db/queries/aggregates.ts'
import type { CityRow, LevelRow } from '../../db/queries/catalog.ts'
import { disputesByArea, type KindSelection } from '../disputes.ts'
import * as inputs from '../inputs.ts'
import { badRequest } from '../refusal.ts'
import {
  selectArea,
  selectKinds,
  selectLevel,
  selectVersion,
  selectWindow,
  type Window,
} from '../selection.ts'
import { type AreaColumns, sum } from './areaColumns.ts'
import { isoWindow, SOURCE } from './shared.ts'

export const byAreaInput = z.object({
  level: inputs.levelName,
  version: inputs.versionName.optional(),
  within: inputs.areaId.optional(),
  ...inputs.windowShape,
  kinds: inputs.kindCodes.optional(),
  caseSource: inputs.caseSource,
  compareTo: inputs.compareTo,
})

/** A question by area, its names turned into what the city has. */
export interface AreaQuestion {
  city: CityRow
  version: string
  level: LevelRow
  /** All levels of that version. */
  levels: LevelRow[]
  /** Only areas sharing ground with this one, and of these only what is inside it. */
  within: number | null
  kinds: KindSelection
  caseSource: string
  window: Window
  compare: Window | null
}

export interface AreaAnswer extends AreaColumns {
  level: string
  version: string
  from: string
  to: string
  compareFrom?: string
  compareTo?: string
  asOf: string
  /** The codes as asked; null: every kind but disputes. */
  kinds: string[] | null
  /** The register of the disputes counted; null for other kinds. */
  caseSource: string | null
  source: string
}

/**
 * Incidents per area of a level in the window [from, to), zeros included. `totals.count` is the sum of `count`;
 * `totals.outside` are the incidents of the window that lie in no area of the level (null with `within`: what lies
 * outside cannot be told apart there). With `within`, only areas sharing ground with that area are answered, and of
 * these only the incidents inside it.
 */
export async function byArea(
  { database, city }: { database: Queryable; city: CityRow },
  input: z.output<typeof byAreaInput>,
): Promise<AreaAnswer> {
  const question = await selectAreaQuestion(database, city, input)
  const { window, compare, kinds } = question
  const columns = kinds.disputes
    ? await disputesByArea(database, question)
    : await countAreas(database, question)
  return {
    level: question.level.level,
    version: question.version,
    ...isoWindow(window),
    compareFrom: compare?.from.toISOString(),
    compareTo: compare?.to.toISOString(),
    asOf: city.as_of.toISOString(),
    kinds: kinds.asked,
    caseSource: kinds.disputes ? question.caseSource : null,
    ...columns,
    source: SOURCE,
  }
}

async function selectAreaQuestion(
  db: Queryable,
  city: CityRow,
  input: z.output<typeof byAreaInput>,
): Promise<AreaQuestion> {
  const within = input.within === undefined ? null : await selectArea(db, city, input.within)
  const version = await selectVersion(db, city, { version: input.version ?? within?.version })
  if (within && within.version !== version) {
    throw badRequest(
      `within: expected an area of version "${version}", got area ${within.id} of version "${within.version}"`,
    )
  }
  return {
    city,
    version,
    ...(await selectLevel(db, city, version, input.level)),
    within: within?.id ?? null,
    kinds: await selectKinds(db, city, input.kinds),
    caseSource: input.caseSource,
    ...selectWindow(city, input),
  }
}

async function countAreas(db: Queryable, question: AreaQuestion): Promise<AreaColumns> {
  const now = await countWindow(db, question, question.window)
  // Both answers hold the same areas in the same order: zeros are included.
  const before = question.compare && (await countWindow(db, question, question.compare))
  return {
    areaId: now.areaId,
    count: now.count,
    compareCount: before?.count,
    suppressed: now.count.map(() => false),
    totals: {
      count: sum(now.count),
      compareCount: before ? sum(before.count) : undefined,
      outside: now.outside,
      compareOutside: before?.outside,
    },
  }
}

async function countWindow(db: Queryable, question: AreaQuestion, window: Window) {
  const rows = await countByArea(db, {
    city: question.city.code,
    version: question.version,
    level: question.level.level,
    within: question.within,
    kinds: question.kinds.codes,
    caseSource: null,
    ...window,
  })
  const areaId: number[] = []
  const count: number[] = []
  let outside: number | null = null
  for (const row of rows) {
    if (row.area_id === null) outside = row.count
    else {
      areaId.push(row.area_id)
      count.push(row.count)
    }
  }
  return { areaId, count, outside }
}
