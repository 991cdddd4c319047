import { useMemo } from 'react'
import type { LevelName } from '../../geodata/city.ts'
import type { AreaValues } from '../map/scene.ts'
import { areasOfClass } from '../state/legendClasses.ts'
import { usePointing } from '../state/pointing.ts'
import { useClassFilter } from './useClassFilter.ts'

const none: readonly number[] = []

/** Areas the map shows as one group: those a chart points at, the class the legend points at, else the one it is filtered to. */
export function useHighlighted(
  values: Readonly<Partial<Record<LevelName, AreaValues>>>,
  level: LevelName | null,
): readonly number[] {
  const pointed = usePointing((state) => state.classIndex)
  const areaIds = usePointing((state) => state.areaIds)
  const [filtered] = useClassFilter()
  const shown = level ? values[level] : undefined
  const index = pointed ?? filtered
  return useMemo(
    () =>
      areaIds ??
      (shown && index !== null ? areasOfClass(shown.areaId, shown.value, shown.breaks, index) : none),
    [shown, index, areaIds],
  )
}
