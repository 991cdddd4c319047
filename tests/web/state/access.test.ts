import { afterEach, describe, expect, test } from 'vitest'
import { PURPOSE_HEADER, PURPOSE_MS, RIGHTS, RIGHTS_OF, type Right } from '../../../api/roles.ts'
import { viewerAccess } from '../../../web/state/access.ts'
import { isKioskBrowser, kioskToken } from '../../../web/state/kiosk.ts'
import { layerRights } from '../../../web/state/layerRights.ts'
import { endPurpose, givePurpose, purposeHeaders, purposeNow } from '../../../web/state/purpose.ts'

/** An account with a role's rights in one city. */
function holding(
  rights: readonly Right[],
  more: { purposeNeeded?: Right[]; limited?: Right[]; areaIds?: number[] } = {},
) {
  const { purposeNeeded = [], limited = [], areaIds = [] } = more
  return {
    cities: [
      { code: 'shuifu', rights: [...rights], purposeNeeded, limited, whole: limited.length === 0, areaIds },
    ],
  }
}

describe('what screens offer', () => {
  test('nothing before the account or the city is known, and nothing in another city', () => {
    const me = holding(RIGHTS)
    for (const access of [
      viewerAccess(undefined, 'shuifu', null),
      viewerAccess(me, undefined, null),
      viewerAccess(me, 'elsewhere', null),
    ]) {
      for (const right of RIGHTS) expect(access.leave(right)).toBe('denied')
      expect(access.families).toEqual([])
    }
  })

  test('a right held for a purpose is offered and may be used once there is one', () => {
    const me = holding(RIGHTS_OF.leader, { purposeNeeded: ['points.governance', 'points.publicOrder'] })
    const before = viewerAccess(me, 'shuifu', null)
    expect(before.leave('points.governance', 'points.publicOrder')).toBe('purpose')
    expect(before.can('points.governance')).toBe(true)
    expect(before.may('points.governance')).toBe(false)
    expect(before.may('counts.governance')).toBe(true)
    expect(viewerAccess(me, 'shuifu', 'briefing').may('points.governance')).toBe(true)
  })

  test('of several rights the most open one decides', () => {
    const me = holding(['points.governance', 'points.publicOrder'], { purposeNeeded: ['points.publicOrder'] })
    const access = viewerAccess(me, 'shuifu', null)
    expect(access.leave('points.governance', 'points.publicOrder')).toBe('granted')
    expect(access.leave('points.publicOrder', 'export')).toBe('purpose')
    expect(access.leave('export', 'patrols')).toBe('denied')
  })

  test('a grid worker counts governance only', () => {
    expect(viewerAccess(holding(RIGHTS_OF.gridWorker), 'shuifu', null).families).toEqual(['governance'])
    expect(viewerAccess(holding(RIGHTS_OF.auditor), 'shuifu', null).families).toEqual([])
  })

  test('the map is limited where every count is: not where only points are, or one family', () => {
    const rights = RIGHTS_OF.officer
    const areasOf = (limited: Right[]) =>
      viewerAccess(holding(rights, { limited, areaIds: [7] }), 'shuifu', null).areaIds
    expect(areasOf(['counts.governance', 'counts.publicOrder', 'points.governance'])).toEqual([7])
    expect(areasOf(['points.governance', 'points.publicOrder'])).toBeNull()
    expect(areasOf(['counts.publicOrder'])).toBeNull()
    expect(areasOf([])).toBeNull()
  })

  test('every layer of things takes a right that the role of a wall lacks or holds as the plan says', () => {
    const wall = viewerAccess(holding(RIGHTS_OF.wall), 'shuifu', null)
    const shown = Object.entries(layerRights).map(([layer, rights]) => [layer, wall.can(...rights)])
    expect(Object.fromEntries(shown)).toEqual({
      liveIncidents: false,
      units: false,
      incidents: false,
      heatmap: false,
      hexagons: false,
      cameras: false,
      patrolRoutes: true,
      posts: true,
    })
  })
})

describe('the purpose', () => {
  afterEach(() => endPurpose())

  test('goes with every request while it holds, and no longer', () => {
    expect(purposeHeaders()).toEqual({})
    givePurpose('inspection', 'somebody')
    expect(purposeHeaders()).toEqual({ [PURPOSE_HEADER]: 'inspection' })
    endPurpose()
    expect(purposeHeaders()).toEqual({})
  })

  test('ends by itself after half an hour', () => {
    givePurpose('briefing', 'somebody', Date.now() - PURPOSE_MS - 1)
    expect(purposeNow()).toBeNull()
  })
})

describe('the link of a wall', () => {
  test.each([
    ['#kiosk=abc_D-1', 'abc_D-1'],
    ['#scene=2&kiosk=x', 'x'],
    ['#kiosk=', null],
    ['#other', null],
    ['', null],
  ])('%s', (hash, token) => {
    expect(kioskToken(hash)).toBe(token)
  })

  test('where nothing can be stored, a browser is nobody’s', () => {
    expect(isKioskBrowser()).toBe(false)
  })
})
