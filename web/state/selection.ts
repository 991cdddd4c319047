/** What is selected, as one tagged union, and the questions asked about it. */
import { type AreaBundle, areaIndexOf } from '../../geodata/areaBundle.ts'
import type { Hierarchy } from '../../geodata/city.ts'
import type { Selection } from '../map/scene.ts'
import { parentOf } from './areaTree.ts'

export type { Selection }

export const nothing: Selection = { kind: 'none' }

export function sameSelection(a: Selection, b: Selection): boolean {
  return encodeSelection(a) === encodeSelection(b)
}

/** As it stands in the URL: `area.123`; nothing selected is no text at all. */
export function encodeSelection(selection: Selection): string | undefined {
  switch (selection.kind) {
    case 'none':
      return undefined
    case 'area':
      return `area.${selection.areaId}`
    case 'incident':
    case 'camera':
    case 'place':
    case 'unit':
      return `${selection.kind}.${selection.id}`
  }
}

/** The inverse; anything else than a known kind and a whole number above 0 is nothing. */
export function decodeSelection(text: string | undefined): Selection {
  const match = /^(area|incident|camera|place|unit)\.([1-9]\d{0,14})$/.exec(text ?? '')
  if (!match) return nothing
  const id = Number(match[2])
  switch (match[1]) {
    case 'area':
      return { kind: 'area', areaId: id }
    case 'incident':
      return { kind: 'incident', id }
    case 'camera':
      return { kind: 'camera', id }
    case 'unit':
      return { kind: 'unit', id }
    default:
      return { kind: 'place', id }
  }
}

/** Index of the selected area in the bundle, or -1 when something else, or nothing, is selected. */
export function selectedAreaIndex(bundle: AreaBundle | null, selection: Selection): number {
  return bundle && selection.kind === 'area' ? areaIndexOf(bundle, selection.areaId) : -1
}

/** One step up in a hierarchy: from an area to the one that holds it, from a point or the topmost area to nothing. */
export function selectionAbove(
  bundle: AreaBundle | null,
  selection: Selection,
  hierarchy: Hierarchy,
): Selection {
  const index = selectedAreaIndex(bundle, selection)
  if (!bundle || index < 0) return nothing
  const above = parentOf(bundle, index, hierarchy)
  return above < 0 ? nothing : { kind: 'area', areaId: bundle.id[above] }
}
