import { useMemo } from 'react'
import type { AreaBundle } from '../../geodata/areaBundle.ts'
import type { LevelName } from '../../geodata/city.ts'
import { useAreas } from '../hooks/useAreas.ts'
import type { useAreaValues } from '../hooks/useAreaValues.ts'
import { useVersion, useWindow } from '../hooks/useCity.ts'
import { useKinds } from '../hooks/useKinds.ts'
import { useSelection } from '../hooks/useSelection.ts'
import type { AreaValues } from '../map/scene.ts'
import type { Span } from '../state/timeWindow.ts'

/** What one map of a comparison says: the other side and the sentence between them read it. */
export interface Side {
  bundle: AreaBundle
  version: string
  /** The window its numbers are of; until there are any, the one asked for. */
  span: Span
  /** Its numbers still answer for the window before. */
  stale: boolean
  /** For the API; undefined: everything but disputes. */
  codes: readonly string[] | undefined
  level: LevelName
  /** Numbers of the level; undefined while they come. */
  values: AreaValues | undefined
  /** Everything in the window, what lies in no area included; undefined while it comes. */
  total: number | undefined
  /** The selected area's own count, where this side's boundaries have it. */
  selected: { areaId: number; count: number } | undefined
  countOf: ReturnType<typeof useAreaValues>['countOf']
}

/** The side of the map whose view this component lives in. */
export function useSide(level: LevelName | null, area: ReturnType<typeof useAreaValues>): Side | null {
  const { data: bundle } = useAreas()
  const version = useVersion()
  const asked = useWindow()?.span
  const { codes } = useKinds()
  const { areaIndex } = useSelection()
  const { values, counts, countOf, stale } = area
  const span = area.span ?? asked
  return useMemo(() => {
    if (!bundle || version === undefined || !span || level === null) return null
    const current = counts?.version === version ? counts : undefined
    const areaId = areaIndex >= 0 ? bundle.id[areaIndex] : undefined
    const own = areaId === undefined ? undefined : countOf.get(areaId)
    return {
      bundle,
      version,
      span,
      stale,
      codes,
      level,
      values: current && values[level],
      total: current?.totals.count == null ? undefined : current.totals.count + (current.totals.outside ?? 0),
      selected: areaId !== undefined && own && !own.suppressed ? { areaId, count: own.count } : undefined,
      countOf,
    }
  }, [bundle, version, span, stale, codes, level, areaIndex, values, counts, countOf])
}
