import { useMemo } from 'react'
import { type LayerId, type LayerState, layerIds, type MapScene } from '../map/scene.ts'
import type { Outputs } from '../trpc.ts'
import { useAreas, useGround } from './useAreas.ts'
import { useCity } from './useCity.ts'
import { useJurisdiction } from './useJurisdiction.ts'
import { usePatrols } from './usePatrols.ts'
import { useReducedMotion } from './useReducedMotion.ts'
import { useLanguage, useTheme } from './useView.ts'

export type PatrolLayout = Outputs['patrols']['layout']

/** Exactly these layers; every other one is off. */
export function onlyLayers(shown: Partial<Record<LayerId, number>>): Record<LayerId, LayerState> {
  const state = (id: LayerId): LayerState => ({ visible: shown[id] !== undefined, opacity: shown[id] ?? 1 })
  return Object.fromEntries(layerIds.map((id) => [id, state(id)])) as Record<LayerId, LayerState>
}

/** Posts and patrol routes of a layout as the map takes them. */
export function patrolScene(layout: PatrolLayout | undefined): Pick<MapScene, 'patrolRoutes' | 'posts'> {
  const squads = layout?.districts.flatMap((district) => district.squads) ?? []
  return {
    patrolRoutes: squads.flatMap((squad) =>
      squad.routes.map((route) => ({
        id: route.id,
        squadId: squad.areaId,
        name: route.name,
        line: route.line,
      })),
    ),
    posts: squads.flatMap((squad) =>
      squad.posts.map((post) => ({
        id: post.id,
        category: 'post',
        name: post.name,
        point: [post.lng, post.lat] as [number, number],
      })),
    ),
  }
}

/** What every room's map has in common: theme, language, ground, boundaries, patrols. The room adds what it is about. */
export function useRoomScene(): MapScene {
  const theme = useTheme()
  const language = useLanguage()
  const reducedMotion = useReducedMotion()
  const { data: city } = useCity()
  const { data: areas } = useAreas()
  const { data: ground } = useGround()
  const { data: layout } = usePatrols()
  const patrols = useMemo(() => patrolScene(layout), [layout])
  const jurisdiction = useJurisdiction()
  const relief = city?.bundles.relief ?? null
  return useMemo(
    () => ({
      theme,
      language,
      reducedMotion,
      areas: areas ?? null,
      level: { mode: 'zoom' },
      values: {},
      layers: {},
      incidents: null,
      cameras: null,
      ground: ground ?? null,
      relief,
      ...patrols,
      centres: [],
      selection: { kind: 'none' },
      highlighted: [],
      sight: jurisdiction?.sight ?? null,
      home: jurisdiction?.bounds ?? null,
      padding: { top: 0, right: 0, bottom: 0, left: 0 },
    }),
    [theme, language, reducedMotion, areas, ground, relief, patrols, jurisdiction],
  )
}
