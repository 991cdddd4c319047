import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { areaIndexOf } from '../../geodata/areaBundle.ts'
import type { LevelName } from '../../geodata/city.ts'
import type { HotspotMap } from '../map/scene.ts'
import { countRights } from '../state/access.ts'
import { coloursMap, hotspotMethod } from '../state/hotspots.ts'
import { type Inputs, trpc } from '../trpc.ts'
import { keepAlike } from './keepAlike.ts'
import { useAccess } from './useAccess.ts'
import { isoSpan } from './useAggregates.ts'
import { useAreas } from './useAreas.ts'
import { useCity, useVersion, useWindow } from './useCity.ts'
import { useKinds } from './useKinds.ts'
import { useChangeView, useView } from './useView.ts'

/** Areas that touch in a point are neighbours (queen), or only those that share a border (rook). */
export const contiguities = ['queen', 'rook'] as const
export type Contiguity = (typeof contiguities)[number]

/** Chosen in the URL: `hotspot=gi`, `bandwidth=400` (metres), `hotspotIn=12` (an area), `neighbours=rook`. */
export function useHotspotChoice() {
  const rest = useView((view) => view.rest)
  const changeView = useChangeView()
  const method = hotspotMethod(rest?.hotspot)
  const metres = Number(rest?.bandwidth)
  const area = Number(rest?.hotspotIn)
  return {
    method,
    /** Metres; undefined: by the rule. */
    bandwidth: Number.isInteger(metres) && metres > 0 ? metres : undefined,
    /** Number of the area they are looked for in; undefined: the whole city. */
    within: Number.isInteger(area) && area > 0 ? area : undefined,
    contiguity: (rest?.neighbours === 'rook' ? 'rook' : 'queen') as Contiguity,
    refine({ within, contiguity }: { within: number | undefined; contiguity: Contiguity }) {
      const { hotspotIn: _in, neighbours: _neighbours, ...others } = rest ?? {}
      changeView({
        rest: {
          ...others,
          ...(within ? { hotspotIn: String(within) } : {}),
          ...(contiguity === 'rook' ? { neighbours: contiguity } : {}),
        },
      })
    },
    choose(next: { method?: string; bandwidth?: number }, replace = false) {
      const { hotspot: _hotspot, bandwidth: _bandwidth, ...kept } = rest ?? {}
      // Where and among which neighbours stays from method to method, and goes with them all.
      const { hotspotIn: _in, neighbours: _neighbours, ...without } = kept
      const others = next.method ? kept : without
      const chosen = {
        ...others,
        ...(next.method ? { hotspot: next.method } : {}),
        ...(next.method && next.bandwidth ? { bandwidth: String(next.bandwidth) } : {}),
      }
      changeView({ rest: Object.keys(chosen).length > 0 ? chosen : undefined }, { replace })
    },
  }
}

/** The hotspots the view asks for, and what the map draws of them. @param level The level the map shows. */
export function useHotspots(level: LevelName | null) {
  const { method, bandwidth, within, contiguity, choose } = useHotspotChoice()
  const { code } = useCity()
  const version = useVersion()
  const { data: bundle } = useAreas()
  const span = useWindow()?.span
  const { codes, disputes } = useKinds()
  const counted = useAccess().may(...countRights)
  const asked = {
    city: code ?? '',
    level: level ?? '',
    version,
    ...(span ? isoSpan(span) : { from: '', to: '' }),
    kinds: codes ? [...codes] : undefined,
    method: method ?? 'gi',
    bandwidthM: method === 'kde' ? bandwidth : undefined,
    // Of the other boundary version it means nothing.
    within: within !== undefined && bundle && areaIndexOf(bundle, within) >= 0 ? within : undefined,
    contiguity: method === 'gi' || method === 'moran' ? contiguity : undefined,
  } satisfies Inputs['aggregates']['hotspots']
  const query = useQuery(
    trpc.aggregates.hotspots.queryOptions(asked, {
      enabled:
        method !== undefined &&
        (within === undefined || bundle !== undefined) &&
        counted &&
        !disputes &&
        code !== undefined &&
        level !== null &&
        span !== undefined,
      placeholderData: keepAlike(asked),
      // Seconds of work for nobody, once another question is on the screen.
      trpc: { abortOnUnmount: true },
    }),
  )
  const answer = disputes || method === undefined ? undefined : query.data
  const map = useMemo<HotspotMap | null>(() => {
    switch (answer?.method) {
      case 'gi':
      case 'moran':
        return { kind: 'areas', level: answer.level, areaId: answer.areaId, class: answer.class }
      case 'kde':
        return {
          kind: 'density',
          grid: answer.grid,
          steps: answer.steps,
          perKm2: answer.perKm2,
          most: answer.most,
        }
      default:
        return null
    }
  }, [answer])
  const toggle = () => choose({ method: method ? undefined : 'gi' })
  /** True while hotspots have the map's colours, or are about to. */
  const colours = counted && coloursMap(method) && !disputes && !query.isError
  return { method, bandwidth, answer, query, map, disputes, colours, toggle }
}

export type Hotspots = ReturnType<typeof useHotspots>
