import type { PlanningCity } from './cityInputs.ts'
import { PlanRefusal, requireNumbers } from './refusal.ts'

/** What makes work for a squad, and how much. A sample, to be replaced by the city's own. */
export interface WorkloadRule {
  /** What an incident of a group counts; groups not named count 0. */
  groups: Readonly<Record<string, number>>
  /** Shares of the whole workload given to incidents, residents and ground; together 1. */
  incidents: number
  residents: number
  area: number
}

export const SAMPLE_WORKLOAD: WorkloadRule = {
  groups: {
    criminal: 3,
    fire: 3,
    publicOrder: 2,
    traffic: 1.5,
    help: 1,
    hazard: 0.5,
    complaint: 0.5,
    other: 0.5,
  },
  incidents: 0.6,
  residents: 0.25,
  area: 0.15,
}

/** The whole city's workload: so that a squad's can be read as per mille. */
export const WHOLE_WORKLOAD = 1000

/** Weighted incidents of the looked-back days, by micro-grid. @param hours Only in these hours of the week; absent: in all. */
export function weightedIncidents(
  city: PlanningCity,
  rule: WorkloadRule,
  hours?: ReadonlySet<number>,
): Float64Array {
  const weights = city.kinds.map(({ group }) => rule.groups[group] ?? 0)
  requireNumbers('workload of groups', weights)
  const { cell, kind, hourOfWeek } = city.incidents
  const sums = new Float64Array(city.cells.ids.length)
  for (let index = 0; index < cell.length; index++) {
    if (hours && !hours.has(hourOfWeek[index])) continue
    sums[cell[index]] += weights[kind[index]]
  }
  return sums
}

/**
 * Workload of each micro-grid; all together `WHOLE_WORKLOAD`. The ground of a grid is shared evenly among its micro-grids.
 * @throws PlanRefusal where the shares are not together 1.
 */
export function cellWorkload(city: PlanningCity, rule: WorkloadRule = SAMPLE_WORKLOAD): Float64Array {
  const { incidents, residents, area } = rule
  requireNumbers('workload', [incidents, residents, area])
  if (Math.abs(incidents + residents + area - 1) > 1e-9) {
    throw new PlanRefusal(
      `workload: expected shares that are together 1, got ${incidents + residents + area}`,
    )
  }
  const { cells, grids } = city
  const inGrid = new Float64Array(grids.areas.length)
  for (const grid of cells.grid) inGrid[grid]++
  const parts: [number, Float64Array][] = [
    [incidents, weightedIncidents(city, rule)],
    [residents, cells.residents],
    [area, Float64Array.from(cells.grid, (grid) => grids.areaKm2[grid] / inGrid[grid])],
  ]
  const workload = new Float64Array(cells.ids.length)
  for (const [share, values] of parts) {
    const total = values.reduce((sum, value) => sum + value, 0)
    if (total === 0) continue
    for (let cell = 0; cell < workload.length; cell++) {
      workload[cell] += (WHOLE_WORKLOAD * share * values[cell]) / total
    }
  }
  return workload
}

/** The same summed up by grid. */
export function byGrid(city: PlanningCity, ofCells: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(city.grids.areas.length)
  city.cells.grid.forEach((grid, cell) => {
    sums[grid] += ofCells[cell]
  })
  return sums
}
