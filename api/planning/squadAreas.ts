import type { PlanningCity } from './cityInputs.ts'
import type { CityTravel } from './cityTravel.ts'
import type { DistrictingInput } from './districting.ts'
import { PlanRefusal } from './refusal.ts'

export interface SquadAreasRule {
  /** How far a squad's workload may be from its district's mean, as a share. */
  tolerance: number
  /** Grids that may change their squad, as a share of all; 1: any. */
  mostChanged: number
}

/** Districting input, and which squad each of its areas is. */
export interface SquadAreas {
  input: DistrictingInput
  /** By area of the answer: the squad. */
  squads: Uint16Array
}

/**
 * Squads' areas as a districting problem: grids within their districts, at the cost of workload × minutes to the centre.
 * @param workload By grid.
 * @throws PlanRefusal where a grid cannot be reached by road.
 */
export function squadAreas(
  city: PlanningCity,
  travel: CityTravel,
  workload: Float64Array,
  { tolerance, mostChanged }: SquadAreasRule,
): SquadAreas {
  const { grids, squads } = city
  const count = grids.areas.length
  const seconds = travel.times.matrix(travel.accessOf(grids.areas.map(({ point }) => point)))
  const costs = new Float64Array(count * count)
  for (let index = 0; index < costs.length; index++) {
    if (!Number.isFinite(seconds[index])) {
      const grid = grids.areas[index % count]
      throw new PlanRefusal(`roads: expected a way to grid ${grid.code} from every other, found none`)
    }
    costs[index] = (workload[index % count] * seconds[index]) / 60
  }
  // Areas are numbered zone by zone: so are the squads here.
  const order = squads
    .map((_, squad) => squad)
    .sort((a, b) => squads[a].district - squads[b].district || a - b)
  const areaOf = new Uint16Array(squads.length)
  order.forEach((squad, area) => {
    areaOf[squad] = area
  })
  return {
    input: {
      weights: workload,
      costs,
      neighbours: grids.neighbours,
      zones: grids.district,
      areasOfZone: city.districts.map(
        (_, district) => squads.filter((squad) => squad.district === district).length,
      ),
      tolerance,
      atEdge: grids.atEdge,
      current: Uint16Array.from(grids.squad, (squad) => areaOf[squad]),
      ...(mostChanged < 1 ? { mostChanges: Math.floor(mostChanged * count) } : {}),
    },
    squads: Uint16Array.from(order),
  }
}
