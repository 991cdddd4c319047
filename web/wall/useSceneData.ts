import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { keepAlike } from '../hooks/keepAlike.ts'
import { useAccess } from '../hooks/useAccess.ts'
import { isoSpan } from '../hooks/useAggregates.ts'
import { type City, useCity } from '../hooks/useCity.ts'
import { useRoomScene } from '../hooks/useRoomScene.ts'
import { sequentialBreaks } from '../map/classBreaks.ts'
import type { AreaValues, Bounds, IncidentPoints } from '../map/scene.ts'
import { countRights, pointRights } from '../state/access.ts'
import { dayMs } from '../state/timeWindow.ts'
import { type Outputs, trpc } from '../trpc.ts'
import type { SceneData } from './scenes.ts'
import { unattended } from './useOverview.ts'

/** Points shown at most; more would be a blot from across a room. */
const MOST_POINTS = 400

function valuesOf(answer: Outputs['aggregates']['byArea'] | undefined): AreaValues | null {
  if (!answer) return null
  const value = answer.count.map((each) => each ?? Number.NaN)
  return {
    areaId: answer.areaId,
    value,
    suppressed: answer.suppressed,
    breaks: sequentialBreaks(value),
    ramp: 'sequential',
  }
}

function pointsOf(
  answer: Outputs['incidents']['inView'] | undefined,
  city: City | undefined,
): IncidentPoints | null {
  if (!answer || !city) return null
  const groups = new Map(city.kinds.map((kind) => [kind.code, kind.group]))
  return { ...answer, kindGroups: answer.kinds.map((kind) => groups.get(kind) ?? 'other') }
}

/** Everything the three scenes show, asked for once and kept fresh whichever scene is on. */
export function useSceneData(): SceneData {
  const base = useRoomScene()
  const access = useAccess()
  const counted = access.may(...countRights)
  const { code, data: city } = useCity()
  const asOf = city ? Date.parse(city.asOf) : undefined
  const levels = city?.levels
    .filter((level) => level.version === city.currentVersion)
    .map((level) => level.level)
  const last = (days: number) => isoSpan({ from: (asOf ?? 0) - days * dayMs, to: asOf ?? 0 })

  const villagesAsked = { city: code ?? '', level: 'village', ...last(30) }
  const villages = useQuery(
    trpc.aggregates.byArea.queryOptions(villagesAsked, {
      enabled: counted && (levels?.includes('village') ?? false),
      ...unattended,
      placeholderData: keepAlike(villagesAsked),
    }),
  )
  const gridsAsked = { city: code ?? '', level: 'grid', ...last(7) }
  const grids = useQuery(
    trpc.aggregates.byArea.queryOptions(gridsAsked, {
      enabled: counted && (levels?.includes('grid') ?? false),
      ...unattended,
      placeholderData: keepAlike(gridsAsked),
    }),
  )
  const bounds: Bounds | null = city?.bounds ?? null
  const incidentsAsked = {
    city: code ?? '',
    bbox: bounds ?? ([0, 0, 0, 0] satisfies Bounds),
    ...last(1),
    limit: MOST_POINTS,
  }
  const incidents = useQuery(
    trpc.incidents.inView.queryOptions(incidentsAsked, {
      enabled: access.may(...pointRights) && bounds !== null,
      ...unattended,
      placeholderData: keepAlike(incidentsAsked),
    }),
  )

  const villageValues = useMemo(() => valuesOf(villages.data), [villages.data])
  const gridValues = useMemo(() => valuesOf(grids.data), [grids.data])
  const points = useMemo(() => pointsOf(incidents.data, city), [incidents.data, city])
  const [oldVillages, oldGrids] = [villages.isPlaceholderData, grids.isPlaceholderData]
  return useMemo(
    () => ({
      base,
      villages: villageValues,
      grids: gridValues,
      incidents: points,
      stale: { villages: oldVillages, grids: oldGrids },
    }),
    [base, villageValues, gridValues, points, oldVillages, oldGrids],
  )
}
