import { useCallback, useMemo, useState } from 'react'
import type { LevelName } from '../../geodata/city.ts'
import type { useAreaValues } from '../hooks/useAreaValues.ts'
import { sharedBreaks } from './sharedClasses.ts'
import { useOtherSide } from './useOtherSide.ts'
import { type Side, useSide } from './useSide.ts'

/**
 * A comparison of two maps as the first one sees it: the other side, what both say, the classes both are coloured by and
 * the level both show. With different boundaries the version with fewer levels leads, so that both always show a level
 * that both have.
 */
export function useComparison(level: LevelName | null, area: ReturnType<typeof useAreaValues>) {
  const { other, open, close, swap } = useOtherSide()
  const first = useSide(level, area)
  const [reported, setSecond] = useState<Side | null>(null)
  const second = other ? reported : null
  const onSide = useCallback((side: Side | null) => setSecond(side), [])
  const { choice } = area

  const breaks = useMemo(() => {
    if (!first?.values || !second?.values || first.level !== second.level) return null
    return sharedBreaks(first.values, second.values, choice)
  }, [first?.values, first?.level, second?.values, second?.level, choice])

  const [firstLevel, secondLevel] = useMemo<[LevelName | null, LevelName | null]>(() => {
    if (!first || !second || first.version === second.version) return [null, null]
    const has = (side: Side, name: LevelName) => side.bundle.levels.some((each) => each.level === name)
    const secondLeads = second.bundle.levels.length <= first.bundle.levels.length
    if (secondLeads) return [has(first, second.level) ? second.level : null, null]
    return [null, has(second, first.level) ? first.level : null]
  }, [first, second])

  return { other, first, second, breaks, firstLevel, secondLevel, onSide, open, close, swap }
}
