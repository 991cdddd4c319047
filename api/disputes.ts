import type { LevelRow } from '../db/queries/catalog.ts'
import { badRequest, listed } from './refusal.ts'

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
