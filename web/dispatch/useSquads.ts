import { useCallback, useMemo } from 'react'
import { areaIndexOf } from '../../geodata/areaBundle.ts'
import { useAreas } from '../hooks/useAreas.ts'
import { useLanguage } from '../hooks/useView.ts'
import { levelAt, nameOf } from '../state/areaTree.ts'

/** The squads of today and the names of areas, from the boundaries that are loaded. */
export function useSquads() {
  const { data: bundle } = useAreas()
  const language = useLanguage()
  const areaName = useCallback(
    (areaId: number) => {
      // A squad without a name yet is better than one with a number nobody knows.
      if (!bundle) return '…'
      const index = areaIndexOf(bundle, areaId)
      return index >= 0 ? nameOf(bundle, index, language) : String(areaId)
    },
    [bundle, language],
  )
  const squads = useMemo(() => {
    if (!bundle) return []
    return Array.from({ length: bundle.count }, (_, index) => index)
      .filter((index) => levelAt(bundle, index).level === 'squad')
      .map((index) => ({ id: bundle.id[index], name: nameOf(bundle, index, language) }))
  }, [bundle, language])
  return { squads, areaName }
}
