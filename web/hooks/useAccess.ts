import { useCallback, useMemo } from 'react'
import type { Family } from '../../api/roles.ts'
import { type AreaBundle, areaIndexOf } from '../../geodata/areaBundle.ts'
import { countRights, viewerAccess } from '../state/access.ts'
import { type Jurisdiction, jurisdictionOf } from '../state/jurisdiction.ts'
import { usePurposeState } from '../state/purpose.ts'
import { useAreas } from './useAreas.ts'
import { useCityCode } from './useCity.ts'
import { useMe } from './useSession.ts'

/** The purpose given, while it holds for who is signed in. */
export function usePurpose() {
  const given = usePurposeState((state) => state.given)
  const userName = useMe()?.userName
  return given && given.userName === userName ? given : null
}

/** What the signed-in account may do in the city of the view. */
export function useAccess() {
  const me = useMe()
  const code = useCityCode()
  const purpose = usePurpose()?.purpose ?? null
  return useMemo(() => viewerAccess(me, code, purpose), [me, code, purpose])
}

const known = new WeakMap<AreaBundle, { key: string; jurisdiction: Jurisdiction }>()

/** The areas that are seen of a bundle; null for who counts the whole city. */
export function useJurisdiction(): Jurisdiction | null {
  const { areaIds } = useAccess()
  const { data: bundle } = useAreas()
  return useMemo(() => {
    if (!bundle || areaIds === null) return null
    const key = areaIds.join()
    const before = known.get(bundle)
    if (before?.key === key) return before.jurisdiction
    const jurisdiction = jurisdictionOf(bundle, areaIds)
    known.set(bundle, { key, jurisdiction })
    return jurisdiction
  }, [bundle, areaIds])
}

const rooms = [
  { to: '/', name: 'map', rights: ['map'] },
  { to: '/wall', name: 'wall', rights: countRights },
  { to: '/plan', name: 'plan', rights: ['patrols'] },
  { to: '/brief', name: 'brief', rights: countRights },
] as const

export type RoomName = (typeof rooms)[number]['name']

/** The rooms this account can work in. */
export function useRooms() {
  const access = useAccess()
  return useMemo(() => rooms.filter(({ rights }) => access.can(...rights)), [access])
}

/** The one family of kinds that is counted for this account; undefined where all are. */
export function useOnlyFamily(): Family | undefined {
  const { families } = useAccess()
  return families.length === 1 ? families[0] : undefined
}

/** Whether counts of an area may be asked for: one that lies outside is refused in the words of one that does not exist. */
export function useCountable(): (areaId: number | undefined) => boolean {
  const counted = useAccess().may(...countRights)
  const jurisdiction = useJurisdiction()
  const { data: bundle } = useAreas()
  return useCallback(
    (areaId) => {
      if (!counted) return false
      if (areaId === undefined || !jurisdiction || !bundle) return true
      const index = areaIndexOf(bundle, areaId)
      return index < 0 || jurisdiction.sight[index] > 0
    },
    [counted, jurisdiction, bundle],
  )
}
