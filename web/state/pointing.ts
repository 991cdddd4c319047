/**
 * What the pointer is on right now, shared by map, legend, charts and table: each marks what another points at. Nothing
 * of this is in the URL.
 */
import { create } from 'zustand'

interface Pointing {
  /** The area under the pointer, on the map or in a list. */
  areaId: number | null
  /** Who points: what the map points at it need not outline again. */
  from: 'map' | 'list' | null
  /** The class of the legend under the pointer. */
  classIndex: number | null
  /** Hours of the week under the pointer: one cell of the hours, or those a bar of the series covers. */
  hours: readonly number[] | null
  /** Which chart points at them: it marks its own by itself. */
  hoursFrom: 'series' | 'week' | null
}

const nowhere: Pointing = { areaId: null, from: null, classIndex: null, hours: null, hoursFrom: null }

export const usePointing = create<Pointing>(() => nowhere)

export function pointAtArea(areaId: number | null, from: 'map' | 'list'): void {
  const now = usePointing.getState()
  // A list that lost the pointer does not take away what the map has since pointed at.
  if (areaId === null ? now.areaId === null || now.from !== from : now.areaId === areaId && now.from === from)
    return
  usePointing.setState({ areaId, from: areaId === null ? null : from })
}

export function pointAtClass(classIndex: number | null): void {
  if (usePointing.getState().classIndex !== classIndex) usePointing.setState({ classIndex })
}

export function pointAtHours(hours: readonly number[] | null, from: 'series' | 'week'): void {
  const now = usePointing.getState()
  // Leaving one chart does not take away what the other has since pointed at.
  if (hours === null && now.hoursFrom !== from) return
  usePointing.setState({ hours, hoursFrom: hours === null ? null : from })
}
