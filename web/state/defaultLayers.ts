import { type LayerId, type LayerState, layerIds } from '../map/scene.ts'

const shown = new Set<LayerId>([
  'districts',
  'squads',
  'townships',
  'villages',
  'grids',
  'microGrids',
  'incidents',
  'roads',
  'water',
  'relief',
  'labels',
])

export const defaultLayers = Object.fromEntries(
  layerIds.map((id) => [id, { visible: shown.has(id), opacity: 1 }]),
) as Readonly<Record<LayerId, LayerState>>
