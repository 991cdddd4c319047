import type { Queryable } from '../db/client.ts'
import { countByArea, countByKind, cutsLevel } from '../db/queries/aggregates.ts'
import { type LevelRow, listLevels } from '../db/queries/catalog.ts'
import { type AreaColumns, sum } from './aggregates/areaColumns.ts'
import type { AreaQuestion } from './aggregates/byArea.ts'
import type { KindCounts, KindQuestion } from './aggregates/byKind.ts'
import { badRequest, listed } from './refusal.ts'
import { selectArea, type Window } from './selection.ts'

/**
 * What may be asked about disputes. 1,495 disputes over 3,381 micro-grids is 0.44 a year each: a count there would
 * point at a household. So disputes are only counted over a year or more, at grid level and above; sensitive types
 * (marriage and family, minors, petitions) at township level and above; never one by one, never in one sum with others.
 */
const LEAST_DAYS = 365
const DAY_MS = 86_400_000
/** The finest level of each hierarchy that may be asked about. */
const FINEST = { administration: 'grid', patrol: 'squad' } as const
const FINEST_SENSITIVE = { administration: 'township', patrol: 'district' } as const

/** Which kinds a question is about. */
export interface KindSelection {
  /** Codes of rows: parents stand beside all their sub-kinds. */
  codes: string[]
  /** The codes as asked, or null for all kinds but disputes. */
  asked: string[] | null
  disputes: boolean
  /** Those of `codes` that are sensitive. */
  sensitive: string[]
}

/** @throws TRPCError BAD_REQUEST when the window is too short to count disputes in. */
export function checkDisputeWindow(kinds: KindSelection, from: Date, to: Date, name = 'from … to'): void {
  if (!kinds.disputes) return
  const days = (to.getTime() - from.getTime()) / DAY_MS
  if (days < LEAST_DAYS) {
    throw badRequest(
      `${name}: disputes are only counted over ${LEAST_DAYS} days or more, got ${Math.round(days * 10) / 10} days; a shorter window could point at a household.`,
    )
  }
}

/**
 * @param levels Levels of the version the area level belongs to.
 * @throws TRPCError BAD_REQUEST when disputes may not be counted at this level.
 */
export function checkDisputeLevel(kinds: KindSelection, level: LevelRow, levels: LevelRow[]): void {
  if (!kinds.disputes) return
  const sensitive = kinds.sensitive.length > 0
  const finest = (sensitive ? FINEST_SENSITIVE : FINEST)[level.hierarchy]
  // Where a city has no level of that name, only its whole is coarse enough for sure.
  const finestRank =
    levels.find((row) => row.level === finest && row.hierarchy === level.hierarchy)?.rank ?? 0
  if (level.rank <= finestRank) return
  throw badRequest(
    sensitive
      ? `level: ${listed(kinds.sensitive, 4)} are sensitive (marriage and family, minors, petitions …) and only counted at "${finest}" level and above, got "${level.level}"; finer counts could point at a household.`
      : `level: disputes are only counted at "${finest}" level and above, got "${level.level}"; finer counts could point at a household.`,
  )
}

/** @throws TRPCError BAD_REQUEST: what is asked for would show disputes one by one or in short windows. */
export function refuseDisputes(kinds: KindSelection, what: string): void {
  if (!kinds.disputes) return
  throw badRequest(
    `kinds: ${what}; ask aggregates.byArea or aggregates.byKind over ${LEAST_DAYS} days or more instead.`,
  )
}

/** Disputes per area of a level, from one register. */
export async function disputesByArea(db: Queryable, question: AreaQuestion): Promise<AreaColumns> {
  const { city, version, level, levels, within, kinds, caseSource, window, compare } = question
  checkDisputeLevel(kinds, level, levels)
  checkDisputeWindow(kinds, window.from, window.to)
  if (compare) checkDisputeWindow(kinds, compare.from, compare.to, 'compareTo')
  if (within !== null) {
    await checkDisputeArea(db, question, within)
    if (await cutsLevel(db, { city: city.code, version, level: level.level, within })) {
      throw badRequest(
        `within: disputes are not counted in parts of an area, and area ${within} cuts areas of level "${level.level}"`,
      )
    }
  }
  const count = async (of: Window) => {
    const scope = { city: city.code, version, level: level.level, kinds: kinds.codes, caseSource, within }
    const rows = await countByArea(db, { ...scope, ...of })
    return {
      areas: rows.filter((row) => row.area_id !== null),
      outside: rows.find((row) => row.area_id === null)?.count ?? null,
    }
  }
  const now = await count(window)
  // Both answers hold the same areas in the same order: zeros are included.
  const before = compare && (await count(compare))
  const counts = now.areas.map((row) => row.count)
  const compareCounts = before?.areas.map((row) => row.count)
  return {
    areaId: now.areas.flatMap((row) => row.area_id ?? []),
    count: counts,
    compareCount: compareCounts,
    suppressed: counts.map(() => false),
    totals: {
      count: sum(counts),
      compareCount: compareCounts && sum(compareCounts),
      outside: now.outside,
      compareOutside: before?.outside,
    },
  }
}

/** Disputes by type, from one register, in the whole city or one area. */
export async function disputesByKind(
  db: Queryable,
  question: KindQuestion,
): Promise<{ now: KindCounts; before: KindCounts | null }> {
  const { city, area, kinds, caseSource, window, compare } = question
  checkDisputeWindow(kinds, window.from, window.to)
  if (compare) checkDisputeWindow(kinds, compare.from, compare.to, 'compareTo')
  if (area) await checkDisputeArea(db, question, area.id)
  const scope = { city: city.code, kinds: kinds.codes, caseSource, areaId: area?.id ?? null }
  const counts = async (of: Window): Promise<KindCounts> =>
    new Map((await countByKind(db, { ...scope, ...of })).map((row) => [row.kind, row.count]))
  return { now: await counts(window), before: compare ? await counts(compare) : null }
}

/** Disputes inside one area: the area must be coarse enough to be asked about. */
async function checkDisputeArea(
  db: Queryable,
  { city, kinds }: Pick<AreaQuestion, 'city' | 'kinds'>,
  areaId: number,
): Promise<void> {
  const area = await selectArea(db, city, areaId)
  const levels = (await listLevels(db, city.code)).filter((row) => row.version === area.version)
  const level = levels.find((row) => row.level === area.level)
  if (level) checkDisputeLevel(kinds, level, levels)
}
