import type { AreaRow } from '../../db/queries/areas.ts'
import type { CityRow } from '../../db/queries/catalog.ts'
import type { Family } from '../access.ts'
import type { KindSelection, Window } from '../selection.ts'
import type { Sight } from './sight.ts'

/** A question by kind, its names turned into what the city has. */
export interface KindQuestion {
  city: CityRow
  /** null: the whole city. */
  area: AreaRow | null
  kinds: KindSelection
  sight: Sight
  caseSource: string
  hoursOfWeek?: number[]
  window: Window
  compare: Window | null
}

export interface KindAnswer {
  from: string
  to: string
  compareFrom?: string
  compareTo?: string
  asOf: string
  /** The register of the disputes counted; null for other kinds. */
  caseSource: string | null
  /** Families of kinds that are counted. */
  families: Family[]
  /** Only for who may count in parts of the city: whether more lies in the area, or the city, than is counted here. */
  partial?: boolean
  kind: string[]
  /** null exactly where `suppressed` is true. */
  count: (number | null)[]
  compareCount?: (number | null)[]
  suppressed: boolean[]
  totals: { count: number | null; compareCount?: number | null }
  source: string
  /** Everything committed before this instant is counted. */
  countedAt: string
}
