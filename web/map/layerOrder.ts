import type { LayerId, LayerState } from './scene.ts'

/** Draw order, bottom to top. */
export const layerOrder = [
  'fill',
  'relief',
  'blocks',
  'water',
  'roads',
  'hexagons',
  'heatmap',
  'density',
  'borders',
  'hotspots',
  'patrolRoutes',
  'patrolArrows',
  'pointed',
  'outline',
  'cameraCones',
  'cameras',
  'sites',
  'posts',
  'centres',
  'incidents',
  'trails',
  'liveIncidents',
  'units',
  'marks',
  'rings',
  'labels',
] as const

export type DrawnLayer = (typeof layerOrder)[number]

/** What a person sees before choosing. */
export const defaultLayers: Readonly<Record<LayerId, LayerState>> = {
  districts: { visible: false, opacity: 1 },
  squads: { visible: true, opacity: 1 },
  townships: { visible: true, opacity: 1 },
  villages: { visible: true, opacity: 1 },
  grids: { visible: true, opacity: 0.92 },
  microGrids: { visible: true, opacity: 0.92 },
  liveIncidents: { visible: true, opacity: 1 },
  units: { visible: true, opacity: 1 },
  incidents: { visible: true, opacity: 1 },
  heatmap: { visible: false, opacity: 0.8 },
  hexagons: { visible: false, opacity: 0.8 },
  cameras: { visible: false, opacity: 1 },
  patrolRoutes: { visible: false, opacity: 1 },
  posts: { visible: false, opacity: 1 },
  centres: { visible: true, opacity: 1 },
  sites: { visible: false, opacity: 1 },
  roads: { visible: true, opacity: 0.75 },
  water: { visible: true, opacity: 0.9 },
  // Nearly all of the town is estates: their tint would shift every colour of the choropleth away from its legend.
  blocks: { visible: false, opacity: 0.14 },
  relief: { visible: true, opacity: 0.6 },
  labels: { visible: true, opacity: 1 },
}

export function layerState(layers: Partial<Record<LayerId, LayerState>>, id: LayerId): LayerState {
  return layers[id] ?? defaultLayers[id]
}

/** The switch that belongs to a level of areas; levels of other cities have none and are always shown. */
export const layerOfLevel: Readonly<Record<string, LayerId>> = {
  district: 'districts',
  squad: 'squads',
  township: 'townships',
  village: 'villages',
  grid: 'grids',
  microGrid: 'microGrids',
}

export function levelState(layers: Partial<Record<LayerId, LayerState>>, level: string): LayerState {
  const id = layerOfLevel[level]
  return id ? layerState(layers, id) : { visible: true, opacity: 0.92 }
}
