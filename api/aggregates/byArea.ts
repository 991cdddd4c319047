import type { z } from 'zod'
import type { Queryable } from '../../db/client.ts'
import { countByArea } from '../../db/queries/aggregates.ts'
import { type CountColumns, checkOf, packCounts } from '../../geodata/packed.ts'
import type { Family } from '../access.ts'
import { cellsOf } from '../catalog.ts'
import type { CountedCity } from '../cube/countedCity.ts'
import { disputesByArea } from '../disputes.ts'
import type { Window } from '../selection.ts'
import { type AreaColumns, sum } from './areaColumns.ts'
import { type AreaMeasures, measureAreas } from './areaMeasures.ts'
import { type AreaQuestion, type byAreaInput, countedRows, selectAreaQuestion } from './areaQuestion.ts'
import { type AreaWindowCounts, countByArea as countInCube } from './fromCube.ts'
import { type CountContext, isoWindow, SOURCE } from './shared.ts'
import { seesOutside } from './sight.ts'
import { type VisibleAreas, visibleAreas } from './visibleAreas.ts'

export interface AreaAnswer extends AreaColumns, AreaMeasures {
  level: string
  version: string
  from: string
  to: string
  compareFrom?: string
  compareTo?: string
  asOf: string
  /** The codes as asked; null: every kind but disputes of the families counted. */
  kinds: string[] | null
  /** Families of kinds that are counted. */
  families: Family[]
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
 * these only the incidents inside it. Who may count in a part of the city only is answered as if nothing else were
 * there: `partial` says of which areas that is not everything.
 */
export async function byArea(ctx: CountContext, input: z.output<typeof byAreaInput>): Promise<AreaAnswer> {
  const { cubes, city } = ctx
  const question = await selectAreaQuestion(ctx, input)
  const { window, compare, kinds } = question
  const countedAt = Date.now()
  const counted = kinds.disputes ? null : ((await cubes?.of(city.code)) ?? null)
  const { areaId, columns } = await answerColumns(ctx, counted, question, input.packed)
  return {
    level: question.level.level,
    version: question.version,
    ...isoWindow(window),
    compareFrom: compare?.from.toISOString(),
    compareTo: compare?.to.toISOString(),
    asOf: city.as_of.toISOString(),
    kinds: kinds.asked,
    families: question.sight.families,
    caseSource: kinds.disputes ? question.caseSource : null,
    ...columns,
    ...(question.measures.length > 0 ? await measureAreas(ctx, question, areaId) : undefined),
    source: SOURCE,
    countedAt: new Date(counted?.progress.countedAt ?? countedAt).toISOString(),
  }
}

/** @returns the columns as they are answered, and the areas they are about even where they are packed. */
async function answerColumns(
  ctx: CountContext,
  counted: CountedCity | null,
  question: AreaQuestion,
  packed: boolean,
): Promise<{ areaId: number[]; columns: AreaColumns & { packed?: string } }> {
  if (question.kinds.disputes) {
    const columns = await disputesByArea(ctx, question)
    return { areaId: columns.areaId, columns: packed ? packedColumns(columns, columns) : columns }
  }
  const visible = await visibleIn(ctx.database, counted, question)
  const windows = await countWindows(ctx, counted, question, visible)
  const { areaId, count } = windows.now
  if (!packed) return { areaId, columns: columnsOf(question, visible, windows) }
  const columns = { areaId, count, compareCount: windows.before?.count }
  const held = heldCounts(question, windows)
  return { areaId, columns: packedColumns(columns, sidesOf(question, visible, windows), held) }
}

/** The counts the reader holds, if these are what it would be answered: nothing is told by what it only says it holds. */
function heldCounts({ given }: AreaQuestion, { now, held }: CountedWindows): Int32Array | undefined {
  if (!given || held?.count.length !== now.areaId.length) return undefined
  return checkOf(now.areaId, held.count) === given.check ? held.count : undefined
}

/**
 * @param sides What is answered beside the columns.
 * @param held Counts that the reader holds.
 */
function packedColumns(
  columns: CountColumns,
  sides: Omit<AreaColumns, keyof CountColumns | 'suppressed'>,
  held?: Int32Array,
): AreaColumns & { packed: string } {
  const bytes = packCounts(columns, held)
  const packed = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
  return { ...sides, areaId: [], count: [], compareCount: undefined, suppressed: [], packed }
}

/** null: all areas of the level. */
export async function visibleIn(
  db: Queryable,
  counted: CountedCity | null,
  { city, version, level: { level }, within, sight }: AreaQuestion,
): Promise<VisibleAreas | null> {
  if (within === null && !sight.limited) return null
  // The counts' own cells where there are any: both must be of one moment.
  return visibleAreas(counted?.ground.cells ?? (await cellsOf(db, city)), { version, level }, sight, within)
}

/** @param counted null: rows are counted. */
export async function countAreas(
  ctx: Pick<CountContext, 'rows'>,
  counted: CountedCity | null,
  question: AreaQuestion,
  visible: VisibleAreas | null,
): Promise<AreaColumns> {
  return columnsOf(question, visible, await countWindows(ctx, counted, question, visible))
}

/** All hold the same areas in the same order: zeros are included. */
interface CountedWindows {
  now: AreaWindowCounts
  before: AreaWindowCounts | null
  /** The window of which the reader says that it holds the counts. */
  held: AreaWindowCounts | null
}

async function countWindows(
  { rows }: Pick<CountContext, 'rows'>,
  counted: CountedCity | null,
  question: AreaQuestion,
  visible: VisibleAreas | null,
): Promise<CountedWindows> {
  const { window, compare } = question
  const given = question.given?.window ?? null
  if (counted) {
    const asked = {
      ...question,
      level: question.level.level,
      within: question.within?.id ?? null,
      visible,
    }
    // All windows at once: nothing may come between them.
    const count = (each: Window) => countInCube(counted, asked, each)
    return { now: count(window), before: compare && count(compare), held: given && count(given) }
  }
  const count = (each: Window) => countRows(rows('counts'), question, visible, each)
  return {
    now: await count(window),
    before: compare && (await count(compare)),
    held: given && (await count(given)),
  }
}

async function countRows(
  db: Queryable,
  question: AreaQuestion,
  visible: VisibleAreas | null,
  window: Window,
): Promise<AreaWindowCounts> {
  const rows = await countByArea(db, countedRows(question, window))
  const counts = new Map(rows.map((row) => [row.area_id, row.count]))
  if (visible) {
    return {
      areaId: visible.areaId,
      count: Int32Array.from(visible.areaId, (id) => counts.get(id) ?? 0),
      outside: question.within === null && seesOutside(question.sight) ? (counts.get(null) ?? 0) : null,
    }
  }
  const areas = rows.filter((row) => row.area_id !== null)
  return {
    areaId: areas.flatMap((row) => row.area_id ?? []),
    count: Int32Array.from(areas, (row) => row.count),
    // No row: no incident at all, or all of them in areas.
    outside: counts.get(null) ?? 0,
  }
}

function columnsOf(
  question: AreaQuestion,
  visible: VisibleAreas | null,
  windows: CountedWindows,
): AreaColumns {
  const { now, before } = windows
  return {
    areaId: now.areaId,
    count: plain(now.count),
    compareCount: before ? plain(before.count) : undefined,
    suppressed: new Array<boolean>(now.count.length).fill(false),
    ...sidesOf(question, visible, windows),
  }
}

function sidesOf(
  { sight }: AreaQuestion,
  visible: VisibleAreas | null,
  { now, before }: CountedWindows,
): Pick<AreaColumns, 'partial' | 'totals'> {
  return {
    partial: sight.limited ? visible?.partial : undefined,
    totals: {
      count: sum(now.count),
      compareCount: before ? sum(before.count) : undefined,
      outside: now.outside,
      compareOutside: before?.outside,
    },
  }
}

/** A loop: `from` takes ten times as long. */
function plain(counts: Int32Array): number[] {
  const made = new Array<number>(counts.length)
  for (let i = 0; i < made.length; i++) made[i] = counts[i]
  return made
}
