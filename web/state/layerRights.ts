import type { Right } from '../../api/roles.ts'
import type { LayerId } from '../map/scene.ts'
import { pointRights } from './access.ts'

/** What a layer shows takes one of these rights; a layer not listed is geography, which every map shows. */
export const layerRights: Partial<Record<LayerId, readonly Right[]>> = {
  liveIncidents: pointRights,
  units: ['points.publicOrder'],
  incidents: pointRights,
  heatmap: pointRights,
  hexagons: pointRights,
  cameras: ['cameras.points'],
  patrolRoutes: ['patrols'],
  posts: ['patrols'],
}
