import { describe, expect, test } from 'vitest'
import { areaIndexOf, decodeAreas, encodeAreas } from '../../../geodata/areaBundle.ts'
import { chainOf, childrenOf, hierarchyOf, levelAt, rootOf } from '../../../web/state/areaTree.ts'
import {
  decodeSelection,
  encodeSelection,
  nothing,
  sameSelection,
  selectedAreaIndex,
  selectionAbove,
} from '../../../web/state/selection.ts'
import { createToyGround } from '../../factories/toyGround.ts'

const ground = createToyGround()
const bundle = decodeAreas(
  encodeAreas({
    version: '2025',
    levels: ground.levels.filter((level) => level.version === '2025'),
    areas: ground.areas.filter((area) => area.version === '2025').map((area) => ({ ...area, areaKm2: 1 })),
  }),
)
const levels = (indices: readonly number[]) => indices.map((index) => levelAt(bundle, index).level)
const anyOf = (level: string) => {
  for (let index = 0; index < bundle.count; index++) if (levelAt(bundle, index).level === level) return index
  throw new Error(`The toy city has no ${level}.`)
}

describe('walking the areas', () => {
  test('a micro-grid is reached through townships in one hierarchy and through squads in the other', () => {
    const index = anyOf('microGrid')
    expect(levels(chainOf(bundle, index, 'administration'))).toEqual([
      'city',
      'township',
      'village',
      'grid',
      'microGrid',
    ])
    expect(levels(chainOf(bundle, index, 'patrol'))).toEqual([
      'city',
      'district',
      'squad',
      'grid',
      'microGrid',
    ])
  })

  test.each(['administration', 'patrol'] as const)(
    'every area of the %s hierarchy is reached from the top exactly once',
    (hierarchy) => {
      const seen = new Set<number>()
      const visit = (index: number) => {
        expect(seen.has(index)).toBe(false)
        seen.add(index)
        for (const child of childrenOf(bundle, index, hierarchy)) visit(child)
      }
      visit(rootOf(bundle))
      const expected = ground.levels.filter(
        (level) =>
          level.version === '2025' &&
          (level.hierarchy === hierarchy || ['city', 'grid', 'microGrid'].includes(level.level)),
      )
      const names = new Set(expected.map((level) => level.level))
      const areas = ground.areas.filter((area) => area.version === '2025' && names.has(area.level))
      expect(seen.size).toBe(areas.length)
    },
  )

  test('a child and its parent agree in both directions', () => {
    for (const hierarchy of ['administration', 'patrol'] as const) {
      for (let index = 0; index < bundle.count; index++) {
        for (const child of childrenOf(bundle, index, hierarchy)) {
          expect(chainOf(bundle, child, hierarchy).at(-2)).toBe(index)
        }
      }
    }
  })

  test('a township keeps the administrative hierarchy, a squad the patrol one, a grid the one it was reached by', () => {
    expect(hierarchyOf(bundle, anyOf('township'), 'patrol')).toBe('administration')
    expect(hierarchyOf(bundle, anyOf('squad'), 'administration')).toBe('patrol')
    expect(hierarchyOf(bundle, anyOf('grid'), 'patrol')).toBe('patrol')
    expect(hierarchyOf(bundle, anyOf('grid'), 'administration')).toBe('administration')
  })
})

describe('the selection', () => {
  test('going up from a micro-grid ends at nothing after one step a level', () => {
    let selection = { kind: 'area' as const, areaId: bundle.id[anyOf('microGrid')] }
    const passed: string[] = []
    for (let steps = 0; steps < 10; steps++) {
      passed.push(levelAt(bundle, areaIndexOf(bundle, selection.areaId)).level)
      const above = selectionAbove(bundle, selection, 'patrol')
      if (above.kind !== 'area') {
        expect(above).toEqual(nothing)
        break
      }
      selection = above
    }
    expect(passed).toEqual(['microGrid', 'grid', 'squad', 'district', 'city'])
  })

  test('going up from a point, or without areas, is nothing', () => {
    expect(selectionAbove(bundle, { kind: 'incident', id: 4 }, 'patrol')).toEqual(nothing)
    expect(selectionAbove(null, { kind: 'area', areaId: 1 }, 'patrol')).toEqual(nothing)
    expect(selectedAreaIndex(bundle, { kind: 'area', areaId: 99_999_999 })).toBe(-1)
  })

  test('only the same thing of the same kind is the same', () => {
    expect(sameSelection({ kind: 'camera', id: 4 }, { kind: 'camera', id: 4 })).toBe(true)
    expect(sameSelection({ kind: 'camera', id: 4 }, { kind: 'incident', id: 4 })).toBe(false)
    expect(sameSelection(nothing, { kind: 'area', areaId: 4 })).toBe(false)
  })

  test.each(['', 'area', 'area.', 'area.0', 'area.-4', 'area.1e9', 'area.4.5', 'person.4', 'AREA.4'])(
    '"%s" selects nothing',
    (text) => {
      expect(decodeSelection(text)).toEqual(nothing)
    },
  )

  test('nothing is written as no text', () => {
    expect(encodeSelection(nothing)).toBeUndefined()
  })
})
