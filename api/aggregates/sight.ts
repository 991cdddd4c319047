import type { CountScope, Family } from '../access.ts'
import type { Cells } from '../cube/countedCity.ts'
import type { KindSelection } from '../selection.ts'

/**
 * What a question counts for whoever asks: which kinds in which cells. One family of kinds may be seen in other cells
 * than the other; every count is that of the rows its reader may read.
 */
export interface Sight {
  /** Families that are counted. */
  families: Family[]
  parts: readonly SightPart[]
  /** True when some of it is not counted everywhere. */
  limited: boolean
}

/** Kinds that are counted in the same cells. */
export interface SightPart {
  /** null: every kind that is counted at all. */
  codes: readonly string[] | null
  cells: Cells
}

/** @param kinds Kinds this viewer sees, as `selectKinds` finds them. */
export function sightOf(scope: CountScope, kinds: KindSelection): Sight {
  const wanted = kinds.asked === null ? null : new Set(kinds.codes)
  const seen = scope.parts.flatMap(({ family, kinds: ofFamily, scope: { cells, key } }) => {
    const codes = wanted === null ? ofFamily : ofFamily.filter((code) => wanted.has(code))
    return wanted === null || codes.length > 0 ? [{ family, codes, cells: { ids: cells, key } }] : []
  })
  const families = seen.map(({ family }) => family)
  const [first, second] = seen
  // Seen alike, both families are one question; and all of them are one list of the cube.
  if (first && second && first.cells.key === second.cells.key) {
    const codes = wanted === null ? null : kinds.codes
    return { families, parts: [{ codes, cells: first.cells }], limited: first.cells.ids !== null }
  }
  return { families, parts: seen, limited: seen.length === 0 || seen.some(({ cells }) => cells.ids !== null) }
}

/** Whether anything is counted in a cell. */
export function seesSome({ parts }: Sight, cellId: number): boolean {
  return parts.some(({ cells: { ids } }) => ids === null || ids.has(cellId))
}

/** Whether everything the question is about is counted in a cell. */
export function seesAll({ parts }: Sight, cellId: number): boolean {
  return parts.length > 0 && parts.every(({ cells: { ids } }) => ids === null || ids.has(cellId))
}

/** Whether anything is counted that lies in no area. */
export function seesOutside({ parts }: Sight): boolean {
  return parts.some(({ cells: { ids } }) => ids === null)
}

/** Equal keys count in the same cells. */
export function groundKey({ parts }: Sight): string {
  return parts.map(({ cells }) => cells.key).join(' ')
}
