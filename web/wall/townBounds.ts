import type { AreaBundle } from '../../geodata/areaBundle.ts'
import type { Bounds } from '../map/scene.ts'

/** The columns of an area bundle that finding the town needs. */
export type PeopleOnGround = Pick<
  AreaBundle,
  'levels' | 'count' | 'level' | 'population' | 'areaKm2' | 'labelPoint' | 'bounds'
>

/** Share of the people the town holds. */
const TOWN_SHARE = 0.5
/** Share of the town's people left outside on each side, so that a dense hamlet far away does not stretch the box. */
const TRIM = 0.03

/**
 * The box [west, south, east, north] of the town: where the densest half of the people live.
 * Null when nobody lives anywhere, or when the town is the city (then an inset would repeat the map).
 */
export function townBounds(bundle: PeopleOnGround): Bounds | null {
  const finest = Math.max(
    ...bundle.levels.filter((each) => each.hierarchy === 'administration').map((each) => each.rank),
  )
  const cells: { population: number; density: number; lng: number; lat: number }[] = []
  for (let i = 0; i < bundle.count; i++) {
    const level = bundle.levels[bundle.level[i]]
    if (level.hierarchy !== 'administration' || level.rank !== finest || bundle.population[i] === 0) continue
    const density = bundle.population[i] / bundle.areaKm2[i]
    cells.push({
      population: bundle.population[i],
      density,
      lng: bundle.labelPoint[2 * i],
      lat: bundle.labelPoint[2 * i + 1],
    })
  }
  const people = cells.reduce((sum, each) => sum + each.population, 0)
  if (people === 0) return null
  cells.sort((a, b) => b.density - a.density)
  const town: typeof cells = []
  let held = 0
  for (const cell of cells) {
    if (held >= people * TOWN_SHARE) break
    town.push(cell)
    held += cell.population
  }
  const [west, east] = trimmed(town.map((each) => [each.lng, each.population]))
  const [south, north] = trimmed(town.map((each) => [each.lat, each.population]))
  const margin = 0.08 * Math.max(east - west, north - south, 1e-4)
  const box: Bounds = [west - margin, south - margin, east + margin, north + margin]
  return covers(box, bundle) ? null : box
}

/** The two values between which all but TRIM of the weight lies on each side. */
function trimmed(weighted: [number, number][]): [number, number] {
  const sorted = [...weighted].sort((a, b) => a[0] - b[0])
  const total = sorted.reduce((sum, [, weight]) => sum + weight, 0)
  const at = (share: number) => {
    let sum = 0
    for (const [value, weight] of sorted) {
      sum += weight
      if (sum >= total * share) return value
    }
    return sorted[sorted.length - 1][0]
  }
  return [at(TRIM), at(1 - TRIM)]
}

/** True when the box fills more than a quarter of the ground's own box. */
function covers([west, south, east, north]: Bounds, bundle: PeopleOnGround): boolean {
  const side = (offset: number, pick: (...values: number[]) => number) => {
    let result = bundle.bounds[offset]
    for (let i = 0; i < bundle.count; i++) result = pick(result, bundle.bounds[4 * i + offset])
    return result
  }
  const whole = (side(2, Math.max) - side(0, Math.min)) * (side(3, Math.max) - side(1, Math.min))
  return (east - west) * (north - south) > whole / 4
}
