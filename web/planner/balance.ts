import { SMALLEST_BASE } from '../../api/statistics/base.ts'

/** What one squad carries, as `operations.squads` answers it. */
export interface SquadLoad {
  squadId: number
  strength: number
  units: number
  areaKm2: number
  grids: number
  population: number
  roadsKm: number
  routesKm: number
  incidents: number
}

export const MEASURES = [
  'strength',
  'units',
  'areaKm2',
  'grids',
  'population',
  'roadsKm',
  'routesKm',
  'incidents',
] as const
export type Measure = (typeof MEASURES)[number]

export interface BalanceRow {
  measure: Measure
  own: number
  /** Mean of all squads. */
  mean: number
  difference: number
  /** Of all squads together: what `own` is a part of. */
  total: number
}

export interface Balance {
  rows: BalanceRow[]
  /** Incidents of the window for each unit: this squad, and all squads together; null without units. */
  incidentsPerUnit: { own: number; city: number } | null
  /** Share of the incidents minus share of the strength, in percentage points; null when either total is under twenty. */
  loadGap: number | null
}

/**
 * Sets one squad beside the mean of all. The load is counted by unit at the finest, never by person.
 * @throws RangeError when the squad is not in the list.
 */
export function balanceOf(squads: readonly SquadLoad[], squadId: number): Balance {
  const own = squads.find((each) => each.squadId === squadId)
  if (!own)
    throw new RangeError(`Expected one of the squads ${squads.map((each) => each.squadId)}, got ${squadId}.`)
  const total = (measure: Measure) => squads.reduce((sum, each) => sum + each[measure], 0)
  const share = (measure: Measure) => (total(measure) >= SMALLEST_BASE ? own[measure] / total(measure) : null)
  const rows = MEASURES.map((measure) => {
    const whole = total(measure)
    const mean = whole / squads.length
    return { measure, own: own[measure], mean, difference: own[measure] - mean, total: whole }
  })
  const incidents = share('incidents')
  const strength = share('strength')
  return {
    rows,
    incidentsPerUnit:
      own.units > 0 ? { own: own.incidents / own.units, city: total('incidents') / total('units') } : null,
    loadGap: incidents === null || strength === null ? null : (incidents - strength) * 100,
  }
}

/** Percentage points between a squad's shares of incidents and strength from which the sentence calls it uneven. */
export const UNEVEN_POINTS = 5

export type BalanceVerdict = 'even' | 'heavy' | 'light' | 'unknown'

export function balanceVerdict(balance: Balance): BalanceVerdict {
  if (balance.loadGap === null) return 'unknown'
  if (balance.loadGap >= UNEVEN_POINTS) return 'heavy'
  if (balance.loadGap <= -UNEVEN_POINTS) return 'light'
  return 'even'
}
