import { useQuery } from '@tanstack/react-query'
import { useAccess } from '../hooks/useAccess.ts'
import { useCity } from '../hooks/useCity.ts'
import { type Outputs, trpc } from '../trpc.ts'
import type { SquadLoad } from './balance.ts'

type Answer = Outputs['operations']['squads']

/** One squad with everything it carries. */
export interface Squad extends SquadLoad {
  index: number
  districtId: number | null
  name: { zh: string; en: string }
  microGrids: number
  posts: number
  routes: number
  incidentsNearRoutes: number
  /** Kilometres of road by class, the classes the city has. */
  roadsByClass: { class: string; km: number }[]
}

/** Turns the columns of `operations.squads` into one object a squad. */
export function squadsOf(answer: Answer): Squad[] {
  return answer.squadId.map((squadId, index) => {
    const roadsByClass = Object.entries(answer.roadsKm).map(([name, km]) => ({ class: name, km: km[index] }))
    return {
      index,
      squadId,
      districtId: answer.districtId[index],
      name: answer.name[index],
      strength: answer.strength[index],
      units: answer.units[index],
      areaKm2: answer.areaKm2[index],
      population: answer.population[index],
      grids: answer.grids[index],
      microGrids: answer.microGrids[index],
      posts: answer.posts[index],
      routes: answer.routes[index],
      routesKm: answer.routesKm[index],
      incidents: answer.incidents[index],
      incidentsNearRoutes: answer.incidentsNearRoutes[index],
      roadsByClass,
      roadsKm: roadsByClass.reduce((sum, each) => sum + each.km, 0),
    }
  })
}

/** What each squad of the city carries. An error with code NOT_FOUND means that it has no squads. */
export function useSquads() {
  const { code } = useCity()
  const seen = useAccess().may('patrols')
  return useQuery(
    trpc.operations.squads.queryOptions(
      { city: code ?? '' },
      { enabled: seen && code !== undefined, select: (answer) => ({ ...answer, squads: squadsOf(answer) }) },
    ),
  )
}
