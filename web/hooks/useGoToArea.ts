import { useCallback } from 'react'
import { useMapController } from './useMapController.ts'
import { useSelection } from './useSelection.ts'

/** Selects an area and brings it into view. */
export function useGoToArea(): (areaId: number) => void {
  const { select } = useSelection()
  const controller = useMapController()
  return useCallback(
    (areaId) => {
      select({ kind: 'area', areaId })
      controller?.fit({ areaId })
    },
    [select, controller],
  )
}
