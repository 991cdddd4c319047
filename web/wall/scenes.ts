import { onlyLayers } from '../hooks/useRoomScene.ts'
import type { AreaValues, IncidentPoints, MapScene } from '../map/scene.ts'

/** The scenes of the tour, in their order. */
export const SCENE_NAMES = ['overview', 'town', 'patrol'] as const
export type SceneName = (typeof SCENE_NAMES)[number]

export interface SceneData {
  base: MapScene
  /** Counts per village, last 30 days; per grid, last 7 days. */
  villages: AreaValues | null
  grids: AreaValues | null
  /** Incidents of the last 24 hours. */
  incidents: IncidentPoints | null
  /** True while the counts of a level still answer for the days before. */
  stale: { villages: boolean; grids: boolean }
}

/** What the map shows in a scene. Pure: the same data gives the same parts, by reference. */
export function sceneOf(name: SceneName, { base, villages, grids, incidents }: SceneData): MapScene {
  switch (name) {
    case 'overview':
      return {
        ...base,
        level: { mode: 'pinned', level: 'village' },
        values: villages ? { village: villages } : {},
        incidents,
        layers: overviewLayers,
      }
    case 'town':
      return {
        ...base,
        level: { mode: 'pinned', level: 'grid' },
        values: grids ? { grid: grids } : {},
        layers: townLayers,
      }
    case 'patrol':
      return { ...base, level: { mode: 'pinned', level: 'squad' }, layers: patrolLayers }
  }
}

const overviewLayers = onlyLayers({
  liveIncidents: 1,
  townships: 1,
  villages: 1,
  incidents: 1,
  water: 1,
  labels: 1,
  relief: 0.5,
})
const townLayers = onlyLayers({
  liveIncidents: 1,
  units: 1,
  squads: 1,
  grids: 1,
  roads: 0.6,
  water: 1,
  labels: 1,
})
const patrolLayers = onlyLayers({
  units: 1,
  squads: 1,
  patrolRoutes: 1,
  posts: 1,
  roads: 0.5,
  water: 1,
  labels: 1,
  relief: 0.6,
})
