import { useEffect } from 'react'
import type { LevelName } from '../../geodata/city.ts'
import { useAreas } from '../hooks/useAreas.ts'
import { useParameter } from '../hooks/useParameter.ts'
import { useSelection } from '../hooks/useSelection.ts'
import { scopeOf } from './scope.ts'

/** The area the table is confined to, -1 for the whole city; kept in the URL as `within` while rows are picked. */
export function useScope(level: LevelName | null): number {
  const { data: bundle } = useAreas()
  const { areaIndex } = useSelection()
  const [text, setText] = useParameter('within')
  const kept = /^[1-9]\d{0,9}$/.test(text ?? '') ? Number(text) : undefined
  const scope = bundle && level ? scopeOf(bundle, areaIndex, level, kept) : -1
  const id = bundle && scope >= 0 ? bundle.id[scope] : undefined
  const ready = bundle !== undefined && level !== null
  useEffect(() => {
    if (ready && id !== kept) setText(id === undefined ? undefined : String(id), { replace: true })
  }, [ready, id, kept, setText])
  return scope
}
