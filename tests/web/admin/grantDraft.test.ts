import { describe, expect, test } from 'vitest'
import { changesOf, fixedPlace, type Granted, grantsOf, problemOf } from '../../../web/admin/grantDraft.ts'
import { everywhere } from '../../../web/admin/places.ts'

const squad = { city: 'shuifu', areaId: 12 }
const officer: Granted = { role: 'officer', ...squad }
const planner: Granted = { role: 'planner', city: 'shuifu', areaId: null }

describe('what a person is to hold, while it is being changed', () => {
  test('a line without its place is not saved', () => {
    const draft = [{ key: 0, role: 'officer' as const, place: null }]
    expect(problemOf(draft)).toBe('incomplete')
    expect(grantsOf(draft)).toEqual([])
  })

  test('the same role in the same place twice is pointed out, in two places it is not', () => {
    const line = { role: 'officer' as const, place: squad }
    expect(
      problemOf([
        { key: 0, ...line },
        { key: 1, ...line },
      ]),
    ).toBe('twice')
    expect(
      problemOf([
        { key: 0, ...line },
        { key: 1, role: 'officer', place: { city: 'shuifu', areaId: 13 } },
      ]),
    ).toBeNull()
  })

  test.each([
    ['systemAdmin', 'securityAdmin'],
    ['securityAdmin', 'auditAdmin'],
    ['auditAdmin', 'auditor'],
  ] as const)('%s and %s are never one person', (one, other) => {
    expect(
      problemOf([
        { key: 0, role: one, place: everywhere },
        { key: 1, role: other, place: everywhere },
      ]),
    ).toBe('apart')
  })

  test('the three administrators have no place, others must be given one', () => {
    expect(fixedPlace('securityAdmin')).toEqual(everywhere)
    expect(fixedPlace('officer')).toBeNull()
    expect(fixedPlace(null)).toBeNull()
  })

  test('what changes is what is given and what is taken, whatever the order', () => {
    const moved: Granted = { ...officer, areaId: 13 }
    expect(changesOf([officer, planner], [planner, moved])).toEqual({ given: [moved], taken: [officer] })
    expect(changesOf([officer, planner], [planner, officer])).toEqual({ given: [], taken: [] })
  })
})
