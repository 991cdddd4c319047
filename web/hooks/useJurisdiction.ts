import { useCallback, useMemo } from 'react'
import { type AreaBundle, areaIndexOf } from '../../geodata/areaBundle.ts'
import { countRights } from '../state/access.ts'
import { type Jurisdiction, jurisdictionOf } from '../state/jurisdiction.ts'
import { useAccess } from './useAccess.ts'
import { useAreas } from './useAreas.ts'

const known = new WeakMap<AreaBundle, { key: string; jurisdiction: Jurisdiction }>()

/** The areas that are seen of a bundle; null for who counts the whole city. */
export function useJurisdiction(): Jurisdiction | null {
  const { areaIds } = useAccess()
  const { data: bundle } = useAreas()
  return useMemo(() => {
    if (!bundle || areaIds === null) return null
    const key = areaIds.join()
    const before = known.get(bundle)
    if (before?.key === key) return before.jurisdiction
    const jurisdiction = jurisdictionOf(bundle, areaIds)
    known.set(bundle, { key, jurisdiction })
    return jurisdiction
  }, [bundle, areaIds])
}

/** Whether counts of an area may be asked for: one that lies outside is refused in the words of one that does not exist. */
export function useCountable(): (areaId: number | undefined) => boolean {
  const counted = useAccess().may(...countRights)
  const jurisdiction = useJurisdiction()
  const { data: bundle } = useAreas()
  return useCallback(
    (areaId) => {
      if (!counted) return false
      if (areaId === undefined || !jurisdiction || !bundle) return true
      const index = areaIndexOf(bundle, areaId)
      return index < 0 || jurisdiction.sight[index] > 0
    },
    [counted, jurisdiction, bundle],
  )
}
