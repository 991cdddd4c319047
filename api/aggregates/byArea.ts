import { z } from 'zod'
import type { Queryable } from '../../db/client.ts'
import { countByArea } from '../../db/queries/aggregates.ts'
import type { CityRow, LevelRow } from '../../db/queries/catalog.ts'
import { packCounts } from '../../geodata/packed.ts'
import type { CountedCity } from '../cube/countedCity.ts'
import type { Cubes } from '../cube/cubes.ts'
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
import { type AreaMeasures, type Measure, measureAreas } from './areaMeasures.ts'
import { type AreaWindowCounts, countByArea as countInCube } from './fromCube.ts'
import { isoWindow, SOURCE } from './shared.ts'

export const byAreaInput = z.object({
  level: inputs.levelName,
  version: inputs.versionName.optional(),
  within: inputs.areaId.optional(),
  ...inputs.windowShape,
  kinds: inputs.kindCodes.optional(),
  caseSource: inputs.caseSource,
  compareTo: inputs.compareTo,
  hoursOfWeek: inputs.hoursOfWeek,
  measures: inputs.measures,
  /** Whether the columns come as one string instead (geodata/packed.ts). */
  packed: z.boolean({ error: 'packed: expected true or false' }).default(false),
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
  hoursOfWeek?: number[]
  measures: readonly Measure[]
  window: Window
  compare: Window | null
}

export interface AreaAnswer extends AreaColumns, AreaMeasures {
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
  /** Everything committed before this instant is counted. */
  countedAt: string
  /** With `packed` asked for: the columns `areaId`, `count`, `compareCount` and `suppressed`, which are empty then. */
  packed?: string
}

/**
 * Incidents per area of a level in the window [from, to), zeros included. `totals.count` is the sum of `count`;
 * `totals.outside` are the incidents of the window that lie in no area of the level (null with `within`: what lies
 * outside cannot be told apart there). With `within`, only areas sharing ground with that area are answered, and of
 * these only the incidents inside it.
 */
export async function byArea(
  { database, cubes, city }: { database: Queryable; cubes?: Cubes; city: CityRow },
  input: z.output<typeof byAreaInput>,
): Promise<AreaAnswer> {
  const question = await selectAreaQuestion(database, city, input)
  const { window, compare, kinds } = question
  const countedAt = Date.now()
  const counted = kinds.disputes ? null : await cubes?.of(city.code)
  const columns = kinds.disputes
    ? await disputesByArea(database, question)
    : counted
      ? countAreas(counted, question)
      : await countRows(database, question)
  return {
    level: question.level.level,
    version: question.version,
    ...isoWindow(window),
    compareFrom: compare?.from.toISOString(),
    compareTo: compare?.to.toISOString(),
    asOf: city.as_of.toISOString(),
    kinds: kinds.asked,
    caseSource: kinds.disputes ? question.caseSource : null,
    ...(input.packed ? packedColumns(columns) : columns),
    ...(question.measures.length > 0 ? await measureAreas(database, question) : undefined),
    source: SOURCE,
    countedAt: new Date(counted?.progress.countedAt ?? countedAt).toISOString(),
  }
}

function packedColumns(columns: AreaColumns): AreaColumns & { packed: string } {
  const bytes = packCounts(columns)
  const packed = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
  return { areaId: [], count: [], suppressed: [], totals: columns.totals, packed }
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
    hoursOfWeek: input.hoursOfWeek,
    measures: input.measures ?? [],
    ...selectWindow(city, input),
  }
}

/** Both windows at once: nothing may come between them. */
function countAreas(counted: CountedCity, question: AreaQuestion): AreaColumns {
  const asked = { ...question, level: question.level.level }
  return columnsOf(
    countInCube(counted, asked, question.window),
    question.compare && countInCube(counted, asked, question.compare),
  )
}

async function countRows(db: Queryable, question: AreaQuestion): Promise<AreaColumns> {
  const count = async (window: Window): Promise<AreaWindowCounts> => {
    const rows = await countByArea(db, countedRows(question, window))
    const areas = rows.filter((row) => row.area_id !== null)
    return {
      areaId: areas.flatMap((row) => row.area_id ?? []),
      count: areas.map((row) => row.count),
      // No row: no incident at all, or all of them in areas.
      outside: question.within === null ? (rows.find((row) => row.area_id === null)?.count ?? 0) : null,
    }
  }
  const now = await count(question.window)
  return columnsOf(now, question.compare && (await count(question.compare)))
}

/** Both hold the same areas in the same order: zeros are included. */
function columnsOf(now: AreaWindowCounts, before: AreaWindowCounts | null): AreaColumns {
  return {
    areaId: now.areaId,
    count: now.count,
    compareCount: before?.count,
    suppressed: new Array<boolean>(now.count.length).fill(false),
    totals: {
      count: sum(now.count),
      compareCount: before ? sum(before.count) : undefined,
      outside: now.outside,
      compareOutside: before?.outside,
    },
  }
}

export function countedRows(
  { city, version, level, within, kinds, hoursOfWeek }: AreaQuestion,
  window: Window,
) {
  return {
    city: city.code,
    version,
    level: level.level,
    within,
    kinds: kinds.codes,
    caseSource: null,
    hours: hoursOfWeek && { timeZone: city.time_zone, hoursOfWeek },
    ...window,
  }
}
