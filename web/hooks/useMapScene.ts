import { useMemo } from 'react'
import type {
  Bounds,
  IncidentPoints,
  LevelMode,
  MapPlace,
  MapScene,
  MapView,
  PatrolRoutePath,
} from '../map/scene.ts'
import { firstLevel } from '../state/disputePeriods.ts'
import { pointsInHours } from '../state/pointsInHours.ts'
import { nothing } from '../state/selection.ts'
import { useAreas, useCameraBundle, useGround } from './useAreas.ts'
import { useAreaValues } from './useAreaValues.ts'
import { useCity, useWindow } from './useCity.ts'
import { useDisputeOffers } from './useDisputes.ts'
import { useHighlighted } from './useHighlighted.ts'
import { useHours } from './useHours.ts'
import { useIncidents } from './useIncidents.ts'
import { useJurisdiction } from './useJurisdiction.ts'
import { useKinds } from './useKinds.ts'
import { useLayers } from './useLayers.ts'
import { usePatrols } from './usePatrols.ts'
import { usePlaces } from './usePlaces.ts'
import { useReducedMotion } from './useReducedMotion.ts'
import { useLanguage, useTheme, useView } from './useView.ts'

/** More points than this are shown as a part of them, and the layer panel says so. */
const MOST_POINTS = 20_000

const none: readonly never[] = []
const byZoom: LevelMode = { mode: 'zoom' }

/** A box a little larger than the view and snapped to a raster, so that small pans ask nothing new. */
export function askedBox(view: MapView | null): Bounds | undefined {
  if (!view) return undefined
  const [west, south, east, north] = view.bounds
  const step = 2 ** Math.ceil(Math.log2(Math.max(east - west, north - south, 1e-4)))
  const down = (value: number) => Math.floor(value / step) * step
  const up = (value: number) => Math.ceil(value / step) * step
  return [
    Math.max(-180, down(west)),
    Math.max(-90, down(south)),
    Math.min(180, up(east)),
    Math.min(90, up(north)),
  ]
}

/** Everything the map of the main screen is told to show, built from the URL and the query cache. */
export function useMapScene(view: MapView | null, level: string | null, padding: MapScene['padding']) {
  const theme = useTheme()
  const language = useLanguage()
  const reducedMotion = useReducedMotion()
  const { data: city } = useCity()
  const areas = useAreas().data ?? null
  const ground = useGround().data ?? null
  const { all, stateOf } = useLayers()
  const pinned = useView((search) => search.level)
  const selection = useView((search) => search.selection) ?? nothing
  const window = useWindow()
  const { codes, disputes, types, kinds } = useKinds()
  const offers = useDisputeOffers()
  const area = useAreaValues(level)
  const jurisdiction = useJurisdiction()
  const highlighted = useHighlighted(area.values, level)

  const pointsWanted =
    !disputes && (['incidents', 'heatmap', 'hexagons'] as const).some((layer) => stateOf(layer).visible)
  const inView = useIncidents({
    bounds: askedBox(view),
    span: window?.span,
    kinds: codes,
    limit: MOST_POINTS,
    enabled: pointsWanted,
  })
  const hours = useHours()
  const timeZone = city?.timeZone
  /** The points of the hours chosen: all were asked for, and which of them show is decided here. */
  const shownInView = useMemo(() => {
    const all = inView.data
    if (!all || !hours || timeZone === undefined) return all
    const kept = pointsInHours(all, hours, timeZone)
    return { ...kept, total: kept.id.length }
  }, [inView.data, hours, timeZone])
  const cameras = useCameraBundle(stateOf('cameras').visible).data ?? null
  const patrolsWanted = stateOf('patrolRoutes').visible || stateOf('posts').visible
  const patrols = usePatrols(patrolsWanted).data
  const places = usePlaces(stateOf('centres').visible || stateOf('posts').visible).data

  const incidents = useMemo<IncidentPoints | null>(() => {
    if (!pointsWanted || !shownInView) return null
    const groups = new Map(kinds.map((kind) => [kind.code, kind.group]))
    return { ...shownInView, kindGroups: shownInView.kinds.map((code) => groups.get(code) ?? 'other') }
  }, [pointsWanted, shownInView, kinds])

  const patrolRoutes = useMemo<readonly PatrolRoutePath[]>(
    () =>
      patrols?.districts.flatMap((district) =>
        district.squads.flatMap((squad) =>
          squad.routes.map((route) => ({
            id: route.id,
            squadId: squad.areaId,
            name: route.name,
            line: route.line,
          })),
        ),
      ) ?? none,
    [patrols],
  )

  const [posts, centres] = useMemo(() => {
    const all: MapPlace[] =
      places?.places.map((place) => ({
        id: place.id,
        category: place.category,
        name: place.name,
        point: [place.lng, place.lat],
      })) ?? []
    return [
      all.filter((place) => place.category === 'post'),
      all.filter((place) => place.category === 'centre' || place.category === 'hall'),
    ]
  }, [places])

  const levelMode = useMemo<LevelMode>(() => {
    if (pinned) return { mode: 'pinned', level: pinned }
    // Disputes are not shown as finely as the zoom would.
    const coarse = disputes
      ? areas?.levels.find((each) => each.level === firstLevel(offers, types))
      : undefined
    return coarse ? { mode: 'pinned', level: coarse.level } : byZoom
  }, [pinned, disputes, types, offers, areas])

  const scene = useMemo<MapScene>(
    () => ({
      theme,
      language,
      reducedMotion,
      areas,
      level: levelMode,
      values: area.values,
      layers: all,
      incidents,
      cameras,
      ground,
      relief: city?.bundles.relief ?? null,
      patrolRoutes,
      posts,
      centres,
      selection,
      highlighted,
      sight: jurisdiction?.sight ?? null,
      home: jurisdiction?.bounds ?? null,
      padding,
    }),
    [
      theme,
      language,
      reducedMotion,
      areas,
      levelMode,
      area.values,
      all,
      incidents,
      cameras,
      ground,
      city,
      patrolRoutes,
      posts,
      centres,
      selection,
      highlighted,
      jurisdiction,
      padding,
    ],
  )
  return { scene, area, inView: pointsWanted ? shownInView : undefined, cameras, pointsWanted }
}
