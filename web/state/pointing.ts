/**
 * What the pointer is on right now, shared by map, legend, charts and table: each marks what another points at. Nothing
 * of this is in the URL.
 */
import { create } from 'zustand'
import type { Span } from './timeWindow.ts'

/** What a chart points at: the stretch of a bar, hours of the week, a kind or a group of kinds. */
export type PointedPart =
  | { chart: 'series'; span: Span }
  | { chart: 'week'; hours: readonly number[] }
  | { chart: 'kinds'; token: string }

interface Pointing {
  /** The area under the pointer, on the map or in a list. */
  areaId: number | null
  /** Who points: what the map points at it need not outline again. */
  from: 'map' | 'list' | null
  /** The class of the legend under the pointer. */
  classIndex: number | null
  /** The part of the incidents a chart points at. */
  part: PointedPart | null
  /** Areas in which that part gathers: the map shows them as one group. */
  areaIds: readonly number[] | null
}

const nowhere: Pointing = { areaId: null, from: null, classIndex: null, part: null, areaIds: null }

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

export function pointAtPart(part: PointedPart): void {
  if (JSON.stringify(usePointing.getState().part) !== JSON.stringify(part)) usePointing.setState({ part })
}

/** The pointer has left a chart: this does not take away what another has since pointed at. */
export function leavePart(chart: PointedPart['chart']): void {
  if (usePointing.getState().part?.chart === chart) usePointing.setState({ part: null })
}

export function pointAtAreas(areaIds: readonly number[] | null): void {
  if (usePointing.getState().areaIds !== areaIds) usePointing.setState({ areaIds })
}
